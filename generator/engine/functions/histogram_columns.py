"""Histograms of one layout as columns of numbers, so that all windows over them are added up at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Final

import numpy as np

from generator.engine.arrays import Flags, Floats, Integers
from generator.engine.histogram.algebra import zero_count
from generator.engine.histogram.reset import Sample
from generator.engine.histogram.value import BucketCounts, CounterResetHint, Histogram, bound
from generator.engine.windows import window_counts

Sums = Callable[[Floats, Integers, Integers], Floats]
"""Values of rows × columns and the windows' first and last (exclusive) rows, to windows × columns."""

TOTALS: Final = 3
"""How many columns stand before those of the buckets: count, sum and zero count."""

_HINTS: Final[tuple[CounterResetHint, ...]] = ("unknown", "reset", "not_reset", "gauge")
_Layout = tuple[int, float, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows of one layout: count, sum, zero count, then the buckets that any of them has; other rows are 0.

    `given` says which rows have which bucket. Positive buckets stand before negative ones.
    """

    layout: _Layout
    numbers: Floats
    given: Flags
    positive: tuple[int, ...]
    negative: tuple[int, ...]

    def folded(self, sums: Sums, low: Integers, high: Integers) -> Iterator[Histogram]:
        """The sum (or mean) of each window's histograms, which must all be rows of this layout."""
        given = window_counts(self.given, low, high) > 0
        return self.histograms(sums(self.numbers, low, high), given, "unknown")

    def histograms(self, numbers: Floats, given: Flags, hint: CounterResetHint) -> Iterator[Histogram]:
        """Histograms of this layout from rows of numbers as here, each with the buckets that are given."""
        schema, threshold, bounds = self.layout
        split = len(self.positive)
        for (count, total, zero, *buckets), has in zip(numbers.tolist(), given.tolist(), strict=True):
            positive = _side(self.positive, buckets[:split], has[:split])
            negative = _side(self.negative, buckets[split:], has[split:])
            yield Histogram(schema, count, total, threshold, zero, positive, negative, bounds, hint)


def _side(indexes: Sequence[int], counts: Sequence[float], given: Sequence[bool]) -> BucketCounts:
    return tuple(compress(zip(indexes, counts, strict=True), given))


def uniform_windows(samples: Sequence[Sample], low: Integers, high: Integers) -> Iterator[tuple[Columns, Integers]]:
    """The windows that hold histograms of a single layout, by layout: the columns and which windows these are.

    Layouts of which a bucket begins within the zero bucket are left out, as counts there are not just added up.
    """
    numbers: dict[_Layout | None, int] = {None: 0}
    ids = np.array([numbers.setdefault(_layout(sample), len(numbers)) for sample in samples])
    changes = (ids[1:] != ids[:-1]).reshape(-1, 1)
    filled = high > low
    first = np.where(filled, low, 0)
    alike = filled & (window_counts(changes, first, np.where(filled, high - 1, 0))[:, 0] == 0)
    for layout, number in numbers.items():
        windows = np.flatnonzero(alike & (ids.take(first) == number)) if len(ids) else first[:0]
        if layout is not None and len(windows):
            columns = _columns(samples, layout)
            if not _hidden(columns):
                yield columns, windows


def _layout(sample: Sample) -> _Layout | None:
    if not isinstance(sample, Histogram):
        return None
    return sample.schema, sample.zero_threshold, sample.custom_values


def _hidden(columns: Columns) -> bool:
    schema, threshold, bounds = columns.layout
    edges = (bound(index, schema, bounds) for index in (*columns.positive, *columns.negative))
    return threshold > 0 and any(edge <= threshold for edge in edges)


def _columns(samples: Sequence[Sample], layout: _Layout) -> Columns:
    chosen = [(row, s) for row, s in enumerate(samples) if isinstance(s, Histogram) and _layout(s) == layout]
    positive = sorted({index for _, histogram in chosen for index, _ in histogram.positive})
    negative = sorted({index for _, histogram in chosen for index, _ in histogram.negative})
    places = [{index: place for place, index in enumerate(side)} for side in (positive, negative)]
    numbers = np.zeros((len(samples), TOTALS + len(positive) + len(negative)))
    given = np.zeros((len(samples), len(positive) + len(negative)), np.bool_)
    for row, histogram in chosen:
        numbers[row, :TOTALS] = histogram.count, histogram.sum, zero_count(histogram)
        here = [places[0][index] for index, _ in histogram.positive]
        here += [len(positive) + places[1][index] for index, _ in histogram.negative]
        given[row, here] = True
        numbers[row, TOTALS:][here] = [count for side in (histogram.positive, histogram.negative) for _, count in side]
    return Columns(layout, numbers, given, tuple(positive), tuple(negative))


def window_hints(samples: Sequence[Sample], low: Integers, high: Integers) -> tuple[list[CounterResetHint], Flags]:
    """The hint of each window's sum, and in which windows "reset" meets "not_reset"; samples are histograms."""
    flags = np.array(
        [[isinstance(s, Histogram) and s.counter_reset_hint == hint for hint in _HINTS] for s in samples]
    ).reshape(-1, len(_HINTS))
    found = window_counts(flags, low, high) > 0
    hints: list[CounterResetHint] = []
    for here in found.tolist():
        kinds = [hint for hint, has in zip(_HINTS, here, strict=True) if has]
        hints.append("gauge" if "gauge" in kinds else kinds[0] if len(kinds) == 1 else "unknown")
    collide: Flags = found[:, 1] & found[:, 2]
    return hints, collide
