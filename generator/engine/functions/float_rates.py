"""Rates of floats: rate, increase, delta, irate and idelta of all windows of a run at once."""

from __future__ import annotations

import numpy as np

from generator.engine.arrays import Floats, Integers
from generator.engine.functions.ranges import Outcome, Windowed, lengths
from generator.engine.selectors import Run, milliseconds
from generator.engine.windows import is_small, laid_out, window_sums


def extrapolated_floats(windowed: Windowed, run: Run, *, counter: bool, per_second: bool) -> Outcome:
    """The change over each window, extrapolated to its edges as Prometheus does (promql/functions.go)."""
    enough = lengths(run) > 1
    first = np.where(enough, run.low, 0)
    last = np.where(enough, run.high - 1, 0)
    values = run.block.values
    start_values = values.take(first, axis=0)
    change = values.take(last, axis=0) - start_values
    if counter:
        _add_resets(change, values, first, last)
    factor = _extrapolation(windowed, run, first, last, start_values if counter else None, change)
    if per_second:
        factor /= milliseconds(windowed.ctx, windowed.ranges.node.range) / 1000
    return Outcome(change * factor, enough)


def _add_resets(change: Floats, values: Floats, first: Integers, last: Integers) -> None:
    """A counter that falls has started again from 0: what it had reached counts too."""
    falls = values[1:] < values[:-1]
    if falls.any():
        reached = np.where(falls, values[:-1], 0.0)
        if is_small(first, last, values.shape[1]):
            # One after the other and without compensation, which is how Prometheus adds them.
            samples, taken = laid_out(reached, first, last)
            terms = np.concatenate([change[..., None], np.where(taken, samples, 0.0)], axis=-1)
            change[...] = terms.cumsum(axis=-1)[..., -1]
        else:
            change += window_sums(reached, first, last)


def _extrapolation(
    windowed: Windowed,
    run: Run,
    first: Integers,
    last: Integers,
    start_values: Floats | None,
    change: Floats,
) -> Floats:
    """By how much to multiply the change between the first and last sample to have that of the whole range.

    `start_values` are those of counters, which never were below 0. The ends are reached when they are no further
    than 1.1 mean sample intervals away, else half an interval is added.
    """
    moments = run.block.times
    first_times, last_times = moments.take(first), moments.take(last)
    sampled = (last_times - first_times) / 1000.0
    to_start = (first_times - windowed.ranges.starts) / 1000.0
    to_end = (windowed.ranges.ends - last_times) / 1000.0
    interval = sampled / (last - first)
    threshold = interval * 1.1
    half = interval / 2
    to_end = np.where(to_end >= threshold, half, to_end)
    if start_values is None:
        to_start = np.where(to_start >= threshold, half, to_start)
        factor: Floats = ((sampled + to_start + to_end) / sampled)[:, None]
        return factor
    to_zero = sampled[:, None] * (start_values / change)
    to_zero[~((change > 0) & (start_values >= 0))] = np.inf
    if windowed.ctx.settings.left_open:
        to_start = np.where(to_start >= threshold, half, to_start)
        reached = np.minimum(to_start[:, None], to_zero)
    else:
        reached = np.minimum(to_start[:, None], to_zero)
        reached = np.where(reached >= threshold[:, None], half[:, None], reached)
    return (sampled[:, None] + reached + to_end[:, None]) / sampled[:, None]


def instant_floats(_: Windowed, run: Run, *, rate: bool) -> Outcome:
    """The change between the last two samples; per second, and minding resets, for `irate`."""
    enough = lengths(run) > 1
    last = np.where(enough, run.high - 1, 1 if len(run.block.times) > 1 else 0)
    before = np.maximum(last - 1, 0)
    values = run.block.values
    now, then = values.take(last, axis=0), values.take(before, axis=0)
    change = now - then
    if not rate:
        return Outcome(change, enough)
    seconds = (run.block.times.take(last) - run.block.times.take(before)) / 1000.0
    return Outcome(np.where(now < then, now, change) / seconds[:, None], enough)
