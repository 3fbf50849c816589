"""Grafana's units as people read them; those that are not listed are shown by Grafana's own name."""

from __future__ import annotations

from typing import Final

from generator.duration import format_duration

_NAMES: Final = {
    "Bps": "bytes/s", "bps": "bits/s", "bytes": "bytes", "cpm": "per minute", "cps": "per second", "d": "days",
    "dateTimeAsIso": "time", "dateTimeFromNow": "time ago", "decbytes": "bytes", "iops": "I/O per second",
    "ms": "milliseconds", "ops": "per second", "opm": "per minute", "percent": "%", "percentunit": "%",
    "pps": "packets/s", "reqps": "requests/s", "rpm": "reads per minute", "s": "seconds", "short": "", "none": "",
}  # fmt: skip

_BYTES: Final = frozenset({"Bps", "bytes", "decbytes"})
_PREFIXES: Final = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def unit_name(unit: str) -> str:
    """What stands behind a panel's title: `requests/s`; nothing for a plain number."""
    if unit.startswith("suffix:"):
        return unit.removeprefix("suffix:").strip()
    if unit.startswith("currency"):
        return unit.removeprefix("currency")
    return _NAMES.get(unit, unit)


def in_unit(value: float, unit: str) -> str:
    """A threshold as the panel would show it: 0.9 as `90%`, 2592000 seconds as `30d`."""
    if unit == "percentunit":
        return f"{value * 100:g}%"
    if unit == "s" and value >= 1 and value == int(value):
        return format_duration(int(value) * 1000)
    if unit == "s" and value > 0:
        return f"{value * 1000:g}ms" if value < 1 else f"{value:g}s"
    if unit == "d":
        return f"{value:g}d"
    if unit in _BYTES or value >= 10_000:
        return _shortened(value)
    return f"{value:g}"


def _shortened(value: float) -> str:
    size, prefix = next(((size, prefix) for size, prefix in _PREFIXES if abs(value) >= size), (1.0, ""))
    return f"{value / size:g}{prefix}"
