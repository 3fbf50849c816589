"""Go's ``time.Time`` and ``time.Duration`` with the methods a template can call."""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from generator.gotemplate import strconv
from generator.gotemplate.civil import DAY_NAMES, MONTH_NAMES, SECONDS_PER_DAY, civil_from_days, days_from_civil
from generator.gotemplate.errors import FunctionError
from generator.gotemplate.timelayout import RFC3339_NANO, STRING_LAYOUT, Moment, format_moment
from generator.gotemplate.timeparse import parse_time
from generator.gotemplate.values import (
    INT,
    STRING,
    Field,
    Func,
    GoInt,
    GoStruct,
    GoType,
    Int64,
    Kind,
    instance_type,
)

NANOSECOND: Final = 1
MICROSECOND: Final = 1_000
MILLISECOND: Final = 1_000_000
SECOND: Final = 1_000_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE

_ZERO_UNIX: Final = days_from_civil(1, 1, 1) * SECONDS_PER_DAY
"""Go's zero time, 1 January of year 1, in seconds since the epoch."""


def _clamp(nanoseconds: int) -> int:
    return max(strconv.MIN_INT64, min(strconv.MAX_INT64, nanoseconds))


def _decimal(value: int, digits: int) -> str:
    """value / 10**digits without trailing zeros."""
    whole, fraction = divmod(value, 10**digits)
    tail = f"{fraction:0{digits}d}".rstrip("0") if fraction else ""
    return f"{whole}.{tail}" if tail else str(whole)


class GoDuration(GoInt):
    """``time.Duration``: nanoseconds in an int64."""

    go_type = "time.Duration"
    go_methods: ClassVar[Mapping[str, Func]] = {}

    def __str__(self) -> str:
        """As Go prints it: ``1h30m0s``, ``1.5ms``, ``0s``."""
        size = abs(int(self))
        sign = "-" if self < 0 else ""
        if size < SECOND:
            return sign + _below_a_second(size)
        minutes, rest = divmod(size, MINUTE)
        text = _decimal(rest, 9) + "s"
        if minutes:
            hours, minutes = divmod(minutes, 60)
            text = (f"{hours}h" if hours else "") + f"{minutes}m" + text
        return sign + text

    @property
    def seconds(self) -> float:
        """As Go's Seconds(): whole seconds plus the rest, each rounded to a float."""
        return _fraction(self, SECOND)


def _below_a_second(size: int) -> str:
    if size == 0:
        return "0s"
    if size < MICROSECOND:
        return f"{size}ns"
    if size < MILLISECOND:
        return _decimal(size, 3) + "µs"
    return _decimal(size, 6) + "ms"


def _truncated(value: int, unit: int) -> int:
    """Division towards zero, as Go's integer division is."""
    quotient = abs(value) // unit
    return -quotient if value < 0 else quotient


def _fraction(value: int, unit: int) -> float:
    whole = _truncated(value, unit)
    return float(whole) + float(value - whole * unit) / float(unit)


def _rounded(value: int, unit: int) -> GoDuration:
    """To a multiple of the unit, halves away from zero."""
    if unit <= 0:
        return GoDuration(value)
    rest = abs(value) % unit
    size = abs(value) + (unit - rest if rest * 2 >= unit else -rest)
    return GoDuration(_clamp(-size if value < 0 else size))


class Month(GoInt):
    """``time.Month``, 1 to 12, printed by name."""

    go_type = "time.Month"
    go_methods: ClassVar[Mapping[str, Func]] = {"String": Func(lambda month: MONTH_NAMES[month - 1])}


class Weekday(GoInt):
    """``time.Weekday``, 0 is Sunday, printed by name."""

    go_type = "time.Weekday"
    go_methods: ClassVar[Mapping[str, Func]] = {"String": Func(lambda day: DAY_NAMES[day])}


@dataclass(frozen=True, slots=True)
class Location(GoStruct):
    """``time.Location``: UTC, an IANA zone, or an offset with a name; prints as its name."""

    name: str = "UTC"
    zone: zoneinfo.ZoneInfo | None = None
    offset: int = 0
    abbreviation: str = "UTC"

    go_type: ClassVar[str] = "*time.Location"
    go_opaque: ClassVar[bool] = True
    go_methods: ClassVar[Mapping[str, Func]] = {"String": Func(lambda location: location.name)}

    def at(self, unix: int) -> tuple[str, int]:
        """Abbreviation and offset in seconds east of UTC at a time in seconds since the epoch."""
        if self.zone is None:
            return self.abbreviation, self.offset
        moment = self._moment(unix)
        offset = moment.utcoffset() or datetime.timedelta()
        return moment.tzname() or "", int(offset.total_seconds())

    def is_dst(self, unix: int) -> bool:
        """Whether it is summer time there at a time in seconds since the epoch."""
        return self.zone is not None and bool(self._moment(unix).dst())

    def _moment(self, unix: int) -> datetime.datetime:
        # datetime ends with the year 9999; zones have no later rules of their own.
        inside = max(-62_135_510_400, min(253_402_214_400, unix))
        return datetime.datetime.fromtimestamp(inside, tz=self.zone)


UTC: Final = Location()

LOCAL: Final = UTC
"""The zone of the machine. There is none here; containers have UTC, and so does Go where it finds no other."""


def load_location(name: str) -> Location:
    """``time.LoadLocation``. Raises FunctionError ``unknown time zone X``."""
    if name in ("", "UTC"):
        return UTC
    if name == "Local":
        return LOCAL
    try:
        return Location(name, zoneinfo.ZoneInfo(name))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise FunctionError(f"unknown time zone {name}") from None


@dataclass(frozen=True, slots=True)
class GoTime(GoStruct):
    """``time.Time``: nanoseconds since the Unix epoch, seen from a location. Never has a monotonic part."""

    nanoseconds: int
    location: Location = UTC

    go_type: ClassVar[str] = "time.Time"
    go_opaque: ClassVar[bool] = True
    go_fields: ClassVar[Mapping[str, Field]] = {}
    go_methods: ClassVar[Mapping[str, Func]] = {}

    @classmethod
    def zero(cls) -> GoTime:
        """Go's zero time, 0001-01-01 00:00:00 UTC."""
        return cls(_ZERO_UNIX * SECOND)

    @classmethod
    def parse(cls, layout: str, value: str) -> GoTime:
        """``time.ParseInLocation(layout, value, time.UTC)``. Raises FunctionError."""
        parsed = parse_time(layout, value)
        unix, location = parsed.unix(), UTC
        if not parsed.is_utc and parsed.offset is not None:
            unix -= parsed.offset
            if parsed.offset != 0 or parsed.zone not in ("", "UTC"):
                location = Location(parsed.zone, None, parsed.offset, parsed.zone)
        elif not parsed.is_utc and parsed.zone:
            hours = int(parsed.zone[3:]) if parsed.zone.startswith("GMT") and len(parsed.zone) > 3 else 0
            location = Location(parsed.zone, None, hours * 3600, parsed.zone)
        return cls(unix * SECOND + parsed.nanosecond, location)

    @property
    def unix(self) -> int:
        """Whole seconds since the epoch, rounded down."""
        return self.nanoseconds // SECOND

    def moment(self) -> Moment:
        """The calendar and clock fields in the time's own location."""
        zone, offset = self.location.at(self.unix)
        days, second_of_day = divmod(self.unix + offset, SECONDS_PER_DAY)
        year, month, day = civil_from_days(days)
        hour, rest = divmod(second_of_day, 3600)
        return Moment(
            year=year,
            month=month,
            day=day,
            hour=hour,
            minute=rest // 60,
            second=rest % 60,
            nanosecond=self.nanoseconds % SECOND,
            weekday=(days + 4) % 7,
            year_day=days - days_from_civil(year, 1, 1) + 1,
            zone=zone,
            offset=offset,
        )

    def format(self, layout: str) -> str:
        """Printed by a Go layout such as ``2006-01-02 15:04``."""
        return format_moment(self.moment(), layout)

    def __str__(self) -> str:
        return self.format(STRING_LAYOUT)

    def sub(self, other: GoTime) -> GoDuration:
        """The duration since ``other``, clamped to what an int64 holds."""
        return GoDuration(_clamp(self.nanoseconds - other.nanoseconds))

    def add(self, duration: int) -> GoTime:
        """The time a duration (nanoseconds) later."""
        return GoTime(self.nanoseconds + int(duration), self.location)

    def in_location(self, location: Location) -> GoTime:
        """The same instant seen from another place."""
        return GoTime(self.nanoseconds, location)

    def add_date(self, years: int, months: int, days: int) -> GoTime:
        """Go's AddDate: adds to the calendar fields, then normalises (31 January + 1 month = 2 or 3 March)."""
        moment = self.moment()
        day_number = days_from_civil(moment.year + years, moment.month + months, 1) + moment.day - 1 + days
        clock = moment.hour * 3600 + moment.minute * 60 + moment.second
        wall = day_number * SECONDS_PER_DAY + clock
        # Guess with the old offset, then correct with the one in force there.
        unix = wall - moment.offset
        unix = wall - self.location.at(unix)[1]
        return GoTime(unix * SECOND + moment.nanosecond, self.location)

    def truncate(self, unit: int) -> GoTime:
        """Rounded down to a multiple of a duration since Go's zero time."""
        if unit <= 0:
            return self
        return GoTime(self.nanoseconds - self._since_zero() % unit, self.location)

    def round(self, unit: int) -> GoTime:
        """Rounded to the nearest multiple of a duration since Go's zero time, halves up."""
        if unit <= 0:
            return self
        rest = self._since_zero() % unit
        return GoTime(self.nanoseconds - rest + (unit if rest * 2 >= unit else 0), self.location)

    def _since_zero(self) -> int:
        return self.nanoseconds - _ZERO_UNIX * SECOND

    def rfc3339(self) -> str:
        """As JSON has it: ``2006-01-02T15:04:05.999999999Z07:00``."""
        return self.format(RFC3339_NANO)

    def go_string(self) -> str:
        """As ``%#v`` has it: ``time.Date(2015, time.June, 23, 13, 19, 44, 128000000, time.UTC)``."""
        m = self.moment()
        place = "time.UTC" if self.location is UTC else f"time.Location({strconv.quote(self.location.name)})"
        clock = f"{m.hour}, {m.minute}, {m.second}, {m.nanosecond}"
        return f"time.Date({m.year}, time.{MONTH_NAMES[m.month - 1]}, {m.day}, {clock}, {place})"


TIME: Final = instance_type("time.Time", GoTime)
DURATION: Final = GoType(
    "time.Duration", Kind.INT, lambda value: isinstance(value, GoDuration), from_constant=GoDuration
)
LOCATION: Final = instance_type("*time.Location", Location, kind=Kind.POINTER, nilable=True)


def _of_moment(pick: Callable[[Moment], object]) -> Func:
    return Func(lambda time: pick(time.moment()))


def _required(location: Location | None) -> Location:
    if location is None:
        raise FunctionError("time: missing Location in call to Time.In")
    return location


_TIME_METHODS: dict[str, Func] = {
    "Add": Func(GoTime.add, (DURATION,)),
    "AddDate": Func(GoTime.add_date, (INT, INT, INT)),
    "After": Func(lambda time, other: time.nanoseconds > other.nanoseconds, (TIME,)),
    "Before": Func(lambda time, other: time.nanoseconds < other.nanoseconds, (TIME,)),
    "Compare": Func(
        lambda time, other: (time.nanoseconds > other.nanoseconds) - (time.nanoseconds < other.nanoseconds),
        (TIME,),
    ),
    "Day": _of_moment(lambda moment: moment.day),
    "Equal": Func(lambda time, other: time.nanoseconds == other.nanoseconds, (TIME,)),
    "Format": Func(GoTime.format, (STRING,)),
    "GoString": Func(GoTime.go_string),
    "Hour": _of_moment(lambda moment: moment.hour),
    "In": Func(lambda time, location: time.in_location(_required(location)), (LOCATION,)),
    "IsDST": Func(lambda time: time.location.is_dst(time.unix)),
    "IsZero": Func(lambda time: time.nanoseconds == _ZERO_UNIX * SECOND),
    "Local": Func(lambda time: time.in_location(LOCAL)),
    "Location": Func(lambda time: time.location),
    "Minute": _of_moment(lambda moment: moment.minute),
    "Month": _of_moment(lambda moment: Month(moment.month)),
    "Nanosecond": _of_moment(lambda moment: moment.nanosecond),
    "Round": Func(GoTime.round, (DURATION,)),
    "Second": _of_moment(lambda moment: moment.second),
    "String": Func(GoTime.__str__),
    "Sub": Func(GoTime.sub, (TIME,)),
    "Truncate": Func(GoTime.truncate, (DURATION,)),
    "UTC": Func(lambda time: time.in_location(UTC)),
    "Unix": Func(lambda time: Int64(time.unix)),
    "UnixMicro": Func(lambda time: Int64(time.nanoseconds // MICROSECOND)),
    "UnixMilli": Func(lambda time: Int64(time.nanoseconds // MILLISECOND)),
    "UnixNano": Func(lambda time: Int64(time.nanoseconds)),
    "Weekday": _of_moment(lambda moment: Weekday(moment.weekday)),
    "Year": _of_moment(lambda moment: moment.year),
    "YearDay": _of_moment(lambda moment: moment.year_day),
}
_DURATION_METHODS: dict[str, Func] = {
    "Abs": Func(lambda duration: GoDuration(_clamp(abs(int(duration))))),
    "Hours": Func(lambda duration: _fraction(duration, HOUR)),
    "Microseconds": Func(lambda duration: Int64(_truncated(duration, MICROSECOND))),
    "Milliseconds": Func(lambda duration: Int64(_truncated(duration, MILLISECOND))),
    "Minutes": Func(lambda duration: _fraction(duration, MINUTE)),
    "Nanoseconds": Func(lambda duration: Int64(int(duration))),
    "Round": Func(_rounded, (DURATION,)),
    "Seconds": Func(lambda duration: duration.seconds),
    "String": Func(GoDuration.__str__),
    "Truncate": Func(
        lambda duration, unit: GoDuration(_truncated(duration, unit) * unit if unit > 0 else duration),
        (DURATION,),
    ),
}
GoTime.go_methods = _TIME_METHODS
GoDuration.go_methods = _DURATION_METHODS
