"""Silences: alerts that match are not told of while they are in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generator.labels import LabelSet
from generator.simulate.config.matchers import LabelMatcher


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A silence, in force from `starts_at` through `ends_at`, milliseconds since 1970. All matchers must hold."""

    matchers: tuple[LabelMatcher, ...]
    starts_at: int
    ends_at: int
    comment: str = ""
    created_by: str = ""

    def silences(self, labels: LabelSet, now: int) -> bool:
        """Whether alerts with these labels are silenced at a time."""
        return self.starts_at <= now <= self.ends_at and all(each.matches(labels) for each in self.matchers)

    def __str__(self) -> str:
        inner = ", ".join(f"{each.name}{each.op}{each.value!r}" for each in self.matchers)
        return f"{{{inner}}}" + (f" ({self.comment})" if self.comment else "")


def silenced_by(silences: Sequence[Silence], labels: LabelSet, now: int) -> Silence | None:
    """The first silence that holds an alert back at a time."""
    return next((silence for silence in silences if silence.silences(labels, now)), None)
