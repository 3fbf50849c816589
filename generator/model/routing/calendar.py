"""Whether a route is silent at every moment, worked out over the minutes of a week."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from generator.model.route import Hours, Route, TimeInterval, names_of_days, names_of_months, number_in, ranges

_MINUTES_OF_DAY: Final = 24 * 60
_WHOLE_WEEK: Final = (1 << (7 * _MINUTES_OF_DAY)) - 1
_DAYS_OF_MONTH: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def always_silent(route: Route) -> bool:
    """Whether its time intervals leave the route no moment in which it tells anybody.

    Only what holds in every week of every year counts, so True is certain. Zones are not mixed: two intervals that
    cover the week only together are seen through when both are in the same zone.
    """
    if any(interval.faults for interval in (*route.muted_in, *route.active_in)):
        return False
    muted = _weeks(route.muted_in, lambda span: week(span) if _every_date(span) else 0)
    if any(minutes == _WHOLE_WEEK for minutes in muted.values()):
        return True
    if not route.active_in:
        return False
    active = _weeks(route.active_in, lambda span: week(span) if _some_date(span) else 0)
    return not any(minutes & ~muted.get(zone, 0) for zone, minutes in active.items())


def _weeks(intervals: Iterable[TimeInterval], minutes: Callable[[Hours], int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for interval in intervals:
        for span in interval.spans:
            found[interval.timezone] = found.get(interval.timezone, 0) | minutes(span)
    return found


def week(span: Hours) -> int:
    """The minutes of a week, Sunday first, in the span's weekdays and times: bit n stands for minute n."""
    day = 0
    for start, end in ranges(span.times) or [("00:00", "24:00")]:
        first, last = _minute(start), _minute(end)
        day |= (1 << last) - (1 << first)
    weekdays = _numbers(span.weekdays, names_of_days(), 0) or range(7)
    return sum(day << (number * _MINUTES_OF_DAY) for number in set(weekdays))


def _minute(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


def _every_date(span: Hours) -> bool:
    months = set(_numbers(span.months, names_of_months(), 1) or range(1, 13))
    days = ranges(span.days)
    return not span.years and len(months) == 12 and (not days or any(_whole_month(*pair) for pair in days))


def _whole_month(start: str, end: str) -> bool:
    return int(start) in (1, -31) and int(end) in (31, -1)


def _some_date(span: Hours) -> bool:
    """Whether a year has a day of the month that is in one of the months: there is no 30 February."""
    months = _numbers(span.months, names_of_months(), 1) or range(1, 13)
    longest = max((_DAYS_OF_MONTH[month - 1] for month in months), default=0)
    days = ranges(span.days)
    return not days or any(int(start) <= longest for start, _ in days)


def _numbers(text: str, names: tuple[str, ...], first: int) -> list[int]:
    found: list[int] = []
    for start, end in ranges(text):
        low, high = number_in(start, names, first), number_in(end, names, first)
        if low is not None and high is not None:
            found.extend(range(low, high + 1))
    return found
