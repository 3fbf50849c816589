"""Quantiles and fractions of classic histograms: cumulative counts below upper bounds, at many moments at once.

Source: `BucketQuantile` and `BucketFraction` of Prometheus 3.14.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np

from generator.engine.arrays import Flags, Floats, Integers
from generator.engine.histogram.notation import format_float
from generator.engine.histogram.notes import Note, forced_monotonicity

SMALL_DELTA: Final = 1e-12
"""Relative differences between neighbouring buckets up to here are rounding, and ignored in silence."""

_SMALLEST_NORMAL: Final = math.ldexp(1.0, -1022)
_LARGEST: Final = math.ldexp(1 - 2**-53, 1024)


@dataclass(frozen=True, slots=True)
class Repair:
    """Counts that fell from one bucket to the next and had to be raised, over a number of moments (milliseconds)."""

    moments: int
    first: int
    last: int
    lowest_bound: float
    highest_bound: float
    largest_fall: float

    def __or__(self, other: Repair) -> Repair:
        return Repair(
            self.moments + other.moments,
            min(self.first, other.first),
            max(self.last, other.last),
            min(self.lowest_bound, other.lowest_bound),
            max(self.highest_bound, other.highest_bound),
            max(self.largest_fall, other.largest_fall),
        )

    def note(self, metric: str) -> Note:
        """The info of `histogram_quantile`, in Prometheus' words."""
        bounds = f"from buckets {format_float(self.lowest_bound)} to {format_float(self.highest_bound)}"
        fall = f"with a max diff of {self.largest_fall:.2g}"
        moments = f"over {self.moments} samples from {_timestamp(self.first)} to {_timestamp(self.last)}"
        return forced_monotonicity(f"{bounds}, {fall}, {moments}", metric)


def bucket_quantiles(
    quantiles: Floats, bounds: Floats, counts: Floats, times: Integers
) -> tuple[Floats, Repair | None]:
    """The quantile of one classic histogram at each moment, and what had to be repaired for that.

    `counts` is moments × buckets, cumulative; `bounds` are the buckets' upper bounds in any order; `quantiles` and
    `times` (milliseconds) have a value per moment. NaN where there is no +Inf bucket, only that one, or no
    observation; -Inf and +Inf for quantiles below 0 and above 1.
    """
    results = np.where(quantiles < 0, -np.inf, np.where(quantiles > 1, np.inf, np.nan))
    within = (quantiles >= 0) & (quantiles <= 1)
    bounds, counts = _coalesced(bounds, counts)
    if not len(bounds) or bounds[-1] != np.inf or not within.any():
        return results, None
    counts, repair = _monotonic(bounds, counts[within], times[within])
    if len(bounds) >= 2:
        results[within] = _interpolated(quantiles[within], bounds, counts)
    return results, repair


def bucket_fractions(lower: Floats, upper: Floats, bounds: Floats, counts: Floats) -> Floats:
    """The fraction of observations between two values at each moment; shapes as in `bucket_quantiles`.

    NaN where there is no +Inf bucket, no observation, or a NaN limit; 0 where `lower` is not below `upper`.
    """
    bounds, counts = _coalesced(bounds, counts)
    if not len(bounds) or bounds[-1] != np.inf:
        return np.full(len(lower), np.nan)
    total = counts[:, -1]
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        below_lower = np.minimum(_rank_of(lower, bounds, counts), total)
        below_upper = np.minimum(_rank_of(upper, bounds, counts), total)
        fractions = np.where(lower >= upper, 0.0, (below_upper - below_lower) / total)
    undefined = (total == 0) | np.isnan(lower) | np.isnan(upper)
    return np.where(undefined, np.nan, fractions)


def _coalesced(bounds: Floats, counts: Floats) -> tuple[Floats, Floats]:
    """Buckets in ascending order, those with equal bounds added up."""
    order = np.argsort(bounds, kind="stable")
    bounds, counts = bounds[order], counts[:, order]
    fresh = np.append(True, bounds[1:] != bounds[:-1]) if len(bounds) else np.empty(0, np.bool_)
    if fresh.all():
        return bounds, counts
    starts = np.flatnonzero(fresh)
    return bounds[starts], np.add.reduceat(counts, starts, axis=1)


def _monotonic(bounds: Floats, counts: Floats, times: Integers) -> tuple[Floats, Repair | None]:
    """Counts that never fall from bucket to bucket; falls beyond rounding are reported."""
    steady = (counts[:, 1:] >= counts[:, :-1]).all() and not _nearly_equal(counts[:, :-1], counts[:, 1:]).any()
    if steady:
        return counts, None
    fixed = counts.copy()
    falls = np.zeros(counts.shape, np.bool_)
    depth = 0.0
    for place in range(1, len(bounds)):
        before, here = fixed[:, place - 1], counts[:, place]
        rounding = _nearly_equal(before, here)
        falls[:, place] = fallen = ~rounding & (here < before)
        fixed[:, place] = np.where(rounding | fallen, before, here)
        if fallen.any():
            depth = max(depth, float((before - here)[fallen].max()))
    return fixed, _repair(bounds, times, falls, depth)


def _repair(bounds: Floats, times: Integers, falls: Flags, depth: float) -> Repair | None:
    rows, columns = falls.any(axis=1), np.flatnonzero(falls.any(axis=0))
    if not len(columns):
        return None
    moments = times[rows]
    return Repair(
        moments=len(moments),
        first=int(moments.min()),
        last=int(moments.max()),
        lowest_bound=float(bounds[columns[0]]),
        highest_bound=float(bounds[columns[-1]]),
        largest_fall=depth,
    )


def _nearly_equal(left: Floats, right: Floats) -> Flags:
    """Whether counts differ, but by no more than rounding."""
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        absolute_sum = np.abs(left) + np.abs(right)
        difference = np.abs(left - right)
        close: Flags = difference / np.minimum(absolute_sum, _LARGEST) < SMALL_DELTA
        tiny = difference < SMALL_DELTA * _SMALLEST_NORMAL
        near: Flags = np.where((left == 0) | (right == 0) | (absolute_sum < _SMALLEST_NORMAL), tiny, close)
        both_nan = np.isnan(left) & np.isnan(right)
    distinct: Flags = (left != right) & (near | both_nan)
    return distinct


def _interpolated(quantiles: Floats, bounds: Floats, counts: Floats) -> Floats:
    """Quantiles in [0, 1] of at least two monotonic buckets, interpolated evenly within a bucket.

    The lowest bucket begins at 0 where its bound is positive, and else gives its bound; the highest gives its
    lower bound.
    """
    total = counts[:, -1]
    ranks = quantiles * total
    finite = counts[:, :-1]
    reached = finite >= ranks[:, np.newaxis]
    place = np.where(reached.any(axis=1), reached.argmax(axis=1), len(bounds) - 1)
    rows = np.arange(len(place))
    previous = np.maximum(place - 1, 0)
    below = np.where(place > 0, counts[rows, previous], 0.0)
    start = np.where(place > 0, bounds[previous], 0.0)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        share = (ranks - below) / (counts[rows, place] - below)
        values = start + (bounds[place] - start) * share
    values = np.where((place == 0) & (bounds[0] <= 0), bounds[0], values)
    values = np.where(place == len(bounds) - 1, bounds[-2], values)
    return np.where(total == 0, np.nan, values)


def _rank_of(limits: Floats, bounds: Floats, counts: Floats) -> Floats:
    """How many observations lie below each limit; what an infinitely wide bucket holds counts as above."""
    place = np.minimum(np.searchsorted(bounds, limits, side="left"), len(bounds) - 1)
    rows = np.arange(len(limits))
    here = counts[rows, place]
    previous = np.maximum(place - 1, 0)
    below = np.where(place > 0, counts[rows, previous], 0.0)
    lowest = 0.0 if bounds[0] > 0 else -np.inf
    start = np.where(place > 0, bounds[previous], lowest)
    within = below + (here - below) * (limits - start) / (bounds[place] - start)
    within = np.where(start == -np.inf, here, within)
    ranks = np.where(start >= limits, 0.0, within)
    return np.where(bounds[place] == limits, here, ranks)


def _timestamp(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
