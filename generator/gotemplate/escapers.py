"""The escaping functions every template has: ``html``, ``js`` and ``urlquery``."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote_plus

from generator.gotemplate.printf import sprint
from generator.gotemplate.strconv import from_bytes, is_print, quote, to_bytes
from generator.gotemplate.values import Pointer

_HTML = str.maketrans({'"': "&#34;", "'": "&#39;", "&": "&amp;", "<": "&lt;", ">": "&gt;", "\0": "�"})
_JS = {
    "\\": "\\\\",
    "'": "\\'",
    '"': '\\"',
    "<": "\\u003C",
    ">": "\\u003E",
    "&": "\\u0026",
    "=": "\\u003D",
}


def joined(values: Sequence[object]) -> str:
    """The arguments as one text, pointers followed: what the escaping functions escape."""
    return sprint([_shown(value) for value in values])


def _shown(value: object) -> object:
    if value is None:
        return "<no value>"
    return value.target if isinstance(value, Pointer) else value


def html_escape(text: str) -> str:
    """``template.HTMLEscapeString``."""
    return text.translate(_HTML)


def _js_char(char: str) -> str:
    known = _JS.get(char)
    if known is not None:
        return known
    code = ord(char)
    if code < 0x20:
        return f"\\u00{code:02X}"
    is_lone_byte = 0xDC80 <= code <= 0xDCFF
    return char if code < 0x80 or is_lone_byte or is_print(char) else f"\\u{code:04X}"


def js_escape(text: str) -> str:
    """``template.JSEscapeString``."""
    return "".join(map(_js_char, text))


def query_escape(text: str) -> str:
    """``url.QueryEscape``: spaces become ``+``, all but letters, digits and ``-_.~`` become ``%XX``."""
    return quote_plus(to_bytes(text))


def query_unescape(text: str) -> str:
    """``url.QueryUnescape``. Raises ValueError with Go's message for a malformed escape."""
    data = to_bytes(text)
    out = bytearray()
    position = 0
    while position < len(data):
        byte = data[position]
        if byte != 0x25:
            out.append(0x20 if byte == 0x2B else byte)
            position += 1
            continue
        digits = data[position + 1 : position + 3]
        if len(digits) < 2 or not all(chr(digit) in "0123456789abcdefABCDEF" for digit in digits):
            shown = from_bytes(data[position : position + 3])
            raise ValueError(f"invalid URL escape {quote(shown)}")
        out.append(int(digits, 16))
        position += 3
    return from_bytes(bytes(out))
