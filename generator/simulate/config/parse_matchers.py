"""Matchers from text: the classic parser, the UTF-8 parser, and the two together as Alertmanager has them since 0.27.

Grammar of both from Alertmanager's documentation ("Matcher", "UTF-8 strict mode"); positions in messages are not kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from generator.gotemplate.strconv import quote
from generator.simulate.config.dialect import MatcherMode
from generator.simulate.config.matchers import OPERATORS, LabelMatcher, MatcherError

Matchers = tuple[LabelMatcher, ...]

_RESERVED: Final = "{}!=~,\\\"'`"
_SPACES: Final = "\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_BLANK: Final = r"[\t\n\f\r ]*"
_CLASSIC: Final = re.compile(rf"{_BLANK}([a-zA-Z_:][a-zA-Z0-9_:]*){_BLANK}(=~|=|!=|!~){_BLANK}(.*?){_BLANK}", re.DOTALL)
_TOKEN: Final = re.compile(
    rf"[{_SPACES}]*(?:(?P<sign>[{{}},])|(?P<operator>=~|=|!=|!~)|(?P<quoted>\"(?:\\.|[^\"\\])*\")"
    rf"|(?P<plain>[^{re.escape(_RESERVED)}{_SPACES}]+))",
    re.DOTALL,
)
_TRAILING: Final = re.compile(rf"[{_SPACES}]*")
_GO_ESCAPE: Final = re.compile(
    r"\\(?:([abfnrtv\\\"])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))", re.DOTALL
)
_SIMPLE: Final = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, '"': 34}


def parse_matchers(text: str, mode: MatcherMode) -> Matchers:
    """The matchers in one text, in written order. Raises `MatcherError`."""
    return PARSERS[mode](text)


def parse_classic(text: str) -> Matchers:
    """As Alertmanager up to 0.26 reads it: names are plain, values need no quotes. Raises `MatcherError`."""
    return tuple(parse_classic_one(part) for part in _classic_parts(text.removeprefix("{").removesuffix("}")))


def _classic_parts(text: str) -> list[str]:
    """The text cut at commas outside of quotes; a comma at the end adds nothing."""
    parts, start, quoted, escaped = [], 0, False, False
    for at, character in enumerate(text):
        if character == "," and not quoted:
            parts.append(text[start:at])
            start = at + 1
            # The real loop skips the rest of its body here, so an escape lives on across a comma.
            continue
        if character == '"':
            quoted, escaped = (quoted, False) if escaped else (not quoted, escaped)
        else:
            escaped = character == "\\" and not escaped
    rest = text[start:].strip()
    return [*parts, rest] if rest else parts


def parse_classic_one(text: str) -> LabelMatcher:
    """A single matcher, to whose value commas belong. Raises `MatcherError`."""
    found = _CLASSIC.fullmatch(text)
    if found is None:
        raise MatcherError(f"bad matcher format: {text}")
    name, op, raw = found.groups()
    quoted = raw.startswith('"')
    body = raw[1:] if quoted else raw
    closed = quoted and _closes(body)
    inner = body[:-1] if closed else body
    if quoted != closed or _bare_quote(inner):
        raise MatcherError(f"matcher value contains unescaped double quote: {raw}")
    return LabelMatcher(name, op, _classic_unescape(inner))


def _closes(body: str) -> bool:
    """Whether the last character is a quote that no backslash escapes."""
    if not body.endswith('"'):
        return False
    before = body[:-1]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 0


def _bare_quote(text: str) -> bool:
    return '"' in re.sub(r"\\.", "", text, flags=re.DOTALL)


def _classic_unescape(text: str) -> str:
    """`\\n`, `\\"` and two backslashes mean what they say; other backslashes stand for themselves."""
    return re.sub(r'\\([n"\\])', lambda found: "\n" if found[1] == "n" else found[1], text)


def parse_utf8(text: str) -> Matchers:
    """As the parser of 0.27 reads it: names and values plain or in double quotes. Raises `MatcherError`."""
    tokens = _tokens(text)
    braced = bool(tokens) and tokens[0] == ("sign", "{")
    inner = tokens[1:] if braced else tokens
    closed = bool(inner) and inner[-1] == ("sign", "}")
    if braced != closed:
        raise MatcherError(f"expected {'a close' if braced else 'an open'} brace: {text}")
    inner = inner[:-1] if closed else inner
    found: list[LabelMatcher] = []
    while inner:
        found.append(_utf8_matcher(inner[:3], text))
        inner = inner[3:]
        if inner and inner[0] != ("sign", ","):
            raise MatcherError(f"expected a comma or close brace, got {inner[0][1]!r}: {text}")
        inner = inner[1:]
    return tuple(found)


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    at, end = 0, len(_trimmed(text))
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise MatcherError(f"invalid input at {text[at:].strip()!r}: {text}")
        tokens.append((found.lastgroup, found[found.lastgroup]))
        at = found.end()
    return tokens


def _trimmed(text: str) -> str:
    while text and _TRAILING.fullmatch(text[-1]):
        text = text[:-1]
    return text


def _utf8_matcher(tokens: list[tuple[str, str]], text: str) -> LabelMatcher:
    kinds = tuple(kind for kind, _ in tokens)
    if not kinds or kinds[0] not in ("quoted", "plain"):
        raise MatcherError(f"expected label name: {text}")
    if len(kinds) < 2 or kinds[1] != "operator":
        raise MatcherError(f"expected an operator such as '=', '!=', '=~' or '!~': {text}")
    if len(kinds) < 3 or kinds[2] not in ("quoted", "plain"):
        raise MatcherError(f"expected label value: {text}")
    (_, name), (_, op), (_, value) = tokens
    return LabelMatcher(_unquoted(name), op, _unquoted(value))


def _unquoted(token: str) -> str:
    """A token's text, Go's escapes resolved where it is quoted. Raises `MatcherError`."""
    if not token.startswith('"'):
        return token
    body = token[1:-1]
    left = _GO_ESCAPE.sub("", body)
    if "\\" in left or "\n" in left:
        raise MatcherError(f"{token}: invalid input")
    try:
        out = _GO_ESCAPE.sub(_escape, body).encode("utf-8", "surrogateescape")
        return out.decode("utf-8")
    except (UnicodeError, ValueError):
        raise MatcherError(f"{token}: invalid input") from None


def _escape(found: re.Match[str]) -> str:
    simple, byte, short, long, octal = found.groups()
    if simple:
        return chr(_SIMPLE[simple])
    if short or long:
        point = int(short or long, 16)
        if 0xD800 <= point < 0xE000:
            raise ValueError("half of a surrogate pair")
        return chr(point)
    value = int(byte, 16) if byte else int(octal, 8)
    if value > 0xFF:
        raise ValueError("octal escape above 255")
    # Bytes above ASCII are parts of characters; they find together when the whole is decoded.
    return chr(value) if value < 0x80 else chr(0xDC00 + value)


def parse_fallback(text: str) -> Matchers:
    """UTF-8; where that fails, or the classic parser reads something else, classic. Raises `MatcherError`."""
    try:
        modern = parse_utf8(text)
    except MatcherError:
        return parse_classic(text)
    try:
        classic = parse_classic(text)
    except MatcherError:
        return modern
    return classic if classic != modern else modern


PARSERS: Final[Mapping[MatcherMode, Callable[[str], Matchers]]] = {
    "classic": parse_classic,
    "fallback": parse_fallback,
    "utf8": parse_utf8,
}
"""The parser of each mode."""


def in_order(matchers: list[LabelMatcher]) -> Matchers:
    """Sorted as Alertmanager sorts them, by label, value and operator."""
    return tuple(sorted(matchers, key=lambda one: (one.name, one.value, OPERATORS.index(one.op))))


def written(matchers: Matchers) -> str:
    """As they stand in keys of routes: `{a="b",c=~"d|e"}`."""
    return "{" + ",".join(map(matcher_text, matchers)) + "}"


def matcher_text(matcher: LabelMatcher) -> str:
    """A matcher as Alertmanager prints it; names with reserved characters are quoted."""
    if re.search(rf"[{re.escape(_RESERVED)}{_SPACES}]", matcher.name):
        return f"{quote(matcher.name)}{matcher.op}{quote(matcher.value)}"
    value = matcher.value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
    return f'{matcher.name}{matcher.op}"{value}"'
