"""Over what time an SLO is kept: a rolling window, or a week, month or quarter of a calendar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from generator.duration import DAY, Duration
from generator.model.base import DurationLike, Part, as_duration, fault, keep, normalise_durations

Period = Literal["week", "month", "quarter"]

_NOMINAL_DAYS: dict[str, int] = {"week": 7, "month": 30, "quarter": 90}
_LONGEST_DAYS: dict[str, int] = {"week": 7, "month": 31, "quarter": 92}


@dataclass(frozen=True, slots=True)
class Rolling(Part):
    """The last so many days, at any moment."""

    length: DurationLike

    def __post_init__(self) -> None:
        normalise_durations(self, "length")

    @property
    def nominal(self) -> Duration:
        """The length that burn rates are reckoned with, in milliseconds."""
        return as_duration(self.length)

    @property
    def longest(self) -> Duration:
        """The longest the window can be, in milliseconds."""
        return self.nominal

    def __str__(self) -> str:
        return str(self.nominal)


@dataclass(frozen=True, slots=True)
class Calendar(Part):
    """The running week (from Monday), month or quarter, by the clock of a time zone such as `"Asia/Seoul"`."""

    period: Period
    timezone: str = "UTC"

    def __post_init__(self) -> None:
        if self.period not in _NOMINAL_DAYS:
            fault(self, "slo/window", f"Calendar: period must be week, month or quarter, got {self.period!r}")
            keep(self, "period", "month")
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
            fault(self, "slo/window", f"Calendar: no such time zone: {self.timezone!r}")
            keep(self, "timezone", "UTC")

    @property
    def nominal(self) -> Duration:
        """The length that burn rates are reckoned with: 7, 30 or 90 days, in milliseconds."""
        return Duration(_NOMINAL_DAYS[self.period] * DAY)

    @property
    def longest(self) -> Duration:
        """The longest the window can be: 7, 31 or 92 days, in milliseconds."""
        return Duration(_LONGEST_DAYS[self.period] * DAY)

    def __str__(self) -> str:
        return f"calendar {self.period} ({self.timezone})"


Window = Rolling | Calendar
