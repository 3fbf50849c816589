"""deriv, predict_linear and double_exponential_smoothing."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np

from generator.engine.arrays import Floats, Times
from generator.engine.functions.ranges import Outcome, Windowed, apply, lengths, on_floats
from generator.engine.functions.registry import Function
from generator.engine.pairs import co_moment, window_pairs, window_products
from generator.engine.selectors import Run
from generator.engine.sums import sum_last
from generator.engine.variances import varies
from generator.engine.windows import each_position, in_chunks, is_small, laid_out, window_counts, window_means
from generator.errors import PromQLError


def _deriv(_: Windowed, run: Run) -> Outcome:
    some = lengths(run) > 1
    first_times = run.block.times.take(np.where(some, run.low, 0))
    return Outcome(_lines(run, first_times)[0], some)


def _predict(windowed: Windowed, run: Run) -> Outcome:
    """The least-squares line, as many seconds after the evaluation time (not after `@` or `offset`) as asked."""
    slopes, intercepts = _lines(run, windowed.times)
    return Outcome(slopes * windowed.parameters[0][:, None] + intercepts, lengths(run) > 1)


def _lines(run: Run, origins: Times) -> tuple[Floats, Floats]:
    """Slopes per second, and values at the origins (milliseconds, one per window), of least-squares lines."""
    values = run.block.values
    small = is_small(run.low, run.high, values.shape[1])
    slopes, intercepts = (_lines_as_upstream if small else _lines_at_once)(run, origins)
    varying = varies(values, run.low, run.high)
    if varying.all():
        return slopes, intercepts
    # Equal values have no slope, not even one from rounding; unless they are infinite.
    level = values.take(np.where(run.low < run.high, run.low, 0), axis=0)
    level = np.where(np.isinf(level), np.nan, level)
    return np.where(varying, slopes, np.where(np.isnan(level), np.nan, 0.0)), np.where(varying, intercepts, level)


def _lines_as_upstream(run: Run, origins: Times) -> tuple[Floats, Floats]:
    """With compensated sums of seconds since the origin, to the last digit as Prometheus has it."""
    y, taken = laid_out(run.block.values, run.low, run.high)
    moments, _ = laid_out(run.block.times[:, None].astype(np.float64), run.low, run.high)
    x = np.broadcast_to((moments - origins[:, None, None]) / 1000.0, y.shape)
    x, y = np.where(taken, x, 0.0), np.where(taken, y, 0.0)
    counts = lengths(run).astype(np.float64)[:, None]
    sum_x, sum_y, sum_xy, sum_xx = sum_last(x), sum_last(y), sum_last(x * y), sum_last(x * x)
    covariance = sum_xy - sum_x * sum_y / counts
    slopes = covariance / (sum_xx - sum_x * sum_x / counts)
    return slopes, sum_y / counts - slopes * sum_x / counts


def _lines_at_once(run: Run, origins: Times) -> tuple[Floats, Floats]:
    """From differences of running sums in twice the precision; NaN where a value is not finite."""
    values = run.block.values
    finite = np.isfinite(values)
    clean = np.where(finite, values, 0.0)
    seconds = (run.block.times - run.block.times[0])[:, None] / 1000.0
    slopes = _slopes_at_once(run, seconds, clean - clean[:1])
    if slopes is None:
        slopes = _slopes_one_by_one(run, seconds, clean)
    slopes = np.where(window_counts(~finite, run.low, run.high) > 0, np.nan, slopes)
    return slopes, window_means(clean, run.low, run.high) - slopes * _mean_ages(run, origins)


def _mean_ages(run: Run, origins: Times) -> Floats:
    """The mean time of each window's samples, in seconds after the origin (so mostly negative)."""
    moments = run.block.times
    running = np.concatenate([[0], (moments - moments[0]).cumsum()])
    counts = lengths(run)
    ages: Floats = (running[run.high] - running[run.low] - counts * (origins - moments[0])) / counts / 1000.0
    return ages[:, None]


def _slopes_at_once(run: Run, seconds: Floats, values: Floats) -> Floats | None:
    low, high = run.low, run.high
    counts = lengths(run).astype(np.float64)[:, None]
    sum_x, sum_y = window_pairs(seconds, low, high), window_pairs(values, low, high)
    products = window_products(np.broadcast_to(seconds, values.shape), values, low, high)
    squares = window_products(seconds, seconds, low, high)
    if sum_x is None or sum_y is None or products is None or squares is None:
        return None
    covariance = co_moment(counts, products, sum_x, sum_y)
    slopes: Floats = covariance / co_moment(counts, squares, sum_x, sum_x)
    return slopes


def _slopes_one_by_one(run: Run, seconds: Floats, values: Floats) -> Floats:
    slopes = np.empty((len(run.low), values.shape[1]))
    for piece in in_chunks(run.low, run.high, values.shape[1]):
        low, high = run.low[piece], run.high[piece]
        y, taken = laid_out(values, low, high)
        x, _ = laid_out(seconds, low, high)
        counts = taken.sum(axis=-1, keepdims=True)
        x = np.where(taken, x - np.where(taken, x, 0.0).sum(axis=-1, keepdims=True) / counts, 0.0)
        slopes[piece] = (x * np.where(taken, y, 0.0)).sum(axis=-1) / (x * x).sum(axis=-1)
    return slopes


def _smooth(windowed: Windowed, run: Run) -> Outcome:
    """Double exponential smoothing (Holt): each value pulls the level, each change of level the trend."""
    some = lengths(run) > 0
    smoothing, trending = windowed.parameters
    if some.any():
        _check_factor("smoothing factor. Expected: 0 < sf < 1, got", smoothing[some])
        _check_factor("trend factor. Expected: 0 < tf < 1, got", trending[some])
    shape = (len(run.low), len(run.block.labels))
    level, before, trend = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    pull, turn = smoothing[:, None], trending[:, None]
    for place, (rows, inside) in enumerate(each_position(run.low, run.high)):
        value = run.block.values.take(rows, axis=0)
        if place == 0:
            level = value
            continue
        new_trend = value - level if place == 1 else turn * (level - before) + (1 - turn) * trend
        new_level = pull * value + (1 - pull) * (level + new_trend)
        here = inside[:, None]
        before = np.where(here, level, before)
        level, trend = np.where(here, new_level, level), np.where(here, new_trend, trend)
    return Outcome(level, lengths(run) > 1)


def _check_factor(what: str, factors: Floats) -> None:
    bad = (factors <= 0) | (factors >= 1)
    if bad.any():
        raise PromQLError(f"invalid {what}: {factors[bad][0]:f}")


FUNCTIONS: Final = (
    Function("deriv", partial(apply, on_floats(_deriv))),
    Function("predict_linear", partial(apply, on_floats(_predict))),
    Function("double_exponential_smoothing", partial(apply, on_floats(_smooth))),
)
