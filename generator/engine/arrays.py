"""The array types that the engine passes around."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Times = npt.NDArray[np.int64]
"""Milliseconds since 1970, ascending."""

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Kinds = npt.NDArray[np.int8]

Objects = npt.NDArray[Any]
"""Cells that hold a `Histogram` or None."""


def least(first: Floats, second: Floats) -> Floats:
    """The lesser of each two as Go takes it: -Inf before anything, and else NaN before numbers."""
    lesser: Floats = np.minimum(first, second)
    return np.where((first == -np.inf) | (second == -np.inf), -np.inf, lesser)


def greatest(first: Floats, second: Floats) -> Floats:
    """The greater of each two as Go takes it: +Inf before anything, and else NaN before numbers."""
    greater: Floats = np.maximum(first, second)
    return np.where((first == np.inf) | (second == np.inf), np.inf, greater)
