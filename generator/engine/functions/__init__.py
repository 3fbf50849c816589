"""The functions of PromQL, by name."""

from __future__ import annotations

from typing import Final

from generator.engine.functions import (
    absence,
    dates,
    elementwise,
    histograms,
    info,
    labelling,
    over_time,
    rates,
    regression,
    scalars,
    sorting,
    timestamps,
)
from generator.engine.functions.registry import Function

_ALL: Final = (
    *scalars.FUNCTIONS,
    *elementwise.FUNCTIONS,
    *rates.FUNCTIONS,
    *over_time.FUNCTIONS,
    *regression.FUNCTIONS,
    *absence.FUNCTIONS,
    *labelling.FUNCTIONS,
    *sorting.FUNCTIONS,
    *dates.FUNCTIONS,
    *timestamps.FUNCTIONS,
    *histograms.FUNCTIONS,
    *info.FUNCTIONS,
)

FUNCTIONS: Final = {function.name: function.evaluate for function in _ALL}
"""How each function is evaluated."""

UNSUPPORTED_FUNCTIONS: Final = {
    "start_timestamp": "start timestamps are experimental in Prometheus, and samples are stored without them here",
}
"""Functions that can be parsed but are left out on purpose, with the reason."""

__all__ = ["FUNCTIONS", "UNSUPPORTED_FUNCTIONS", "Function"]
