"""Time intervals in force at a moment, as Alertmanager decides it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from generator.duration import DAY, SECOND
from generator.simulate.config.model import Config, Range, Route, TimeInterval, TimeSpan

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_SECONDS = DAY // SECOND


def in_force(interval: TimeInterval, time: int) -> bool:
    """Whether a time interval is in force. time: milliseconds since 1970."""
    return any(span_in_force(span, time) for span in interval.spans)


def span_in_force(span: TimeSpan, time: int) -> bool:
    """Whether everything that a span says holds; what it says nothing about holds always."""
    zone = zone_of(span.location)
    there = (_EPOCH + timedelta(milliseconds=time)).astimezone(zone)
    minute = there.hour * 60 + there.minute
    return (
        (span.times is None or any(first <= minute < end for first, end in span.times))
        and (span.days_of_month is None or _day_in(span.days_of_month, there, zone))
        and _in(span.months, there.month)
        and _in(span.weekdays, there.isoweekday() % 7)
        and _in(span.years, there.year)
    )


def _in(ranges: tuple[Range, ...] | None, value: int) -> bool:
    return ranges is None or any(first <= value <= last for first, last in ranges)


def _day_in(ranges: Iterable[Range], there: datetime, zone: tzinfo) -> bool:
    days = days_in_month(there.year, there.month, zone)
    for begin, end in ranges:
        first = days + begin + 1 if begin < 0 else begin
        last = days + end + 1 if end < 0 else end
        # A range that begins after the month's end is not clamped into the month.
        if first <= days and max(first, -days) <= there.day <= min(last, days):
            return True
    return False


@lru_cache(maxsize=4096)
def days_in_month(year: int, month: int, zone: tzinfo) -> int:
    """How many days Alertmanager counts in a month: its length in whole days.

    So in a month in which clocks are put forward it counts one day too few: there, -1 is the last day but one, and
    the 31st is in no range (`daysInMonth` of its package timeinterval, 0.25 to 0.34).
    """
    following = (year + month // 12, month % 12 + 1)
    return (_midnight(*following, zone) - _midnight(year, month, zone)) // _DAY_SECONDS


def _midnight(year: int, month: int, zone: tzinfo) -> int:
    """The beginning of a month, in seconds since 1970; where clocks skip it, what Go's `time.Date` gives."""
    if year > 9999:
        return _midnight(9999, 12, zone) + 31 * _DAY_SECONDS
    wall = int((datetime(year, month, 1, tzinfo=UTC) - _EPOCH).total_seconds())
    offset = _offset(wall, zone)
    return wall - _offset(wall - offset, zone) if offset else wall


def _offset(time: int, zone: tzinfo) -> int:
    """Seconds by which a zone is ahead of UTC at a time."""
    offset = (_EPOCH + timedelta(seconds=time)).astimezone(zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


@lru_cache(maxsize=256)
def zone_of(location: str) -> tzinfo:
    """The time zone of a location."""
    return UTC if location == "UTC" else ZoneInfo(location)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Why a route says nothing at a moment. muted_by: mute intervals in force; inactive: active ones, none in force."""

    muted_by: tuple[str, ...] = ()
    inactive: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.muted_by or self.inactive)

    def __str__(self) -> str:
        if self.inactive:
            return f"not active: {', '.join(self.inactive)} not in force"
        return f"muted by {', '.join(self.muted_by)}" if self.muted_by else "active"


def quiet(config: Config, route: Route, time: int) -> Quiet:
    """Whether, and why, a route is silent at a moment. time: milliseconds since 1970."""
    named = config.time_intervals
    inactive = route.active if not any(in_force(named[name], time) for name in route.active) else ()
    return Quiet(tuple(name for name in route.mute if in_force(named[name], time)), inactive)


def intervals_in_force(config: Config, time: int) -> tuple[str, ...]:
    """The names of all time intervals that are in force at a moment, in the order of the file."""
    return tuple(name for name, interval in config.time_intervals.items() if in_force(interval, time))
