"""Moments that people write down: RFC 3339, or a local date and time with a zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from generator.errors import ParseError

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LOCAL: Final = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)(?:[T ](?P<clock>\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?\s*"
    r"(?P<offset>[Zz]|[+-]\d\d:\d\d)?(?:\s+(?P<zone>[A-Za-z][A-Za-z0-9_+/-]*))?"
)
_OF_WEEK: Final = re.compile(r"(?P<day>[A-Za-z]{3,9})(?:\s+(?P<clock>\d\d:\d\d))?(?P<rest>(?:\s.*)?)")
_DAYS: Final = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")


class MomentError(ParseError):
    """Text that is not a moment."""


def read_moment(text: str) -> int:
    """Milliseconds since 1970 of `2026-11-29T02:30:00+09:00` or `2026-11-29 02:30 Asia/Seoul`; UTC without a zone.

    Where clocks are put back and a time comes twice, the first one counts. Raises `MomentError`.
    """
    return _milliseconds(_read(text, UTC))


def read_start(text: str, zone: tzinfo) -> tuple[int, tzinfo]:
    """A moment, or a weekday with a time such as `Sun 02:30 Asia/Seoul`, and the zone whose clock is meant.

    zone: where the text names none. A weekday is one of the week from Sunday 2026-01-04 on. Raises `MomentError`.
    """
    found = _OF_WEEK.fullmatch(text.strip())
    if found is not None and (day := _weekday(found["day"])) is not None:
        text = f"2026-01-{4 + day:02} {found['clock'] or '00:00'}{found['rest']}"
    there = _read(text, zone, " or 'Sun 02:30 Asia/Seoul'")
    return _milliseconds(there), there.tzinfo or UTC


def _milliseconds(there: datetime) -> int:
    return (there - _EPOCH) // timedelta(milliseconds=1)


def _weekday(word: str) -> int | None:
    return next((number for number, name in enumerate(_DAYS) if name.startswith(word.lower())), None)


def _read(text: str, zone: tzinfo, also: str = "") -> datetime:
    found = _LOCAL.fullmatch(text.strip())
    if found is None or (found["offset"] and found["zone"]):
        expected = f"'2026-11-29T02:30:00Z' or '2026-11-29 02:30 Asia/Seoul'{also}"
        raise MomentError(f"not a time: {text!r} (expected {expected})")
    offset = (found["offset"] or "").upper().replace("Z", "+00:00")
    try:
        there = datetime.fromisoformat(f"{found['date']}T{found['clock'] or '00:00'}{offset}")
    except ValueError as reason:
        raise MomentError(f"not a time: {text!r} ({reason})") from None
    if there.tzinfo is None:
        there = there.replace(tzinfo=zone if found["zone"] is None else _zone(found["zone"]))
    return there


def _zone(name: str) -> tzinfo:
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise MomentError(f"unknown time zone {name!r}") from None
