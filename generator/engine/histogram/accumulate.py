"""Sums and averages of many histograms, compensated as Prometheus 3.14 does it (`KahanAdd`)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from generator.engine.histogram.algebra import divide, merge_hints, zero_count
from generator.engine.histogram.floating import increment
from generator.engine.histogram.layout import coarse_index, shared_bounds, shared_index, widened_zero
from generator.engine.histogram.notes import Note, bounds_reconciled, reset_collision
from generator.engine.histogram.value import CUSTOM_BUCKETS, BucketCounts, Histogram, bound

_Cells = dict[int, tuple[float, float]]
"""For each bucket index its count so far and the compensation of that count."""


@dataclass(frozen=True, slots=True)
class Reduced:
    """What a sum or average gave: the histogram with notes, or None and which input did not fit the ones before.

    Exponential and custom buckets do not fit; the caller knows the metric to name (`mixed_buckets`).
    """

    histogram: Histogram | None
    notes: tuple[Note, ...] = ()
    misfit: int | None = None


def sum_histograms(histograms: Sequence[Histogram]) -> Reduced:
    """The sum of at least one histogram, of one group or one range."""
    total = CompensatedSum(histograms[0])
    reconciled = False
    for place, histogram in enumerate(histograms[1:], 1):
        if not total.fits(histogram):
            return Reduced(None, _bounds_note(reconciled), place)
        reconciled |= total.add(histogram)
    return Reduced(total.histogram(), _collision_note(histograms) + _bounds_note(reconciled))


def average_histograms(histograms: Sequence[Histogram]) -> Reduced:
    """The mean of at least one histogram: sum over number, or a running mean once the sum would overflow."""
    total = CompensatedSum(histograms[0])
    reconciled = running = False
    for number, histogram in enumerate(histograms[1:], 2):
        if not total.fits(histogram):
            return Reduced(None, _bounds_note(reconciled), number - 1)
        if not running:
            trial = total.copy()
            reconciled |= trial.add(histogram)
            if not trial.overflows():
                total = trial
                continue
            running = True
            total.divide(number - 1)
        total.multiply((number - 1) / number)
        reconciled |= total.add(divide(histogram, number))
    if not running:
        total.divide(len(histograms))
    return Reduced(total.histogram(), _collision_note(histograms) + _bounds_note(reconciled))


def _collision_note(histograms: Iterable[Histogram]) -> tuple[Note, ...]:
    hints = {histogram.counter_reset_hint for histogram in histograms}
    return (reset_collision("aggregation"),) if hints >= {"reset", "not_reset"} else ()


def _bounds_note(reconciled: bool) -> tuple[Note, ...]:
    return (bounds_reconciled("aggregation"),) if reconciled else ()


class CompensatedSum:
    """A running sum of histograms; every number in it carries its own compensation."""

    __slots__ = ("_bounds", "_count", "_hint", "_negative", "_positive", "_schema", "_sum", "_threshold", "_zero")

    def __init__(self, first: Histogram) -> None:
        self._schema = first.schema
        self._threshold = first.zero_threshold
        self._bounds = first.custom_values
        self._hint = first.counter_reset_hint
        self._count = (first.count, 0.0)
        self._sum = (first.sum, 0.0)
        self._zero = (zero_count(first), 0.0)
        self._positive = _cells(first.positive)
        self._negative = _cells(first.negative)

    def copy(self) -> CompensatedSum:
        """A sum that goes on by itself."""
        made = CompensatedSum.__new__(CompensatedSum)
        for name in self.__slots__:
            value = getattr(self, name)
            setattr(made, name, dict(value) if isinstance(value, dict) else value)
        return made

    def fits(self, other: Histogram) -> bool:
        """Whether both have exponential or both have custom buckets."""
        return (self._schema == CUSTOM_BUCKETS) == other.is_custom

    def add(self, other: Histogram) -> bool:
        """Add a histogram that fits; says whether differing custom bounds had to be reconciled."""
        self._hint = merge_hints(self._hint, other.counter_reset_hint)[0]
        self._count = increment(other.count, *self._count)
        self._sum = increment(other.sum, *self._sum)
        if other.is_custom:
            return self._add_custom(other)
        self._add_exponential(other)
        return False

    def multiply(self, factor: float) -> None:
        """Scale the sum so far by a factor that is not negative."""
        self._scale(factor, 1.0)

    def divide(self, divisor: float) -> None:
        """Divide the sum so far by a positive number."""
        self._scale(1.0, divisor)

    def overflows(self) -> bool:
        """Whether any number has become infinite."""
        totals = [self._count[0], self._sum[0], self._zero[0]]
        cells = [*self._positive.values(), *self._negative.values()]
        return any(map(math.isinf, totals)) or any(math.isinf(total) for total, _ in cells)

    def histogram(self) -> Histogram:
        """The sum with its compensations added in."""
        return Histogram(
            schema=self._schema,
            count=self._count[0] + self._count[1],
            sum=self._sum[0] + self._sum[1],
            zero_threshold=self._threshold,
            zero_count=self._zero[0] + self._zero[1],
            positive=_settled(self._positive),
            negative=_settled(self._negative),
            custom_values=self._bounds,
            counter_reset_hint=self._hint,
        )

    def _plain(self) -> Histogram:
        return Histogram(
            schema=self._schema,
            zero_threshold=self._threshold,
            zero_count=self._zero[0],
            positive=tuple((index, self._positive[index][0]) for index in sorted(self._positive)),
            negative=tuple((index, self._negative[index][0]) for index in sorted(self._negative)),
        )

    def _scale(self, factor: float, divisor: float) -> None:
        def change(pair: tuple[float, float]) -> tuple[float, float]:
            return pair[0] * factor / divisor, pair[1] * factor / divisor

        self._count, self._sum, self._zero = map(change, (self._count, self._sum, self._zero))
        self._positive = {index: change(pair) for index, pair in self._positive.items()}
        self._negative = {index: change(pair) for index, pair in self._negative.items()}

    def _add_exponential(self, other: Histogram) -> None:
        self._add_zero(other)
        schema = min(self._schema, other.schema)
        self._positive = _coarser(self._positive, self._schema, schema)
        self._negative = _coarser(self._negative, self._schema, schema)
        self._schema = schema
        for cells, counts in ((self._positive, other.positive), (self._negative, other.negative)):
            wide = _coarser(_cells(counts), other.schema, schema)
            for index, (count, compensation) in wide.items():
                if self._threshold == 0 or bound(index, schema) > self._threshold:
                    _put(cells, index, count, compensation)

    def _add_zero(self, other: Histogram) -> None:
        zero, threshold = other.zero_count, other.zero_threshold
        while threshold != self._threshold:
            if self._threshold > threshold:
                zero, threshold = widened_zero(other, self._threshold)
            if threshold > self._threshold:
                self._threshold = widened_zero(self._plain(), threshold)[1]
                self._positive = self._swallow(self._positive)
                self._negative = self._swallow(self._negative)
        self._zero = increment(zero, *self._zero)

    def _swallow(self, cells: _Cells) -> _Cells:
        """The cells beyond the zero bucket; the others go into its count."""
        left: _Cells = {}
        for index in sorted(cells):
            total, compensation = cells[index]
            if bound(index, self._schema) > self._threshold:
                if total != 0 or compensation != 0:
                    left[index] = (total, compensation)
                continue
            self._zero = increment(compensation, *increment(total, *self._zero))
        return left

    def _add_custom(self, other: Histogram) -> bool:
        if self._bounds == other.custom_values:
            for index, count in other.positive:
                _put(self._positive, index, count, 0.0)
            return False
        shared = shared_bounds(self._bounds, other.custom_values)
        cells: _Cells = {}
        _map_cells(self._positive, self._bounds, shared, cells)
        _map_cells(_cells(other.positive), other.custom_values, shared, cells)
        self._positive = {index: pair for index, pair in cells.items() if pair != (0.0, 0.0)}
        self._bounds = shared
        return True


def _cells(counts: BucketCounts) -> _Cells:
    return {index: (count, 0.0) for index, count in counts}


def _settled(cells: _Cells) -> BucketCounts:
    return tuple((index, cells[index][0] + cells[index][1]) for index in sorted(cells))


def _put(cells: _Cells, index: int, count: float, compensation: float) -> None:
    if index not in cells:
        cells[index] = (count, compensation)
        return
    cells[index] = increment(count, *cells[index])
    if compensation != 0:
        cells[index] = increment(compensation, *cells[index])


def _coarser(cells: _Cells, schema: int, target: int) -> _Cells:
    if schema == target:
        return cells
    merged: _Cells = {}
    for index in sorted(cells):
        _put(merged, coarse_index(index, schema, target), *cells[index])
    return merged


def _map_cells(cells: _Cells, bounds: tuple[float, ...], shared: tuple[float, ...], into: _Cells) -> None:
    for index in sorted(cells):
        target = shared_index(index, bounds, shared)
        count, compensation = cells[index]
        into[target] = increment(compensation, *increment(count, *into.get(target, (0.0, 0.0))))
