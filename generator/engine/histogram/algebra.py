"""Arithmetic of native histograms, with the semantics of Prometheus 3.14's `FloatHistogram`.

Layouts are reconciled before counts meet: lower resolution, wider zero bucket, bounds that both have.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from generator.engine.histogram.floating import quotient
from generator.engine.histogram.layout import (
    map_to_bounds,
    outside_zero,
    reconcile_zero_buckets,
    reduce_resolution,
    shared_bounds,
)
from generator.engine.histogram.value import BucketCounts, CounterResetHint, Histogram, populated


@dataclass(frozen=True, slots=True)
class Combined:
    """The outcome of an addition or subtraction, with what the user is to be told about it.

    `reset_collision`: one side said "reset", the other "not_reset". `bounds_reconciled`: custom bounds differed,
    so that only those which both sides have are left.
    """

    histogram: Histogram
    reset_collision: bool = False
    bounds_reconciled: bool = False


def add(left: Histogram, right: Histogram) -> Combined | None:
    """The plain sum of two histograms, or None where exponential meets custom buckets."""
    return _combine(left, right, 1.0)


def subtract(left: Histogram, right: Histogram) -> Combined | None:
    """`left - right` with the hint of an addition; PromQL's `-` makes a gauge of it (`as_gauge`)."""
    return _combine(left, right, -1.0)


def multiply(histogram: Histogram, factor: float) -> Histogram:
    """All counts and the sum times `factor`; a negative factor makes a gauge."""
    scaled = _scale(histogram, lambda value: value * factor)
    return as_gauge(scaled) if factor < 0 else scaled


def divide(histogram: Histogram, divisor: float) -> Histogram:
    """All counts and the sum over `divisor`. 0 leaves no buckets; a negative divisor makes a gauge."""
    if divisor == 0:
        histogram = replace(histogram, positive=(), negative=())
    scaled = _scale(histogram, lambda value: quotient(value, divisor))
    return as_gauge(scaled) if divisor < 0 else scaled


def negate(histogram: Histogram) -> Histogram:
    """The histogram times -1, a gauge."""
    return multiply(histogram, -1.0)


def as_gauge(histogram: Histogram) -> Histogram:
    """The histogram marked as a gauge."""
    return with_hint(histogram, "gauge")


def with_hint(histogram: Histogram, hint: CounterResetHint) -> Histogram:
    """The histogram with another counter reset hint."""
    return histogram if histogram.counter_reset_hint == hint else replace(histogram, counter_reset_hint=hint)


def compact(histogram: Histogram) -> Histogram:
    """The histogram without empty buckets."""
    positive, negative = populated(histogram.positive), populated(histogram.negative)
    if len(positive) == len(histogram.positive) and len(negative) == len(histogram.negative):
        return histogram
    return replace(histogram, positive=positive, negative=negative)


def merge_hints(left: CounterResetHint, right: CounterResetHint) -> tuple[CounterResetHint, bool]:
    """The hint of a sum, and whether "reset" met "not_reset" ("unknown" then, and worth a warning)."""
    if left == right:
        return left, False
    if "gauge" in (left, right):
        return "gauge", False
    return "unknown", "unknown" not in (left, right)


def zero_count(histogram: Histogram) -> float:
    """The count of the zero bucket to go on with; custom buckets have none, but 0/0 may have left a NaN there."""
    return 0.0 if histogram.is_custom else histogram.zero_count


def _scale(histogram: Histogram, change: Callable[[float], float]) -> Histogram:
    return replace(
        histogram,
        count=change(histogram.count),
        sum=change(histogram.sum),
        zero_count=change(zero_count(histogram)),
        positive=tuple((index, change(count)) for index, count in histogram.positive),
        negative=tuple((index, change(count)) for index, count in histogram.negative),
    )


def _combine(left: Histogram, right: Histogram, sign: float) -> Combined | None:
    if left.is_custom != right.is_custom:
        return None
    hint, collision = merge_hints(left.counter_reset_hint, right.counter_reset_hint)
    joined = (_combine_custom if left.is_custom else _combine_exponential)(left, right, sign)
    total = replace(
        joined,
        count=left.count + sign * right.count,
        sum=left.sum + sign * right.sum,
        counter_reset_hint=hint,
    )
    return Combined(total, collision, left.is_custom and left.custom_values != right.custom_values)


def _combine_exponential(left: Histogram, right: Histogram, sign: float) -> Histogram:
    left, right_zero = reconcile_zero_buckets(left, right)
    schema, threshold = min(left.schema, right.schema), left.zero_threshold

    def side(mine: BucketCounts, theirs: BucketCounts) -> BucketCounts:
        coarse = reduce_resolution(theirs, right.schema, schema)
        return _merge(reduce_resolution(mine, left.schema, schema), outside_zero(coarse, schema, threshold), sign)

    return replace(
        left,
        schema=schema,
        zero_count=left.zero_count + sign * right_zero,
        positive=side(left.positive, right.positive),
        negative=side(left.negative, right.negative),
    )


def _combine_custom(left: Histogram, right: Histogram, sign: float) -> Histogram:
    if left.custom_values == right.custom_values:
        return replace(left, zero_count=0.0, positive=_merge(left.positive, right.positive, sign))
    shared = shared_bounds(left.custom_values, right.custom_values)
    mine = map_to_bounds(left.positive, left.custom_values, shared)
    theirs = map_to_bounds(right.positive, right.custom_values, shared)
    return replace(left, zero_count=0.0, positive=populated(_merge(mine, theirs, sign)), custom_values=shared)


def _merge(left: BucketCounts, right: BucketCounts, sign: float) -> BucketCounts:
    merged = dict(left)
    for index, count in right:
        merged[index] = merged[index] + sign * count if index in merged else sign * count
    return tuple(sorted(merged.items()))
