"""What expressions evaluate to, for all steps at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from generator.engine.arrays import Flags, Floats, Objects, Times
from generator.engine.histogram.value import Histogram
from generator.errors import PromQLError
from generator.labels import METRIC_NAME, LabelSet

SAME_LABELS: Final = "vector cannot contain metrics with the same labelset"


@dataclass(frozen=True, slots=True)
class Vector:
    """Instant vectors at every step: one row per step, one column per series.

    `values` and `histograms` say nothing where `present` is false. A present cell is a histogram where `histograms`
    holds one and else a float. `drops_name` marks series whose metric name is to go at the end of the query; it is
    None unless names are removed late and some series is marked.
    """

    labels: tuple[LabelSet, ...]
    values: Floats
    present: Flags
    histograms: Objects | None = None
    drops_name: tuple[bool, ...] | None = None

    def is_histogram(self) -> Flags | None:
        """Which cells are histograms, or None where there are none at all."""
        return None if self.histograms is None else holds(self.histograms) & self.present

    def floats(self) -> Flags:
        """Which cells are floats."""
        return self.present if self.histograms is None else self.present & ~holds(self.histograms)

    def columns(self, chosen: Sequence[int]) -> Vector:
        """Only the series at these positions, in this order."""
        index = list(chosen)
        return Vector(
            tuple(self.labels[i] for i in index),
            self.values.take(index, axis=1),
            self.present.take(index, axis=1),
            None if self.histograms is None else self.histograms.take(index, axis=1),
            None if self.drops_name is None else tuple(self.drops_name[i] for i in index),
        )


@dataclass(frozen=True, slots=True)
class Scalar:
    """One number per step."""

    values: Floats


@dataclass(frozen=True, slots=True)
class Text:
    """A string, the same at every step."""

    value: str


@dataclass(frozen=True, slots=True)
class RangeSeries:
    """The samples of one series in a range: times in milliseconds, and for each a float or a histogram."""

    labels: LabelSet
    times: Times
    values: tuple[float | Histogram, ...]


@dataclass(frozen=True, slots=True)
class RangeVector:
    """What a range selector or subquery gives when it is a query of its own, at one instant."""

    series: tuple[RangeSeries, ...]


Value = Vector | Scalar | Text | RangeVector

_holds = np.frompyfunc(lambda cell: cell is not None, 1, 1)


def holds(objects: Objects) -> Flags:
    """Where an array of histograms holds one."""
    found: Flags = _holds(objects).astype(np.bool_)
    return found


def empty(steps: int) -> Vector:
    """A vector without series."""
    return Vector((), np.empty((steps, 0)), np.empty((steps, 0), np.bool_))


METADATA: Final = (METRIC_NAME, "__type__", "__unit__")
"""Labels that say what a metric is, and no longer fit once it has been calculated with."""


@lru_cache(maxsize=65536)
def without_name(labels: LabelSet) -> LabelSet:
    """The labels without the metric name and, where they are given, type and unit."""
    return labels.without(METADATA) if any(name in labels for name in METADATA) else labels


def drop_names(vector: Vector, *, late: bool) -> Vector:
    """The vector without metric names; `late` only marks them, for removal at the end of the query."""
    if late:
        marked = (True,) * len(vector.labels)
        return Vector(vector.labels, vector.values, vector.present, vector.histograms, marked)
    labels = tuple(map(without_name, vector.labels))
    return Vector(labels, vector.values, vector.present, vector.histograms)


def concatenate(parts: Sequence[Vector], steps: int) -> Vector:
    """All series of the parts side by side."""
    parts = [part for part in parts if part.labels]
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return empty(steps)
    return Vector(
        tuple(labels for part in parts for labels in part.labels),
        np.concatenate([part.values for part in parts], axis=1),
        np.concatenate([part.present for part in parts], axis=1),
        _concatenated_histograms(parts),
        _concatenated_marks(parts),
    )


def _concatenated_histograms(parts: Sequence[Vector]) -> Objects | None:
    if all(part.histograms is None for part in parts):
        return None
    blank = [np.full(part.values.shape, None, object) for part in parts]
    cells = [b if p.histograms is None else p.histograms for p, b in zip(parts, blank, strict=True)]
    return np.concatenate(cells, axis=1)


def _concatenated_marks(parts: Sequence[Vector]) -> tuple[bool, ...] | None:
    if all(part.drops_name is None for part in parts):
        return None
    return tuple(mark for part in parts for mark in part.drops_name or (False,) * len(part.labels))


def merge_same(vector: Vector) -> Vector:
    """One column for series with equal labels that are never present together.

    Raises `PromQLError` where two of them are present at one step.
    """
    if len(set(vector.labels)) == len(vector.labels):
        return vector
    places: dict[LabelSet, list[int]] = {}
    for column, labels in enumerate(vector.labels):
        places.setdefault(labels, []).append(column)
    merged = vector.columns([_leading(vector, columns) for columns in places.values()])
    for target, columns in enumerate(places.values()):
        leading = _leading(vector, columns)
        for column in columns:
            if column != leading:
                _pour(vector, column, merged, target)
    return merged


def _leading(vector: Vector, columns: list[int]) -> int:
    """The column that is present first; what is marked of its name holds for all of them."""
    if len(columns) == 1 or vector.drops_name is None:
        return columns[0]
    never = len(vector.values)
    firsts = [int(p.argmax()) if (p := vector.present[:, column]).any() else never for column in columns]
    return columns[firsts.index(min(firsts))]


def _pour(source: Vector, column: int, target: Vector, into: int) -> None:
    here = source.present[:, column]
    if (here & target.present[:, into]).any():
        raise PromQLError(SAME_LABELS)
    target.values[here, into] = source.values[here, column]
    target.present[here, into] = True
    if source.histograms is not None and target.histograms is not None:
        target.histograms[here, into] = source.histograms[here, column]


def forbid_same(labels: Iterable[LabelSet]) -> None:
    """Raises `PromQLError` where two series have the same labels."""
    listed = list(labels)
    if len(set(listed)) != len(listed):
        raise PromQLError(SAME_LABELS)


def ever_present(vector: Vector) -> Flags:
    """For each series whether it is present at some step."""
    ever: Flags = np.logical_or.reduce(vector.present, axis=0)
    return ever


def any_present(vector: Vector) -> Flags:
    """For each step whether some series is present."""
    some: Flags = np.logical_or.reduce(vector.present, axis=1)
    return some


def prune(vector: Vector) -> Vector:
    """Only the series that are present at some step."""
    if not vector.labels:
        return vector
    ever = ever_present(vector)
    return vector if ever.all() else vector.columns(np.flatnonzero(ever).tolist())
