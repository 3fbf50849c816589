"""Requests slower than a limit, by classic and by native histograms."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import ClassVar

from generator.duration import SECOND, Duration
from generator.errors import DurationError
from generator.labels import EMPTY, LabelSet, is_label_name, is_metric_name
from generator.model.base import (
    DurationLike,
    Labels,
    fault,
    keep,
    normalise_labels,
)
from generator.model.sli.base import SLI, ZERO, summed
from generator.promql.ast import Expr, Matcher, VectorSelector
from generator.promql.build import binary, call, metric, number, over


def _label_matchers(labels: Labels) -> tuple[Matcher, ...]:
    return tuple(Matcher(name, "=", value) for name, value in labels.items())


@dataclass(frozen=True, slots=True)
class Latency(SLI):
    """Requests slower than a bucket boundary of a classic histogram.

    histogram: its name without `_bucket`. below: the boundary, which must be one of the buckets: a duration, or a
    number in the histogram's unit (seconds). labels: matchers that pick the requests that count.
    """

    windowed: ClassVar[bool] = False

    histogram: str
    below: DurationLike | float
    labels: Labels = field(default=EMPTY)

    def __post_init__(self) -> None:
        _normalise_boundary(self)
        normalise_labels(self, "labels")
        _check_names(self)
        base = self.histogram.removesuffix("_bucket")
        if base != self.histogram:
            why = f"Write {base!r}."
            fault(self, "sli/histogram", f"Latency: the histogram {self.histogram!r} is named without _bucket", why)

    def error_rate(self, window: int) -> Expr:
        return binary("-", self.total_rate(window), self.fast_rate(window))

    def total_rate(self, window: int) -> Expr:
        return summed(call("rate", over(self._series("_count"), window)))

    def error_ratio(self, window: int) -> Expr:
        total = self.total_rate(window)
        slow = binary("-", number(1), binary("/", self.fast_rate(window), binary(">", total, ZERO)))
        return binary("or", slow, binary("==", total, ZERO))

    def fast_rate(self, window: int) -> Expr:
        """Requests per second that were quick enough."""
        return summed(call("rate", over(self._series("_bucket", _boundary_matcher(self.boundary)), window)))

    def _series(self, suffix: str, *matchers: Matcher) -> VectorSelector:
        return metric(self.histogram + suffix, *_label_matchers(self.labels), *matchers)

    @property
    def boundary(self) -> float:
        """The boundary in the histogram's unit."""
        return float(self.below)

    @property
    def signal(self) -> Expr:
        return self._series("_count")


def _normalise_boundary(owner: Latency | NativeLatency) -> None:
    value = owner.below
    try:
        seconds = Duration.of(value) / SECOND if isinstance(value, str | Duration) else float(value)
    except (DurationError, TypeError, ValueError) as reason:
        fault(owner, "definition/duration", f"{type(owner).__name__}: below: {reason}")
        seconds = 1.0
    if not 0 < seconds < math.inf:
        fault(owner, "sli/histogram", f"{type(owner).__name__}: below must be above 0, and finite, got {value!r}")
        seconds = 1.0
    keep(owner, "below", seconds)


def _check_names(owner: Latency | NativeLatency) -> None:
    """Find fault with names that Prometheus would not take; what is wrong is left out of the queries."""
    kind = type(owner).__name__
    if not isinstance(owner.histogram, str) or not is_metric_name(owner.histogram):
        why = "Letters, digits, underscores and colons, such as 'http_request_duration_seconds'."
        fault(owner, "name/metric", f"{kind}: histogram: {owner.histogram!r} is not a metric name", why)
        keep(owner, "histogram", "invalid")
    wrong = [name for name in owner.labels if not is_label_name(name)]
    for name in wrong:
        why = "Letters, digits and underscores, not a digit first."
        fault(owner, "label/name", f"{kind}: {name!r} is not a label name (labels)", why)
    if isinstance(owner, Latency) and "le" in owner.labels:
        fault(owner, "label/reserved", "Latency: label 'le' is the bucket's boundary", "Write it as below=….")
        wrong.append("le")
    if wrong:
        keep(owner, "labels", LabelSet({name: text for name, text in owner.labels.items() if name not in wrong}))


def _boundary_matcher(boundary: float) -> Matcher:
    """`le`, as Prometheus 2 (`1`) and Prometheus 3 (`1.0`) write it."""
    if boundary != int(boundary):
        return Matcher("le", "=", f"{boundary!r}")
    return Matcher("le", "=~", rf"{int(boundary)}(\.0)?")


@dataclass(frozen=True, slots=True)
class NativeLatency(SLI):
    """Requests slower than a limit by a native histogram, which needs no bucket at the limit.

    histogram: its name. below: a duration, or a number in the histogram's unit (seconds).
    """

    windowed: ClassVar[bool] = False

    histogram: str
    below: DurationLike | float
    labels: Labels = field(default=EMPTY)

    def __post_init__(self) -> None:
        _normalise_boundary(self)
        normalise_labels(self, "labels")
        _check_names(self)

    def _rate(self, window: int) -> Expr:
        return summed(call("rate", over(self._series, window)))

    def error_rate(self, window: int) -> Expr:
        total = self.total_rate(window)
        # The fraction of no observations is NaN; asking for a positive total keeps it out.
        slow = binary("*", self._slow(window), binary(">", total, ZERO))
        return binary("or", slow, binary("==", total, ZERO))

    def total_rate(self, window: int) -> Expr:
        return call("histogram_count", self._rate(window))

    def error_ratio(self, window: int) -> Expr:
        total = self.total_rate(window)
        return binary("or", binary("and", self._slow(window), binary(">", total, ZERO)), binary("==", total, ZERO))

    def _slow(self, window: int) -> Expr:
        """The share of observations above the limit, NaN when there are none."""
        fast = call("histogram_fraction", number(0), number(float(self.below)), self._rate(window))
        return binary("-", number(1), fast)

    @property
    def _series(self) -> VectorSelector:
        return metric(self.histogram, *_label_matchers(self.labels))

    @property
    def signal(self) -> Expr:
        return self._series
