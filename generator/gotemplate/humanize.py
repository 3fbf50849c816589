"""Numbers made readable, as Prometheus' template functions do it (prometheus/common/helpers/templates)."""

from __future__ import annotations

import math
import re
from typing import Final

from generator.gotemplate.errors import FunctionError
from generator.gotemplate.gotime import SECOND, GoDuration, GoTime
from generator.gotemplate.strconv import MAX_INT64, MAX_UINT64, MIN_INT64, format_float, parse_float, quote
from generator.gotemplate.values import Int64, type_name

_LARGE: Final = ("k", "M", "G", "T", "P", "E", "Z", "Y")
_SMALL: Final = ("m", "u", "n", "p", "f", "a", "z", "y")
_BINARY: Final = ("ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi")
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


def _four_digits(value: float) -> str:
    """``%.4g``."""
    return format_float(value, "g", 4)


def _grown(value: float, prefixes: tuple[str, ...], base: float) -> str:
    """Divided by the base until below it, with the prefix that says how often."""
    prefix = ""
    for candidate in prefixes:
        if abs(value) < base:
            break
        prefix = candidate
        value /= base
    return _four_digits(value) + prefix


def _shrunk(value: float) -> str:
    """Multiplied by 1000 until at least 1, with the prefix that says how often."""
    prefix = ""
    for candidate in _SMALL:
        if abs(value) >= 1:
            break
        prefix = candidate
        value *= 1000
    return _four_digits(value) + prefix


def humanize(number: object) -> str:
    """With metric prefixes: 1234567 → ``1.235M``, 0.12 → ``120m``."""
    value = to_float(number)
    if value == 0 or math.isnan(value) or math.isinf(value):
        return _four_digits(value)
    return _grown(value, _LARGE, 1000) if abs(value) >= 1 else _shrunk(value)


def humanize1024(number: object) -> str:
    """With binary prefixes: 1048576 → ``1Mi``."""
    value = to_float(number)
    if abs(value) <= 1 or math.isnan(value) or math.isinf(value):
        return _four_digits(value)
    return _grown(value, _BINARY, 1024)


def _to_int64(value: float) -> int:
    """Go's float to int64 on amd64: towards zero, and the least int64 for all that does not fit."""
    if math.isnan(value) or not MIN_INT64 <= value < 2.0**63:
        return MIN_INT64
    return int(value)


def humanize_duration(seconds: object) -> str:
    """Seconds as days to seconds, or with a metric prefix below one: 899.99 → ``14m 59s``."""
    value = to_float(seconds)
    if math.isnan(value) or math.isinf(value):
        return _four_digits(value)
    if value == 0:
        return _four_digits(value) + "s"
    if abs(value) < 1:
        return _shrunk(value) + "s"
    sign = "-" if value < 0 else ""
    whole = _to_int64(abs(value))
    # Seconds beyond an int64 come out negative in Go, each part with its own sign.
    overflow = -1 if whole < 0 else 1
    minutes, second = (overflow * part for part in divmod(abs(whole), 60))
    hours, minutes = (overflow * part for part in divmod(abs(minutes), 60))
    days, hours = (overflow * part for part in divmod(abs(hours), 24))
    if days:
        return f"{sign}{days}d {hours}h {minutes}m {second}s"
    if hours:
        return f"{sign}{hours}h {minutes}m {second}s"
    if minutes:
        return f"{sign}{minutes}m {second}s"
    return f"{sign}{_four_digits(abs(value))}s"


def humanize_percentage(ratio: object) -> str:
    """A ratio as per cent: 0.1234567 → ``12.35%``."""
    return _four_digits(to_float(ratio) * 100) + "%"


def to_time(seconds: object) -> GoTime:
    """The UTC time this many seconds after the epoch, cut to milliseconds. Raises FunctionError."""
    value = to_float(seconds)
    if math.isnan(value) or math.isinf(value):
        raise FunctionError("value is NaN or Inf")
    nanoseconds = value * 1e9
    if nanoseconds > float(MAX_INT64) or nanoseconds < float(MIN_INT64):
        shown = format_float(value)
        raise FunctionError(f"{shown} cannot be represented as a nanoseconds timestamp since it overflows int64")
    whole = _to_int64(nanoseconds)
    cut = abs(whole) // _MILLISECOND * _MILLISECOND
    return GoTime(-cut if whole < 0 else cut)


def humanize_timestamp(seconds: object) -> str:
    """Seconds since the epoch as ``2015-06-23 13:19:44.128 +0000 UTC``."""
    value = to_float(seconds)
    if math.isnan(value) or math.isinf(value):
        return _four_digits(value)
    return str(to_time(value))


def to_duration(seconds: object) -> GoDuration:
    """Seconds as a time.Duration."""
    return GoDuration(_to_int64(to_float(seconds) * float(SECOND)))


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
