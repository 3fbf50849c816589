"""Time intervals: ranges of minutes, days, months and years, refused where Alertmanager refuses them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from generator.diagnostics import warning
from generator.rules.nodes import is_null
from generator.simulate.config.blocks import Block, BlockReader
from generator.simulate.config.model import Range, TimeInterval, TimeSpan

DAYS: Final = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip

_CLOCK: Final = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_NUMBER: Final = re.compile(r"[-+]?[0-9]+")
_SHORTEST_MONTH: Final = 28
_LONGEST_MONTH: Final = 31

Member = Callable[[str], int]
Check = Callable[[int, int], str]


def _weekday(text: str) -> int:
    if text not in DAYS:
        raise ValueError(f"{text} is not a valid weekday")
    return DAYS.index(text)


def _month(text: str) -> int:
    if text in MONTHS:
        return MONTHS.index(text) + 1
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text} is not a valid month")
    return int(text)


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text!r} is not a number")
    return int(text)


def _check_weekdays(begin: int, end: int) -> str:
    return "start day cannot be before end day" if begin > end else ""


def _check_days(begin: int, end: int) -> str:
    for day in (begin, end):
        if day == 0 or abs(day) > _LONGEST_MONTH:
            return f"{day} is not a valid day of the month: out of range"
    if begin < 0 < end:
        return "end day must be negative if start day is negative"
    # What cannot hold in the shortest month may hold in longer ones, but not the other way round.
    first = begin if begin > 0 else _SHORTEST_MONTH + begin
    last = end if end > 0 else _SHORTEST_MONTH + end
    return f"end day {end} is always before start day {begin}" if first > last else ""


def _check_months(begin: int, end: int) -> str:
    return f"end month {_named(end)} is before start month {_named(begin)}" if begin > end else ""


def _named(month: int) -> str:
    return MONTHS[month - 1] if 1 <= month <= len(MONTHS) else str(month)


def _check_years(begin: int, end: int) -> str:
    return f"end year {end} is before start year {begin}" if begin > end else ""


_FIELDS: Final[Mapping[str, tuple[Member, Check]]] = {
    "weekdays": (_weekday, _check_weekdays),
    "days_of_month": (_number, _check_days),
    "months": (_month, _check_months),
    "years": (_number, _check_years),
}


def intervals(blocks: BlockReader, top: Block) -> dict[str, TimeInterval]:
    """The named intervals of both keys that may hold them; a name is used once."""
    found: dict[str, TimeInterval] = {}
    for key, what in (("mute_time_intervals", "mute time interval"), ("time_intervals", "time interval")):
        for block in top.blocks(key):
            name = block.get("name", "")
            if not name:
                blocks.fault(block.node, f"missing name in {what}")
            elif name in found:
                blocks.fault(block.at("name"), f"{what} {name!r} is not unique")
            spans = tuple(_span(blocks, span) for span in block.blocks("time_intervals"))
            found.setdefault(name, TimeInterval(name, spans, blocks.reader.origin(block.node)))
    return found


def _span(blocks: BlockReader, block: Block) -> TimeSpan:
    return TimeSpan(
        times=_times(blocks, block),
        weekdays=_ranges(blocks, block, "weekdays"),
        days_of_month=_ranges(blocks, block, "days_of_month"),
        months=_ranges(blocks, block, "months"),
        years=_ranges(blocks, block, "years"),
        location=_location(blocks, block),
        origin=blocks.reader.origin(block.node),
    )


def _ranges(blocks: BlockReader, block: Block, key: str) -> tuple[Range, ...] | None:
    texts = block.get(key)
    if texts is None:
        return None
    return tuple(_read_all(blocks, block, key, texts))


def _read_all(blocks: BlockReader, block: Block, key: str, texts: list[str]) -> Iterator[Range]:
    member, check = _FIELDS[key]
    for place, text in enumerate(texts):
        if is_null(block.item(key, place)):
            # The loader leaves such a range at zero, which is no day but Sunday, no month and no year.
            yield 0, 0
            continue
        try:
            begin, end = _pair(text.lower(), member)
        except ValueError as reason:
            blocks.fault(block.item(key, place), f"{key}: {reason}")
            continue
        if wrong := check(begin, end):
            blocks.fault(block.item(key, place), f"{key} {text!r}: {wrong}")
        yield begin, end


def _pair(text: str, member: Member) -> Range:
    parts = text.split(":")
    if len(parts) > 2:
        raise ValueError(f"couldn't parse range {text}, invalid format")
    return member(parts[0]), member(parts[-1])


def _times(blocks: BlockReader, block: Block) -> tuple[Range, ...] | None:
    if block.get("times") is None:
        return None
    return tuple(_clocks(blocks, item) for item in block.blocks("times"))


def _clocks(blocks: BlockReader, block: Block) -> Range:
    if block.wrong:
        return 0, 0
    start, end = (block.get(key, "") for key in ("start_time", "end_time"))
    if not start or not end:
        blocks.fault(block.node, "both start and end times must be provided")
        return 0, 0
    for text in (start, end):
        if not _CLOCK.fullmatch(text):
            blocks.fault(block.node, f"couldn't parse timestamp {text}, invalid format", "Expected HH:MM, as in 09:30.")
            return 0, 0
    first, last = _minute(start), _minute(end)
    if first >= last:
        why = "A range over midnight needs two: one to 24:00, one from 00:00 of the next day."
        blocks.fault(block.node, "start time cannot be equal or greater than end time", why)
    return first, last


def _minute(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def _location(blocks: BlockReader, block: Block) -> str:
    name = str(block.get("location", "")) or "UTC"
    if name == "Local":
        origin = blocks.reader.origin(block.at("location"))
        why = "It is read as UTC here; name the zone to be sure."
        message = "the location Local depends on the machine that Alertmanager runs on"
        blocks.reader.problems.append(warning(blocks.reader.check, origin, message, why))
        return "UTC"
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        blocks.fault(block.at("location"), f"unknown time zone {name}")
        return "UTC"
    return name
