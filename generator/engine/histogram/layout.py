"""Bringing bucket layouts together: resolution, width of the zero bucket, custom bounds."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import replace

from generator.engine.histogram.value import (
    BucketCounts,
    Histogram,
    bound,
    negative_buckets,
    populated,
    positive_buckets,
)


def copy_to_schema(histogram: Histogram, schema: int) -> Histogram:
    """The histogram at a resolution that is not higher; a lower one loses the counter reset hint, as upstream.

    Raises `ValueError` for a higher resolution, and for custom buckets.
    """
    if schema == histogram.schema:
        return histogram
    if schema > histogram.schema or histogram.is_custom:
        raise ValueError(f"cannot go from schema {histogram.schema} to {schema}")
    return replace(
        histogram,
        schema=schema,
        positive=reduce_resolution(histogram.positive, histogram.schema, schema),
        negative=reduce_resolution(histogram.negative, histogram.schema, schema),
        counter_reset_hint="unknown",
    )


def coarse_index(index: int, schema: int, target: int) -> int:
    """Where bucket `index` of `schema` lies in `target`, a schema that is not above it."""
    return ((index - 1) >> (schema - target)) + 1


def reduce_resolution(counts: BucketCounts, schema: int, target: int) -> BucketCounts:
    """Bucket counts of `schema` merged into the wider buckets of `target` (not above `schema`)."""
    if schema == target:
        return counts
    merged: dict[int, float] = {}
    for index, count in counts:
        wider = coarse_index(index, schema, target)
        merged[wider] = merged[wider] + count if wider in merged else count
    return tuple(merged.items())


def shared_bounds(left: tuple[float, ...], right: tuple[float, ...]) -> tuple[float, ...]:
    """The custom bounds that both sides have."""
    common = frozenset(right)
    return tuple(value for value in left if value in common)


def shared_index(index: int, bounds: tuple[float, ...], shared: tuple[float, ...]) -> int:
    """Where custom bucket `index` of `bounds` goes in `shared`, some of them: where its upper bound lies."""
    return bisect_left(shared, bounds[index] if index < len(bounds) else math.inf)


def map_to_bounds(counts: BucketCounts, bounds: tuple[float, ...], shared: tuple[float, ...]) -> BucketCounts:
    """Custom buckets of `bounds` laid out for `shared`, some of them."""
    mapped: dict[int, float] = {}
    for index, count in counts:
        target = shared_index(index, bounds, shared)
        mapped[target] = mapped.get(target, 0.0) + count
    return tuple(mapped.items())


def outside_zero(counts: BucketCounts, schema: int, threshold: float) -> BucketCounts:
    """The buckets that reach beyond the zero bucket; the others are part of its count already."""
    if threshold == 0:
        return counts
    return tuple(pair for pair in counts if bound(pair[0], schema) > threshold)


def reconcile_zero_buckets(left: Histogram, right: Histogram) -> tuple[Histogram, float]:
    """`left` with a zero bucket wide enough for both, and the zero count of `right` for that width.

    The common threshold never lies within a populated bucket of either side.
    """
    right_zero, right_threshold = right.zero_count, right.zero_threshold
    while right_threshold != left.zero_threshold:
        if left.zero_threshold > right_threshold:
            right_zero, right_threshold = widened_zero(right, left.zero_threshold)
        if right_threshold > left.zero_threshold:
            left = _with_wider_zero(left, right_threshold)
    return left, right_zero


def _with_wider_zero(histogram: Histogram, threshold: float) -> Histogram:
    zero, threshold = widened_zero(histogram, threshold)
    return replace(
        histogram,
        zero_count=zero,
        zero_threshold=threshold,
        positive=populated(outside_zero(histogram.positive, histogram.schema, threshold)),
        negative=populated(outside_zero(histogram.negative, histogram.schema, threshold)),
    )


def widened_zero(histogram: Histogram, threshold: float) -> tuple[float, float]:
    """Zero count and threshold if the zero bucket were at least `threshold` wide.

    A threshold within a populated bucket moves out to that bucket's bound, and its count is included.
    """
    if threshold == histogram.zero_threshold:
        return histogram.zero_count, threshold
    while True:
        count, reached = _zero_at(histogram, threshold)
        if reached == threshold:
            return count, threshold
        threshold = reached


def _zero_at(histogram: Histogram, threshold: float) -> tuple[float, float]:
    """The zero count at this width, and the width that would not cut a populated bucket."""
    count, reached = histogram.zero_count, threshold
    for buckets in (positive_buckets(histogram), negative_buckets(histogram)):
        for bucket in buckets:
            near, far = sorted((abs(bucket.lower), abs(bucket.upper)))
            if near >= threshold:
                break
            count += bucket.count
            if far > threshold and bucket.count != 0:
                reached = max(reached, far)
    return count, reached
