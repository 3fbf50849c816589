"""Classic histograms (`_bucket`, `_count` and `_sum` series) as native ones with custom buckets."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from generator.engine.histogram.value import CUSTOM_BUCKETS, Histogram, contiguous, populated
from generator.errors import ParseError
from generator.labels import METRIC_NAME, LabelSet

BUCKET_LABEL: Final = "le"

_BOUND: Final = re.compile(r"[+-]?(?:inf(?:inity)?|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)", re.IGNORECASE)
_SUFFIXES: Final = ("_bucket", "_count", "_sum")

FloatSample = tuple[int, float]
"""Milliseconds and value."""

HistogramSample = tuple[int, Histogram]
"""Milliseconds and histogram."""


def parse_bound(text: str) -> float | None:
    """The number in an `le` label, or None where there is none."""
    return float(text) if _BOUND.fullmatch(text) else None


def convert_classic(
    series: Iterable[tuple[LabelSet, Iterable[FloatSample]]],
) -> list[tuple[LabelSet, list[HistogramSample]]]:
    """The native series for all classic histograms among these, without suffix and `le`; other series are skipped.

    Raises `ParseError` where buckets are not cumulative or do not agree with the count.
    """
    made: dict[LabelSet, dict[int, _Classic]] = {}
    for labels, samples in series:
        suffix = next((end for end in _SUFFIXES if labels.metric.endswith(end)), None)
        bound = parse_bound(labels.get(BUCKET_LABEL, ""))
        if suffix is None or (suffix == "_bucket" and bound is None):
            continue
        base = labels | {METRIC_NAME: labels.metric.removesuffix(suffix), BUCKET_LABEL: ""}
        moments = made.setdefault(base, {})
        for time, value in samples:
            moments.setdefault(time, _Classic()).put(suffix, bound, value)
    return [
        (base, [(time, moments[time].histogram(base)) for time in sorted(moments)]) for base, moments in made.items()
    ]


@dataclass(slots=True)
class _Classic:
    """The parts of one classic histogram at one moment; of buckets with equal bounds the first one counts."""

    buckets: dict[float, float] = field(default_factory=dict)
    count: float | None = None
    sum: float = 0.0

    def put(self, suffix: str, bound: float | None, value: float) -> None:
        if suffix == "_sum":
            self.sum = value
        elif suffix == "_count":
            self.count = value
        elif bound is not None:
            self.buckets.setdefault(bound, value)

    def histogram(self, labels: LabelSet) -> Histogram:
        cumulative = sorted(self.buckets.items())
        count = self.count
        if count is None:
            count = cumulative[-1][1] if cumulative else 0.0
        if not cumulative or cumulative[-1][0] != math.inf:
            cumulative.append((math.inf, count))
        self._check(cumulative, count, labels)
        counts = [now - was for (_, was), (_, now) in pairwise([(0.0, 0.0), *cumulative])]
        return Histogram(
            schema=CUSTOM_BUCKETS,
            count=count,
            sum=self.sum,
            positive=populated(contiguous(counts)),
            custom_values=tuple(bound for bound, _ in cumulative[:-1]),
        )

    def _check(self, cumulative: list[tuple[float, float]], count: float, labels: LabelSet) -> None:
        falls = any(now < was for (_, was), (_, now) in pairwise(cumulative))
        if falls or count < 0 or any(value < 0 for _, value in cumulative):
            raise ParseError(f"the buckets of {labels} are not cumulative")
        if count != cumulative[-1][1]:
            raise ParseError(f"the count of {labels} is {count:g}, but its +Inf bucket {cumulative[-1][1]:g}")
