"""Aggregations that choose series: topk, bottomk, limitk and limit_ratio."""

from __future__ import annotations

from typing import Final

import numpy as np

from generator.engine.arrays import Flags, Floats, Integers
from generator.engine.context import Context
from generator.engine.histogram.notation import format_float
from generator.engine.labelhash import position
from generator.engine.operators.groups import Groups, group
from generator.engine.vector import Vector, empty, prune
from generator.errors import PromQLError, Unsupported
from generator.promql.ast import Aggregation, Expr

_INT64: Final = float(2**63)


def rank(ctx: Context, node: Aggregation, vector: Vector, parameter: Floats | None) -> Vector:
    """The chosen series with their own labels. At a single step topk and bottomk also set their order."""
    if parameter is None or node.param is None:
        raise Unsupported(f"{node.op} needs a parameter")
    steps = len(vector.values)
    if node.op == "limit_ratio":
        if not _check_ratio(ctx, parameter, node.param):
            return empty(steps)
        return _limited(vector, _by_ratio(vector, parameter))
    if not _check_count(parameter):
        return empty(steps)
    wanted = np.clip(parameter, 0, len(vector.labels)).astype(np.int64)
    groups = group(node, vector.labels)
    if node.op == "limitk":
        return _limited(vector, _first(vector, groups, wanted))
    return _extreme(ctx, node, vector, groups, wanted)


def _check_count(parameter: Floats) -> bool:
    """Whether any step asks for something. Raises `PromQLError` for counts that are none."""
    if np.isnan(parameter).any():
        raise PromQLError("Parameter value is NaN")
    if not len(parameter) or parameter.max() < 1:
        return False
    if parameter.min() <= -_INT64:
        raise PromQLError(f"Scalar value {format_float(float(parameter.min()))} underflows int64")
    if parameter.max() >= _INT64:
        raise PromQLError(f"Scalar value {format_float(float(parameter.max()))} overflows int64")
    return True


def _check_ratio(ctx: Context, parameter: Floats, node: Expr) -> bool:
    if np.isnan(parameter).any():
        raise PromQLError("Ratio value is NaN")
    if not parameter.any():
        return False
    for value, bound in ((float(parameter.max()), 1), (float(parameter.min()), -1)):
        if value * bound > 1:
            ctx.warn(f"ratio value should be between -1 and 1, got {format_float(value)}, capping to {bound}", node)
    return True


def _limited(vector: Vector, chosen: Flags) -> Vector:
    return prune(Vector(vector.labels, vector.values, vector.present & chosen, vector.histograms, vector.drops_name))


def _by_ratio(vector: Vector, parameter: Floats) -> Flags:
    """Each series has its place between 0 and 1; a negative ratio takes those that 1 + ratio leaves."""
    places = np.array([position(labels) for labels in vector.labels])
    ratio = np.clip(parameter, -1.0, 1.0)[:, None]
    chosen: Flags = np.where(ratio >= 0, places < ratio, places >= 1.0 + ratio) & (ratio != 0)
    return chosen


def _first(vector: Vector, groups: Groups, wanted: Integers) -> Flags:
    chosen = np.zeros_like(vector.present)
    for columns in groups.members:
        index = list(columns)
        chosen[:, index] = vector.present[:, index].cumsum(axis=1) <= wanted[:, None]
    return chosen


def _extreme(ctx: Context, node: Aggregation, vector: Vector, groups: Groups, wanted: Integers) -> Vector:
    floats = vector.floats()
    if vector.histograms is not None and not np.array_equal(floats, vector.present):
        ctx.info(f"ignored histogram in {node.op} aggregation", node)
    chosen = np.zeros_like(vector.present)
    order: list[int] = []
    for columns in groups.members:
        index = list(columns)
        ranked = _order(node.op, vector.values[:, index], floats[:, index])
        places = np.empty_like(ranked)
        np.put_along_axis(places, ranked, np.arange(len(index))[None, :], axis=1)
        chosen[:, index] = (places < wanted[:, None]) & floats[:, index]
        if len(ranked) == 1:
            order += [index[i] for i in ranked[0].tolist() if chosen[0, index[i]]]
    kept = Vector(vector.labels, vector.values, chosen, None, vector.drops_name)
    return kept.columns(order) if len(vector.values) == 1 else prune(kept)


def _order(op: str, values: Floats, present: Flags) -> Integers:
    """For each step the members from the first to the last: absent ones last, NaN just before them."""
    keys = -values if op == "topk" else values
    return np.lexsort((np.where(present, keys, 0.0), np.isnan(values) & present, ~present), axis=1)
