"""The `*_over_time` functions, `changes` and `resets`, without native histograms being added up."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np

from generator.engine.arrays import Flags, Floats, Integers
from generator.engine.functions.histogram_windows import (
    changes_of_mixed,
    end_of_mixed,
    means_of_mixed,
    resets_of_mixed,
    sums_of_mixed,
)
from generator.engine.functions.ranges import Kernel, Outcome, Windowed, apply, lengths, on_floats
from generator.engine.functions.registry import Function
from generator.engine.quantiles import quantile_last, warn_of_quantiles
from generator.engine.selectors import Run, reading_of
from generator.engine.variances import window_variances
from generator.engine.windows import (
    in_chunks,
    laid_out,
    window_counts,
    window_extremes,
    window_means,
    window_positions,
    window_sums,
)


def _sum(windowed: Windowed, run: Run) -> Outcome:
    if run.block.kinds is not None:
        return sums_of_mixed(windowed, run)
    return Outcome(window_sums(run.block.values, run.low, run.high), lengths(run) > 0)


def _avg(windowed: Windowed, run: Run) -> Outcome:
    if run.block.kinds is not None:
        return means_of_mixed(windowed, run)
    return Outcome(window_means(run.block.values, run.low, run.high), lengths(run) > 0)


def _count(_: Windowed, run: Run) -> Outcome:
    counts = lengths(run)
    return Outcome(counts.astype(np.float64), counts > 0)


def _present(_: Windowed, run: Run) -> Outcome:
    return Outcome(np.ones(len(run.low)), lengths(run) > 0)


def _extreme(_: Windowed, run: Run, *, pick: Callable[..., Any]) -> Outcome:
    return Outcome(window_extremes(run.block.values, run.low, run.high, pick), lengths(run) > 0)


def _time_of_extreme(_: Windowed, run: Run, *, beats: Callable[..., Any]) -> Outcome:
    rows = window_positions(run.block.values, run.low, run.high, beats)
    return Outcome(run.block.times.take(rows) / 1000.0, lengths(run) > 0)


def _end(_: Windowed, run: Run, *, last: bool) -> Outcome:
    rows, some = _end_rows(run, last=last)
    if run.block.kinds is not None:
        return end_of_mixed(run, rows, some)
    return Outcome(run.block.values.take(rows, axis=0), some)


def _end_time(_: Windowed, run: Run, *, last: bool) -> Outcome:
    """The time of the first or last sample. Prometheus never gives a last one before 1970, and so is it here."""
    rows, some = _end_rows(run, last=last)
    times = run.block.times.take(rows)
    return Outcome((np.maximum(times, 0) if last else times) / 1000.0, some)


def _end_rows(run: Run, *, last: bool) -> tuple[Integers, Flags]:
    some = lengths(run) > 0
    return np.where(some, run.high - 1 if last else run.low, 0), some


def _quantile(windowed: Windowed, run: Run) -> Outcome:
    quantiles = windowed.parameters[0]
    some = lengths(run) > 0
    if some.any():
        warn_of_quantiles(windowed.ctx, quantiles[some], windowed.call.args[0])
    values = np.full((len(run.low), len(run.block.labels)), np.nan)
    for piece in in_chunks(run.low, run.high, values.shape[1]):
        samples, taken = laid_out(run.block.values, run.low[piece], run.high[piece])
        values[piece] = quantile_last(samples, taken, quantiles[piece, None])
    return Outcome(values, some)


def _median_deviation(_: Windowed, run: Run) -> Outcome:
    """The median distance from the median; NaN where some sample is NaN."""
    values = np.full((len(run.low), len(run.block.labels)), np.nan)
    half = np.array(0.5)
    for piece in in_chunks(run.low, run.high, values.shape[1]):
        samples, taken = laid_out(run.block.values, run.low[piece], run.high[piece])
        medians = quantile_last(samples, taken, half)
        deviations = quantile_last(np.abs(samples - medians[..., None]), taken, half)
        values[piece] = np.where((np.isnan(samples) & taken).any(axis=-1), np.nan, deviations)
    return Outcome(values, lengths(run) > 0)


def _variance(_: Windowed, run: Run, *, root: bool) -> Outcome:
    variances = window_variances(run.block.values, run.low, run.high)
    return Outcome(np.sqrt(variances) if root else variances, lengths(run) > 0)


def _anchored(windowed: Windowed, run: Run) -> Run:
    if not reading_of(windowed.ranges.node):
        return run
    from generator.engine.functions.extended_rates import from_anchors

    return from_anchors(windowed, run)


def _changes(windowed: Windowed, run: Run) -> Outcome:
    run = _anchored(windowed, run)
    if run.block.kinds is not None:
        return changes_of_mixed(windowed, run)
    values = run.block.values
    before, after = values[:-1], values[1:]
    differs = (after != before) & ~(np.isnan(after) & np.isnan(before))
    return _steps_counted(run, differs)


def _resets(windowed: Windowed, run: Run) -> Outcome:
    run = _anchored(windowed, run)
    begun_anew = None
    if windowed.ctx.storage.starts:
        from generator.engine.functions.started_rates import reset_flags

        begun_anew = reset_flags(windowed, run)
    if run.block.kinds is not None:
        return resets_of_mixed(run, begun_anew)
    falls = run.block.values[1:] < run.block.values[:-1]
    return _steps_counted(run, falls if begun_anew is None else falls | begun_anew)


def _steps_counted(run: Run, flags: Flags) -> Outcome:
    """How many flags lie between the samples of each window; flag i stands between samples i and i + 1."""
    some = lengths(run) > 0
    low = np.where(some, run.low, 0)
    counts = window_counts(flags, low, np.where(some, run.high - 1, 0))
    values: Floats = counts.astype(np.float64)
    return Outcome(values, some)


def _function(name: str, kernel: Kernel, *, keeps_name: bool = False) -> Function:
    return Function(name, partial(apply, kernel, keeps_name=keeps_name))


def _float_function(name: str, kernel: Kernel) -> Function:
    return Function(name, partial(apply, on_floats(kernel)))


FUNCTIONS: Final = (
    _function("sum_over_time", _sum),
    _function("avg_over_time", _avg),
    _function("count_over_time", _count),
    _function("present_over_time", _present),
    _float_function("min_over_time", partial(_extreme, pick=np.fmin)),
    _float_function("max_over_time", partial(_extreme, pick=np.fmax)),
    _float_function("ts_of_min_over_time", partial(_time_of_extreme, beats=np.less_equal)),
    _float_function("ts_of_max_over_time", partial(_time_of_extreme, beats=np.greater_equal)),
    _function("first_over_time", partial(_end, last=False), keeps_name=True),
    _function("last_over_time", partial(_end, last=True), keeps_name=True),
    _function("ts_of_first_over_time", partial(_end_time, last=False)),
    _function("ts_of_last_over_time", partial(_end_time, last=True)),
    _float_function("quantile_over_time", _quantile),
    _float_function("mad_over_time", _median_deviation),
    _float_function("stdvar_over_time", partial(_variance, root=False)),
    _float_function("stddev_over_time", partial(_variance, root=True)),
    _function("changes", _changes),
    _function("resets", _resets),
)
