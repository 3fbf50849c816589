"""Functions of histograms: statistics of native ones, and quantiles and fractions of native and classic ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

import numpy as np

from generator.engine.arrays import Flags, Floats, Integers, Times
from generator.engine.context import Context
from generator.engine.functions.classic_histograms import Inputs, Repairs, split
from generator.engine.functions.registry import Function
from generator.engine.histogram.classic import bucket_fractions, bucket_quantiles
from generator.engine.histogram.moments import (
    histogram_average,
    histogram_deviation,
    histogram_variance,
)
from generator.engine.histogram.notation import format_float
from generator.engine.histogram.notes import Note
from generator.engine.histogram.quantile import histogram_fraction, histogram_quantile
from generator.engine.histogram.value import Histogram
from generator.engine.quantiles import warn_of_quantiles
from generator.engine.vector import Vector, concatenate, drop_names, merge_same
from generator.labels import LabelSet
from generator.promql.ast import Call, Expr

Statistic = Callable[[Histogram], float]


def _statistic(statistic: Statistic, ctx: Context, call: Call, times: Times) -> Vector:
    """A number for each native histogram; floats are left out."""
    vector = ctx.vector(call.args[0], times)
    mask = vector.is_histogram()
    present = np.zeros(vector.present.shape, np.bool_) if mask is None else mask
    values = _of_cells(vector, present, lambda _, __, histogram: statistic(histogram))
    return _nameless(ctx, Vector(vector.labels, values, present))


def _of_cells(vector: Vector, chosen: Flags, value: Callable[[int, int, Histogram], float]) -> Floats:
    """A number for each chosen cell, from its step, its column and its histogram."""
    values = np.zeros(chosen.shape)
    if vector.histograms is not None:
        for step, column in zip(*(places.tolist() for places in np.nonzero(chosen)), strict=True):
            values[step, column] = value(step, column, vector.histograms[step, column])
    return values


def _nameless(ctx: Context, vector: Vector) -> Vector:
    return merge_same(drop_names(vector, late=ctx.late_names))


def _fraction(ctx: Context, call: Call, times: Times) -> Vector:
    lower, upper = (ctx.scalar(argument, times).values for argument in call.args[:2])
    node = call.args[2]
    inputs = split(ctx, node, times)

    def of_native(step: int, column: int, histogram: Histogram) -> float:
        name = _name(ctx, inputs.native.labels[column])
        value, note = histogram_fraction(float(lower[step]), float(upper[step]), histogram, name)
        _tell(ctx, node, note)
        return value

    native = _of_cells(inputs.native, inputs.native.present, of_native)
    classic = inputs.evaluate(
        lambda rows, bounds, counts, _: bucket_fractions(lower[rows], upper[rows], bounds, counts)
    )
    parts = [Vector(inputs.native.labels, native, inputs.native.present), classic]
    return _nameless(ctx, concatenate(parts, len(times)))


def _quantile(ctx: Context, call: Call, times: Times) -> Vector:
    quantiles = ctx.scalar(call.args[0], times).values
    warn_of_quantiles(ctx, quantiles, call.args[0])
    inputs = split(ctx, call.args[1], times)
    repairs = Repairs(ctx, call.args[1])
    result = _quantiles_of(ctx, inputs, quantiles, times, repairs)
    repairs.tell()
    return _nameless(ctx, result)


def _quantiles_of(ctx: Context, inputs: Inputs, quantiles: Floats, times: Times, repairs: Repairs) -> Vector:
    def of_native(step: int, column: int, histogram: Histogram) -> float:
        name = _name(ctx, inputs.native.labels[column])
        value, note = histogram_quantile(float(quantiles[step]), histogram, name)
        _tell(ctx, inputs.node, note)
        return value

    def of_classic(rows: Integers, bounds: Floats, counts: Floats, labels: LabelSet) -> Floats:
        values, repair = bucket_quantiles(quantiles[rows], bounds, counts, times[rows])
        repairs.add(_name(ctx, labels), repair)
        return values

    native = _of_cells(inputs.native, inputs.native.present, of_native)
    parts = [Vector(inputs.native.labels, native, inputs.native.present), inputs.evaluate(of_classic)]
    return concatenate(parts, len(times))


def _several_quantiles(ctx: Context, call: Call, times: Times) -> Vector:
    """One series per quantile, which stands in a label of its own."""
    node, name = call.args[0], ctx.text(call.args[1], times)
    wanted = []
    for argument in call.args[2:]:
        quantiles = ctx.scalar(argument, times).values
        warn_of_quantiles(ctx, quantiles, argument)
        wanted.append(quantiles)
    inputs = split(ctx, node, times)
    repairs = Repairs(ctx, node)
    parts = [
        part
        for quantiles in wanted
        for part in _labelled(name, quantiles, _quantiles_of(ctx, inputs, quantiles, times, repairs))
    ]
    repairs.tell()
    return _nameless(ctx, concatenate(parts, len(times)))


def _labelled(name: str, quantiles: Floats, vector: Vector) -> Iterable[Vector]:
    """The vector with each quantile in the label `name`: as many copies as there are different ones over time."""
    for quantile in np.unique(quantiles).tolist():
        text = _open_metrics(quantile)
        labels = tuple(labels | {name: text} for labels in vector.labels)
        here = np.isnan(quantiles) if quantile != quantile else quantiles == quantile
        yield Vector(labels, vector.values, vector.present & here[:, np.newaxis])


def _open_metrics(value: float) -> str:
    """A float as OpenMetrics writes it: never without a point or an exponent."""
    text = format_float(value)
    return text if any(mark in text for mark in "e.IN") else f"{text}.0"


def _name(ctx: Context, labels: LabelSet) -> str:
    """The metric name for notes, which is known only as long as names have not been dropped."""
    return labels.metric if ctx.late_names else ""


def _tell(ctx: Context, node: Expr, note: Note | None) -> None:
    if note is not None:
        (ctx.info if note.level == "info" else ctx.warn)(note.message, node)


FUNCTIONS: Final = (
    Function("histogram_count", partial(_statistic, lambda histogram: histogram.count)),
    Function("histogram_sum", partial(_statistic, lambda histogram: histogram.sum)),
    Function("histogram_avg", partial(_statistic, histogram_average)),
    Function("histogram_stddev", partial(_statistic, histogram_deviation)),
    Function("histogram_stdvar", partial(_statistic, histogram_variance)),
    Function("histogram_fraction", _fraction),
    Function("histogram_quantile", _quantile),
    Function("histogram_quantiles", _several_quantiles),
)
