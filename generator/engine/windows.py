"""Sums, extremes and counts over windows of rows, for all windows at once.

A window is the rows `low` up to `high` (exclusive) of a block; both ascend, and windows overlap. Every function here
takes values of rows × series and gives windows × series; what it says of empty windows means nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np

from generator.engine.arrays import Flags, Floats, Integers
from generator.engine.pairs import window_pairs
from generator.engine.sums import increment, mean_last, sum_last

# The relative accuracy below which a sum by differences is done anew, sample by sample.
_ACCURACY: Final = 1e-12
_MOST_CELLS: Final = 1 << 21
_FEW_CELLS: Final = 1 << 15


def window_sums(values: Floats, low: Integers, high: Integers) -> Floats:
    """Compensated sums; what is not finite only counts in the windows that hold it."""
    if is_small(low, high, values.shape[1]):
        samples, taken = laid_out(values, low, high)
        return sum_last(np.where(taken, samples, 0.0))
    return _sums_by_difference(values, low, high)


def is_small(low: Integers, high: Integers, columns: int) -> bool:
    """Whether the windows are laid out sample by sample, so that sums agree with Prometheus' in the last digit."""
    return len(low) * max(1, int((high - low).max(initial=0))) * columns <= _FEW_CELLS


def _sums_by_difference(values: Floats, low: Integers, high: Integers) -> Floats:
    finite = np.isfinite(values)
    if finite.all():
        return _finite_sums(values, low, high)
    sums = _finite_sums(np.where(finite, values, 0.0), low, high)
    rising = window_counts(values == np.inf, low, high) > 0
    falling = window_counts(values == -np.inf, low, high) > 0
    undefined = (window_counts(np.isnan(values), low, high) > 0) | (rising & falling)
    sums = np.where(rising, np.inf, np.where(falling, -np.inf, sums))
    return np.where(undefined, np.nan, sums)


def window_counts(flags: Flags, low: Integers, high: Integers) -> Integers:
    """How many rows of each window are flagged."""
    running = np.zeros((len(flags) + 1, flags.shape[1]), np.int64)
    flags.cumsum(axis=0, out=running[1:])
    counts: Integers = running.take(high, axis=0) - running.take(low, axis=0)
    return counts


def _finite_sums(values: Floats, low: Integers, high: Integers) -> Floats:
    """Differences of running sums; windows that are too small beside what came before are added up on their own."""
    pairs = window_pairs(values, low, high)
    if pairs is None:
        return _sums_one_by_one(values, low, high)
    if pairs.exact:
        return pairs.high
    sums = pairs.high + pairs.low
    doubtful = np.abs(sums) * _ACCURACY < pairs.uncertainty
    if doubtful.any():
        _mend(sums, doubtful, values, low, high)
    return sums


def _mend(sums: Floats, doubtful: Flags, values: Floats, low: Integers, high: Integers) -> None:
    """Sum doubtful windows anew; those that hold nothing but zeros are zero."""
    zero = window_counts(values != 0, low, high) == 0
    sums[zero] = 0.0
    rows = np.flatnonzero((doubtful & ~zero).any(axis=1))
    if len(rows):
        sums[rows] = _sums_one_by_one(values, low[rows], high[rows])


def _sums_one_by_one(values: Floats, low: Integers, high: Integers) -> Floats:
    """Neumaier's summation of each window from its own start, as Prometheus does it."""
    total = np.zeros((len(low), values.shape[1]))
    correction = np.zeros_like(total)
    for rows, inside in each_position(low, high):
        added = np.where(inside[:, None], values.take(rows, axis=0), 0.0)
        total, correction = increment(added, total, correction)
    return np.where(np.isinf(total), total, total + correction)


def each_position(low: Integers, high: Integers) -> Iterator[tuple[Integers, Flags]]:
    """The first row of every window, then the second, and so on; flags tell which windows are that long."""
    lengths = high - low
    for place in range(int(lengths.max(initial=0))):
        inside = lengths > place
        yield np.where(inside, low + place, 0), inside


def window_means(values: Floats, low: Integers, high: Integers) -> Floats:
    """Means, also where a sum of finite values would overflow."""
    counts = (high - low)[:, None]
    if is_small(low, high, values.shape[1]):
        samples, taken = laid_out(values, low, high)
        return mean_last(np.where(taken, samples, 0.0), taken, counts.astype(np.float64))
    means = _sums_by_difference(values, low, high) / counts
    finite = np.isfinite(values)
    overflowed = np.isinf(means) & (window_counts(~finite, low, high) == 0)
    if overflowed.any():
        # Powers of two are exact to multiply with, so that smaller values have the same mean, only smaller.
        scaled = _sums_by_difference(np.where(finite, values, 0.0) * 2.0**-64, low, high) / counts * 2.0**64
        means = np.where(overflowed, scaled, means)
    return means


def window_extremes(values: Floats, low: Integers, high: Integers, pick: Callable[..., Any]) -> Floats:
    """The extreme of each window under `pick` (np.fmin or np.fmax), which ignores NaN beside numbers.

    Windows are covered by two overlapping spans whose lengths are one power of two.
    """
    extremes = np.full((len(low), values.shape[1]), np.nan)
    table = values
    for power, chosen in _by_power(high - low):
        table = _widen(table, len(values), power, pick)
        rows = slice(None) if chosen is None else chosen
        first, second = low[rows], high[rows] - (1 << power)
        extremes[rows] = pick(table.take(first, axis=0), table.take(second, axis=0))
    return extremes


def _by_power(lengths: Integers) -> Iterator[tuple[int, Integers | None]]:
    """Each power of two that fits into some window, with the windows into which no larger one fits."""
    powers = np.frexp(lengths.astype(np.float64))[1] - 1
    if len(lengths) and powers[0] == powers[-1] and (powers == powers[0]).all() and lengths[0] > 0:
        yield int(powers[0]), None
        return
    for power in np.unique(powers[lengths > 0]).tolist():
        yield power, np.flatnonzero((powers == power) & (lengths > 0))


def _widen(table: Floats, rows: int, power: int, pick: Callable[..., Any]) -> Floats:
    """A table of extremes over 2^power rows, from one over fewer rows of the same `rows`."""
    span = rows - len(table) + 1
    while span < 1 << power:
        table = pick(table[:-span], table[span:])
        span *= 2
    return table


def window_positions(values: Floats, low: Integers, high: Integers, beats: Callable[..., Any]) -> Integers:
    """The row of the extreme of each window: of the last one that `beats` (or equals, or replaces NaN) the others."""
    columns = values.shape[1]

    def later(left: Integers, right: Integers) -> Integers:
        mine = np.take_along_axis(values, left, axis=0)
        theirs = np.take_along_axis(values, right, axis=0)
        return np.where(beats(theirs, mine) | np.isnan(mine), right, left)

    positions = np.zeros((len(low), columns), np.int64)
    table: Integers = np.repeat(np.arange(len(values))[:, None], columns, axis=1)
    for power, chosen in _by_power(high - low):
        span = len(values) - len(table) + 1
        while span < 1 << power:
            table = later(table[:-span], table[span:])
            span *= 2
        rows = slice(None) if chosen is None else chosen
        first, second = low[rows], high[rows] - (1 << power)
        positions[rows] = later(table.take(first, axis=0), table.take(second, axis=0))
    return positions


def in_chunks(low: Integers, high: Integers, columns: int) -> Iterator[slice]:
    """Slices of the windows so that all samples of one slice's windows can be laid out at once."""
    longest = max(1, int((high - low).max(initial=0)))
    size = max(1, _MOST_CELLS // (longest * max(1, columns)))
    for start in range(0, len(low), size):
        yield slice(start, start + size)


def laid_out(values: Floats, low: Integers, high: Integers) -> tuple[Floats, Flags]:
    """The samples of each window as windows × series × samples, and which of the places are taken."""
    longest = max(1, int((high - low).max(initial=0)))
    rows = low[:, None] + np.arange(longest)
    inside = rows < high[:, None]
    samples = values.take(np.where(inside, rows, 0), axis=0).transpose(0, 2, 1)
    return samples, np.broadcast_to(inside[:, None, :], samples.shape)
