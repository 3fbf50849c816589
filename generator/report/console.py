"""Problems, tables and differences as text. Colour only on a terminal, and never against `NO_COLOR`."""

from __future__ import annotations

import difflib
import json
import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TextIO

from generator.diagnostics import Problem, Severity
from generator.pipeline import Change

_DIFF_LINES: Final = 100
_COLOURS: Final = {"red": 31, "green": 32, "yellow": 33, "blue": 34, "cyan": 36, "bold": 1, "dim": 2}
_SEVERITY: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}


def may_colour(stream: TextIO) -> bool:
    """Whether colour is welcome: a terminal, and `NO_COLOR` is not set (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def paint(text: str, colour: str, stream: TextIO) -> str:
    """The text in a colour, where colour is welcome."""
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if may_colour(stream) else text


def show_problems(
    problems: Iterable[Problem], stream: TextIO | None = None, least: Severity = Severity.WARNING
) -> None:
    """Every problem of a severity with its place, what is wrong and what to do; then how many there are."""
    stream = stream or sys.stderr
    counts: dict[Severity, int] = {}
    for problem in problems:
        if problem.severity < least:
            continue
        counts[problem.severity] = counts.get(problem.severity, 0) + 1
        severity = paint(str(problem.severity), _SEVERITY[problem.severity], stream)
        place = paint(str(problem.origin), "bold", stream)
        print(f"{place}: {severity}: {problem.message} {paint(f'[{problem.check}]', 'dim', stream)}", file=stream)
        for line in _details(problem):
            print(f"    {line}", file=stream)
    if counts:
        print(
            ", ".join(_count(counts[severity], str(severity)) for severity in sorted(counts, reverse=True)), file=stream
        )


def _details(problem: Problem) -> Iterator[str]:
    if problem.span is not None:
        yield from problem.span.draw().split("\n")
    yield from problem.why.splitlines()


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def problems_as_json(problems: Iterable[Problem]) -> str:
    """The problems for machines."""
    rows = [
        {
            "check": problem.check,
            "severity": str(problem.severity),
            "file": problem.origin.file,
            "line": problem.origin.line,
            "message": problem.message,
            "why": problem.why,
        }
        for problem in problems
    ]
    return json.dumps(rows, indent=2, ensure_ascii=False)


def table(headers: Sequence[str], rows: Sequence[Sequence[str]], stream: TextIO) -> str:
    """Columns as wide as their widest cell, the last one as long as it likes."""
    widths = [max(_width(row[column]) for row in (headers, *rows)) for column in range(len(headers))]
    lines = [_line(headers, widths)]
    lines[0] = paint(lines[0], "bold", stream)
    return "\n".join([*lines, *(_line(row, widths) for row in rows)])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True)]
    return "  ".join(padded).rstrip()


def wrap(text: str, width: int) -> list[str]:
    """A text in lines of so many columns at most, broken between words, and within one that is longer than a line."""
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if _width(joined) <= width:
            lines[-1] = joined
            continue
        lines += [""] if lines[-1] else []
        for char in word:
            lines += [""] if _width(lines[-1] + char) > width else []
            lines[-1] += char
    return lines


def _width(text: str) -> int:
    """Columns on a terminal: Korean syllables take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def show_changes(pending: Sequence[Change], stream: TextIO) -> None:
    """A short difference: which files, and the first lines of what changes in them."""
    left = _DIFF_LINES
    for change in pending:
        lines = list(_diff(change))
        for line in lines[:left]:
            print(_coloured(line, stream), file=stream)
        left -= min(left, len(lines))
        if not left:
            break
    total = sum(1 for change in pending for _ in _diff(change)) if not left else 0
    if total > _DIFF_LINES:
        print(f"… and {total - _DIFF_LINES} more lines", file=stream)


def _diff(change: Change) -> Iterator[str]:
    before = [] if change.before is None else change.before.splitlines()
    after = [] if change.after is None else change.after.splitlines()
    names = (
        ("/dev/null" if change.before is None else str(change.path)),
        ("/dev/null" if change.after is None else str(change.path)),
    )
    return difflib.unified_diff(before, after, *names, lineterm="", n=2)


def _coloured(line: str, stream: TextIO) -> str:
    if line.startswith(("+++", "---")):
        return paint(line, "bold", stream)
    colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
    return paint(line, colour, stream) if colour else line
