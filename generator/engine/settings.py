"""How an evaluation is to behave where Prometheus has settings or versions differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from generator.duration import MINUTE


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one evaluation; the defaults are those of Prometheus 3.

    `lookback` and `default_step` (of subqueries that give none) are milliseconds. `left_open` is Prometheus 3's
    meaning of ranges and lookback, (start, end]; without it they are [start, end], and rates are extrapolated as
    Prometheus 2 did. `delayed_name_removal` is the feature flag of that name, with which the corpus of Prometheus
    itself is run: metric names are dropped from the result of the whole query, not operator by operator.
    `start_timestamps` is another one: resets are also known from when samples say that their counters began.
    """

    lookback: int = 5 * MINUTE
    left_open: bool = True
    default_step: int = MINUTE
    delayed_name_removal: bool = False
    start_timestamps: bool = False


DEFAULT: Final = Settings()
PROMETHEUS_2: Final = Settings(left_open=False)
