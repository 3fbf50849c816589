"""The outcome of one assertion, whatever kind of file it stands in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from generator.diagnostics import Origin

Status = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one assertion. `title` names it, `message` says what was expected and what came.

    `detail` is what helps to find out why: a diff, the values over time. `group` is the test it belongs to.
    """

    origin: Origin
    title: str
    status: Status
    message: str = ""
    detail: str = ""
    group: str = ""

    @property
    def failed(self) -> bool:
        """Whether the assertion does not hold."""
        return self.status == "failed"


def tally(verdicts: Iterable[Verdict]) -> Counter[Status]:
    """How many passed, failed and were skipped."""
    return Counter(verdict.status for verdict in verdicts)
