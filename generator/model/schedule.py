"""What must happen at set times: a daily backup, a weekly scan, a monthly restore test."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from generator.duration import DAY, HOUR, MINUTE, SECOND, WEEK
from generator.model.base import (
    Definition,
    DurationLike,
    as_duration,
    described,
    fault,
    keep,
    normalise_durations,
)
from generator.model.route import names_of_days

_CLOCK: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_DAY_SECONDS: Final = DAY // SECOND
_WEEK_SECONDS: Final = WEEK // SECOND
_WEEK_DAYS: Final = WEEK // DAY
_EPOCH_WEEKDAY: Final = 4
"""1 January 1970 was a Thursday; Sunday is 0."""
_YEARS: Final = range(2024, 2041)
"""The years over which a zone must keep its clock."""


@dataclass(frozen=True, slots=True, eq=False)
class Schedule(Definition):
    """A recurring moment by the clock of a time zone, and how much later it may be done.

    at: `"02:00"`. Every day; on one `weekday` (`"sun"`) of each week; on one `day` (1 to 28) of each month; or with
    both `weekday` and `first`, on the first such weekday of each month. slack: how long after the moment its work
    may still be under way. timezone: one whose clock is never put forward or back, for PromQL knows no time zones.
    """

    name: str
    at: str = "00:00"
    weekday: str = ""
    day: int = 0
    first: bool = False
    slack: DurationLike = "1h"
    timezone: str = "UTC"
    description: str = ""

    def __post_init__(self) -> None:
        normalise_durations(self, "slack")
        if not _CLOCK.fullmatch(self.at):
            fault(self, "schedule/at", f"{described(self)}: at must be a time such as '02:00', got {self.at!r}")
            keep(self, "at", "00:00")
        if self.weekday and _weekday(self.weekday) is None:
            fault(self, "schedule/weekday", f"{described(self)}: no such weekday: {self.weekday!r}")
            keep(self, "weekday", "sun")
        if self.day not in range(29):
            why = "Not every month has a 29th, 30th or 31st day."
            fault(self, "schedule/day", f"{described(self)}: day must be 1 to 28, got {self.day!r}", why)
            keep(self, "day", 1)
        if (self.first and not self.weekday) or (self.weekday and self.day):
            message = f"{described(self)}: give a weekday, a weekday with first, a day, or none of them"
            fault(self, "schedule/days", message)
        _check_zone(self)

    @property
    def due(self) -> str:
        """PromQL: the second since 1970 of the latest such moment whose slack is over, as a scalar.

        What was last done before it is late: `last_success_timestamp_seconds < …`. It moves on at one known time of
        the day, the moment plus the slack, however late the work was done the last time.
        """
        slack = as_duration(self.slack) // SECOND
        late = f"time() - {slack}" if slack else "time()"
        return f"({late} - {self._since_then()})"

    def _since_then(self) -> str:
        """PromQL: seconds since slack was over the last time."""
        hours, minutes = (int(part) for part in self.at.split(":"))
        late = (hours * HOUR + minutes * MINUTE + as_duration(self.slack)) // SECOND
        # Added to time(), a clock on whose midnight the slack is over.
        clock = (fixed_offset(self.timezone) or 0) - late
        weekday = _weekday(self.weekday)
        if weekday is not None:
            return _since_weekday(clock, weekday, self.first)
        if self.day:
            now = _moved(clock - (self.day - 1) * _DAY_SECONDS)
            return f"((scalar(day_of_month(vector({now}))) - 1) * {_DAY_SECONDS} + {now} % {_DAY_SECONDS})"
        return f"{_moved(clock, _DAY_SECONDS)} % {_DAY_SECONDS}"

    def __str__(self) -> str:
        weekday = _weekday(self.weekday)
        every = f"on day {self.day} of each month" if self.day else "every day"
        if weekday is not None:
            name = names_of_days()[weekday].capitalize()
            every = f"on the first {name} of each month" if self.first else f"every {name}"
        return f"{every} at {self.at} ({self.timezone})"


def _weekday(text: object) -> int | None:
    """The number of `"sun"` or `"sunday"`, from 0; None for anything else."""
    if not isinstance(text, str) or len(text) < len("sun"):
        return None
    return next((at for at, name in enumerate(names_of_days()) if name.startswith(text.lower())), None)


def _moved(seconds: int, period: int = 0) -> str:
    """PromQL: `time()` moved by some seconds; only their rest counts when a period is given."""
    seconds = seconds % period if period else seconds
    if not seconds:
        return "time()"
    return f"(time() {'+' if seconds > 0 else '-'} {abs(seconds)})"


def _since_weekday(clock: int, weekday: int, first: bool) -> str:
    """PromQL: seconds since midnight of a weekday, or of the first such weekday of a month, on a moved clock."""
    # Counted from the wanted weekday on, as if weeks and 1970 had begun with it.
    week = f"{_moved(clock + (_EPOCH_WEEKDAY - weekday) * _DAY_SECONDS, _WEEK_SECONDS)} % {_WEEK_SECONDS}"
    if not first:
        return week
    latest = f"{_moved(clock)} - {week}"
    weeks = f"scalar(floor((day_of_month(vector({latest})) - 1) / {_WEEK_DAYS}))"
    return f"({week} + {weeks} * {_WEEK_SECONDS})"


@lru_cache(maxsize=64)
def fixed_offset(timezone: str) -> int | None:
    """By how many seconds a zone is ahead of UTC; None when its clock is put forward and back.

    Raises what `ZoneInfo` raises for a name that is not a zone's.
    """
    zone = ZoneInfo(timezone)
    moments = (datetime(year, month, 1, tzinfo=UTC) for year in _YEARS for month in range(1, 13))
    offsets = {moment.astimezone(zone).utcoffset() for moment in moments}
    only = offsets.pop()
    return None if offsets or only is None else int(only.total_seconds())


def _check_zone(schedule: Schedule) -> None:
    try:
        offset = fixed_offset(schedule.timezone)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        fault(schedule, "schedule/timezone", f"{described(schedule)}: no such time zone: {schedule.timezone!r}")
        keep(schedule, "timezone", "UTC")
        return
    if offset is None:
        message = f"{described(schedule)}: the clock of {schedule.timezone} is put forward and back"
        why = "PromQL cannot follow it. Run the job by UTC, say so here, and give it the slack it needs."
        fault(schedule, "schedule/timezone", message, why)
