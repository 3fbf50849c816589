"""Time intervals, in Alertmanager's ranges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from generator.model.route import Hours, TimeInterval, names_of_days, names_of_months, number_in, ranges


def interval_values(interval: TimeInterval) -> dict[str, Any]:
    """The interval as Alertmanager has it: a name and its spans."""
    return {"name": interval.name, "time_intervals": [_span(span, interval.timezone) for span in interval.spans]}


def _span(span: Hours, timezone: str) -> dict[str, Any]:
    days, months = names_of_days(), names_of_months()
    values = {
        "times": [{"start_time": start, "end_time": end} for start, end in ranges(span.times)],
        "weekdays": [_range(_name(days, start, 0), _name(days, end, 0)) for start, end in ranges(span.weekdays)],
        "days_of_month": [_range(start, end) for start, end in ranges(span.days)],
        "months": [_range(_name(months, start, 1), _name(months, end, 1)) for start, end in ranges(span.months)],
        "years": [_range(start, end) for start, end in ranges(span.years)],
    }
    written: dict[str, Any] = {key: value for key, value in values.items() if value}
    # Alertmanager counts in UTC unless told otherwise, so saying so would be noise.
    return written if timezone == "UTC" else {**written, "location": timezone}


def _name(names: Sequence[str], word: str, first: int) -> str:
    number = number_in(word, names, first)
    return word if number is None else names[number - first]


def _range(start: str, end: str) -> str:
    return start if start == end else f"{start}:{end}"
