"""Long evaluations of many series, cut into pieces so that memory stays bounded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from generator.engine.arrays import Objects, Times
from generator.engine.storage import Storage
from generator.engine.vector import Scalar, Text, Value, Vector
from generator.labels import LabelSet
from generator.promql.ast import Expr, selectors

# Steps × series that are worked on at once. An operation takes a few arrays of this size: about 100 MB.
_MOST_CELLS: Final = 1 << 21
_FEW_STEPS: Final = 1024


def pieces(expr: Expr, storage: Storage, times: Times) -> list[Times]:
    """The times, in one piece or in several where the selectors of the expression find many series."""
    if len(times) <= _FEW_STEPS:
        return [times]
    series = max((len(storage.select(selector.all_matchers())) for selector in selectors(expr)), default=1)
    size = max(_FEW_STEPS, _MOST_CELLS // max(1, series))
    return [times[start : start + size] for start in range(0, len(times), size)]


def joined(values: Sequence[Value]) -> Value:
    """The values of consecutive pieces as one."""
    if len(values) == 1 or isinstance(values[0], Text):
        return values[0]
    if isinstance(values[0], Scalar):
        return Scalar(np.concatenate([value.values for value in values if isinstance(value, Scalar)]))
    return _joined_vectors([value for value in values if isinstance(value, Vector)])


def _joined_vectors(vectors: Sequence[Vector]) -> Vector:
    places: dict[LabelSet, int] = {}
    for vector in vectors:
        for labels in vector.labels:
            places.setdefault(labels, len(places))
    shape = (sum(len(vector.values) for vector in vectors), len(places))
    values, present = np.zeros(shape), np.zeros(shape, np.bool_)
    histograms: Objects | None = None
    if any(vector.histograms is not None for vector in vectors):
        histograms = np.full(shape, None, object)
    start = 0
    for vector in vectors:
        rows = slice(start, start + len(vector.values))
        columns = [places[labels] for labels in vector.labels]
        values[rows, columns] = vector.values
        present[rows, columns] = vector.present
        if histograms is not None and vector.histograms is not None:
            histograms[rows, columns] = vector.histograms
        start = rows.stop
    return Vector(tuple(places), values, present, histograms)
