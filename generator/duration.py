"""Prometheus durations: `1h30m` to milliseconds and back.

Everything inside tocsin counts time in whole milliseconds, as Prometheus does. A year has 365 days, a week
seven, a day 24 hours (Prometheus `model.Duration`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from generator.errors import DurationError

MILLISECOND: Final = 1
SECOND: Final = 1000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
WEEK: Final = 7 * DAY
YEAR: Final = 365 * DAY

_UNITS: Final = (("y", YEAR), ("w", WEEK), ("d", DAY), ("h", HOUR), ("m", MINUTE), ("s", SECOND), ("ms", 1))
_PATTERN: Final = re.compile(
    r"(?:([0-9]+)y)?(?:([0-9]+)w)?(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?(?:([0-9]+)ms)?"
)
# Years, weeks and days are printed only when nothing smaller is left over: 36h stays 1d12h, 8d stays 8d.
_WHOLE_ONLY: Final = frozenset({"y", "w"})


class Duration(int):
    """A length of time in milliseconds that prints as Prometheus prints it (`28d` is `4w`)."""

    __slots__ = ()

    @classmethod
    def of(cls, value: str | int | Duration) -> Duration:
        """`"30m"` or milliseconds. Raises `DurationError` for anything else."""
        if type(value) is cls:
            return value
        if isinstance(value, str):
            return parse(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return cls(value)
        raise DurationError(f"expected a duration such as '30m', got {value!r}")

    @property
    def seconds(self) -> float:
        return int(self) / SECOND

    def __str__(self) -> str:
        return format_duration(self)

    def __repr__(self) -> str:
        return f"Duration({format_duration(self)!r})"


def parse(text: str) -> Duration:
    """Milliseconds of a Prometheus duration. `0` needs no unit. Raises `DurationError`."""
    if text == "0":
        return Duration(0)
    match = _PATTERN.fullmatch(text)
    if not text or match is None:
        raise DurationError(f"not a duration: {text!r} (expected for example '5m', '1h30m', '30d')")
    return Duration(sum(int(count) * unit for count, (_, unit) in zip(match.groups(), _UNITS, strict=True) if count))


@lru_cache(maxsize=4096)
def format_duration(milliseconds: int) -> str:
    """A duration the way Prometheus prints it: the largest units first, weeks and years only when whole."""
    if milliseconds == 0:
        return "0s"
    if milliseconds < 0:
        return "-" + format_duration(-milliseconds)
    parts, rest = [], int(milliseconds)
    for name, unit in _UNITS:
        if name in _WHOLE_ONLY and rest % unit:
            continue
        count, rest = divmod(rest, unit)
        if count:
            parts.append(f"{count}{name}")
    return "".join(parts)
