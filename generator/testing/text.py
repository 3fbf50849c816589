"""Alerts, samples and values as text for people."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from generator.engine.histogram.notation import format_histogram
from generator.engine.histogram.value import Histogram
from generator.gotemplate.strconv import format_float, quote
from generator.labels import METRIC_NAME, is_label_name, is_metric_name

_BARS: Final = "▁▂▃▄▅▆▇█"
_GAP: Final = "·"


def sample_value(value: float | Histogram) -> str:
    """The value of a sample, a histogram in the notation of tests."""
    return format_histogram(value) if isinstance(value, Histogram) else format_float(value)


def labels_text(labels: Mapping[str, str]) -> str:
    """Labels as Prometheus prints them: names that are not ASCII names in quotes."""
    return "{" + ", ".join(_matchers(labels)) + "}"


def series_text(labels: Mapping[str, str]) -> str:
    """A series as expressions and tests name it: `up{job="a"}`, or `{"my.metric", "host.name"="a"}`."""
    metric = labels.get(METRIC_NAME, "")
    rest = _matchers({name: value for name, value in labels.items() if name != METRIC_NAME})
    if metric and not is_metric_name(metric):
        return "{" + ", ".join([quote(metric), *rest]) + "}"
    return metric + "{" + ", ".join(rest) + "}" if rest or not metric else metric


def _matchers(labels: Mapping[str, str]) -> list[str]:
    return [f"{name if is_label_name(name) else quote(name)}={quote(value)}" for name, value in sorted(labels.items())]


def sparkline(values: Sequence[float | None], width: int = 60) -> str:
    """Values as bars from the lowest to the highest, a dot where there is none; squeezed to `width` cells."""
    squeezed = _squeeze(values, width)
    finite = [value for value in squeezed if value is not None and math.isfinite(value)]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    return "".join(_GAP if value is None else _bar(value, low, high) for value in squeezed)


def _bar(value: float, low: float, high: float) -> str:
    if math.isnan(value):
        return "?"
    if math.isinf(value):
        return _BARS[-1] if value > 0 else _BARS[0]
    if high == low:
        return _BARS[len(_BARS) // 2 - 1]
    return _BARS[round((value - low) / (high - low) * (len(_BARS) - 1))]


def _squeeze(values: Sequence[float | None], width: int) -> list[float | None]:
    """At most `width` values: of each piece the last one, and nothing only where the whole piece has nothing."""
    if len(values) <= width:
        return list(values)
    edges = [len(values) * place // width for place in range(width + 1)]
    pieces = (values[start:end] for start, end in pairwise(edges))
    return [next((value for value in reversed(piece) if value is not None), None) for piece in pieces]
