"""Time intervals with spans that never come: on a date that no year has, or in years that are over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from generator.diagnostics import Problem, warning
from generator.model.base import described
from generator.model.catalog import Catalog
from generator.model.route import Hours, TimeInterval, ranges
from generator.model.routing.calendar import FIRST_YEAR, LAST_YEAR, has_times

_KINDS_OF_YEARS: Final = 14
"""By the weekday they begin with, and whether they have a 29 February."""
_CYCLE: Final = 400
"""Years after which all dates fall on the same weekdays again."""


def never_problems(catalog: Catalog) -> Iterator[Problem]:
    """Spans of time intervals that hold at no moment."""
    for interval in catalog.intervals:
        for span in () if interval.faults else interval.spans:
            if (span.days or span.months or span.years) and not _ever(span, interval):
                yield _problem(span, interval)


def _problem(span: Hours, interval: TimeInterval) -> Problem:
    named = ("years", "months", "days", "weekdays", "times")
    written = ", ".join(f"{name} {getattr(span, name)!r}" for name in named if getattr(span, name))
    message, why = f"no time is in {written} ({interval.timezone})", "Such a span is never in force."
    if span.years and not list(_years(span)):
        message, why = f"years {span.years!r} are over", "Such a span is in force no more."
    message = f"{described(interval)}: {message}"
    return warning("interval/never", interval.origin, message, f"{why} Correct or remove it.")


def _ever(span: Hours, interval: TimeInterval) -> bool:
    zone = UTC if interval.timezone == "UTC" else ZoneInfo(interval.timezone)
    days = (day for year in _years(span) for day in _days(year))
    return has_times(replace(span, years=""), days, zone)


def _years(span: Hours) -> Iterator[int]:
    """The years in which a span may hold, of each kind one: others have the same dates."""
    seen: set[tuple[int, int]] = set()
    wanted = [(int(first), int(last)) for first, last in ranges(span.years)] or [(FIRST_YEAR, LAST_YEAR)]
    for first, last in wanted:
        for year in range(max(first, FIRST_YEAR), last + 1):
            length = (date(year, 12, 31) - date(year, 1, 1)).days
            kind = (date(year, 1, 1).weekday(), length)
            if kind not in seen:
                seen.add(kind)
                yield year if year < date.max.year else year - _CYCLE
            if len(seen) == _KINDS_OF_YEARS:
                return


def _days(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days))
