"""sort, sort_desc, sort_by_label and sort_by_label_desc, which order the result of an instant query."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cmp_to_key, partial
from typing import Final

import numpy as np

from generator.engine.arrays import Times
from generator.engine.context import Context
from generator.engine.functions.registry import Function
from generator.engine.vector import Vector
from generator.labels import LabelSet
from generator.promql.ast import Aggregation, Call, Expr, Subquery, VectorSelector, children

_RUNS: Final = re.compile(r"\d+|\D+")
_TELLING_TIME: Final = frozenset({
    "days_in_month", "day_of_month", "day_of_week", "day_of_year", "hour", "minute", "month", "year",
    "predict_linear", "time", "timestamp",
})  # fmt: skip


def _sort(ctx: Context, call: Call, times: Times, *, descending: bool) -> Vector:
    """By value, NaN last either way; histograms are left out."""
    vector = ctx.vector(call.args[0], times)
    floats = Vector(vector.labels, vector.values, vector.floats(), None, vector.drops_name)
    if not _orders(ctx, call, times):
        return floats
    values = floats.values[0]
    order = np.lexsort((-values if descending else values, np.isnan(values)))
    return floats.columns(order.tolist())


def _orders(ctx: Context, call: Call, times: Times) -> bool:
    """Whether there is an order to set: only at a single step. What is the same at all steps is silent."""
    if len(times) > 1 and not is_invariant(call):
        ctx.warn("sort is ineffective for range queries since results are always ordered by labels", call)
    return len(times) == 1


def is_invariant(expr: Expr) -> bool:
    """Whether an expression is the same at all steps, because `@` pins all that it looks at."""
    match expr:
        case VectorSelector() | Subquery():
            return expr.at is not None
        case Call():
            return expr.func not in _TELLING_TIME and all(map(is_invariant, expr.args))
        case Aggregation():
            return is_invariant(expr.expr)
    return all(map(is_invariant, children(expr)))


def _sort_by_label(ctx: Context, call: Call, times: Times, *, descending: bool) -> Vector:
    """By the labels named, numbers within them by their value; then by all labels."""
    vector = ctx.vector(call.args[0], times)
    if not _orders(ctx, call, times):
        return vector
    names = [ctx.text(argument, times) for argument in call.args[1:]]
    key = cmp_to_key(_comparison(names))
    order = sorted(range(len(vector.labels)), key=lambda i: key(vector.labels[i]), reverse=descending)
    return vector.columns(order)


def _comparison(names: list[str]) -> Callable[[LabelSet, LabelSet], int]:
    def compare(left: LabelSet, right: LabelSet) -> int:
        for name in names:
            mine, theirs = left.get(name, ""), right.get(name, "")
            if mine != theirs:
                return -1 if natural_less(mine, theirs) else 1
        return (left.pairs > right.pairs) - (left.pairs < right.pairs)

    return compare


def natural_less(left: str, right: str) -> bool:
    """Whether `left` comes first when runs of digits count as numbers ("4m5" before "4m1000")."""
    mine, theirs = _RUNS.findall(left), _RUNS.findall(right)
    for one, two in zip(mine, theirs, strict=False):
        if one == two:
            continue
        if one[0].isdigit() and two[0].isdigit() and int(one) != int(two):
            return int(one) < int(two)
        return bool(one < two)
    return len(mine) < len(theirs)


FUNCTIONS: Final = (
    Function("sort", partial(_sort, descending=False)),
    Function("sort_desc", partial(_sort, descending=True)),
    Function("sort_by_label", partial(_sort_by_label, descending=False)),
    Function("sort_by_label_desc", partial(_sort_by_label, descending=True)),
)
