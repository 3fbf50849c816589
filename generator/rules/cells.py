"""Single values out of vectors."""

from __future__ import annotations

from generator.engine.histogram.value import Histogram
from generator.engine.vector import Vector


def cell(vector: Vector, step: int, column: int) -> float | Histogram:
    """The value of one cell."""
    if vector.histograms is not None:
        histogram = vector.histograms[step, column]
        if isinstance(histogram, Histogram):
            return histogram
    return float(vector.values[step, column])
