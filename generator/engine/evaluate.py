"""The value of an expression at all steps at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from generator.engine.annotations import Annotation
from generator.engine.arrays import Times
from generator.engine.chunks import joined, pieces
from generator.engine.context import Context
from generator.engine.functions import evaluator
from generator.engine.operators.aggregate import evaluate_aggregation
from generator.engine.operators.binary import evaluate_binary
from generator.engine.selectors import instant_vector, range_vector
from generator.engine.settings import DEFAULT, Settings
from generator.engine.storage import Storage
from generator.engine.vector import Scalar, Text, Value, Vector, drop_names, merge_same, prune, without_name
from generator.errors import PromQLError, Unsupported
from generator.promql.ast import (
    Aggregation,
    Binary,
    Call,
    Expr,
    MatrixSelector,
    NumberLiteral,
    StringLiteral,
    Subquery,
    Unary,
    Variable,
    VectorSelector,
)


@dataclass(frozen=True, slots=True)
class Result:
    """The value of a query, and what Prometheus would tell the user beside it."""

    value: Value
    annotations: tuple[Annotation, ...] = ()


def evaluate(expr: Expr, storage: Storage, times: npt.ArrayLike, settings: Settings = DEFAULT) -> Result:
    """The value of `expr` at `times`: milliseconds, ascending, equally spaced; a single one is an instant query.

    A vector has one row per time, and only series that are present at some of them. Raises `PromQLError` where
    Prometheus fails the query, with its words, and `Unsupported` for what is left out on purpose.
    """
    steps = np.atleast_1d(np.asarray(times, np.int64))
    ctx = Context(expr, storage, steps, settings, _evaluate)
    with np.errstate(all="ignore"):
        if isinstance(expr, MatrixSelector | Subquery):
            return Result(range_vector(ctx, expr, steps), ctx.annotations())
        values = [_whole(ctx, expr, piece) for piece in pieces(expr, storage, steps)]
        return Result(joined(values), ctx.annotations())


def _whole(ctx: Context, expr: Expr, times: Times) -> Value:
    value = _evaluate(ctx, expr, times)
    return _finished(prune(value)) if isinstance(value, Vector) else value


def _finished(vector: Vector) -> Vector:
    """With the metric names gone that were only marked so far."""
    if vector.drops_name is None:
        return vector
    labels = tuple(
        without_name(labels) if drops else labels
        for labels, drops in zip(vector.labels, vector.drops_name, strict=True)
    )
    return merge_same(Vector(labels, vector.values, vector.present, vector.histograms))


def _evaluate(ctx: Context, expr: Expr, times: Times) -> Value:
    evaluator = _EVALUATORS.get(type(expr))
    if evaluator is None:
        raise Unsupported(f"{expr} is no expression that has a value")
    return evaluator(ctx, expr, times)


def _number(_: Context, expr: NumberLiteral, times: Times) -> Scalar:
    if isinstance(expr.value, Variable):
        raise Unsupported(f"${expr.value.name} stands for a number that has not been put in")
    return Scalar(np.full(len(times), expr.value))


def _string(_: Context, expr: StringLiteral, __: Times) -> Text:
    return Text(expr.value)


def _unary(ctx: Context, expr: Unary, times: Times) -> Value:
    value = ctx.evaluate(ctx, expr.expr, times)
    if expr.op == "+":
        return value
    if isinstance(value, Scalar):
        return Scalar(-value.values)
    if not isinstance(value, Vector):
        raise PromQLError("unary expression only allowed on expressions of type scalar or instant vector")
    histograms = None if value.histograms is None else _negated(value.histograms)
    return merge_same(drop_names(Vector(value.labels, -value.values, value.present, histograms), late=ctx.late_names))


def _negated(histograms: npt.NDArray[Any]) -> npt.NDArray[Any]:
    from generator.engine.histogram.algebra import negate

    negated: npt.NDArray[Any] = np.frompyfunc(lambda cell: None if cell is None else negate(cell), 1, 1)(histograms)
    return negated


def _call(ctx: Context, expr: Call, times: Times) -> Value:
    function = evaluator(expr.func)
    if function is None:
        raise Unsupported(f"function {expr.func}() is not known")
    return function(ctx, expr, times)


_EVALUATORS: Final[dict[type[Expr], Callable[[Context, Any, Times], Value]]] = {
    VectorSelector: instant_vector,
    NumberLiteral: _number,
    StringLiteral: _string,
    Unary: _unary,
    Binary: evaluate_binary,
    Aggregation: evaluate_aggregation,
    Call: _call,
}
