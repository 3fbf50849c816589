"""Aggregations that give one value per group: sum, avg, min, max, count, group, stddev, stdvar, quantile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from generator.engine.arrays import Flags, Floats, Integers, Objects, Times
from generator.engine.context import Context
from generator.engine.operators.groups import Groups, group
from generator.engine.quantiles import quantile_last, warn_of_quantiles
from generator.engine.sums import mean_last, sum_last, variance_last
from generator.engine.vector import Vector
from generator.errors import Unsupported
from generator.promql.ast import Aggregation

RANKINGS: Final = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})
"""Aggregations that choose series and leave them as they are."""

_WITHOUT_HISTOGRAMS: Final = frozenset({"min", "max", "stddev", "stdvar", "quantile"})

Members = Callable[[Floats, Flags, Floats], Floats]
"""Values (0 where absent), presence and counts of steps × groups × members, to one value per step and group."""


def _least(values: Floats, present: Flags, _: Floats) -> Floats:
    least: Floats = np.fmin.reduce(np.where(present, values, np.nan), axis=-1)
    return least


def _most(values: Floats, present: Flags, _: Floats) -> Floats:
    most: Floats = np.fmax.reduce(np.where(present, values, np.nan), axis=-1)
    return most


REDUCTIONS: Final[dict[str, Members]] = {
    "sum": lambda values, _, __: sum_last(values),
    "avg": mean_last,
    "min": _least,
    "max": _most,
    "stdvar": variance_last,
    "stddev": lambda values, present, counts: np.sqrt(variance_last(values, present, counts)),
}


def evaluate_aggregation(ctx: Context, node: Aggregation, times: Times) -> Vector:
    """An aggregation at every step. What few rules use is imported only for these."""
    if node.op == "count_values":
        from generator.engine.operators.count_values import count_values

        return count_values(ctx, node, times)
    parameter = None
    if node.param is not None:
        parameter = ctx.scalar(node.param, times).values
    vector = ctx.vector(node.expr, times)
    if node.op in RANKINGS:
        from generator.engine.operators.ranking import rank

        return rank(ctx, node, vector, parameter)
    if node.op == "quantile" and parameter is not None and node.param is not None:
        warn_of_quantiles(ctx, parameter, node.param)
    return _reduce(ctx, node, vector, parameter)


def _reduce(ctx: Context, node: Aggregation, vector: Vector, parameter: Floats | None) -> Vector:
    groups = group(node, vector.labels)
    steps = len(vector.values)
    values = np.zeros((steps, len(groups.labels)))
    present = np.zeros((steps, len(groups.labels)), np.bool_)
    usable = _usable(ctx, node, vector)
    for numbers, columns in groups.by_size():
        there = usable.take(columns, axis=1)
        counts = there.sum(axis=-1)
        values[:, numbers] = _values(node.op, vector, columns, there, counts, parameter)
        present[:, numbers] = counts > 0
    histograms: Objects | None = None
    if vector.histograms is not None and node.op in ("sum", "avg"):
        from generator.engine.operators.histogram_sums import aggregate_histograms

        histograms, present = aggregate_histograms(ctx, node, vector, groups, present)
    return Vector(groups.labels, values, present, histograms, _marks(vector, groups))


def _usable(ctx: Context, node: Aggregation, vector: Vector) -> Flags:
    """Which samples an aggregation takes in; the others are histograms, of which some only tell the user."""
    if vector.histograms is None or node.op in ("count", "group"):
        return vector.present
    floats = vector.floats()
    if node.op in _WITHOUT_HISTOGRAMS and not np.array_equal(floats, vector.present):
        ctx.info(f"ignored histogram in {node.op} aggregation", node.expr)
    return floats


def _values(
    op: str, vector: Vector, columns: Integers, there: Flags, counts: Integers, parameter: Floats | None
) -> Floats:
    if op == "count":
        return counts.astype(np.float64)
    if op == "group":
        return np.ones(counts.shape)
    members = vector.values.take(columns, axis=1)
    if op == "quantile":
        if parameter is None:
            raise Unsupported("quantile needs a parameter")
        return quantile_last(members, there, parameter[:, None])
    if op not in REDUCTIONS:
        raise Unsupported(f"aggregation {op} is not known")
    members = members if there.all() else np.where(there, members, 0.0)
    return REDUCTIONS[op](members, there, counts.astype(np.float64))


def _marks(vector: Vector, groups: Groups) -> tuple[bool, ...] | None:
    drops = vector.drops_name
    if drops is None:
        return None
    return tuple(any(drops[column] for column in columns) for columns in groups.members)
