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


class MomentError(ParseError):
    """Text that is not a moment."""


def read_moment(text: str) -> int:
    """Milliseconds since 1970 of `2026-11-29T02:30:00+09:00` or `2026-11-29 02:30 Asia/Seoul`; UTC without a zone.

    Where clocks are put back and a time comes twice, the first one counts. Raises `MomentError`.
    """
    found = _LOCAL.fullmatch(text.strip())
    if found is None or (found["offset"] and found["zone"]):
        raise MomentError(f"not a time: {text!r} (expected '2026-11-29T02:30:00Z' or '2026-11-29 02:30 Asia/Seoul')")
    offset = (found["offset"] or "").upper().replace("Z", "+00:00")
    try:
        there = datetime.fromisoformat(f"{found['date']}T{found['clock'] or '00:00'}{offset}")
    except ValueError as reason:
        raise MomentError(f"not a time: {text!r} ({reason})") from None
    if there.tzinfo is None:
        there = there.replace(tzinfo=_zone(found["zone"]))
    return (there - _EPOCH) // timedelta(milliseconds=1)


def _zone(name: str | None) -> tzinfo:
    if name is None or name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise MomentError(f"unknown time zone {name!r}") from None
