"""Functions that give or take scalars: time, pi, scalar, vector, and the query's own start, end, range and step."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np

from generator.engine.arrays import Times, greatest, least
from generator.engine.context import Context
from generator.engine.functions.registry import Function
from generator.engine.vector import Scalar, Vector
from generator.labels import EMPTY
from generator.promql.ast import Call


def _time(_: Context, __: Call, times: Times) -> Scalar:
    return Scalar(times / 1000.0)


def _pi(_: Context, __: Call, times: Times) -> Scalar:
    return Scalar(np.full(len(times), np.pi))


def _of_query(milliseconds: Callable[[Context], int], ctx: Context, _: Call, times: Times) -> Scalar:
    return Scalar(np.full(len(times), milliseconds(ctx) / 1000.0))


def _scalar(ctx: Context, call: Call, times: Times) -> Scalar:
    """The only float of a vector, or NaN."""
    vector = ctx.vector(call.args[0], times)
    floats = vector.floats()
    single = floats.sum(axis=1) == 1
    return Scalar(np.where(single, np.where(floats, vector.values, 0.0).sum(axis=1), np.nan))


def _vector(ctx: Context, call: Call, times: Times) -> Vector:
    values = ctx.scalar(call.args[0], times).values[:, None]
    return Vector((EMPTY,), values, np.ones(values.shape, np.bool_))


def _of_two(choose: Callable[..., Any], ctx: Context, call: Call, times: Times) -> Scalar:
    first, second = (ctx.scalar(argument, times).values for argument in call.args)
    return Scalar(choose(first, second))


FUNCTIONS: Final = (
    Function("time", _time),
    Function("pi", _pi),
    Function("start", partial(_of_query, lambda ctx: ctx.start)),
    Function("end", partial(_of_query, lambda ctx: ctx.end)),
    Function("range", partial(_of_query, lambda ctx: ctx.end - ctx.start)),
    Function("step", partial(_of_query, lambda ctx: ctx.step)),
    Function("scalar", _scalar),
    Function("vector", _vector),
    Function("min_of", partial(_of_two, least)),
    Function("max_of", partial(_of_two, greatest)),
)
