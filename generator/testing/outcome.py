"""What came of testing one file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generator.diagnostics import Problem, has_errors
from generator.testing.coverage import Point
from generator.testing.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdicts of one file, and the problems found in it: errors make it unreadable, warnings name traps.

    `points` are the rules that the file could prove, each with what it did prove.
    """

    path: str
    verdicts: tuple[Verdict, ...] = ()
    problems: tuple[Problem, ...] = ()
    points: tuple[Point, ...] = ()

    @property
    def unreadable(self) -> bool:
        """Whether the file could not be run at all."""
        return has_errors(self.problems)

    @property
    def failed(self) -> bool:
        """Whether an assertion does not hold."""
        return any(verdict.failed for verdict in self.verdicts)


def exit_code(outcomes: Sequence[Outcome], *, strict: bool) -> int:
    """0 when all passed, 1 when something failed (with `strict` also a warning), 2 when a file is unreadable."""
    if any(outcome.unreadable for outcome in outcomes):
        return 2
    warned = strict and any(outcome.problems for outcome in outcomes)
    return 1 if warned or any(outcome.failed for outcome in outcomes) else 0
