"""Numbers and times in templates, as Prometheus' functions take them (prometheus/common/helpers/templates)."""

from __future__ import annotations

import math
import re
from typing import Final

from generator.gotemplate import readable
from generator.gotemplate.errors import FunctionError
from generator.gotemplate.gotime import SECOND, GoDuration, GoTime
from generator.gotemplate.readable import four_digits, to_int64
from generator.gotemplate.strconv import MAX_INT64, MAX_UINT64, MIN_INT64, format_float, parse_float, quote
from generator.gotemplate.values import Int64, type_name

_MILLISECOND: Final = 1_000_000
_DURATION_UNITS: Final = {
    "y": (1, 365 * 86_400 * SECOND),
    "w": (2, 7 * 86_400 * SECOND),
    "d": (3, 86_400 * SECOND),
    "h": (4, 3600 * SECOND),
    "m": (5, 60 * SECOND),
    "s": (6, SECOND),
    "ms": (7, _MILLISECOND),
}
_DURATION_PART: Final = re.compile(r"([0-9]+)([^0-9]*)")


def to_float(value: object) -> float:
    """A number, a duration (in seconds) or a string that holds a number. Raises FunctionError."""
    if type(value) is float:
        return value
    if type(value) is str:
        try:
            return parse_float(value)
        except ValueError as error:
            raise FunctionError(f"strconv.ParseFloat: parsing {quote(value)}: {error}") from None
    if type(value) is int or type(value) is Int64:
        return float(value)
    if isinstance(value, GoDuration):
        return value.seconds
    raise FunctionError(f"can't convert {type_name(value)} to float")


def humanize(number: object) -> str:
    """With metric prefixes: 1234567 → ``1.235M``, 0.12 → ``120m``."""
    return readable.metric(to_float(number))


def humanize1024(number: object) -> str:
    """With binary prefixes: 1048576 → ``1Mi``."""
    return readable.binary(to_float(number))


def humanize_duration(seconds: object) -> str:
    """Seconds as days to seconds, or with a metric prefix below one: 899.99 → ``14m 59s``."""
    return readable.duration(to_float(seconds))


def humanize_percentage(ratio: object) -> str:
    """A ratio as per cent: 0.1234567 → ``12.35%``."""
    return readable.percentage(to_float(ratio))


def to_time(seconds: object) -> GoTime:
    """The UTC time this many seconds after the epoch, cut to milliseconds. Raises FunctionError."""
    value = to_float(seconds)
    if math.isnan(value) or math.isinf(value):
        raise FunctionError("value is NaN or Inf")
    nanoseconds = value * 1e9
    if nanoseconds > float(MAX_INT64) or nanoseconds < float(MIN_INT64):
        shown = format_float(value)
        raise FunctionError(f"{shown} cannot be represented as a nanoseconds timestamp since it overflows int64")
    whole = to_int64(nanoseconds)
    cut = abs(whole) // _MILLISECOND * _MILLISECOND
    return GoTime(-cut if whole < 0 else cut)


def humanize_timestamp(seconds: object) -> str:
    """Seconds since the epoch as ``2015-06-23 13:19:44.128 +0000 UTC``."""
    value = to_float(seconds)
    if math.isnan(value) or math.isinf(value):
        return four_digits(value)
    return str(to_time(value))


def to_duration(seconds: object) -> GoDuration:
    """Seconds as a time.Duration."""
    return GoDuration(to_int64(to_float(seconds) * float(SECOND)))


def parse_duration(text: str) -> float:
    """Seconds of a Prometheus duration such as ``1h30m`` or ``-5m``. Raises FunctionError."""
    nanoseconds = -_nanoseconds(text[1:]) if text.startswith("-") else _nanoseconds(text)
    return float(nanoseconds) / float(SECOND)


def _nanoseconds(text: str) -> int:
    if text == "0":
        return 0
    if not text:
        raise FunctionError("empty duration string")
    total, position, last = 0, 0, 0
    while position < len(text):
        part = _DURATION_PART.match(text, position)
        if part is None or not part.group(2) or int(part.group(1)) > MAX_UINT64:
            raise FunctionError(f"not a valid duration string: {quote(text)}")
        unit = _DURATION_UNITS.get(part.group(2))
        if unit is None:
            raise FunctionError(f"unknown unit {quote(part.group(2))} in duration {quote(text)}")
        order, size = unit
        if order <= last:
            raise FunctionError(f"not a valid duration string: {quote(text)}")
        total += int(part.group(1)) * size
        if total > MAX_INT64:
            raise FunctionError("duration out of range")
        position, last = part.end(), order
    return total
