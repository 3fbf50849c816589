"""timestamp: when each sample was taken. start_timestamp: since when it counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from generator.engine.arrays import Integers, Times
from generator.engine.context import Context
from generator.engine.functions.registry import Function
from generator.engine.selectors import instant_samples, reference_times
from generator.engine.vector import Vector, drop_names, empty, merge_same
from generator.promql.ast import Call, VectorSelector


def _timestamp(ctx: Context, call: Call, times: Times) -> Vector:
    """The sample's own time where the argument is a selector; else the time of evaluation."""
    argument = call.args[0]
    if isinstance(argument, VectorSelector):
        vector, stamps = _samples(ctx, argument, times)
        values = np.stack(stamps, axis=1) / 1000.0 if stamps else np.empty(vector.values.shape)
    else:
        vector = ctx.vector(argument, times)
        values = np.broadcast_to((times / 1000.0)[:, None], vector.values.shape)
    stamped = Vector(vector.labels, values, vector.present)
    return merge_same(drop_names(stamped, late=ctx.late_names))


def _samples(ctx: Context, selector: VectorSelector, times: Times) -> tuple[Vector, list[Integers]]:
    """The samples of the selector with their times.

    With `@`, Prometheus forgets the offset here, but it has only read the samples that the offset asks for.
    """
    shifted = reference_times(ctx, times, selector.offset, selector.at)
    if selector.at is None:
        return instant_samples(ctx, selector, shifted)
    pinned = reference_times(ctx, times, 0, selector.at)
    vector, stamps = instant_samples(ctx, selector, np.minimum(pinned, shifted))
    oldest = np.maximum(pinned, shifted) - ctx.settings.lookback
    recent = [stamp > oldest if ctx.settings.left_open else stamp >= oldest for stamp in stamps]
    if not recent:
        return vector, stamps
    return replace(vector, present=vector.present & np.stack(recent, axis=1)), stamps


def _start_timestamp(ctx: Context, call: Call, times: Times) -> Vector:
    """Since when the samples of a selector count, 0 where that is not known; nothing for other arguments."""
    argument = call.args[0]
    if not isinstance(argument, VectorSelector) or not ctx.settings.start_timestamps:
        return empty(len(times))
    vector, stamps = _samples(ctx, argument, times)
    values = np.zeros(vector.values.shape)
    for column, (labels, own_times) in enumerate(zip(vector.labels, stamps, strict=True)):
        starts = ctx.storage.starts.get(labels, {})
        values[:, column] = [starts.get(time, 0) / 1000 for time in own_times.tolist()]
    return merge_same(drop_names(Vector(vector.labels, values, vector.present), late=ctx.late_names))


FUNCTIONS: Final = (Function("timestamp", _timestamp), Function("start_timestamp", _start_timestamp))
