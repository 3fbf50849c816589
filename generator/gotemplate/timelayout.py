"""Go's time layouts: cutting ``Mon Jan 2 15:04:05 MST 2006`` into parts, and printing by them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from generator.gotemplate.civil import DAY_NAMES, MONTH_NAMES

RFC3339_NANO = "2006-01-02T15:04:05.999999999Z07:00"
STRING_LAYOUT = "2006-01-02 15:04:05.999999999 -0700 MST"

# Longest first where one part begins another. "Jan" and "Mon" count only if no lower-case letter follows;
# a run of 0 or 9 after a point counts only if no other digit follows.
_PART = re.compile(
    r"January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|0[1-6]|002|15|1|2006|2|_2(?!006)|__2|3|4|5|PM|pm"
    r"|-070000|-07:00:00|-0700|-07:00|-07|Z070000|Z07:00:00|Z0700|Z07:00|Z07"
    r"|[.,](?:0+|9+)(?![0-9])"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """The fields of one instant in one zone; ``offset`` is in seconds east of UTC, ``weekday`` 0 = Sunday."""

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    nanosecond: int
    weekday: int
    year_day: int
    zone: str
    offset: int


@lru_cache(maxsize=256)
def parts(layout: str) -> tuple[tuple[str, str], ...]:
    """The layout as pairs of literal text and the part that follows it ('' at the end)."""
    return tuple(_parts(layout))


def _parts(layout: str) -> Iterator[tuple[str, str]]:
    start = 0
    for match in _PART.finditer(layout):
        yield layout[start : match.start()], match.group()
        start = match.end()
    yield layout[start:], ""


def _offset(moment: Moment, part: str) -> str:
    if part.startswith("Z") and moment.offset == 0:
        return "Z"
    # Go rounds the offset to whole minutes towards zero before it looks at the sign.
    minutes = int(moment.offset / 60)
    sign, minutes = ("-", -minutes) if minutes < 0 else ("+", minutes)
    colon = ":" if ":" in part else ""
    text = f"{sign}{minutes // 60:02d}"
    if len(part) > 3:
        text += f"{colon}{minutes % 60:02d}"
    if part[1:] in ("070000", "07:00:00"):
        text += f"{colon}{abs(moment.offset) % 60:02d}"
    return text


def _zone(moment: Moment) -> str:
    return moment.zone or _offset(moment, "-0700")


def _fraction(moment: Moment, part: str) -> str:
    digits = f"{moment.nanosecond:09d}"[: len(part) - 1].ljust(len(part) - 1, "0")
    if part[1] == "9":
        digits = digits.rstrip("0")
    return part[0] + digits if digits else ""


def _year(year: int) -> str:
    return f"-{-year:04d}" if year < 0 else f"{year:04d}"


_PRINTERS: dict[str, Callable[[Moment], str]] = {
    "January": lambda m: MONTH_NAMES[m.month - 1],
    "Jan": lambda m: MONTH_NAMES[m.month - 1][:3],
    "1": lambda m: str(m.month),
    "01": lambda m: f"{m.month:02d}",
    "Monday": lambda m: DAY_NAMES[m.weekday],
    "Mon": lambda m: DAY_NAMES[m.weekday][:3],
    "2": lambda m: str(m.day),
    "_2": lambda m: f"{m.day:2d}",
    "02": lambda m: f"{m.day:02d}",
    "__2": lambda m: f"{m.year_day:3d}",
    "002": lambda m: f"{m.year_day:03d}",
    "15": lambda m: f"{m.hour:02d}",
    "3": lambda m: str(m.hour % 12 or 12),
    "03": lambda m: f"{m.hour % 12 or 12:02d}",
    "4": lambda m: str(m.minute),
    "04": lambda m: f"{m.minute:02d}",
    "5": lambda m: str(m.second),
    "05": lambda m: f"{m.second:02d}",
    "2006": lambda m: _year(m.year),
    "06": lambda m: f"{abs(m.year) % 100:02d}",
    "PM": lambda m: "PM" if m.hour >= 12 else "AM",
    "pm": lambda m: "pm" if m.hour >= 12 else "am",
    "MST": _zone,
}


def format_moment(moment: Moment, layout: str) -> str:
    """The moment printed by a Go layout."""
    out: list[str] = []
    for literal, part in parts(layout):
        out.append(literal)
        if not part:
            continue
        printer = _PRINTERS.get(part)
        if printer is not None:
            out.append(printer(moment))
        else:
            out.append(_fraction(moment, part) if part[0] in ".," else _offset(moment, part))
    return "".join(out)
