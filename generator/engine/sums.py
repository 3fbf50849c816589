"""Sums, means and variances along an axis, digit by digit as Prometheus works them out.

Sums are compensated (Kahan and Neumaier). Running sums are plain; the rounding error of each step is recovered exactly
(Knuth's two-sum) for all steps at once, and the errors are added up apart. That is Neumaier's algorithm without a loop.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from generator.engine.arrays import Flags, Floats

# Beyond this many members a variance is worked out for all of them at once, which may differ in the last digit.
_MOST_IN_TURN: Final = 256


def sum_last(values: Floats) -> Floats:
    """The compensated sum over the last axis. An infinite or overflowing sum stays infinite."""
    if values.shape[-1] == 1:
        return values[..., 0]
    total, correction = running_sum(values)
    return np.where(np.isfinite(total), total + correction, total)


def running_sum(values: Floats) -> tuple[Floats, Floats]:
    """The plain sum over the last axis and its correction, which means nothing where the sum is not finite."""
    running = values.cumsum(axis=-1)
    before, after, added = running[..., :-1], running[..., 1:], values[..., 1:]
    gained = after - before
    errors = (before - (after - gained)) + (added - gained)
    correction: Floats = errors.cumsum(axis=-1)[..., -1]
    return running[..., -1], correction


def increment(added: Floats, total: Floats, correction: Floats) -> tuple[Floats, Floats]:
    """One step of Neumaier's summation, for sums whose terms depend on the sum so far."""
    after = total + added
    larger = np.abs(total) >= np.abs(added)
    error = np.where(larger, (total - after) + added, (added - after) + total)
    return after, np.where(np.isinf(after), 0.0, correction + error)


def mean_last(values: Floats, present: Flags, counts: Floats) -> Floats:
    """The mean of the present values over the last axis; absent ones must be 0. Sums that overflow do no harm."""
    if values.shape[-1] == 1:
        return values[..., 0]
    total, correction = running_sum(values)
    mean: Floats = total / counts + correction / counts
    overflowed = ~np.isfinite(total)
    if overflowed.any():
        # Dividing first keeps finite values from overflowing; truly infinite ones give the same as their sum.
        careful = sum_last(np.where(present, values / counts[..., None], 0.0))
        finite = np.isfinite(values).all(axis=-1)
        mean = np.where(overflowed, np.where(finite, careful, total), mean)
    return mean


def variance_last(values: Floats, present: Flags, counts: Floats) -> Floats:
    """The population variance of the present values over the last axis; NaN where one is not finite."""
    if values.shape[-1] <= _MOST_IN_TURN:
        return _variance_in_turn(values, present)
    first = np.take_along_axis(values, present.argmax(axis=-1)[..., None], axis=-1)
    centred = np.where(present, values - first, 0.0)
    mean = sum_last(centred) / counts
    deviations = np.where(present, centred - mean[..., None], 0.0)
    variance: Floats = sum_last(deviations * deviations) / counts
    return variance


def _variance_in_turn(values: Floats, present: Flags) -> Floats:
    """Welford's running variance, as Prometheus' aggregations have it."""
    shape = values.shape[:-1]
    count, mean, moment = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for place in range(values.shape[-1]):
        value, here = values[..., place], present[..., place]
        count = count + here
        delta = value - mean
        mean = np.where(here, mean + delta / count, mean)
        moment = np.where(here, moment + delta * (value - mean), moment)
    variance: Floats = moment / count
    return variance
