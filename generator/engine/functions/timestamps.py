"""timestamp: when each sample was taken."""

from __future__ import annotations

from typing import Final

import numpy as np

from generator.engine.arrays import Times
from generator.engine.context import Context
from generator.engine.functions.registry import Function
from generator.engine.selectors import instant_samples, reference_times
from generator.engine.vector import Vector, drop_names, merge_same
from generator.promql.ast import Call, VectorSelector


def _timestamp(ctx: Context, call: Call, times: Times) -> Vector:
    """The sample's own time where the argument is a selector; else the time of evaluation."""
    argument = call.args[0]
    if isinstance(argument, VectorSelector):
        references = reference_times(ctx, times, argument.offset, argument.at)
        vector, stamps = instant_samples(ctx, argument, references)
        values = np.stack(stamps, axis=1) / 1000.0 if stamps else np.empty(vector.values.shape)
    else:
        vector = ctx.vector(argument, times)
        values = np.broadcast_to((times / 1000.0)[:, None], vector.values.shape)
    stamped = Vector(vector.labels, values, vector.present)
    return merge_same(drop_names(stamped, late=ctx.late_names))


FUNCTIONS: Final = (Function("timestamp", _timestamp),)
