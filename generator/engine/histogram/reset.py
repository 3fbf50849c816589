"""Counter resets of native histograms, and the hints about them that storage and statistics give."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from generator.engine.histogram.compare import histograms_equal
from generator.engine.histogram.layout import (
    map_to_bounds,
    outside_zero,
    reduce_resolution,
    shared_bounds,
    widened_zero,
)
from generator.engine.histogram.value import BucketCounts, CounterResetHint, Histogram

Sample = float | Histogram
"""The value of one sample of a series."""


def detect_reset(current: Histogram, previous: Histogram) -> bool:
    """Whether a counter was reset between two samples: a count fell, or the layout changed in a telling way.

    The hint of `current` is believed where it says "reset" or "not_reset"; gauges are compared like counters.
    """
    if current.counter_reset_hint in ("reset", "not_reset"):
        return current.counter_reset_hint == "reset"
    if current.count < previous.count:
        return True
    if current.is_custom:
        return not previous.is_custom or _custom_fell(current, previous)
    if current.schema > previous.schema or current.zero_threshold < previous.zero_threshold:
        return True
    before = _at_layout_of(current, previous)
    if before is None or current.zero_count < before.zero_count:
        return True
    schema, threshold = current.schema, current.zero_threshold
    return _fell(outside_zero(current.positive, schema, threshold), before.positive) or _fell(
        outside_zero(current.negative, schema, threshold), before.negative
    )


def resets_between(samples: Sequence[Sample]) -> list[bool]:
    """For each sample but the first whether it follows a reset; so does a float after a histogram and vice versa."""
    return [_is_reset(was, now) for was, now in pairwise(samples)]


def _is_reset(was: Sample, now: Sample) -> bool:
    if isinstance(was, Histogram) and isinstance(now, Histogram):
        return detect_reset(now, was)
    if isinstance(was, Histogram) or isinstance(now, Histogram):
        return True
    return now < was


def changes_between(samples: Sequence[Sample]) -> list[bool]:
    """For each sample but the first whether it differs from the one before; NaN after NaN does not."""
    return [_is_change(was, now) for was, now in pairwise(samples)]


def _is_change(was: Sample, now: Sample) -> bool:
    if isinstance(was, Histogram) and isinstance(now, Histogram):
        return not histograms_equal(was, now)
    if isinstance(was, Histogram) or isinstance(now, Histogram):
        return True
    return now != was and not (math.isnan(now) and math.isnan(was))


def stored_hint(current: Histogram, previous: Histogram | None) -> CounterResetHint:
    """The hint with which Prometheus' storage gives a sample back.

    `previous` is the histogram stored just before in the same series, or None where there is none or a float or a
    stale marker came between. Storage starts a new chunk wherever a counter may have been reset, and knows no
    hint for the first sample of a chunk; the others are "not_reset". (It also starts chunks for their size.)
    """
    if current.counter_reset_hint == "gauge":
        return "gauge"
    if previous is None or previous.counter_reset_hint == "gauge" or current.counter_reset_hint == "reset":
        return "unknown"
    if _layout(current) != _layout(previous) or current.count < previous.count:
        return "unknown"
    # Storage compares bucket by bucket, whether the zero bucket covers them or not.
    fell = _fell(current.positive, previous.positive) or _fell(current.negative, previous.negative)
    return "unknown" if fell or current.zero_count < previous.zero_count else "not_reset"


def _layout(histogram: Histogram) -> tuple[int, float, tuple[float, ...]]:
    return histogram.schema, histogram.zero_threshold, histogram.custom_values


def _at_layout_of(current: Histogram, previous: Histogram) -> Histogram | None:
    """`previous` in the zero bucket and resolution of `current`; None where that cuts a populated bucket."""
    zero, threshold = widened_zero(previous, current.zero_threshold)
    if threshold != current.zero_threshold:
        return None
    return replace(
        previous,
        zero_count=zero,
        positive=_coarse_outside(previous.positive, previous.schema, current),
        negative=_coarse_outside(previous.negative, previous.schema, current),
    )


def _coarse_outside(counts: BucketCounts, schema: int, layout: Histogram) -> BucketCounts:
    coarse = reduce_resolution(counts, schema, layout.schema)
    return outside_zero(coarse, layout.schema, layout.zero_threshold)


def _custom_fell(current: Histogram, previous: Histogram) -> bool:
    if current.custom_values == previous.custom_values:
        return _fell(current.positive, previous.positive)
    shared = shared_bounds(current.custom_values, previous.custom_values)
    return _fell(
        map_to_bounds(current.positive, current.custom_values, shared),
        map_to_bounds(previous.positive, previous.custom_values, shared),
    )


def _fell(current: BucketCounts, previous: BucketCounts) -> bool:
    now = dict(current)
    return any(count != 0 if index not in now else now[index] < count for index, count in previous)
