"""Mean, variance and standard deviation of native histograms, from the middles of their buckets."""

from __future__ import annotations

import math

from generator.engine.histogram.floating import increment, quotient
from generator.engine.histogram.value import Bucket, Histogram, all_buckets


def histogram_average(histogram: Histogram) -> float:
    """Sum over count."""
    return quotient(histogram.sum, histogram.count)


def histogram_variance(histogram: Histogram) -> float:
    """The variance if every observation lay in the middle of its bucket.

    The middle is the geometric mean of exponential bounds, the arithmetic one of custom bounds, and 0 in the zero
    bucket. Source: `histogram_stdvar` of Prometheus 3.14.
    """
    mean = histogram_average(histogram)
    total, compensation = 0.0, 0.0
    for bucket in all_buckets(histogram):
        if bucket.count != 0:
            distance = _middle(bucket, histogram.is_custom) - mean
            total, compensation = increment(bucket.count * distance * distance, total, compensation)
    return quotient(total + compensation, histogram.count)


def histogram_deviation(histogram: Histogram) -> float:
    """The square root of the variance, NaN for a negative one."""
    variance = histogram_variance(histogram)
    return math.nan if variance < 0 else math.sqrt(variance)


def _middle(bucket: Bucket, custom: bool) -> float:
    if custom:
        return (bucket.upper + bucket.lower) / 2
    if bucket.lower <= 0 <= bucket.upper:
        return 0.0
    return math.copysign(math.sqrt(bucket.upper * bucket.lower), bucket.upper)
