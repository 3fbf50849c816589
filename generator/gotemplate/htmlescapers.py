"""The functions html/template puts behind every pipeline, one per context."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, cast

from generator.gotemplate.escapers import joined
from generator.gotemplate.htmlattrs import AttrType, attr_type
from generator.gotemplate.htmlscan import strip_tags
from generator.gotemplate.printf import sprint
from generator.gotemplate.safe import HTML, URL
from generator.gotemplate.strconv import to_bytes
from generator.gotemplate.values import ANY, Func, Pointer

FAILSAFE: Final = "ZgotmplZ"
"""What html/template writes in place of a value that would be unsafe."""

_HTML: Final = {
    "\0": "�",
    '"': "&#34;",
    "&": "&amp;",
    "'": "&#39;",
    "+": "&#43;",
    "<": "&lt;",
    ">": "&gt;",
}
_UNQUOTED: Final = {
    **_HTML,
    "\0": "&#xfffd;",
    "\t": "&#9;",
    "\n": "&#10;",
    "\v": "&#11;",
    "\f": "&#12;",
    "\r": "&#13;",
    " ": "&#32;",
    "=": "&#61;",
    "`": "&#96;",
}


def _table(replacements: Mapping[str, str], *, keep_entities: bool = False) -> dict[int, str]:
    return {ord(char): text for char, text in replacements.items() if not (keep_entities and char == "&")}


_QUOTED_TABLE: Final = _table(_HTML)
_QUOTED_NORM_TABLE: Final = _table(_HTML, keep_entities=True)
_BAD_RUNES: Final = {code: f"&#x{code:x};" for code in (*range(0xFDD0, 0xFDF0), *range(0xFFF0, 0x10000))}
_UNQUOTED_TABLE: Final = {**_table(_UNQUOTED), **_BAD_RUNES}
_UNQUOTED_NORM_TABLE: Final = {**_table(_UNQUOTED, keep_entities=True), **_BAD_RUNES}

_UNRESERVED: Final = frozenset(b"-._~ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
_RESERVED: Final = frozenset(b"!#$&*+,/:;=?@[]")
_HEX_DIGITS: Final = frozenset(b"0123456789abcdefABCDEF")
_SCHEMES: Final = ("http", "https", "mailto")


def _stringified(values: Sequence[object]) -> str:
    """The arguments as text; untyped nils are left out. The result keeps the type of a lone safe string."""
    if len(values) == 1:
        only = values[0].target if isinstance(values[0], Pointer) else values[0]
        if type(only) in (str, HTML, URL):
            return cast(str, only)
    shown = [value.target if isinstance(value, Pointer) else value for value in values if value is not None]
    return sprint(shown)


def _html(*values: object) -> str:
    text = _stringified(values)
    return str(text) if isinstance(text, HTML) else text.translate(_QUOTED_TABLE)


def _rcdata(*values: object) -> str:
    text = _stringified(values)
    return text.translate(_QUOTED_NORM_TABLE if isinstance(text, HTML) else _QUOTED_TABLE)


def _attribute(*values: object) -> str:
    text = _stringified(values)
    if isinstance(text, HTML):
        return strip_tags(str(text)).translate(_QUOTED_NORM_TABLE)
    return text.translate(_QUOTED_TABLE)


def _unquoted(*values: object) -> str:
    text = _stringified(values)
    if not text:
        return FAILSAFE
    if isinstance(text, HTML):
        return strip_tags(str(text)).translate(_UNQUOTED_NORM_TABLE)
    return text.translate(_UNQUOTED_TABLE)


def _name(*values: object) -> str:
    text = _stringified(values).lower()
    is_plain = attr_type(text) is AttrType.PLAIN and re.fullmatch(r"[0-9a-z]+", text) is not None
    return text if is_plain else FAILSAFE


def _comment(*_values: object) -> str:
    return ""


def is_safe_url(text: str) -> bool:
    """Whether the URL has no scheme, or one of http, https and mailto."""
    scheme, colon, _ = text.partition(":")
    return not colon or "/" in scheme or scheme.lower() in _SCHEMES


def url_escaped(text: str, *, normalize: bool) -> str:
    """Percent-encoded; ``normalize`` leaves reserved characters and existing escapes alone."""
    data = to_bytes(text)
    out: list[str] = []
    for position, byte in enumerate(data):
        digits = data[position + 1 : position + 3]
        is_escape = byte == 0x25 and len(digits) == 2 and all(digit in _HEX_DIGITS for digit in digits)
        if byte in _UNRESERVED or (normalize and (byte in _RESERVED or is_escape)):
            out.append(chr(byte))
        else:
            out.append(f"%{byte:02x}")
    return "".join(out)


def _url_filter(*values: object) -> str:
    text = _stringified(values)
    return str(text) if isinstance(text, URL) or is_safe_url(text) else "#" + FAILSAFE


def _url_normalizer(*values: object) -> str:
    return url_escaped(_stringified(values), normalize=True)


def _url_escaper(*values: object) -> str:
    text = _stringified(values)
    return url_escaped(text, normalize=isinstance(text, URL))


def _srcset(*values: object) -> str:
    text = _stringified(values)
    if isinstance(text, URL):
        return url_escaped(text, normalize=True).replace(",", "%2c")
    return ",".join(map(_srcset_element, text.split(",")))


def _srcset_element(element: str) -> str:
    match = re.fullmatch(r"([\t\n\f\r ]*)([^\t\n\f\r ]*)([\t\n\f\r 0-9A-Za-z]*)", element, re.DOTALL)
    if match is None or not is_safe_url(match.group(2)):
        return "#" + FAILSAFE
    before, url, after = match.groups()
    return before + url_escaped(url, normalize=True) + after


def _func(escape: object) -> Func:
    return Func(escape, (ANY,), variadic=True)  # type: ignore[arg-type]


ESCAPERS: Final[Mapping[str, Func]] = {
    "_html_template_attrescaper": _func(_attribute),
    "_html_template_commentescaper": _func(_comment),
    "_html_template_htmlnamefilter": _func(_name),
    "_html_template_htmlescaper": _func(_html),
    "_html_template_nospaceescaper": _func(_unquoted),
    "_html_template_rcdataescaper": _func(_rcdata),
    "_html_template_srcsetescaper": _func(_srcset),
    "_html_template_urlescaper": _func(_url_escaper),
    "_html_template_urlfilter": _func(_url_filter),
    "_html_template_urlnormalizer": _func(_url_normalizer),
    "_eval_args_": _func(lambda *values: joined(values)),
}
"""Under the names they have in Go, which its messages show."""
