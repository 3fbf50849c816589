"""absent and absent_over_time."""

from __future__ import annotations

from collections import Counter
from typing import Final

import numpy as np

from generator.engine.arrays import Flags, Times
from generator.engine.context import Context
from generator.engine.functions.ranges import arguments
from generator.engine.functions.registry import Function
from generator.engine.vector import Vector, any_present
from generator.labels import EMPTY, METRIC_NAME, LabelSet
from generator.promql.ast import Call, Expr, MatrixSelector, VectorSelector


def _absent(ctx: Context, call: Call, times: Times) -> Vector:
    vector = ctx.vector(call.args[0], times)
    return _one_where(~any_present(vector), call.args[0])


def _absent_over_time(ctx: Context, call: Call, times: Times) -> Vector:
    some = np.zeros(len(times), np.bool_)
    for run in arguments(ctx, call, times).ranges.runs:
        some |= run.high > run.low
    return _one_where(~some, call.args[0])


def _one_where(missing: Flags, argument: Expr) -> Vector:
    return Vector((asked_labels(argument),), np.ones((len(missing), 1)), missing[:, None])


def asked_labels(argument: Expr) -> LabelSet:
    """The labels that a selector asks for by equality; one that it constrains twice is left out."""
    if isinstance(argument, MatrixSelector):
        argument = argument.selector
    if not isinstance(argument, VectorSelector):
        return EMPTY
    times_named = Counter(matcher.label for matcher in argument.matchers)
    return LabelSet(
        (matcher.label, matcher.value)
        for matcher in argument.matchers
        if matcher.op == "=" and matcher.label != METRIC_NAME and times_named[matcher.label] == 1
    )


FUNCTIONS: Final = (
    Function("absent", _absent),
    Function("absent_over_time", _absent_over_time),
)
