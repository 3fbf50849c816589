"""Where in an HTML document a place in a template stands: the context that decides how a value is escaped.

The states and transitions are those of Go's html/template, without the inside of JavaScript.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import Final


class State(enum.Enum):
    """The parser's state; the value is Go's name for it."""

    TEXT = "stateText"
    TAG = "stateTag"
    ATTR_NAME = "stateAttrName"
    AFTER_NAME = "stateAfterName"
    BEFORE_VALUE = "stateBeforeValue"
    COMMENT = "stateHTMLCmt"
    RCDATA = "stateRCDATA"
    ATTR = "stateAttr"
    URL = "stateURL"
    SRCSET = "stateSrcset"
    JS = "stateJS"
    CSS = "stateCSS"
    CSS_DOUBLE = "stateCSSDqStr"
    CSS_SINGLE = "stateCSSSqStr"
    CSS_DOUBLE_URL = "stateCSSDqURL"
    CSS_SINGLE_URL = "stateCSSSqURL"
    CSS_URL = "stateCSSURL"
    CSS_BLOCK_COMMENT = "stateCSSBlockCmt"
    CSS_LINE_COMMENT = "stateCSSLineCmt"
    META_CONTENT = "stateMetaContent"
    META_URL = "stateMetaContentURL"
    DEAD = "stateDead"


class Delim(enum.Enum):
    """What ends the attribute value we are in."""

    NONE = "delimNone"
    DOUBLE = "delimDoubleQuote"
    SINGLE = "delimSingleQuote"
    SPACE = "delimSpaceOrTagEnd"


class UrlPart(enum.Enum):
    """Which part of a URL we are in."""

    NONE = "urlPartNone"
    PRE_QUERY = "urlPartPreQuery"
    QUERY = "urlPartQueryOrFrag"
    UNKNOWN = "urlPartUnknown"


class Attr(enum.Enum):
    """The kind of the attribute we are in."""

    NONE = "attrNone"
    SCRIPT = "attrScript"
    SCRIPT_TYPE = "attrScriptType"
    STYLE = "attrStyle"
    URL = "attrURL"
    SRCSET = "attrSrcset"
    META_CONTENT = "attrMetaContent"


class Element(enum.Enum):
    """The element we are in, where it matters."""

    NONE = "elementNone"
    SCRIPT = "elementScript"
    STYLE = "elementStyle"
    TEXTAREA = "elementTextarea"
    TITLE = "elementTitle"
    META = "elementMeta"


@dataclass(frozen=True, slots=True)
class Context:
    """A place in an HTML document."""

    state: State = State.TEXT
    delim: Delim = Delim.NONE
    url_part: UrlPart = UrlPart.NONE
    attr: Attr = Attr.NONE
    element: Element = Element.NONE

    def __str__(self) -> str:
        parts = (self.state.value, self.delim.value, self.url_part.value, "jsCtxRegexp", "[]")
        return f"{{{' '.join(parts)} {self.attr.value} {self.element.value} <nil>}}"

    @property
    def is_comment(self) -> bool:
        """Whether text here is left out of the output."""
        return self.state in _COMMENTS

    def mangled(self, name: str) -> str:
        """The name of a template as it is when invoked in this context."""
        if self.state is State.TEXT:
            return name
        parts: list[enum.Enum] = [self.state]
        if self.delim is not Delim.NONE:
            parts.append(self.delim)
        if self.url_part is not UrlPart.NONE:
            parts.append(self.url_part)
        if self.attr is not Attr.NONE:
            parts.append(self.attr)
        if self.element is not Element.NONE:
            parts.append(self.element)
        return f"{name}$htmltemplate_{'_'.join(part.value for part in parts)}"

    def nudged(self) -> Context:
        """The context once something is inserted here: an attribute name, or an unquoted value."""
        match self.state:
            case State.TAG:
                return replace(self, state=State.ATTR_NAME)
            case State.BEFORE_VALUE:
                return replace(self, state=VALUE_STATES[self.attr], delim=Delim.SPACE, attr=Attr.NONE)
            case State.AFTER_NAME:
                return replace(self, state=State.ATTR_NAME, attr=Attr.NONE)
        return self


_COMMENTS: Final = frozenset((State.COMMENT, State.CSS_BLOCK_COMMENT, State.CSS_LINE_COMMENT))
CSS_STATES: Final = frozenset(
    (
        State.CSS,
        State.CSS_DOUBLE,
        State.CSS_SINGLE,
        State.CSS_DOUBLE_URL,
        State.CSS_SINGLE_URL,
        State.CSS_URL,
    )
)
VALUE_STATES: Final = {
    Attr.NONE: State.ATTR,
    Attr.SCRIPT: State.JS,
    Attr.SCRIPT_TYPE: State.ATTR,
    Attr.STYLE: State.CSS,
    Attr.URL: State.URL,
    Attr.SRCSET: State.SRCSET,
    Attr.META_CONTENT: State.META_CONTENT,
}
"""The state at the start of an attribute's value."""


def joined(left: Context, right: Context) -> Context | None:
    """The context after two branches; None if they end in places that cannot be reconciled."""
    if left.state is State.DEAD or left == right:
        return right
    if right.state is State.DEAD:
        return left
    if replace(left, url_part=right.url_part) == right:
        return replace(left, url_part=UrlPart.UNKNOWN)
    nudged_left, nudged_right = left.nudged(), right.nudged()
    if (nudged_left, nudged_right) != (left, right):
        return joined(nudged_left, nudged_right)
    return None
