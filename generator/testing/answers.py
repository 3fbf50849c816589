"""Answers of the engine as tests look at them: series with points, sorted as Prometheus gives them out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from generator.engine.annotations import Annotation
from generator.engine.evaluate import evaluate
from generator.engine.histogram.value import Histogram
from generator.engine.settings import Settings
from generator.engine.storage import Storage
from generator.engine.vector import RangeVector, Scalar, Text, Vector
from generator.labels import LabelSet
from generator.promql.ast import Expr

Point = tuple[int, float | Histogram]
"""Milliseconds and value."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query gave.

    `series` are sorted by labels for a range, and as the query ordered them for an instant. `scalars` holds the
    number at each time, `scalar` the one of an instant query.
    """

    kind: Literal["vector", "matrix", "scalar", "string"]
    series: list[tuple[LabelSet, list[Point]]] = field(default_factory=list)
    scalar: float = 0.0
    string: str = ""
    warnings: list[str] = field(default_factory=list)
    infos: list[str] = field(default_factory=list)


def ask(expr: Expr, storage: Storage, start: int, end: int, step: int, settings: Settings, *, is_range: bool) -> Answer:
    """The answer to an instant query at `start`, or to a range query. Raises what the engine raises."""
    times = np.arange(start, end + 1, step or 1, dtype=np.int64) if is_range else np.array([start], np.int64)
    result = evaluate(expr, storage, times, settings)
    warnings, infos = _texts(result.annotations, "warning"), _texts(result.annotations, "info")
    match result.value:
        case Text(value=text):
            return Answer("string", string=text, warnings=warnings, infos=infos)
        case RangeVector(series=found):
            rows = [(s.labels, list(zip(s.times.tolist(), s.values, strict=True))) for s in found]
            return Answer("matrix", rows, warnings=warnings, infos=infos)
        case Scalar(values=values) if not is_range:
            return Answer("scalar", scalar=float(values[0]), warnings=warnings, infos=infos)
        case Scalar(values=values):
            points: list[Point] = list(zip(times.tolist(), values.tolist(), strict=True))
            return Answer("matrix", [(LabelSet(), points)], warnings=warnings, infos=infos)
        case Vector() as vector:
            series = vector_points(vector, times.tolist())
            if is_range:
                series.sort(key=lambda pair: pair[0].pairs)
            return Answer("matrix" if is_range else "vector", series, warnings=warnings, infos=infos)
    raise TypeError(f"unknown result {result.value!r}")


def vector_points(vector: Vector, times: list[int]) -> list[tuple[LabelSet, list[Point]]]:
    """The series of a vector that are there at some step, each with its points."""
    series = []
    for column, labels in enumerate(vector.labels):
        rows = np.flatnonzero(vector.present[:, column]).tolist()
        if rows:
            series.append((labels, [(times[row], _value(vector, row, column)) for row in rows]))
    return series


def _value(vector: Vector, row: int, column: int) -> float | Histogram:
    if vector.histograms is not None:
        histogram = vector.histograms[row, column]
        if isinstance(histogram, Histogram):
            return histogram
    return float(vector.values[row, column])


def _texts(annotations: tuple[Annotation, ...], level: str) -> list[str]:
    """Annotations in the words of Prometheus, with the place in the query as tocsin prints it."""
    return list(dict.fromkeys(str(annotation) for annotation in annotations if annotation.level == level))
