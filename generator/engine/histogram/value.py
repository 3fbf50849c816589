"""The value type of native histograms: exponential buckets (schema -4..8) or custom bounds (-53).

Buckets are `(index, count)` pairs in ascending index, which says the same as Prometheus' spans and lists.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

CounterResetHint = Literal["unknown", "reset", "not_reset", "gauge"]
"""What is known of a counter reset just before the sample; `gauge` says the histogram is no counter."""

BucketCounts = tuple[tuple[int, float], ...]
"""Pairs of bucket index and count, ascending by index, which may be empty (0) buckets too."""

CUSTOM_BUCKETS: Final = -53
"""The schema of histograms whose bounds are listed in `custom_values`."""

MIN_SCHEMA: Final = -4
MAX_SCHEMA: Final = 8

_LARGEST: Final = math.ldexp(1 - 2**-53, 1024)


@dataclass(frozen=True, slots=True)
class Histogram:
    """One histogram sample. All counts are floats; bucket counts are not cumulative.

    Positive bucket `i` of an exponential schema is (2^((i-1)/2^schema), 2^(i/2^schema)]; negatives mirror it.
    With custom buckets, bucket `i` is (custom_values[i-1], custom_values[i]], open to infinity at both ends.
    """

    schema: int = 0
    count: float = 0.0
    sum: float = 0.0
    zero_threshold: float = 0.0
    zero_count: float = 0.0
    positive: BucketCounts = ()
    negative: BucketCounts = ()
    custom_values: tuple[float, ...] = ()
    counter_reset_hint: CounterResetHint = "unknown"

    @property
    def is_custom(self) -> bool:
        """Whether the bounds are custom (an "NHCB") and not exponential."""
        return self.schema == CUSTOM_BUCKETS

    def __str__(self) -> str:
        """All buckets with their bounds, as Go prints a `FloatHistogram`; `count_values` makes labels of it."""
        from generator.engine.histogram.notation import describe_histogram

        return describe_histogram(self)


@dataclass(frozen=True, slots=True)
class Bucket:
    """One bucket with its bounds; `lower < upper` but for buckets that the zero bucket covers."""

    lower: float
    upper: float
    count: float


def bound(index: int, schema: int, custom_values: tuple[float, ...] = ()) -> float:
    """The upper bound of positive bucket `index`; for the last finite bucket it is the largest float."""
    if schema == CUSTOM_BUCKETS:
        return _custom_bound(index, custom_values)
    return _exponential_bound(index, schema)


@lru_cache(maxsize=65536)
def _exponential_bound(index: int, schema: int) -> float:
    if schema < 0:
        fraction, exponent = 0.5, (index << -schema) + 1
    else:
        place = index & ((1 << schema) - 1)
        fraction, exponent = _FRACTIONS[place << (MAX_SCHEMA - schema)], (index >> schema) + 1
    if fraction == 0.5 and exponent == 1025:
        return _LARGEST
    return math.ldexp(fraction, exponent) if exponent <= 1024 else math.inf


def _fractions() -> tuple[float, ...]:
    """2^(i/256)/2 for i from 0 to 255, rounded as in Prometheus' table.

    These are products of square roots of square roots of 2, the first of which is rounded down (it is 1/√2).
    """
    products = [0.5, 1 / math.sqrt(2)]
    root = math.sqrt(2)
    for _ in range(MAX_SCHEMA - 1):
        root = math.sqrt(root)
        products = [product for even in products for product in (even, even * root)]
    return tuple(products)


_FRACTIONS: Final = _fractions()


def _custom_bound(index: int, custom_values: tuple[float, ...]) -> float:
    if index < 0:
        return -math.inf
    return custom_values[index] if index < len(custom_values) else math.inf


def positive_buckets(histogram: Histogram) -> Iterator[Bucket]:
    """The positive (or custom) buckets, ascending, with bounds as the schema gives them."""
    schema, custom = histogram.schema, histogram.custom_values
    for index, count in histogram.positive:
        yield Bucket(bound(index - 1, schema, custom), bound(index, schema, custom), count)


def negative_buckets(histogram: Histogram) -> Iterator[Bucket]:
    """The negative buckets from the zero bucket downwards."""
    for index, count in histogram.negative:
        yield Bucket(-bound(index, histogram.schema), -bound(index - 1, histogram.schema), count)


def all_buckets(histogram: Histogram) -> list[Bucket]:
    """Negative, zero and positive buckets, ascending; what the zero bucket overlaps is cut at its threshold.

    The zero bucket is left out where it counts nothing.
    """
    threshold = histogram.zero_threshold
    buckets = [_cut(bucket, threshold) for bucket in negative_buckets(histogram)]
    buckets.reverse()
    if histogram.zero_count > 0:
        buckets.append(Bucket(-threshold, threshold, histogram.zero_count))
    buckets.extend(_cut(bucket, threshold) for bucket in positive_buckets(histogram))
    return buckets


def all_counts(histogram: Histogram) -> list[float]:
    """The counts of `all_buckets`, without working out any bounds."""
    counts = [count for _, count in reversed(histogram.negative)]
    if histogram.zero_count > 0:
        counts.append(histogram.zero_count)
    counts += [count for _, count in histogram.positive]
    return counts


def bucket_at(histogram: Histogram, place: int) -> Bucket:
    """One of `all_buckets`, by its place among them."""
    schema, custom, threshold = histogram.schema, histogram.custom_values, histogram.zero_threshold
    if place < len(histogram.negative):
        index, count = histogram.negative[-1 - place]
        return _cut(Bucket(-bound(index, schema), -bound(index - 1, schema), count), threshold)
    place -= len(histogram.negative)
    if histogram.zero_count > 0:
        if place == 0:
            return Bucket(-threshold, threshold, histogram.zero_count)
        place -= 1
    index, count = histogram.positive[place]
    return _cut(Bucket(bound(index - 1, schema, custom), bound(index, schema, custom), count), threshold)


def _cut(bucket: Bucket, threshold: float) -> Bucket:
    if 0 < bucket.lower < threshold:
        return Bucket(threshold, bucket.upper, bucket.count)
    if -threshold < bucket.upper < 0:
        return Bucket(bucket.lower, -threshold, bucket.count)
    return bucket


def contiguous(counts: Iterable[float], offset: int = 0) -> BucketCounts:
    """Buckets from counts that follow each other, the first one at index `offset`."""
    return tuple((offset + place, count) for place, count in enumerate(counts))


def populated(counts: BucketCounts) -> BucketCounts:
    """The buckets without the empty ones."""
    return tuple(pair for pair in counts if pair[1] != 0)
