"""How literal text moves the HTML context, and what of it is kept."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeAlias

from generator.gotemplate.errors import EscapeError, UnsupportedContext
from generator.gotemplate.htmlattrs import AttrType, attr_type
from generator.gotemplate.htmlcontext import (
    CSS_STATES,
    VALUE_STATES,
    Attr,
    Context,
    Delim,
    Element,
    State,
    UrlPart,
)
from generator.gotemplate.strconv import quote

_SPACE: Final = " \t\n\f\r"
_TAG_NAME: Final = re.compile(r"[A-Za-z](?:[A-Za-z0-9]|[:-](?=[A-Za-z0-9])[A-Za-z0-9])*")
_ELEMENTS: Final = {
    "script": Element.SCRIPT,
    "style": Element.STYLE,
    "textarea": Element.TEXTAREA,
    "title": Element.TITLE,
    "meta": Element.META,
}
_BODY_STATES: Final = {
    Element.STYLE: State.CSS,
    Element.TEXTAREA: State.RCDATA,
    Element.TITLE: State.RCDATA,
}
_DELIM_ENDS: Final = {
    Delim.DOUBLE: re.compile('"'),
    Delim.SINGLE: re.compile("'"),
    Delim.SPACE: re.compile(r"[ \t\n\f\r>]"),
}
_ATTR_KINDS: Final = {
    AttrType.URL: Attr.URL,
    AttrType.CSS: Attr.STYLE,
    AttrType.JS: Attr.SCRIPT,
    AttrType.SRCSET: Attr.SRCSET,
}
_UNQUOTED_TROUBLE: Final = re.compile(r"[\"'<=`]")
_META_URL: Final = re.compile(r"url[ \t\n\f\r]*=", re.IGNORECASE)
_CSS_MARK: Final = re.compile(r"[(\"'/]")
_CSS_URL: Final = re.compile(r"(?:^|[^A-Za-z0-9_\\-])url[\t\n\f\r ]*\Z", re.IGNORECASE)

Step: TypeAlias = tuple[Context, int]
"""The context after some text, and how much of the text that was."""


def _left_space(text: str, start: int = 0) -> int:
    while start < len(text) and text[start] in _SPACE:
        start += 1
    return start


def _text(context: Context, text: str) -> Step:
    start = 0
    while True:
        less = text.find("<", start)
        if less < 0 or less + 1 == len(text):
            return context, len(text)
        if text.startswith("<!--", less):
            return Context(State.COMMENT), less + 4
        start = less + 1
        closing = text[start] == "/"
        if closing:
            start += 1
        tag = _TAG_NAME.match(text, start)
        if tag is not None:
            element = Element.NONE if closing else _ELEMENTS.get(tag.group().lower(), Element.NONE)
            return Context(State.TAG, element=element), tag.end()


def _attr_name_end(text: str, start: int) -> int:
    for position in range(start, len(text)):
        char = text[position]
        if char in " \t\n\f\r=>":
            return position
        if char in "'\"<":
            raise EscapeError(f"{quote(char)} in attribute name: {quote(text[:32])}")
    return len(text)


def _tag(context: Context, text: str) -> Step:
    start = _left_space(text)
    if start == len(text):
        return context, start
    if text[start] == ">":
        return _tag_end(context), start + 1
    end = _attr_name_end(text, start)
    if end == start:
        raise EscapeError(f"expected space, attr name, or end of tag, but got {quote(text[start:])}")
    name = text[start:end].lower()
    state = State.ATTR_NAME if end == len(text) else State.AFTER_NAME
    return Context(state, element=context.element, attr=_attr(context.element, name)), end


def _tag_end(context: Context) -> Context:
    if context.element is Element.SCRIPT:
        raise UnsupportedContext("html/template: the inside of a <script> element is not supported")
    if context.element in (Element.META, Element.NONE):
        return Context()
    return Context(_BODY_STATES[context.element], element=context.element)


def _attr(element: Element, name: str) -> Attr:
    if element is Element.SCRIPT and name == "type":
        return Attr.SCRIPT_TYPE
    if element is Element.META and name == "content":
        return Attr.META_CONTENT
    return _ATTR_KINDS.get(attr_type(name), Attr.NONE)


def _attr_name(context: Context, text: str) -> Step:
    end = _attr_name_end(text, 0)
    return (context if end == len(text) else replace(context, state=State.AFTER_NAME)), end


def _after_name(context: Context, text: str) -> Step:
    start = _left_space(text)
    if start == len(text):
        return context, start
    if text[start] != "=":
        return replace(context, state=State.TAG), start
    return replace(context, state=State.BEFORE_VALUE), start + 1


def _before_value(context: Context, text: str) -> Step:
    start = _left_space(text)
    if start == len(text):
        return context, start
    delim = {'"': Delim.DOUBLE, "'": Delim.SINGLE}.get(text[start], Delim.SPACE)
    state = VALUE_STATES[context.attr]
    return replace(context, state=state, delim=delim), start + (delim is not Delim.SPACE)


def _comment(context: Context, text: str) -> Step:
    end = text.find("-->")
    return (context, len(text)) if end < 0 else (Context(), end + 3)


def _stay(context: Context, text: str) -> Step:
    return context, len(text)


def _url(context: Context, text: str) -> Step:
    if "#" in text or "?" in text:
        return replace(context, url_part=UrlPart.QUERY), len(text)
    if text.strip(_SPACE) and context.url_part is UrlPart.NONE:
        return replace(context, url_part=UrlPart.PRE_QUERY), len(text)
    return context, len(text)


def _meta_content(context: Context, text: str) -> Step:
    found = _META_URL.search(text)
    return (context, len(text)) if found is None else (replace(context, state=State.META_URL), found.end())


def _meta_url(context: Context, text: str) -> Step:
    end = text.find(";")
    return (context, len(text)) if end < 0 else (replace(context, state=State.META_CONTENT), end + 1)


def _javascript(_context: Context, _text: str) -> Step:
    raise UnsupportedContext("html/template: a template inside a script attribute is not supported")


# Style sheets


def _css(context: Context, text: str) -> Step:
    start = 0
    while (mark := _CSS_MARK.search(text, start)) is not None:
        at = mark.start()
        start = at + 1
        match mark.group():
            case '"':
                return replace(context, state=State.CSS_DOUBLE), start
            case "'":
                return replace(context, state=State.CSS_SINGLE), start
            case "/":
                if text.startswith("//", at):
                    return replace(context, state=State.CSS_LINE_COMMENT), at + 2
                if text.startswith("/*", at):
                    return replace(context, state=State.CSS_BLOCK_COMMENT), at + 2
            case "(" if _CSS_URL.search(text[:at]):
                return _css_url_start(context, text, start)
    return context, len(text)


def _css_url_start(context: Context, text: str, start: int) -> Step:
    start = _left_space(text, start)
    state = {'"': State.CSS_DOUBLE_URL, "'": State.CSS_SINGLE_URL}.get(text[start : start + 1])
    if state is not None:
        return replace(context, state=state), start + 1
    return replace(context, state=State.CSS_URL), start


_CSS_ENDS: Final = {
    State.CSS_DOUBLE: re.compile(r'[\\"]'),
    State.CSS_DOUBLE_URL: re.compile(r'[\\"]'),
    State.CSS_SINGLE: re.compile(r"[\\']"),
    State.CSS_SINGLE_URL: re.compile(r"[\\']"),
    State.CSS_URL: re.compile(r"[\\\t\n\f\r )]"),
}


def _css_string(context: Context, text: str) -> Step:
    end = _CSS_ENDS[context.state].search(text)
    if end is None:
        return _url(context, text)
    if end.group() == "\\":
        raise UnsupportedContext("html/template: escapes in style sheet strings are not supported")
    # The part of the URL stays on record: strings that follow start from it, as in Go.
    return replace(context, state=State.CSS), end.end()


def _css_block_comment(context: Context, text: str) -> Step:
    end = text.find("*/")
    return (context, len(text)) if end < 0 else (replace(context, state=State.CSS), end + 2)


def _css_line_comment(context: Context, text: str) -> Step:
    end = re.search(r"[\n\f\r]", text)
    return (context, len(text)) if end is None else (replace(context, state=State.CSS), end.start())


_TRANSITIONS: Final[dict[State, Callable[[Context, str], Step]]] = {
    State.TEXT: _text,
    State.TAG: _tag,
    State.ATTR_NAME: _attr_name,
    State.AFTER_NAME: _after_name,
    State.BEFORE_VALUE: _before_value,
    State.COMMENT: _comment,
    State.RCDATA: _stay,
    State.ATTR: _stay,
    State.URL: _url,
    State.SRCSET: _url,
    State.JS: _javascript,
    State.CSS: _css,
    **{state: _css_string for state in CSS_STATES if state is not State.CSS},
    State.CSS_BLOCK_COMMENT: _css_block_comment,
    State.CSS_LINE_COMMENT: _css_line_comment,
    State.META_CONTENT: _meta_content,
    State.META_URL: _meta_url,
}
_END_TAGS: Final = {
    Element.SCRIPT: re.compile(r"</script(?=[> \t\n\f/])", re.IGNORECASE),
    Element.STYLE: re.compile(r"</style(?=[> \t\n\f/])", re.IGNORECASE),
    Element.TEXTAREA: re.compile(r"</textarea(?=[> \t\n\f/])", re.IGNORECASE),
    Element.TITLE: re.compile(r"</title(?=[> \t\n\f/])", re.IGNORECASE),
}
_IN_TAG: Final = (State.TAG, State.ATTR_NAME, State.AFTER_NAME, State.BEFORE_VALUE)


def after_text(context: Context, text: str) -> Step:
    """The context after the next piece of the text. Raises EscapeError, UnsupportedContext."""
    if context.delim is Delim.NONE:
        end_tag = _END_TAGS.get(context.element)
        end = None if end_tag is None else end_tag.search(text)
        if end is not None and end.start() == 0:
            return Context(), 0
        return _TRANSITIONS[context.state](context, text if end is None else text[: end.start()])
    closing = _DELIM_ENDS[context.delim].search(text)
    value = text if closing is None else text[: closing.start()]
    if context.delim is Delim.SPACE and (trouble := _UNQUOTED_TROUBLE.search(value)):
        raise EscapeError(f"{quote(trouble.group())} in unquoted attr: {quote(value)}")
    if closing is None:
        return _inside_value(context, html.unescape(text)), len(text)
    if context.element is Element.SCRIPT and context.attr is Attr.SCRIPT_TYPE:
        raise UnsupportedContext("html/template: the inside of a <script> element is not supported")
    end_of_value = closing.start() + (context.delim is not Delim.SPACE)
    return Context(State.TAG, element=context.element), end_of_value


def _inside_value(context: Context, value: str) -> Context:
    while value:
        context, read = _TRANSITIONS[context.state](context, value)
        value = value[read:]
    return context


def scan(context: Context, text: str) -> tuple[Context, str]:
    """The context after a whole piece of literal text, and the text as it is to be written.

    Comments are left out, and a ``<`` that begins no tag is escaped.
    """
    kept: list[str] = []
    position = 0
    while position < len(text):
        following, read = after_text(context, text[position:])
        piece = text[position : position + read]
        if context.state in (State.TEXT, State.RCDATA):
            piece = _escaped_text(piece, opens_tag=following.state is not context.state)
        elif context.is_comment and context.delim is Delim.NONE:
            piece = " " if context.state is State.CSS_BLOCK_COMMENT else ""
        if following.state is not context.state and following.is_comment and following.delim is Delim.NONE:
            piece = piece[: -4 if following.state is State.COMMENT else -2]
        kept.append(piece)
        context = following
        position += read
    return context, "".join(kept)


def _escaped_text(piece: str, *, opens_tag: bool) -> str:
    end = piece.rfind("<") if opens_tag else -1
    end = len(piece) if end < 0 else end
    return re.sub(r"<(?!!doctype)", "&lt;", piece[:end], flags=re.IGNORECASE) + piece[end:]


def strip_tags(markup: str) -> str:
    """The text of a fragment of HTML, for a place where tags cannot stand; unchanged if it has none."""
    context, position, kept, all_text = Context(), 0, [], True
    while position < len(markup):
        rest = markup[position:]
        if context.delim is not Delim.NONE:
            closing = _DELIM_ENDS[context.delim].search(rest)
            if closing is None:
                break
            position += closing.start() + (context.delim is not Delim.SPACE)
            context = Context(State.TAG, element=context.element)
            continue
        state = context.state
        if context.element is not Element.NONE and state not in _IN_TAG:
            state = State.RCDATA
        following, read = _strip_step(replace(context, state=state), rest)
        if context.state in (State.TEXT, State.RCDATA):
            end = rest.rfind("<", 0, read) if following.state is not context.state else read
            kept.append(rest[: read if end < 0 else end])
        else:
            all_text = False
        context, position = following, position + read
    return markup if all_text else "".join(kept)


def _strip_step(context: Context, rest: str) -> Step:
    if context.state is State.RCDATA:
        end = _END_TAGS[context.element].search(rest)
        return (context, len(rest)) if end is None else (Context(), end.start())
    start = _left_space(rest)
    if context.state is State.TAG and context.element is Element.SCRIPT and rest[start : start + 1] == ">":
        return Context(State.JS, element=Element.SCRIPT), start + 1
    try:
        return _TRANSITIONS[context.state](context, rest)
    except EscapeError:  # the rest is no HTML, and is dropped
        return Context(State.DEAD), len(rest)
