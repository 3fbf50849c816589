"""Date functions: parts of times in UTC, in the proleptic Gregorian calendar."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np

from generator.engine.arrays import Floats, Integers, Times
from generator.engine.context import Context
from generator.engine.functions.elementwise import floats_only
from generator.engine.functions.registry import Function
from generator.engine.vector import Vector
from generator.labels import EMPTY
from generator.promql.ast import Call

Part = Callable[[Integers], Integers]
"""Whole seconds since 1970, none before Go's first year, to a part of the date."""

_DAY: Final = 86_400
_FIRST_SECOND: Final = -9_223_371_966_579_724_800


def _date(part: Part, ctx: Context, call: Call, times: Times) -> Vector:
    if not call.args:
        values = part(times // 1000)[:, None].astype(np.float64)
        return Vector((EMPTY,), values, np.ones(values.shape, np.bool_))
    vector = ctx.vector(call.args[0], times)
    seconds, years = _wrapped(_seconds(vector.values))
    parts = part(seconds)
    return floats_only(ctx, vector, (parts + years if call.func == "year" else parts).astype(np.float64))


def _seconds(values: Floats) -> Integers:
    """Floats cut to whole numbers; what no int64 can hold is its least one, as on the processors of servers."""
    fits = (values > -(2.0**63)) & (values < 2.0**63)
    return np.where(fits, np.where(fits, values, 0.0), -(2.0**63)).astype(np.int64)


def _wrapped(seconds: Integers) -> tuple[Integers, Integers]:
    """Times before the first one that Go can count wrap around: the same date, and how many years later it is.

    Go counts seconds from the year -292277022399 in 64 bits. 400 years are a whole number of weeks.
    """
    before = seconds < _FIRST_SECOND
    if not before.any():
        return seconds, np.zeros(1, np.int64)
    eras, rest = divmod(2**64, 146_097 * _DAY)
    return np.where(before, seconds + rest, seconds), np.where(before, 400 * eras, 0)


def _days(seconds: Integers) -> Integers:
    return np.floor_divide(seconds, _DAY)


def _civil(seconds: Integers) -> tuple[Integers, Integers, Integers]:
    """Year, month and day (H. Hinnant, "chrono-compatible low-level date algorithms", civil_from_days)."""
    shifted = _days(seconds) + 719_468
    era = np.floor_divide(shifted, 146_097)
    day_of_era = shifted - era * 146_097
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted_month = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * shifted_month + 2) // 5 + 1
    month = np.where(shifted_month < 10, shifted_month + 3, shifted_month - 9)
    return year_of_era + era * 400 + (month <= 2), month, day


def _first_day(year: Integers) -> Integers:
    """Days from 1970 to the first of January."""
    before = year - 1
    return before * 365 + before // 4 - before // 100 + before // 400 - 719_162


def _day_of_year(seconds: Integers) -> Integers:
    return _days(seconds) - _first_day(_civil(seconds)[0]) + 1


def _days_in_month(seconds: Integers) -> Integers:
    year, month, _ = _civil(seconds)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    days = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])[month]
    return np.where((month == 2) & leap, 29, days)


def _function(name: str, part: Part) -> Function:
    return Function(name, partial(_date, part))


FUNCTIONS: Final = (
    _function("year", lambda seconds: _civil(seconds)[0]),
    _function("month", lambda seconds: _civil(seconds)[1]),
    _function("day_of_month", lambda seconds: _civil(seconds)[2]),
    _function("day_of_week", lambda seconds: (_days(seconds) + 4) % 7),
    _function("day_of_year", _day_of_year),
    _function("days_in_month", _days_in_month),
    _function("hour", lambda seconds: seconds % _DAY // 3600),
    _function("minute", lambda seconds: seconds % 3600 // 60),
)
