"""When time intervals are in force: a week by the clock of one zone, or years of dates where a week does not do.

Times are milliseconds. A week begins on Sunday at midnight, and its end is followed by its beginning. Intervals that
name dates, or are kept in different zones, are laid over the 28 years from 2024: in those every day of a month falls
on every weekday, and clocks change as they do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from generator.duration import DAY, MINUTE, WEEK
from generator.model.route import Hours, Route, TimeInterval, names_of_days, names_of_months, number_in, ranges

Spans = tuple[tuple[int, int], ...]
"""Stretches of time from the first up to the second, apart from one another and in order."""

_MINUTES_OF_DAY: Final = 24 * 60
FIRST_YEAR: Final = 2024
LAST_YEAR: Final = FIRST_YEAR + 27
_START: Final = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
_YEARS: Final = int((datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC) - _START).total_seconds()) * 1000


@dataclass(frozen=True, slots=True)
class Calendar:
    """The time that intervals are laid over. zone: of a week; empty where it is 28 years, counted in UTC."""

    zone: str = ""

    @property
    def length(self) -> int:
        """Its milliseconds."""
        return WEEK if self.zone else _YEARS

    def times(self, interval: TimeInterval) -> Spans:
        """When an interval is in force."""
        if self.zone:
            return joined(span for hours in interval.spans for span in _of_week(hours))
        return _of_years(interval)

    def awake(self, route: Route) -> Spans:
        """When the intervals of a route let it tell somebody."""
        active = joined(span for interval in route.active_in for span in self.times(interval))
        muted = joined(span for interval in route.muted_in for span in self.times(interval))
        return without(active if route.active_in else ((0, self.length),), muted)

    def moved(self, spans: Iterable[tuple[int, int]]) -> Spans:
        """Spans that reach over an end: of a week they go on at its other end."""
        found: list[tuple[int, int]] = []
        for start, end in spans:
            if self.zone and end - start >= self.length:
                return ((0, self.length),)
            turns = (-self.length, 0, self.length) if self.zone else (0,)
            found += [(max(0, start + turn), min(self.length, end + turn)) for turn in turns]
        return joined((start, end) for start, end in found if start < end)

    def stretches(self, spans: Spans) -> Spans:
        """The spans, those that meet over the end of a week as one that ends in the next."""
        if self.zone and len(spans) > 1 and spans[0][0] == 0 and spans[-1][1] == self.length:
            return (*spans[1:-1], (spans[-1][0], self.length + spans[0][1]))
        return spans

    def written(self, moment: int) -> str:
        """A moment as people write it: `Sun 02:00`, or a date."""
        if not self.zone:
            return (_START + timedelta(milliseconds=moment)).strftime("%Y-%m-%d %H:%M")
        minute = moment // MINUTE
        day = names_of_days()[minute // _MINUTES_OF_DAY % 7][:3].capitalize()
        return f"{day} {minute // 60 % 24:02}:{minute % 60:02}"


def calendar_of(intervals: Iterable[TimeInterval]) -> Calendar:
    """The calendar on which intervals can be compared; without any, a week in UTC."""
    known = list(intervals)
    zones = {interval.timezone for interval in known} or {"UTC"}
    weekly = not any(span.days or span.months or span.years for interval in known for span in interval.spans)
    return Calendar(zones.pop()) if weekly and len(zones) == 1 else Calendar()


def always_silent(route: Route) -> bool:
    """Whether its time intervals leave the route no moment in which it tells anybody."""
    intervals = (*route.muted_in, *route.active_in)
    if not intervals or any(interval.faults for interval in intervals):
        return False
    return not calendar_of(intervals).awake(route)


def joined(spans: Iterable[tuple[int, int]]) -> Spans:
    """Spans in any order, with those that meet made one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def without(spans: Spans, gone: Spans) -> Spans:
    """What is left of spans without others."""
    found: list[tuple[int, int]] = []
    place = 0
    for start, end in spans:
        while place < len(gone) and gone[place][1] <= start:
            place += 1
        at = start
        for cut_start, cut_end in gone[place:]:
            if cut_start >= end:
                break
            if at < cut_start:
                found.append((at, cut_start))
            at = max(at, cut_end)
        if at < end:
            found.append((at, end))
    return tuple(found)


def _of_week(hours: Hours) -> Iterator[tuple[int, int]]:
    for day in _numbers(hours.weekdays, names_of_days(), 0) or range(7):
        for first, last in _minutes(hours):
            yield day * DAY + first * MINUTE, day * DAY + last * MINUTE


@lru_cache(maxsize=256)
def _of_years(interval: TimeInterval) -> Spans:
    """An interval over the 28 years, in milliseconds since their beginning."""
    zone = UTC if interval.timezone == "UTC" else ZoneInfo(interval.timezone)
    # A day of a zone may begin on the day before, in UTC, and end on the one after.
    days = [(_START + timedelta(days=number)).date() for number in range(-1, _YEARS // DAY + 1)]
    found: list[tuple[int, int]] = []
    for hours in interval.spans:
        fits = _Dates(hours)
        minutes = _minutes(hours)
        found += [span for day in days if fits(day) for span in _of_day(day, minutes, zone)]
    return joined((max(0, start), min(_YEARS, end)) for start, end in found if start < _YEARS and end > 0)


def has_times(hours: Hours, days: Iterable[date], zone: tzinfo) -> bool:
    """Whether a span of hours is in force at some time of some of the dates."""
    fits, minutes = _Dates(hours), _minutes(hours)
    return any(start < end for day in days if fits(day) for start, end in _of_day(day, minutes, zone))


class _Dates:
    """The dates that a span of hours is for."""

    def __init__(self, hours: Hours) -> None:
        self._weekdays = set(_numbers(hours.weekdays, names_of_days(), 0) or range(7))
        self._months = set(_numbers(hours.months, names_of_months(), 1) or range(1, 13))
        self._days = [(int(first), int(last)) for first, last in ranges(hours.days)]
        self._years = [(int(first), int(last)) for first, last in ranges(hours.years)]

    def __call__(self, day: date) -> bool:
        """Whether a date is among them."""
        if day.isoweekday() % 7 not in self._weekdays or day.month not in self._months:
            return False
        if self._years and not any(first <= day.year <= last for first, last in self._years):
            return False
        return not self._days or any(_in_month(day, first, last) for first, last in self._days)


def _in_month(day: date, first: int, last: int) -> bool:
    """Days are counted from the end of a month where they are negative, and -1 is the last."""
    length = _length_of_month(day.year, day.month)
    first, last = (length + number + 1 if number < 0 else number for number in (first, last))
    return first <= day.day <= last


@lru_cache(maxsize=512)
def _length_of_month(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day


def _of_day(day: date, minutes: list[tuple[int, int]], zone: tzinfo) -> Iterator[tuple[int, int]]:
    """The times of a day, in milliseconds since the beginning of the years."""
    start, end = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
    if end - start == DAY:
        yield from ((start + first * MINUTE, start + last * MINUTE) for first, last in minutes)
        return
    # The day on which clocks change: by the clock on the wall, minute for minute.
    for moment in range(start, end, MINUTE):
        there = (_START + timedelta(milliseconds=moment)).astimezone(zone)
        if any(first <= there.hour * 60 + there.minute < last for first, last in minutes):
            yield moment, moment + MINUTE


def _midnight(day: date, zone: tzinfo) -> int:
    there = datetime(day.year, day.month, day.day, tzinfo=zone)
    return round((there - _START).total_seconds()) * 1000


def _minutes(hours: Hours) -> list[tuple[int, int]]:
    return [(_minute(start), _minute(end)) for start, end in ranges(hours.times) or [("00:00", "24:00")]]


def week(span: Hours) -> int:
    """The minutes of a week, Sunday first, in the span's weekdays and times: bit n stands for minute n."""
    return sum((1 << end // MINUTE) - (1 << start // MINUTE) for start, end in joined(_of_week(span)))


def _minute(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


def _numbers(text: str, names: tuple[str, ...], first: int) -> list[int]:
    found: list[int] = []
    for start, end in ranges(text):
        low, high = number_in(start, names, first), number_in(end, names, first)
        if low is not None and high is not None:
            found.extend(range(low, high + 1))
    return found
