"""Quoted strings as Go writes them."""

from __future__ import annotations

import re
from typing import Final

from generator.errors import ParseError

_SIMPLE: Final = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "\\": "\\", "'": "'", '"': '"',
}  # fmt: skip
_ESCAPE: Final = re.compile(
    r"\\(?:(?P<simple>[abfnrtv\\'\"])|(?P<octal>[0-7]{3})|x(?P<byte>[0-9a-fA-F]{2})"
    r"|u(?P<short>[0-9a-fA-F]{4})|U(?P<long>[0-9a-fA-F]{8})|(?P<bad>.?))"
)


def unquote(text: str) -> str:
    """The string that a quoted text stands for (double, single or back quotes). Raises `ParseError`."""
    if len(text) < 2 or text[0] not in "\"'`" or text[-1] != text[0]:
        raise ParseError(f"not a quoted string: {text!r}")
    inside = text[1:-1]
    if text[0] == "`" or "\\" not in inside:
        return inside
    pieces: list[bytes] = []
    at = 0
    for match in _ESCAPE.finditer(inside):
        pieces += [inside[at : match.start()].encode(), _meaning(match)]
        at = match.end()
    return (b"".join(pieces) + inside[at:].encode()).decode(errors="replace")


def _meaning(match: re.Match[str]) -> bytes:
    if match["simple"]:
        return _SIMPLE[match["simple"]].encode()
    if match["octal"] or match["byte"]:
        return bytes([(int(match["octal"], 8) if match["octal"] else int(match["byte"], 16)) & 255])
    if match["short"] or match["long"]:
        return chr(int(match["short"] or match["long"], 16)).encode(errors="replace")
    raise ParseError(f"unknown escape {match[0]!r} in a quoted string")
