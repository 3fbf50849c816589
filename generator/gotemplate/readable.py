"""Floats made readable, as Prometheus' template functions do it (prometheus/common/helpers/templates)."""

from __future__ import annotations

import math
from typing import Final

from generator.gotemplate.strconv import MIN_INT64, format_float

_LARGE: Final = ("k", "M", "G", "T", "P", "E", "Z", "Y")
_SMALL: Final = ("m", "u", "n", "p", "f", "a", "z", "y")
_BINARY: Final = ("ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi")


def four_digits(value: float) -> str:
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
    return four_digits(value) + prefix


def _shrunk(value: float) -> str:
    """Multiplied by 1000 until at least 1, with the prefix that says how often."""
    prefix = ""
    for candidate in _SMALL:
        if abs(value) >= 1:
            break
        prefix = candidate
        value *= 1000
    return four_digits(value) + prefix


def metric(value: float) -> str:
    """With metric prefixes: 1234567 → ``1.235M``, 0.12 → ``120m``."""
    if value == 0 or math.isnan(value) or math.isinf(value):
        return four_digits(value)
    return _grown(value, _LARGE, 1000) if abs(value) >= 1 else _shrunk(value)


def binary(value: float) -> str:
    """With binary prefixes: 1048576 → ``1Mi``."""
    if abs(value) <= 1 or math.isnan(value) or math.isinf(value):
        return four_digits(value)
    return _grown(value, _BINARY, 1024)


def percentage(ratio: float) -> str:
    """A ratio as per cent: 0.1234567 → ``12.35%``."""
    return four_digits(ratio * 100) + "%"


def to_int64(value: float) -> int:
    """Go's float to int64 on amd64: towards zero, and the least int64 for all that does not fit."""
    if math.isnan(value) or not MIN_INT64 <= value < 2.0**63:
        return MIN_INT64
    return int(value)


def duration(seconds: float) -> str:
    """Seconds as days to seconds, or with a metric prefix below one: 899.99 → ``14m 59s``."""
    if math.isnan(seconds) or math.isinf(seconds):
        return four_digits(seconds)
    if seconds == 0:
        return four_digits(seconds) + "s"
    if abs(seconds) < 1:
        return _shrunk(seconds) + "s"
    sign = "-" if seconds < 0 else ""
    whole = to_int64(abs(seconds))
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
    return f"{sign}{four_digits(abs(seconds))}s"
