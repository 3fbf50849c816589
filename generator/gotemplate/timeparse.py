"""Reading a time by a Go layout, as ``time.ParseInLocation(layout, value, time.UTC)`` does."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from generator.gotemplate.civil import (
    DAY_NAMES,
    DAYS_BEFORE_MONTH,
    MONTH_NAMES,
    SECONDS_PER_DAY,
    days_from_civil,
    days_in,
    is_leap,
)
from generator.gotemplate.errors import FunctionError
from generator.gotemplate.timelayout import parts


@dataclass(slots=True)
class Parsed:
    """What has been read so far. ``offset`` is in seconds east of UTC; None means the layout had none."""

    year: int = 0
    month: int = -1
    day: int = -1
    year_day: int = -1
    hour: int = 0
    minute: int = 0
    second: int = 0
    nanosecond: int = 0
    afternoon: bool | None = None
    is_utc: bool = False
    offset: int | None = None
    zone: str = ""

    def unix(self) -> int:
        """Seconds since the epoch, of the date and clock as if they were UTC."""
        days = days_from_civil(self.year, self.month, self.day)
        return days * SECONDS_PER_DAY + self.hour * 3600 + self.minute * 60 + self.second


class _MismatchError(Exception):
    """The value does not have what the layout asks for here."""


class _RangeError(Exception):
    """A number lies outside its range; carries the value that is left and what it is called."""

    def __init__(self, rest: str, what: str) -> None:
        self.rest = rest
        self.what = what


def _quote(text: str) -> str:
    """Go's time package quotes only quotes, backslashes and what is not printable ASCII, byte by byte."""
    out: list[str] = []
    for byte in text.encode("utf-8", "surrogateescape"):
        char = chr(byte)
        out.append(f"\\x{byte:02x}" if byte < 0x20 or byte > 0x7E else "\\" + char if char in '"\\' else char)
    return f'"{"".join(out)}"'


def _take(value: str, pattern: str) -> tuple[str, str]:
    match = re.match(pattern, value, re.ASCII)
    if match is None:
        raise _MismatchError
    return match.group(), value[match.end() :]


def _number(value: str, *, fixed: bool) -> tuple[int, str]:
    digits, rest = _take(value, r"[0-9]{2}" if fixed else r"[0-9]{1,2}")
    return int(digits), rest


def _ranged(value: str, what: str, low: int, high: int, *, fixed: bool) -> tuple[int, str]:
    number, rest = _number(value, fixed=fixed)
    if not low <= number <= high:
        raise _RangeError(rest, what)
    return number, rest


def _name(value: str, names: tuple[str, ...], length: int | None) -> tuple[int, str]:
    for index, name in enumerate(names):
        short = name[:length]
        if value[: len(short)].lower() == short.lower():
            return index, value[len(short) :]
    raise _MismatchError


def _skip(value: str, literal: str) -> tuple[str, bool]:
    """The value after the literal; a run of spaces in the literal matches any number of them."""
    while literal:
        if literal[0] == " ":
            if value and value[0] != " ":
                return value, False
            literal, value = literal.lstrip(" "), value.lstrip(" ")
            continue
        if not value or value[0] != literal[0]:
            return value, False
        literal, value = literal[1:], value[1:]
    return value, True


def _month(into: Parsed, value: str, part: str) -> str:
    if part.startswith("Jan"):
        index, rest = _name(value, MONTH_NAMES, 3 if part == "Jan" else None)
        into.month = index + 1
        return rest
    into.month, rest = _ranged(value, "month", 1, 12, fixed=part == "01")
    return rest


def _weekday(_into: Parsed, value: str, part: str) -> str:
    return _name(value, DAY_NAMES, 3 if part == "Mon" else None)[1]


def _day(into: Parsed, value: str, part: str) -> str:
    if part == "_2" and value.startswith(" "):
        value = value[1:]
    into.day, rest = _number(value, fixed=part == "02")
    return rest


def _year_day(into: Parsed, value: str, part: str) -> str:
    if part == "__2":
        value = value[min(2, len(value) - len(value.lstrip(" "))) :]
    digits, rest = _take(value, r"[0-9]{3}" if part == "002" else r"[0-9]{1,3}")
    into.year_day = int(digits)
    return rest


def _year(into: Parsed, value: str, part: str) -> str:
    if part == "2006":
        digits, rest = _take(value, r"[0-9]{4}")
        into.year = int(digits)
        return rest
    digits, rest = _take(value, r"[0-9]{2}")
    into.year = int(digits) + (1900 if int(digits) >= 69 else 2000)
    return rest


def _hour(into: Parsed, value: str, part: str) -> str:
    high = 23 if part == "15" else 12
    into.hour, rest = _ranged(value, "hour", 0, high, fixed=part == "03")
    return rest


def _minute(into: Parsed, value: str, part: str) -> str:
    into.minute, rest = _ranged(value, "minute", 0, 59, fixed=part == "04")
    return rest


def _second(into: Parsed, value: str, part: str) -> str:
    into.second, rest = _ranged(value, "second", 0, 59, fixed=part == "05")
    return rest


def _nanoseconds(digits: str) -> int:
    return int(digits[:9].ljust(9, "0"))


def _half(into: Parsed, value: str, part: str) -> str:
    word, rest = _take(value, r"AM|PM" if part == "PM" else r"am|pm")
    into.afternoon = word.lower() == "pm"
    return rest


_OFFSETS = {
    "070000": r"([+-])([0-9]{2})([0-9]{2})([0-9]{2})",
    "07:00:00": r"([+-])([0-9]{2}):([0-9]{2}):([0-9]{2})",
    "0700": r"([+-])([0-9]{2})([0-9]{2})",
    "07:00": r"([+-])([0-9]{2}):([0-9]{2})",
    "07": r"([+-])([0-9]{2})",
}


def _offset(into: Parsed, value: str, part: str) -> str:
    if part[0] == "Z" and value.startswith("Z"):
        into.is_utc = True
        return value[1:]
    match = re.match(_OFFSETS[part[1:]], value)
    if match is None:
        raise _MismatchError
    rest = value[match.end() :]
    numbers = [int(group) for group in match.groups()[1:]] + [0, 0]
    for what, number, high in zip(("hour", "minute", "second"), numbers, (24, 60, 60), strict=False):
        if number > high:
            raise _RangeError(rest, f"time zone offset {what}")
    seconds = numbers[0] * 3600 + numbers[1] * 60 + numbers[2]
    into.offset = -seconds if match.group(1) == "-" else seconds
    return rest


def _zone(into: Parsed, value: str, _part: str) -> str:
    if value.startswith("UTC"):
        into.is_utc = True
        return value[3:]
    pattern = (
        r"ChST|MeST|GMT(?:[+-](?:[0-9]|1[0-9]|2[0-3]))?|[+-][0-9]{2}|WITA"
        r"|[A-Z]{4}(?<=T)(?![A-Z])|[A-Z]{5}(?<=ST)(?![A-Z])|[A-Z]{3}(?![A-Z])"
    )
    into.zone, rest = _take(value, pattern)
    return rest


_READERS: dict[str, Callable[[Parsed, str, str], str]] = {
    **dict.fromkeys(("January", "Jan", "1", "01"), _month),
    **dict.fromkeys(("Monday", "Mon"), _weekday),
    **dict.fromkeys(("2", "_2", "02"), _day),
    **dict.fromkeys(("__2", "002"), _year_day),
    **dict.fromkeys(("2006", "06"), _year),
    **dict.fromkeys(("15", "3", "03"), _hour),
    **dict.fromkeys(("4", "04"), _minute),
    **dict.fromkeys(("5", "05"), _second),
    **dict.fromkeys(("PM", "pm"), _half),
    "MST": _zone,
}


def _read_fraction(into: Parsed, value: str, part: str) -> str:
    if part[1] == "9":
        match = re.match(r"[.,]([0-9]+)", value)
        if match is None:
            return value
        into.nanosecond = _nanoseconds(match.group(1))
        return value[match.end() :]
    digits, rest = _take(value, rf"[.,][0-9]{{{len(part) - 1}}}")
    into.nanosecond = _nanoseconds(digits[1:])
    return rest


def _read(into: Parsed, value: str, part: str, following: str) -> str:
    reader = _READERS.get(part)
    if reader is None:
        return (_read_fraction if part[0] in ".," else _offset)(into, value, part)
    rest = reader(into, value, part)
    # A fraction of a second is read even where the layout does not mention it.
    if part in ("5", "05") and not following.startswith((".", ",")):
        rest = _read_fraction(into, rest, ".9")
    return rest


def parse_time(layout: str, value: str) -> Parsed:
    """Read ``value`` by ``layout``. Raises FunctionError with Go's message."""
    parsed = Parsed()
    rest = value
    pieces = parts(layout)
    for index, (literal, part) in enumerate(pieces):
        rest, matched = _skip(rest, literal)
        if not matched:
            raise _cannot(layout, value, rest, literal)
        if not part:
            break
        following = pieces[index + 1]
        try:
            rest = _read(parsed, rest, part, following[1] if not following[0] else "")
        except _MismatchError:
            raise _cannot(layout, value, rest, part) from None
        except _RangeError as error:
            raise FunctionError(f"parsing time {_quote(value)}: {error.what} out of range") from None
    if rest:
        raise FunctionError(f"parsing time {_quote(value)}: extra text: {_quote(rest)}")
    _complete(parsed, value)
    return parsed


def _cannot(layout: str, value: str, rest: str, wanted: str) -> FunctionError:
    return FunctionError(
        f"parsing time {_quote(value)} as {_quote(layout)}: cannot parse {_quote(rest)} as {_quote(wanted)}"
    )


def _complete(parsed: Parsed, value: str) -> None:
    if parsed.afternoon is True and parsed.hour < 12:
        parsed.hour += 12
    elif parsed.afternoon is False and parsed.hour == 12:
        parsed.hour = 0
    if parsed.year_day >= 0:
        _place_year_day(parsed, value)
    parsed.month = max(parsed.month, 1)
    parsed.day = 1 if parsed.day < 0 else parsed.day
    if not 1 <= parsed.day <= days_in(parsed.month, parsed.year):
        raise FunctionError(f"parsing time {_quote(value)}: day out of range")


def _place_year_day(parsed: Parsed, value: str) -> None:
    leap = is_leap(parsed.year)
    if not 1 <= parsed.year_day <= 365 + leap:
        raise FunctionError(f"parsing time {_quote(value)}: day-of-year out of range")
    month = 1
    while parsed.year_day > DAYS_BEFORE_MONTH[month] + (leap and month > 1):
        month += 1
    day = parsed.year_day - DAYS_BEFORE_MONTH[month - 1] - (leap and month > 2)
    for what, seen, meant in (("month", parsed.month, month), ("day", parsed.day, day)):
        if seen >= 0 and seen != meant:
            raise FunctionError(f"parsing time {_quote(value)}: day-of-year does not match {what}")
    parsed.month, parsed.day = month, day
