"""The proleptic Gregorian calendar for any year, which ``datetime`` (years 1 to 9999) cannot do."""

from __future__ import annotations

SECONDS_PER_DAY = 86_400
DAYS_BEFORE_MONTH = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365)
MONTH_NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAY_NAMES = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


def is_leap(year: int) -> bool:
    """Whether the year has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in(month: int, year: int) -> int:
    """Days of a month, 1 to 12."""
    if month == 2 and is_leap(year):
        return 29
    return DAYS_BEFORE_MONTH[month] - DAYS_BEFORE_MONTH[month - 1]


def days_from_civil(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01; month and day may lie outside their range and carry over."""
    extra_years, month0 = divmod(month - 1, 12)
    year += extra_years
    past = year - 1
    leap_days = past // 4 - past // 100 + past // 400
    before_month = DAYS_BEFORE_MONTH[month0] + (1 if month0 > 1 and is_leap(year) else 0)
    return past * 365 + leap_days + before_month + day - 719_163


def civil_from_days(days: int) -> tuple[int, int, int]:
    """Year, month (1 to 12) and day of a number of days since 1970-01-01."""
    # Count from 0000-03-01 so that the leap day is the last of the year; 146097 days make 400 years.
    era, day_of_era = divmod(days + 719_468, 146_097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted_month = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * shifted_month + 2) // 5 + 1
    month = shifted_month + 3 if shifted_month < 10 else shifted_month - 9
    return era * 400 + year_of_era + (month <= 2), month, day
