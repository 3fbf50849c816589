"""`count_values`: how many series of a group have each value."""

from __future__ import annotations

import numpy as np

from generator.engine.arrays import Floats, Times
from generator.engine.context import Context
from generator.engine.operators.groups import group_labels
from generator.engine.texts import is_utf8_name, plain_number, quote_bytes
from generator.engine.vector import Vector
from generator.errors import PromQLError, Unsupported
from generator.labels import LabelSet
from generator.promql.ast import Aggregation


def count_values(ctx: Context, node: Aggregation, times: Times) -> Vector:
    """One series for each group and each value that occurs in it, with the value in the label named."""
    if node.param is None:
        raise Unsupported("count_values needs the name of a label")
    label = ctx.text(node.param, times)
    if not is_utf8_name(label):
        raise PromQLError(f"invalid label name {quote_bytes(label)}")
    grouping = node.grouping if node.without else (*node.grouping, label)
    grouped = Aggregation(node.op, node.expr, grouping, node.without)
    vector = ctx.vector(node.expr, times)
    counts: dict[LabelSet, Floats] = {}
    for column, labels in enumerate(vector.labels):
        for text, steps in _occurrences(vector, column):
            key = group_labels(grouped, labels | {label: text})
            counted = counts.get(key)
            if counted is None:
                counted = counts[key] = np.zeros(len(times))
            counted[steps] += 1
    if not counts:
        return Vector((), np.empty((len(times), 0)), np.empty((len(times), 0), np.bool_))
    values = np.stack(list(counts.values()), axis=1)
    return Vector(tuple(counts), values, values > 0)


def _occurrences(vector: Vector, column: int) -> list[tuple[str, np.ndarray]]:
    """Each value of a series as text, with the steps at which it has it."""
    present = vector.present[:, column]
    floats = vector.floats()[:, column]
    found: dict[str, np.ndarray] = {}
    for value in np.unique(vector.values[floats, column]).tolist():
        same = np.isnan(vector.values[:, column]) if value != value else vector.values[:, column] == value
        found[plain_number(value)] = floats & same
    if vector.histograms is not None:
        for step in np.flatnonzero(present & ~floats).tolist():
            text = histogram_text(vector.histograms[step, column])
            found.setdefault(text, np.zeros(len(present), np.bool_))[step] = True
    return list(found.items())


def histogram_text(histogram: object) -> str:
    """A histogram as the value of a label."""
    return str(histogram)
