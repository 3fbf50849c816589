"""Expressions over series that are written down: what `tocsin eval` and the pytest fixture `promql` do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from generator.duration import Duration
from generator.engine.histogram.value import Histogram
from generator.engine.settings import DEFAULT, Settings
from generator.engine.storage import Storage
from generator.errors import DurationError
from generator.labels import LabelSet
from generator.promql.parse import parse
from generator.testing.answers import Answer, ask
from generator.testing.loading import fill
from generator.testing.series import SeriesError, parse_series

MOST_STEPS: Final = 1_000_000
"""Steps that a range query may have: two years at one-minute steps."""


class Playground:
    """A storage to put series into, in the notation of tests, and to ask PromQL of."""

    def __init__(self, settings: Settings = DEFAULT) -> None:
        self.storage = Storage()
        self.settings = settings
        self._last = 0

    def load(self, *series: str, step: str | int = "1m", start: int = 0) -> Playground:
        """Add series such as `up{job="a"} 1 1 0x5`, one value every `step` from `start` (milliseconds) on.

        Raises `SeriesError` for text that is not in the notation, has no values, or names a series that has samples
        at these times already, and `DurationError` for a step that is none.
        """
        interval = _positive(step, "the time between two values")
        for text in series:
            made = parse_series(text)
            if not len(made.values):
                raise SeriesError(f"series {made.labels} has no values, such as in 'up 1 0x5'")
            try:
                fill(self.storage, made.labels, made.values, start, interval)
            except ValueError:
                raise SeriesError(f"series {made.labels} is given twice") from None
            self._last = max(self._last, start + interval * max(0, len(made.values) - 1))
        return self

    @property
    def last(self) -> int:
        """The time of the last value that was loaded, in milliseconds."""
        return self._last

    def ask(self, expr: str, at: str | int | None = None) -> Answer:
        """The answer to an instant query, by default at the last value loaded. Raises what the engine raises."""
        moment = self._last if at is None else int(Duration.of(at))
        return ask(parse(expr), self.storage, moment, moment, 0, self.settings, is_range=False)

    def ask_range(self, expr: str, start: str | int, end: str | int, step: str | int) -> Answer:
        """The answer to a range query. Raises `DurationError` for one that has no steps, or more than `MOST_STEPS`."""
        first, last, interval = int(Duration.of(start)), int(Duration.of(end)), _positive(step, "the step")
        if last < first:
            raise DurationError(f"the range ends at {Duration(last)}, before it begins at {Duration(first)}")
        if (last - first) // interval >= MOST_STEPS:
            raise DurationError(f"the range has more than {MOST_STEPS} steps")
        return ask(parse(expr), self.storage, first, last, interval, self.settings, is_range=True)

    def value(self, expr: str, at: str | int | None = None) -> float | Histogram:
        """The one value of an instant query; `ValueError` when it gives none or several."""
        answer = self.ask(expr, at)
        if answer.kind == "scalar":
            return answer.scalar
        if len(answer.series) != 1:
            raise ValueError(f"{expr} gives {len(answer.series)} series, not one")
        return answer.series[0][1][0][1]

    def vector(self, expr: str, at: str | int | None = None) -> dict[LabelSet, float | Histogram]:
        """The values of an instant query by labels."""
        answer = self.ask(expr, at)
        if answer.kind == "scalar":
            return {LabelSet(): answer.scalar}
        return {labels: points[0][1] for labels, points in answer.series}

    def range(
        self, expr: str, start: str | int, end: str | int, step: str | int
    ) -> dict[LabelSet, list[tuple[int, float | Histogram]]]:
        """The points (milliseconds, value) of a range query by labels."""
        return dict(self.ask_range(expr, start, end, step).series)


def _positive(step: str | int, what: str) -> int:
    milliseconds = int(Duration.of(step))
    if milliseconds <= 0:
        raise DurationError(f"{what} must be longer than {Duration(milliseconds)}")
    return milliseconds


def loaded(series: Iterable[str], step: str | int = "1m", settings: Settings = DEFAULT) -> Playground:
    """A playground with these series in it."""
    return Playground(settings).load(*series, step=step)
