"""What Prometheus tells the user about histograms beside a result: infos and warnings, in its own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Operation = Literal["addition", "subtraction", "aggregation"]


@dataclass(frozen=True, slots=True)
class Note:
    """A remark; the message has no place and no `PromQL warning: ` before it."""

    level: Literal["info", "warning"]
    message: str


def _named(message: str, metric: str) -> str:
    return f"{message} for metric name {_quoted(metric)}" if metric else message


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def mixed_buckets(metric: str) -> Note:
    """Exponential and custom buckets among the histograms of one series or group."""
    schemas = "histograms with exponential and custom buckets schemas"
    return Note("warning", f"vector contains a mix of {schemas} for metric name {_quoted(metric)}")


def mixed_floats(metric: str) -> Note:
    """Floats and histograms in one range."""
    return Note("warning", f"encountered a mix of histograms and floats for metric name {_quoted(metric)}")


MIXED_FLOATS_IN_AGGREGATION: Final = Note("warning", "encountered a mix of histograms and floats for aggregation")


def mixed_classic_native(metric: str) -> Note:
    """Classic buckets and a native histogram with the same labels."""
    return Note("warning", _named("vector contains a mix of classic and native histograms", metric))


def bad_bucket_label(metric: str, value: str) -> Note:
    """A series taken for a classic bucket whose `le` is no number."""
    label = f'bucket label "le" is missing or has a malformed value of {_quoted(value)}'
    return Note("warning", _named(label, metric))


def invalid_quantile(quantile: str) -> Note:
    """A quantile outside [0, 1]; the argument is its text."""
    return Note("warning", f"quantile value should be between 0 and 1, got {quantile}")


def not_a_counter(metric: str) -> Note:
    """A gauge histogram where a counter belongs."""
    return Note("warning", f"this native histogram metric is not a counter: {_quoted(metric)}")


def not_a_gauge(metric: str) -> Note:
    """A counter histogram where a gauge belongs."""
    return Note("warning", f"this native histogram metric is not a gauge: {_quoted(metric)}")


def reset_collision(operation: Operation) -> Note:
    """One histogram was known to follow a reset, another known not to."""
    return Note("warning", f"conflicting counter resets during histogram {operation}")


def bounds_reconciled(operation: Operation) -> Note:
    """Custom bounds differed, and only those in common were kept."""
    return Note("info", f"mismatched custom buckets were reconciled during {operation}")


def ignored_in_range(metric: str) -> Note:
    """A function over a range that skips histograms among floats."""
    ranges = "ignored histograms in a range containing both floats and histograms"
    return Note("info", f"{ranges} for metric name {_quoted(metric)}")


def quantile_is_nan(metric: str) -> Note:
    """The quantile falls among NaN observations."""
    return Note("info", _named("input to histogram_quantile has NaN observations, result is NaN", metric))


def quantile_is_skewed(metric: str) -> Note:
    """NaN observations push a quantile up."""
    return Note(
        "info",
        _named("input to histogram_quantile has NaN observations, result is skewed higher", metric),
    )


def fraction_excludes_nan(metric: str) -> Note:
    """NaN observations count as part of no fraction."""
    text = "input to histogram_fraction has NaN observations, which are excluded from all fractions"
    return Note("info", _named(text, metric))


def forced_monotonicity(details: str, metric: str) -> Note:
    """Classic buckets whose counts fell; the details say where, how much and when."""
    text = "input to histogram_quantile needed to be fixed for monotonicity"
    page = "https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile"
    return Note("info", f"{_named(f'{text} (see {page})', metric)}, {details}")
