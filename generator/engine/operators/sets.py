"""The set operators `and`, `or` and `unless`."""

from __future__ import annotations

import numpy as np

from generator.engine.arrays import Flags
from generator.engine.operators.signatures import signatures
from generator.engine.vector import Vector, concatenate, merge_same
from generator.promql.ast import Binary


def combine_sets(node: Binary, left: Vector, right: Vector) -> Vector:
    """`left op right`, matched by labels at each step."""
    ordinals = signatures(node.matching, left.labels, right.labels)
    steps = len(left.values)
    if node.op == "or":
        taken = _present_by_signature(left, ordinals.left, ordinals.count, steps)
        free = right.present & ~taken[:, ordinals.right]
        rest = Vector(right.labels, right.values, free, right.histograms, right.drops_name)
        return merge_same(concatenate((left, rest), steps))
    found = _present_by_signature(right, ordinals.right, ordinals.count, steps)[:, ordinals.left]
    present = left.present & (found if node.op == "and" else ~found)
    return Vector(left.labels, left.values, present, left.histograms, left.drops_name)


def _present_by_signature(vector: Vector, ordinals: list[int], count: int, steps: int) -> Flags:
    present = np.zeros((steps, count), np.bool_)
    for column, ordinal in enumerate(ordinals):
        present[:, ordinal] |= vector.present[:, column]
    return present
