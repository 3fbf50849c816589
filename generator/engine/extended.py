"""Extended readings of ranges, experimental upstream: `anchored` and `smoothed`.

A range is read with samples outside of it, up to the lookback before its start and, smoothed, after its end, so that
it has a value at its very ends: anchored the sample before the start (or the first after it) and the last one,
smoothed what lies on the line between the samples around each end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from generator.promql.ast import Reading

ANCHORED_FUNCTIONS: Final = ("changes", "delta", "increase", "rate", "resets")
SMOOTHED_FUNCTIONS: Final = ("delta", "increase", "rate")


@dataclass(frozen=True, slots=True)
class Bounds:
    """The nominal range of a window: (start, end], milliseconds, and how its ends are read."""

    start: int
    end: int
    reading: Reading

    @property
    def smoothed(self) -> bool:
        """Whether values at the ends are interpolated."""
        return self.reading == "smoothed"

    def ends(self, times: Sequence[int]) -> tuple[int, int] | None:
        """Which samples stand for the start and the end; None where no sample lies behind the start."""
        last = len(times) - 1
        if last < 0:
            return None
        first = max(0, next((place for place in range(last) if times[place] > self.start), last) - 1)
        if self.smoothed:
            last = next((place for place in range(last) if times[place] >= self.end), last)
        if times[last] <= self.start or (self.smoothed and times[first] > self.end):
            return None
        return first, last

    def between(self, times: Sequence[int], first: int, last: int) -> slice:
        """The samples strictly within the range."""
        start = first + 1 if times[first] <= self.start else first
        return slice(start, max(start, last if times[last] >= self.end else last + 1))


def value_at_start(
    bounds: Bounds, times: Sequence[int], values: Sequence[float], first: int, *, counter: bool
) -> float:
    """The float at the start of the range."""
    if bounds.smoothed and times[first] < bounds.start:
        return interpolated(times[first : first + 2], values[first : first + 2], bounds.start, counter=counter)
    return values[first]


def value_at_end(bounds: Bounds, times: Sequence[int], values: Sequence[float], last: int, *, counter: bool) -> float:
    """The float at the end of the range."""
    if bounds.smoothed and last > 0 and times[last] > bounds.end:
        return interpolated(times[last - 1 : last + 1], values[last - 1 : last + 1], bounds.end, counter=counter)
    return values[last]


def interpolated(times: Sequence[int], values: Sequence[float], at: int, *, counter: bool) -> float:
    """The value between two samples; a counter that fell between them began again from 0."""
    before, after = values
    if counter and after < before:
        before = 0.0
    return before + (after - before) * (at - times[0]) / (times[1] - times[0])


def lost_at_resets(values: Sequence[float]) -> float:
    """What a counter had reached before each fall."""
    lost = 0.0
    for place in range(1, len(values)):
        if values[place] < values[place - 1]:
            lost += values[place - 1]
    return lost


def samples_at_ends(bounds: Bounds, times: Sequence[int], values: Sequence[float]) -> list[tuple[int, float]]:
    """The range as a result of its own: its samples, and those at its ends."""
    found = bounds.ends(times)
    if found is None:
        return []
    first, last = found
    inner = bounds.between(times, first, last)
    return [
        (bounds.start, value_at_start(bounds, times, values, first, counter=False)),
        *zip(times[inner], values[inner], strict=True),
        (bounds.end, value_at_end(bounds, times, values, last, counter=False)),
    ]
