"""How old the newest work of a schedule may be, for panels; the alerts know the very moment at which it is late."""

from __future__ import annotations

from typing import Final

from generator import Schedule
from generator.duration import DAY, SECOND
from generator.model.base import as_duration


def oldest(schedule: Schedule) -> float:
    """Seconds after which the work of a schedule is late for certain: the longest time to the next, and the slack."""
    return (_apart(schedule) * DAY + as_duration(schedule.slack)) / SECOND


def _apart(schedule: Schedule) -> int:
    """Days from one moment of the schedule to the next, at most."""
    if schedule.day:
        return _LONGEST_MONTH
    if schedule.first:
        return _FIVE_WEEKS
    return _WEEK if schedule.weekday else 1


_LONGEST_MONTH: Final = 31
_WEEK: Final = 7
_FIVE_WEEKS: Final = 35
"""From the first such weekday of a month to that of the next: four weeks, or five."""
