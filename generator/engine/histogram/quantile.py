"""Quantiles and fractions of native histograms.

Within custom buckets and the zero bucket observations are taken to be spread evenly, within exponential buckets
evenly on a logarithmic scale. Source: `HistogramQuantile` and `HistogramFraction` of Prometheus 3.14.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import accumulate

from generator.engine.histogram.floating import quotient
from generator.engine.histogram.notes import (
    Note,
    fraction_excludes_nan,
    quantile_is_nan,
    quantile_is_skewed,
)
from generator.engine.histogram.value import Bucket, Histogram, all_buckets, all_counts, bucket_at

_NONE = Bucket(0.0, 0.0, 0.0)


def histogram_quantile(quantile: float, histogram: Histogram, metric: str = "") -> tuple[float, Note | None]:
    """The value below which `quantile` of all observations lie, and what there is to say about it.

    -Inf below 0, +Inf above 1, NaN without observations. NaN observations count as larger than all others.
    """
    if quantile < 0 or quantile > 1:
        return math.copysign(math.inf, quantile - 0.5), None
    if histogram.count == 0 or math.isnan(quantile):
        return math.nan, None
    upwards = math.isnan(histogram.sum) or quantile < 0.5
    counts = all_counts(histogram)
    rank = (quantile if upwards else 1 - quantile) * histogram.count
    place, count = _reached(counts if upwards else counts[::-1], rank)
    bucket = _NONE if place is None else bucket_at(histogram, place if upwards else len(counts) - 1 - place)
    if not histogram.is_custom:
        bucket = _with_natural_bounds(bucket, histogram)
    at_bound = _infinite_bucket_value(bucket, histogram)
    if at_bound is not None:
        return at_bound, None
    if histogram.is_custom and math.isinf(bucket.lower):
        bucket = replace(bucket, lower=0.0)
    count = min(count, histogram.count)
    if count < rank:
        return (math.nan, quantile_is_nan(metric)) if math.isnan(histogram.sum) else (bucket.upper, None)
    into = rank - (count - bucket.count) if upwards else count - rank
    skewed = math.isnan(histogram.sum) and sum(counts) < histogram.count
    note = quantile_is_skewed(metric) if skewed else None
    return _interpolate(bucket, quotient(into, bucket.count), histogram), note


def _reached(counts: list[float], rank: float) -> tuple[int | None, float]:
    """The place of the populated bucket in which the count reaches `rank`, else of the last one; and the count."""
    reached = 0.0
    for place, count in enumerate(counts):
        if count == 0:
            continue
        reached += count
        if reached >= rank:
            return place, reached
    return (len(counts) - 1 if counts else None), reached


def _with_natural_bounds(bucket: Bucket, histogram: Histogram) -> Bucket:
    """What holds zero ends there where the histogram has buckets on the other side only."""
    if not _holds_zero(bucket):
        return bucket
    if histogram.positive and not histogram.negative:
        return replace(bucket, lower=0.0)
    if histogram.negative and not histogram.positive:
        return replace(bucket, upper=0.0)
    return bucket


def _holds_zero(bucket: Bucket) -> bool:
    return bucket.lower <= 0 <= bucket.upper


def _infinite_bucket_value(bucket: Bucket, histogram: Histogram) -> float | None:
    """The finite bound of a custom bucket that is open at one end, where one cannot interpolate."""
    if not histogram.is_custom:
        return None
    if bucket.lower == -math.inf:
        return bucket.upper if bucket.upper <= 0 else None
    return bucket.lower if bucket.upper == math.inf else None


def _interpolate(bucket: Bucket, fraction: float, histogram: Histogram) -> float:
    """The value at a fraction of the bucket's observations."""
    if histogram.is_custom or _holds_zero(bucket):
        return bucket.lower + (bucket.upper - bucket.lower) * fraction
    log_lower, log_upper = math.log2(abs(bucket.lower)), math.log2(abs(bucket.upper))
    if bucket.lower > 0:
        return _exp2(log_lower + (log_upper - log_lower) * fraction)
    return -_exp2(log_upper + (log_lower - log_upper) * (1 - fraction))


def _exp2(exponent: float) -> float:
    return math.exp2(exponent) if not exponent >= 1024 else math.inf


def histogram_fraction(lower: float, upper: float, histogram: Histogram, metric: str = "") -> tuple[float, Note | None]:
    """The fraction of observations between two values, and what there is to say about it.

    NaN without observations or for NaN bounds; NaN observations are in the whole but in no part of it.
    """
    if histogram.count == 0 or math.isnan(lower) or math.isnan(upper):
        return math.nan, None
    if lower >= upper:
        return 0.0, None
    buckets = [_with_natural_bounds(bucket, histogram) for bucket in all_buckets(histogram)]
    total, note = histogram.count, None
    if math.isnan(histogram.sum):
        total = sum(bucket.count for bucket in buckets)
        note = fraction_excludes_nan(metric) if total < histogram.count else None
    below_lower, below_upper = (_rank_of(value, buckets, histogram) for value in (lower, upper))
    return (min(below_upper, total) - min(below_lower, total)) / histogram.count, note


def _rank_of(value: float, buckets: list[Bucket], histogram: Histogram) -> float:
    """How many observations lie below a value; infinity where it is above all buckets."""
    ranks = accumulate((bucket.count for bucket in buckets), initial=0.0)
    for rank, bucket in zip(ranks, buckets, strict=False):
        if bucket.lower >= value:
            return rank
        if bucket.upper > value:
            linear = histogram.is_custom or _holds_zero(bucket)
            if linear and bucket.lower == -math.inf:
                return bucket.count
            return rank + bucket.count * fraction_below(value, bucket, linear)
    return math.inf


def fraction_below(value: float, bucket: Bucket, linear: bool) -> float:
    """How far a value strictly within a bucket is through it."""
    if linear:
        return (value - bucket.lower) / (bucket.upper - bucket.lower)
    log_lower, log_upper = math.log2(abs(bucket.lower)), math.log2(abs(bucket.upper))
    log_value = math.log2(abs(value))
    if value > 0:
        return (log_value - log_lower) / (log_upper - log_lower)
    return 1 - (log_value - log_upper) / (log_lower - log_upper)
