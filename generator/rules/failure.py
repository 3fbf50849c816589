"""Errors of rules while they are evaluated."""

from __future__ import annotations

from dataclasses import dataclass

from generator.errors import TocsinError
from generator.rules.group import Rule


class StepError(TocsinError):
    """A rule failed at step `step` of its grid."""

    def __init__(self, step: int, message: str) -> None:
        super().__init__(message)
        self.step = step


class Entangled(TocsinError):  # noqa: N818 - nothing is wrong with it
    """Rules write the same series, so that the order of single samples counts."""


@dataclass(frozen=True, slots=True)
class RuleFailure:
    """A rule that failed. `time` is in milliseconds; the message is Prometheus' where it has one."""

    rule: Rule
    step: int
    time: int
    message: str
