"""Trimming of native histograms: the observations below (`</`) or above (`>/`) a limit, as far as buckets tell."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from generator.engine.histogram.algebra import compact
from generator.engine.histogram.quantile import fraction_below
from generator.engine.histogram.value import (
    Bucket,
    BucketCounts,
    Histogram,
    negative_buckets,
    positive_buckets,
)


def trim(histogram: Histogram, limit: float, *, keep_below: bool) -> Histogram:
    """What is left on one side of `limit`. A bucket around it is interpolated, and the sum is estimated anew.

    A histogram of which nothing is cut off stays as it is. An infinite bucket around the limit is kept or dropped as a
    whole, as nothing is known of where its observations lie.
    """
    cut = _Cut(limit, keep_below, histogram.is_custom)
    positive = cut.side(histogram.positive, positive_buckets(histogram), positive=True)
    negative = cut.side(histogram.negative, negative_buckets(histogram), positive=False)
    zero = cut.zero(histogram)
    if not cut.changed:
        return histogram
    trimmed = replace(histogram, count=cut.count, sum=cut.sum, zero_count=zero, positive=positive, negative=negative)
    return compact(trimmed)


class _Cut:
    """One trimming under way: the count and sum of what is kept so far."""

    __slots__ = ("_below", "_limit", "_linear", "changed", "count", "sum")

    def __init__(self, limit: float, keep_below: bool, linear: bool) -> None:
        self._limit = limit
        self._below = keep_below
        self._linear = linear
        self.count = 0.0
        self.sum = 0.0
        self.changed = False

    def side(self, counts: BucketCounts, buckets: Iterable[Bucket], *, positive: bool) -> BucketCounts:
        kept = [(index, self._keep(bucket, positive)) for (index, _), bucket in zip(counts, buckets, strict=True)]
        return tuple(kept)

    def _keep(self, bucket: Bucket, positive: bool) -> float:
        if bucket.count == 0:
            return 0.0
        count, middle = self._share(bucket, positive)
        self._add(bucket.count, count, middle)
        return count

    def _add(self, before: float, count: float, middle: float) -> None:
        self.count += count
        self.sum += middle * count
        self.changed |= count != before

    def _share(self, bucket: Bucket, positive: bool) -> tuple[float, float]:
        """How many observations of a bucket stay, and where they are taken to lie."""
        limit, lower, upper = self._limit, bucket.lower, bucket.upper
        if (upper <= limit) if self._below else (lower >= limit):
            return bucket.count, _middle(lower, upper, positive, self._linear)
        if not ((lower < limit) if self._below else (upper > limit)):
            return 0.0, 0.0
        if math.isinf(lower) or math.isinf(upper):
            return self._infinite_share(bucket)
        below = bucket.count * fraction_below(limit, bucket, self._linear)
        if self._below:
            return below, _middle(lower, limit, positive, self._linear)
        if limit <= lower:
            below = 0.0
        return bucket.count - below, _middle(limit, upper, positive, self._linear)

    def _infinite_share(self, bucket: Bucket) -> tuple[float, float]:
        limit, upper = self._limit, bucket.upper
        if not math.isinf(bucket.lower):
            return (0.0, 0.0) if self._below else (bucket.count, limit)
        if self._below and upper <= 0:
            return bucket.count, limit
        # A first bucket that reaches beyond 0 is taken to begin there.
        if math.isinf(upper) or limit < 0 or (self._below and limit == 0):
            return 0.0, 0.0
        if self._below:
            return bucket.count * limit / upper, limit / 2
        return bucket.count * (1 - limit / upper), (limit + upper) / 2

    def zero(self, histogram: Histogram) -> float:
        """What stays of the zero bucket, whose observations lie on the side on which there are others."""
        if not histogram.zero_count > 0 or histogram.is_custom:
            return histogram.zero_count
        has_positive, has_negative = (
            any(count != 0 for _, count in counts) for counts in (histogram.positive, histogram.negative)
        )
        lower = 0.0 if has_positive and not has_negative else -histogram.zero_threshold
        upper = 0.0 if has_negative and not has_positive else histogram.zero_threshold
        start, end = (lower, self._limit) if self._below else (self._limit, upper)
        count, middle = histogram.zero_count, (start + end) / 2
        if self._limit >= upper if self._below else self._limit <= lower:
            middle = (lower + upper) / 2
        elif self._limit <= lower if self._below else self._limit >= upper:
            count, middle = 0.0, 0.0
        else:
            count *= (end - start) / (upper - lower)
        self._add(histogram.zero_count, count, middle)
        return count


def _middle(lower: float, upper: float, positive: bool, linear: bool) -> float:
    """Where the observations between two bounds are taken to lie, on the scale of the buckets."""
    if math.isinf(lower):
        return 0.0 if math.isinf(upper) else upper / 2 if upper > 0 else upper
    if math.isinf(upper):
        return lower
    if linear:
        return (lower + upper) / 2
    middle = math.sqrt(abs(lower * upper))
    return middle if positive else -middle
