"""The patterns of Go's `filepath.Glob`, which is what `rule_files` are to promtool."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from generator.errors import ParseError

_META: Final = re.compile(r"[*?\[\\]")


class PatternError(ParseError):
    """A pattern that Go refuses."""


def glob(folder: Path, pattern: str) -> list[str]:
    """The paths below a folder, or anywhere for an absolute pattern, that match; `**` means no more than `*`.

    Nothing for an empty pattern, as promtool has it: it stands for no folder. Raises `PatternError`.
    """
    if not pattern:
        return []
    absolute = pattern.startswith("/")
    parts = [(part, _regex(part)) for part in os.path.normpath(pattern).split("/") if part]
    found = ["/" if absolute else str(folder)]
    for part, regex in parts:
        found = [os.path.join(each, name) for each in found for name in _names(each, part, regex)]  # noqa: PTH118
    return found


def _names(folder: str, part: str, regex: re.Pattern[str]) -> list[str]:
    """What a part of a pattern stands for in a folder."""
    if not _META.search(part):
        return [part] if os.path.lexists(os.path.join(folder, part)) else []  # noqa: PTH118
    try:
        return sorted(name for name in os.listdir(folder) if regex.fullmatch(name))  # noqa: PTH208
    except OSError:
        return []


def _regex(part: str) -> re.Pattern[str]:
    made, at = "", 0
    while at < len(part):
        sign = part[at]
        if sign == "[":
            piece, at = _class(part, at + 1)
        elif sign in "*?":
            piece, at = (".*" if sign == "*" else "."), at + 1
        else:
            char, at = _char(part, at)
            piece = re.escape(char)
        made += piece
    return re.compile(made, re.DOTALL)


def _class(part: str, at: int) -> tuple[str, int]:
    """The characters after `[`, of which `^` at the start takes all others, and where what follows begins."""
    negated = part[at : at + 1] == "^"
    at += negated
    ranges: list[str] = []
    start = at
    while part[at : at + 1] != "]" or at == start:
        low, at = _member(part, at)
        high = low
        if part[at : at + 1] == "-":
            high, at = _member(part, at + 1)
        if low <= high:
            ranges.append(f"{re.escape(low)}-{re.escape(high)}")
    inside = "".join(ranges)
    if not inside:
        return ("." if negated else "(?!)"), at + 1
    return f"[{'^' if negated else ''}{inside}]", at + 1


def _member(part: str, at: int) -> tuple[str, int]:
    if part[at : at + 1] in ("", "-", "]"):
        raise PatternError(f"syntax error in pattern {part!r}")
    return _char(part, at)


def _char(part: str, at: int) -> tuple[str, int]:
    """A character, maybe behind a backslash, and where the next one is."""
    at += part[at] == "\\"
    if at == len(part):
        raise PatternError(f"syntax error in pattern {part!r}")
    return part[at], at + 1
