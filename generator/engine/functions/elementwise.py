"""Functions that change each float of an instant vector by itself: rounding, powers, trigonometry, clamping."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np

from generator.engine.arrays import Floats, Times, greatest, least
from generator.engine.context import Context
from generator.engine.functions.registry import Function
from generator.engine.vector import Vector, drop_names, merge_same
from generator.promql.ast import Call

_LN2: Final = 0.693147180559945309417232121458176568
_LN10: Final = 2.30258509299404568401799145468436421

Change = Callable[..., Any]


def floats_only(ctx: Context, vector: Vector, values: Floats) -> Vector:
    """The vector with other values, without its histograms and names."""
    changed = Vector(vector.labels, values, vector.floats())
    return merge_same(drop_names(changed, late=ctx.late_names))


def _elementwise(change: Change, ctx: Context, call: Call, times: Times) -> Vector:
    vector = ctx.vector(call.args[0], times)
    return floats_only(ctx, vector, change(vector.values))


def _log2(values: Floats) -> Floats:
    """The exponent and the logarithm of the rest, which is how Go makes powers of two exact."""
    fraction, exponent = np.frexp(values)
    halves = fraction == 0.5
    return np.where(halves, exponent - 1.0, np.log(fraction) * (1 / _LN2) + exponent)


def _log10(values: Floats) -> Floats:
    """As Go does it, by way of the logarithm to base 2: log10(1000) is not quite 3."""
    return _log2(values) * (_LN2 / _LN10)


def _sign(values: Floats) -> Floats:
    return np.where(values < 0, -1.0, np.where(values > 0, 1.0, values))


def _round(ctx: Context, call: Call, times: Times) -> Vector:
    """To the nearest multiple, ties upwards; the inverse is used because it is more often exact."""
    vector = ctx.vector(call.args[0], times)
    nearest = ctx.scalar(call.args[1], times).values[:, None] if len(call.args) > 1 else np.ones((1, 1))
    inverse = 1.0 / nearest
    return floats_only(ctx, vector, np.floor(vector.values * inverse + 0.5) / inverse)


def _clamp(ctx: Context, call: Call, times: Times) -> Vector:
    vector = ctx.vector(call.args[0], times)
    bounds = [ctx.scalar(argument, times).values[:, None] for argument in call.args[1:]]
    if call.func == "clamp_min":
        return floats_only(ctx, vector, greatest(vector.values, bounds[0]))
    if call.func == "clamp_max":
        return floats_only(ctx, vector, least(vector.values, bounds[0]))
    low, high = bounds
    # A lower bound above the upper one leaves nothing.
    possible = Vector(vector.labels, vector.values, vector.present & ~(high < low), vector.histograms)
    return floats_only(ctx, possible, greatest(least(vector.values, high), low))


def _function(name: str, change: Change) -> Function:
    return Function(name, partial(_elementwise, change))


FUNCTIONS: Final = (
    _function("abs", np.abs),
    _function("ceil", np.ceil),
    _function("floor", np.floor),
    _function("exp", np.exp),
    _function("sqrt", np.sqrt),
    _function("ln", np.log),
    _function("log2", _log2),
    _function("log10", _log10),
    _function("sin", np.sin),
    _function("cos", np.cos),
    _function("tan", np.tan),
    _function("asin", np.arcsin),
    _function("acos", np.arccos),
    _function("atan", np.arctan),
    _function("sinh", np.sinh),
    _function("cosh", np.cosh),
    _function("tanh", np.tanh),
    _function("asinh", np.arcsinh),
    _function("acosh", np.arccosh),
    _function("atanh", np.arctanh),
    _function("rad", lambda values: values * np.pi / 180),
    _function("deg", lambda values: values * 180 / np.pi),
    _function("sgn", _sign),
    Function("round", _round),
    Function("clamp", _clamp),
    Function("clamp_min", _clamp),
    Function("clamp_max", _clamp),
)
