"""When two histograms are the same: as PromQL's `==` sees it, or nearly, as promqltest compares."""

from __future__ import annotations

import math
from typing import Final

from generator.engine.histogram.algebra import compact
from generator.engine.histogram.value import BucketCounts, Histogram

TOLERANCE: Final = 1e-6
"""The relative difference that promqltest forgives."""

_SMALLEST_NORMAL: Final = math.ldexp(1.0, -1022)
_LARGEST: Final = math.ldexp(1 - 2**-53, 1024)


def almost_equal(left: float, right: float, tolerance: float = TOLERANCE) -> bool:
    """Whether two floats differ by less than their absolute sum times `tolerance`; NaN equals NaN here.

    Against 0 only differences below any normal float are forgiven. Source: util/almost of Prometheus.
    """
    if left == right or (math.isnan(left) and math.isnan(right)):
        return True
    absolute_sum, difference = abs(left) + abs(right), abs(left - right)
    if left == 0 or right == 0 or absolute_sum < _SMALLEST_NORMAL:
        return difference < tolerance * _SMALLEST_NORMAL
    return difference / min(absolute_sum, _LARGEST) < tolerance


def histograms_match(expected: Histogram, got: Histogram, compare_hint: bool = False) -> bool:
    """Whether `got` is what a test expects, empty buckets aside, with `TOLERANCE` for counts and the sum.

    The counter reset hint is compared on demand only: where the expectation states one.
    """
    expected, got = compact(expected), compact(got)
    if compare_hint and expected.counter_reset_hint != got.counter_reset_hint:
        return False
    if (expected.schema, expected.zero_threshold) != (got.schema, got.zero_threshold):
        return False
    if expected.is_custom and expected.custom_values != got.custom_values:
        return False
    numbers = (
        (expected.count, got.count),
        (expected.sum, got.sum),
        (expected.zero_count, got.zero_count),
    )
    return (
        all(almost_equal(*pair) for pair in numbers)
        and _buckets_match(expected.positive, got.positive)
        and _buckets_match(expected.negative, got.negative)
    )


def histograms_equal(left: Histogram, right: Histogram) -> bool:
    """Whether PromQL's `==` holds: the same data, whatever the hints and empty buckets; NaN equals NaN."""
    return _data(compact(left)) == _data(compact(right))


def _data(histogram: Histogram) -> tuple[object, ...]:
    sides = (histogram.positive, histogram.negative)
    indexes = tuple(tuple(index for index, _ in side) for side in sides)
    counts = (count for side in sides for _, count in side)
    numbers = (histogram.count, histogram.sum, histogram.zero_count, *counts)
    # Two NaN objects are equal in a tuple only if they are one object.
    comparable = tuple("NaN" if math.isnan(number) else number for number in numbers)
    return histogram.schema, histogram.zero_threshold, histogram.custom_values, indexes, comparable


def _buckets_match(expected: BucketCounts, got: BucketCounts) -> bool:
    return len(expected) == len(got) and all(
        mine[0] == theirs[0] and almost_equal(mine[1], theirs[1]) for mine, theirs in zip(expected, got, strict=True)
    )
