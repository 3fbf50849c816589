"""Numbers and quoted strings as Go's ``strconv`` reads and writes them.

Go strings are bytes. Here they are ``str``; a byte that is not valid UTF-8 is kept as one of the lone
surrogates of Python's ``surrogateescape``, so that it counts as one rune and is printed as ``\\xff``.
"""

from __future__ import annotations

import math
import re

_SIMPLE_ESCAPES = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
}
_CONTROL_NAMES = {value: "\\" + name for name, value in _SIMPLE_ESCAPES.items()}
_ESCAPE = re.compile(r"\\(?:([abfnrtv\\])|([0-7]{3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(['\"]))")
_UNDERSCORES = re.compile(
    r"[+-]?(?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|0(?:_?[0-7])*|[1-9](?:_?[0-9])*)\Z"
)
_FLOAT = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z")
_HEX_FLOAT = re.compile(r"[+-]?0[xX](?:[0-9a-fA-F]+(?:\.[0-9a-fA-F]*)?|\.[0-9a-fA-F]+)[pP][+-]?[0-9]+\Z")
_BAD_UNDERSCORE = re.compile(r"(?<![0-9])_|_(?![0-9])")
_BAD_HEX_UNDERSCORE = re.compile(r"(?<![0-9a-fA-FxX])_|_(?![0-9a-fA-F])")
_WORD_FLOAT = re.compile(r"([+-]?)inf(?:inity)?\Z|nan\Z", re.IGNORECASE)

MAX_INT64 = 2**63 - 1
MIN_INT64 = -(2**63)
MAX_UINT64 = 2**64 - 1


def to_bytes(text: str) -> bytes:
    """The bytes of a Go string."""
    return text.encode("utf-8", "surrogateescape")


def from_bytes(data: bytes) -> str:
    """The string of these bytes; the inverse of :func:`to_bytes`."""
    return data.decode("utf-8", "surrogateescape")


def valid_utf8(text: str) -> str:
    """The text with U+FFFD for every byte that is not UTF-8, as Go's JSON encoder writes it."""
    return text if text.isascii() else to_bytes(text).decode("utf-8", "replace")


def is_print(char: str) -> bool:
    """Go's ``strconv.IsPrint``: letters, marks, numbers, punctuation, symbols, and the ASCII space."""
    return char.isprintable()


def _escaped(char: str, quote: str, ascii_only: bool) -> str:
    code = ord(char)
    if char == quote or char == "\\":
        return "\\" + char
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if is_print(char) and (code < 0x80 or not ascii_only):
        return char
    named = _CONTROL_NAMES.get(char)
    if named is not None:
        return named
    if code < 0x20 or code == 0x7F:
        return f"\\x{code:02x}"
    if 0xD800 <= code < 0xE000:
        return "\\ufffd"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def quote(text: str, *, ascii_only: bool = False) -> str:
    """A double-quoted Go string literal, as ``%q`` (``%+q`` with ``ascii_only``) writes it."""
    return '"' + "".join(_escaped(char, '"', ascii_only) for char in text) + '"'


def rune(code: int) -> str:
    """The character with this code point; U+FFFD when there is none."""
    if not 0 <= code <= 0x10FFFF or 0xD800 <= code < 0xE000:
        return "�"
    return chr(code)


def quote_rune(code: int, *, ascii_only: bool = False) -> str:
    """A single-quoted Go character literal."""
    return "'" + _escaped(rune(code), "'", ascii_only) + "'"


def can_backquote(text: str) -> bool:
    """Whether the text can stand unchanged in a one-line raw string literal."""
    return all(
        char not in "`\ufeff\x7f" and (char >= " " or char == "\t") and not "\ud800" <= char <= "\udfff"
        for char in text
    )


def _unescape(match: re.Match[str], quote_char: str) -> bytes:
    simple, octal, byte, short, long, mark = match.groups()
    if simple is not None:
        return _SIMPLE_ESCAPES[simple].encode()
    if mark is not None:
        if mark != quote_char:
            raise ValueError("invalid syntax")
        return mark.encode()
    if octal is not None or byte is not None:
        code = int(octal, 8) if octal is not None else int(byte, 16)
        if code > 255:
            raise ValueError("invalid syntax")
        return bytes((code,))
    code = int(short or long, 16)
    if code > 0x10FFFF or 0xD800 <= code < 0xE000:
        raise ValueError("invalid syntax")
    return chr(code).encode()


def _unquote_body(body: str, quote_char: str) -> str:
    parts: list[bytes] = []
    position = 0
    while position < len(body):
        stop = body.find("\\", position)
        if stop < 0:
            parts.append(to_bytes(body[position:]))
            break
        parts.append(to_bytes(body[position:stop]))
        match = _ESCAPE.match(body, stop)
        if match is None:
            raise ValueError("invalid syntax")
        parts.append(_unescape(match, quote_char))
        position = match.end()
    return from_bytes(b"".join(parts))


def unquote(literal: str) -> str:
    """The value of a double-quoted or raw Go string literal; ValueError("invalid syntax") if malformed."""
    if literal[0] == "`":
        return literal[1:-1].replace("\r", "")
    body = literal[1:-1]
    return _unquote_body(body, '"') if "\\" in body else body


def unquote_char(literal: str) -> int:
    """The code point of a Go character literal such as ``'a'``; ValueError says what is wrong."""
    body = literal[1:]
    if body.startswith("'"):
        raise ValueError("invalid syntax")
    if body.startswith("\\"):
        match = _ESCAPE.match(body)
        if match is None:
            raise ValueError("invalid syntax")
        octal, byte = match.group(2), match.group(3)
        data = _unescape(match, "'")
        code = data[0] if octal is not None or byte is not None else ord(data.decode())
        tail = body[match.end() :]
    else:
        code, tail = ord(body[0]), body[1:]
    if tail != "'":
        raise ValueError(f"malformed character constant: {literal}")
    return code


def parse_integer(text: str) -> int | None:
    """An integer literal in any of Go's bases, underscores included; None if it is not one."""
    if _UNDERSCORES.match(text) is None:
        return None
    digits = text.replace("_", "")
    sign = -1 if digits.startswith("-") else 1
    digits = digits.lstrip("+-")
    if len(digits) > 1 and digits[0] == "0" and digits[1].isdigit():
        return sign * int(digits, 8)
    return sign * int(digits, 0)


def parse_float(text: str) -> float:
    """Go's ``strconv.ParseFloat``; ValueError carries its reason (invalid syntax, value out of range)."""
    word = _WORD_FLOAT.match(text)
    if word is not None:
        return math.nan if word.group(1) is None else float(text)
    plain = text
    if "_" in text:
        bad = _BAD_HEX_UNDERSCORE if text.lstrip("+-")[:2].lower() == "0x" else _BAD_UNDERSCORE
        if bad.search(text):
            raise ValueError("invalid syntax")
        plain = text.replace("_", "")
    if _FLOAT.match(plain):
        value = float(plain)
    elif _HEX_FLOAT.match(plain):
        try:
            value = float.fromhex(plain)
        except OverflowError:
            value = math.inf
    else:
        raise ValueError("invalid syntax")
    if math.isinf(value):
        raise ValueError("value out of range")
    return value


def _shortest_digits(value: float) -> tuple[str, int]:
    """Digits d1d2… and exponent e with value = 0.d1d2… × 10^e, as few digits as round-trip."""
    if value == 0:
        return "0", 1
    mantissa, _, exponent = f"{value!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    point = len(whole) + int(exponent or 0)
    digits = whole + fraction
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    return stripped.rstrip("0") or "0", point


def _exponent_form(digits: str, point: int, letter: str) -> str:
    exponent = point - 1 if digits != "0" else 0
    sign = "-" if exponent < 0 else "+"
    head = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    return f"{head}{letter}{sign}{abs(exponent):02d}"


def _plain_form(digits: str, point: int) -> str:
    if point <= 0:
        return "0." + "0" * -point + digits if digits != "0" else "0"
    if len(digits) <= point:
        return digits + "0" * (point - len(digits))
    return digits[:point] + "." + digits[point:]


def _shortest(value: float, verb: str) -> str:
    digits, point = _shortest_digits(value)
    if verb in "eE":
        return _exponent_form(digits, point, verb)
    if verb == "f":
        return _plain_form(digits, point)
    # With no precision asked for, Go's %g has an exponent from 1e+06 on and below 1e-04.
    if digits != "0" and not -4 <= point - 1 < 6:
        return _exponent_form(digits, point, "e" if verb == "g" else "E")
    return _plain_form(digits, point)


def _hex_form(value: float, verb: str, precision: int) -> str:
    if value == 0:
        mantissa, exponent = 0, 0
    else:
        fraction, exponent = math.frexp(value)
        mantissa, exponent = int(fraction * (1 << 53)), exponent - 1
    if 0 <= precision < 13 and mantissa:
        shift = 52 - 4 * precision
        whole, rest = divmod(mantissa, 1 << shift)
        half = 1 << (shift - 1)
        if rest > half or (rest == half and whole & 1):
            whole += 1
        mantissa = whole << shift
        if mantissa >> 53:
            mantissa, exponent = mantissa >> 1, exponent + 1
    lead, digits = mantissa >> 52, f"{mantissa & ((1 << 52) - 1):013x}"
    digits = digits.rstrip("0") if precision < 0 else digits[:precision].ljust(precision, "0")
    sign = "-" if exponent < 0 else "+"
    text = f"0x{lead}{'.' + digits if digits else ''}p{sign}{abs(exponent):02d}"
    return text.upper() if verb == "X" else text


def _binary_form(value: float) -> str:
    if value == 0:
        return "0p-1074"
    fraction, exponent = math.frexp(value)
    mantissa, exponent = int(fraction * (1 << 53)), exponent - 53
    if exponent < -1074:
        mantissa, exponent = mantissa >> (-1074 - exponent), -1074
    return f"{mantissa}p{'-' if exponent < 0 else '+'}{abs(exponent)}"


def format_float(value: float, verb: str = "g", precision: int = -1) -> str:
    """Go's ``strconv.FormatFloat`` for 64 bits. Precision -1 asks for the fewest digits that round-trip.

    Positive infinity comes with its sign (``+Inf``) and NaN without (``NaN``), as in Go.
    """
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    sign = "-" if math.copysign(1.0, value) < 0 else ""
    magnitude = abs(value)
    if verb == "b":
        return sign + _binary_form(magnitude)
    if verb in "xX":
        return sign + _hex_form(magnitude, verb, precision)
    if precision < 0:
        return sign + _shortest(magnitude, verb)
    return sign + f"{magnitude:.{precision}{verb}}"
