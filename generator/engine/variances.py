"""Variances over windows."""

from __future__ import annotations

from typing import Final

import numpy as np

from generator.engine.arrays import Flags, Floats, Integers
from generator.engine.pairs import co_moment, window_pairs, window_products
from generator.engine.sums import increment, variance_last
from generator.engine.windows import each_position, in_chunks, is_small, laid_out, window_counts

# Relative accuracy below which a window's variance is worked out from its own samples.
_ACCURACY: Final = 1e-10


def window_variances(values: Floats, low: Integers, high: Integers) -> Floats:
    """The population variance of each window; NaN where a value is not finite, 0 where all are equal."""
    if is_small(low, high, values.shape[1]):
        return _in_turn(values, low, high)
    finite = np.isfinite(values)
    bad = None if finite.all() else window_counts(~finite, low, high) > 0
    clean = values if bad is None else np.where(finite, values, 0.0)
    centred = clean - clean[:1]
    counts = (high - low).astype(np.float64)[:, None]
    sums = window_pairs(centred, low, high)
    squares = window_products(centred, centred, low, high)
    if sums is None or squares is None:
        variances = _one_by_one(clean, low, high)
    else:
        moment = co_moment(counts, squares, sums, sums)
        variances = np.maximum(moment, 0.0) / (counts * counts)
        uncertainty = counts * squares.uncertainty + 2 * np.abs(sums.high) * sums.uncertainty
        varying = varies(clean, low, high)
        variances[~varying] = 0.0
        rows = np.flatnonzero((varying & (np.abs(moment) * _ACCURACY < uncertainty)).any(axis=1))
        if len(rows):
            variances[rows] = _one_by_one(clean, low[rows], high[rows])
    return variances if bad is None else np.where(bad, np.nan, variances)


def varies(values: Floats, low: Integers, high: Integers) -> Flags:
    """Whether a window holds two different values (NaN differs from all)."""
    some = high - low > 1
    start = np.where(some, low, 0)
    varying: Flags = window_counts(values[1:] != values[:-1], start, np.where(some, high - 1, 0)) > 0
    return varying


def _in_turn(values: Floats, low: Integers, high: Integers) -> Floats:
    """Welford's running variance with compensated sums, as Prometheus has it."""
    shape = (len(low), values.shape[1])
    mean, mean_rest, moment, moment_rest = (np.zeros(shape) for _ in range(4))
    for place, (rows, inside) in enumerate(each_position(low, high)):
        value, here = values.take(rows, axis=0), inside[:, None]
        delta = value - (mean + mean_rest)
        moved = increment(delta / (place + 1), mean, mean_rest)
        mean, mean_rest = np.where(here, moved[0], mean), np.where(here, moved[1], mean_rest)
        grown = increment(delta * (value - (mean + mean_rest)), moment, moment_rest)
        moment, moment_rest = np.where(here, grown[0], moment), np.where(here, grown[1], moment_rest)
    variances: Floats = (moment + moment_rest) / (high - low)[:, None]
    return variances


def _one_by_one(values: Floats, low: Integers, high: Integers) -> Floats:
    variances = np.empty((len(low), values.shape[1]))
    for piece in in_chunks(low, high, values.shape[1]):
        samples, taken = laid_out(values, low[piece], high[piece])
        variances[piece] = variance_last(samples, taken, taken.sum(axis=-1).astype(np.float64))
    return variances
