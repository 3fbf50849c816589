"""What is wrong, where, and why: the one type in which every finding travels."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Final

_PACKAGE: Final = __name__.partition(".")[0] + "."


class Severity(IntEnum):
    """How bad a problem is; errors stop rendering, warnings do not."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """A place in a file: path as it was loaded, and line counted from 1 (0 when unknown)."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file

    def relative_to(self, root: Path) -> Origin:
        """The same place with the path seen from `root`, if it lies below it."""
        path = Path(self.file)
        return Origin(str(path.relative_to(root)), self.line) if path.is_relative_to(root) else self


NOWHERE: Final = Origin("")


def here() -> Origin:
    """The place outside this package from which the running constructor was called."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith(_PACKAGE):
        frame = frame.f_back
    return Origin(frame.f_code.co_filename, frame.f_lineno)


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` (exclusive, from 0) of `text`, the piece a problem is about."""

    text: str
    start: int
    end: int

    def draw(self) -> str:
        """The line of text with carets under the span."""
        before = self.text.rfind("\n", 0, self.start) + 1
        after = self.text.find("\n", self.start)
        line = self.text[before : after if after >= 0 else None]
        width = max(1, min(self.end, before + len(line)) - self.start)
        return f"{line}\n{' ' * (self.start - before)}{'^' * width}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `check` names the rule it breaks, `message` what is wrong, `why` what to do about it."""

    check: str
    severity: Severity
    origin: Origin
    message: str
    why: str = ""
    span: Span | None = None

    def __str__(self) -> str:
        text = f"{self.origin}: {self.severity}: {self.message} [{self.check}]"
        if self.span is not None:
            text += "\n" + "\n".join("    " + line for line in self.span.draw().split("\n"))
        return text + "".join(f"\n    {line}" for line in self.why.splitlines())


def error(check: str, origin: Origin, message: str, why: str = "", span: Span | None = None) -> Problem:
    """A problem that stops rendering."""
    return Problem(check, Severity.ERROR, origin, message, why, span)


def warning(check: str, origin: Origin, message: str, why: str = "", span: Span | None = None) -> Problem:
    """A problem worth knowing that does not stop rendering."""
    return Problem(check, Severity.WARNING, origin, message, why, span)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """By file and line, each said once."""
    return sorted(dict.fromkeys(problems), key=lambda p: (p.origin.file, p.origin.line, p.check, p.message))


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of them stops rendering."""
    return any(problem.severity is Severity.ERROR for problem in problems)
