"""What holds for all histograms: conservation of counts, round trips, and agreement between ways to one answer."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import get_args

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from generator.engine.histogram.accumulate import average_histograms, sum_histograms
from generator.engine.histogram.algebra import add, compact, divide, multiply, subtract, with_hint
from generator.engine.histogram.classic import bucket_fractions, bucket_quantiles
from generator.engine.histogram.compare import histograms_equal, histograms_match
from generator.engine.histogram.convert import convert_classic
from generator.engine.histogram.floating import increment, quotient
from generator.engine.histogram.layout import copy_to_schema
from generator.engine.histogram.notation import format_histogram, parse_histogram
from generator.engine.histogram.quantile import histogram_fraction, histogram_quantile
from generator.engine.histogram.rate import Window, extrapolated_change
from generator.engine.histogram.reset import detect_reset, stored_hint
from generator.engine.histogram.value import (
    CUSTOM_BUCKETS,
    BucketCounts,
    CounterResetHint,
    Histogram,
    all_buckets,
    all_counts,
    bound,
    bucket_at,
)
from generator.labels import LabelSet

COUNTS = st.integers(0, 9).map(float)
HINTS: st.SearchStrategy[CounterResetHint] = st.sampled_from(get_args(CounterResetHint))
BOUNDS = st.lists(st.integers(-5, 9), unique=True, max_size=5).map(lambda bounds: tuple(map(float, sorted(bounds))))


def _side(offset: int, counts: list[float]) -> BucketCounts:
    return tuple((offset + place, count) for place, count in enumerate(counts))


@st.composite
def exponential(draw: st.DrawFn) -> Histogram:
    """Valid counters of small whole numbers; no bucket begins within the zero bucket."""
    schema = draw(st.integers(-2, 3))
    offset = draw(st.integers(1, 6))
    positive = _side(offset, draw(st.lists(COUNTS, max_size=5)))
    negative = _side(offset, draw(st.lists(COUNTS, max_size=3)))
    zero = draw(COUNTS)
    count = zero + sum(c for side in (positive, negative) for _, c in side)
    threshold = draw(st.sampled_from([0.0, 0.001, 0.5, 1.0]))
    total = float(draw(st.integers(-100, 100)))
    return Histogram(schema, count, total, threshold, zero, positive, negative, (), draw(HINTS))


@st.composite
def custom(draw: st.DrawFn) -> Histogram:
    """Valid histograms with custom bounds."""
    bounds = draw(BOUNDS)
    positive = _side(0, draw(st.lists(COUNTS, max_size=len(bounds) + 1)))
    count = sum(c for _, c in positive)
    return Histogram(
        schema=CUSTOM_BUCKETS,
        count=count,
        sum=3.0,
        positive=positive,
        custom_values=bounds,
        counter_reset_hint=draw(HINTS),
    )


HISTOGRAMS = st.one_of(exponential(), custom())
PAIRS = st.one_of(st.tuples(exponential(), exponential()), st.tuples(custom(), custom()))
GROUPS = st.one_of(st.lists(exponential(), min_size=1, max_size=5), st.lists(custom(), min_size=1, max_size=5))


def _observed(histogram: Histogram) -> float:
    return histogram.zero_count + sum(c for side in (histogram.positive, histogram.negative) for _, c in side)


def _added(left: Histogram, right: Histogram) -> Histogram:
    combined = add(left, right)
    assert combined is not None
    return combined.histogram


@given(HISTOGRAMS)
def test_text_round_trip(histogram: Histogram) -> None:
    text = format_histogram(histogram)
    again = parse_histogram(text)
    assert histograms_match(histogram, again, compare_hint=True)
    assert format_histogram(again) == text


@given(PAIRS)
def test_addition_loses_no_observation_and_takes_either_order(pair: tuple[Histogram, Histogram]) -> None:
    one, two = pair
    both = _added(one, two)
    assert _observed(both) == both.count == one.count + two.count
    assert histograms_equal(both, _added(two, one))
    assert both.counter_reset_hint == _added(two, one).counter_reset_hint


@given(PAIRS)
def test_subtraction_undoes_addition(pair: tuple[Histogram, Histogram]) -> None:
    one, two = pair
    back = subtract(_added(one, two), two)
    assert back is not None
    # What is coarser by now stays so, which an empty histogram of that layout brings about too.
    assert histograms_equal(back.histogram, _added(one, multiply(two, 0)))


@given(exponential(), custom())
def test_exponential_and_custom_do_not_mix(one: Histogram, two: Histogram) -> None:
    assert add(one, two) is None
    assert subtract(two, one) is None
    assert sum_histograms([one, one, two]).misfit == 2
    assert average_histograms([two, one]).misfit == 1


@given(GROUPS)
def test_sums_and_means_agree_with_additions(group: list[Histogram]) -> None:
    total = group[0]
    for histogram in group[1:]:
        total = _added(total, histogram)
    summed, mean = sum_histograms(group).histogram, average_histograms(group).histogram
    assert summed is not None
    assert mean is not None
    assert histograms_equal(summed, total)
    assert histograms_match(mean, divide(total, len(group)))


@given(st.lists(st.floats(-1e200, 1e200), max_size=20))
def test_compensated_sums_are_nearly_exact(values: list[float]) -> None:
    total, compensation = 0.0, 0.0
    for value in values:
        total, compensation = increment(value, total, compensation)
    exact = math.fsum(values)
    slack = len(values) ** 2 * 2.0**-100 * math.fsum(map(abs, values))
    assert total + compensation == pytest.approx(exact, rel=1e-15, abs=slack)


@given(exponential(), st.integers(-4, 3))
def test_lower_resolutions_keep_all_counts(histogram: Histogram, schema: int) -> None:
    assume(schema <= histogram.schema)
    coarse = copy_to_schema(histogram, schema)
    assert _observed(coarse) == _observed(histogram)
    assert copy_to_schema(coarse, -4) == copy_to_schema(with_hint(histogram, "unknown"), -4) or schema == -4


def test_no_way_to_a_higher_resolution() -> None:
    with pytest.raises(ValueError, match="cannot go from schema 0 to 1"):
        copy_to_schema(Histogram(), 1)
    with pytest.raises(ValueError, match="cannot go from schema -53 to -54"):
        copy_to_schema(Histogram(schema=CUSTOM_BUCKETS), -54)


@given(PAIRS)
def test_counters_that_grow_are_not_reset(pair: tuple[Histogram, Histogram]) -> None:
    before = with_hint(pair[0], "unknown")
    more = replace(pair[1], schema=before.schema, custom_values=before.custom_values, zero_threshold=0.0)
    grown = with_hint(_added(before, more), "unknown")
    assert not detect_reset(grown, before)
    assert detect_reset(before, grown) == (more.count > 0)
    if grown.zero_threshold == before.zero_threshold:
        assert stored_hint(grown, before) == "not_reset"


@given(st.lists(exponential(), min_size=2, max_size=6))
def test_increase_is_the_sum_of_what_was_added(steps: list[Histogram]) -> None:
    """A counter that starts at 0 at the start of the range and only grows, sampled to the end of the range."""
    samples = [replace(steps[0], count=0.0, sum=0.0, zero_count=0.0, positive=(), negative=())]
    for step in steps:
        samples.append(_added(samples[-1], step))
    plain = [with_hint(sample, "unknown") for sample in samples]
    window = Window(plain, [*range(0, 1000 * len(plain), 1000)], 0, 1000 * (len(plain) - 1))
    # A coarser layout from one sample to the next is no reset, a finer one does not happen here.
    change = extrapolated_change(window, is_counter=True, is_rate=False)
    assert change is not None
    assert change.histogram is not None
    assert change.histogram.count == samples[-1].count
    assert change.histogram.counter_reset_hint == "gauge"


@given(HISTOGRAMS, st.lists(st.floats(0, 1), min_size=2, max_size=2))
def test_quantiles_rise(histogram: Histogram, pair: list[float]) -> None:
    assume(histogram.count > 0)
    assume(histogram.custom_values or not histogram.is_custom)
    low, high = (histogram_quantile(quantile, histogram)[0] for quantile in sorted(pair))
    assert low <= high or math.isclose(low, high)


@given(exponential(), st.floats(0.01, 0.99))
def test_fractions_undo_quantiles(histogram: Histogram, quantile: float) -> None:
    assume(histogram.count > 0)
    assume(histogram.zero_threshold > 0 or histogram.zero_count == 0)
    value, _ = histogram_quantile(quantile, histogram)
    assert histogram_fraction(-math.inf, value, histogram)[0] == pytest.approx(quantile, abs=1e-9)


@given(exponential(), st.floats(-20, 20), st.floats(-20, 20))
def test_fractions_add_up(histogram: Histogram, one: float, two: float) -> None:
    assume(histogram.count > 0)
    low, high = sorted((one, two))
    parts = [histogram_fraction(a, b, histogram)[0] for a, b in ((-math.inf, low), (low, high), (high, math.inf))]
    assert sum(parts) == pytest.approx(1)


@given(st.lists(COUNTS, min_size=2, max_size=6), st.floats(0, 1), st.floats(-1, 8), st.floats(-1, 8))
def test_classic_histograms_answer_like_their_native_form(
    counts: list[float], quantile: float, lower: float, upper: float
) -> None:
    bounds = [*map(float, range(1, len(counts))), math.inf]
    cumulative = np.cumsum(counts)
    assume(cumulative[-1] > 0)
    series = [
        (LabelSet({"__name__": "x_bucket", "le": str(limit)}), [(0, float(count))])
        for limit, count in zip(bounds, cumulative, strict=True)
    ]
    ((_, ((_, native),)),) = convert_classic(series)
    upper_bounds, row = np.array(bounds), cumulative[np.newaxis]
    one = np.ones(1)
    quantiles, repair = bucket_quantiles(one * quantile, upper_bounds, row, np.zeros(1, np.int64))
    assert repair is None
    # At q = 0 the one looks at the lowest bucket, the other at the lowest populated one.
    if quantile > 0:
        assert quantiles[0] == pytest.approx(histogram_quantile(quantile, native)[0])
    fractions = bucket_fractions(one * lower, one * upper, upper_bounds, row)
    assert fractions[0] == pytest.approx(histogram_fraction(lower, upper, native)[0])


@given(st.lists(st.lists(COUNTS, min_size=4, max_size=4), min_size=1, max_size=5), st.floats(0, 1))
def test_moments_of_classic_histograms_do_not_see_each_other(rows: list[list[float]], quantile: float) -> None:
    bounds, counts = np.array([1.0, 2.0, 3.0, math.inf]), np.array(rows)
    quantiles, times = np.full(len(rows), quantile), np.arange(len(rows))
    with np.errstate(all="ignore"):
        together, repair = bucket_quantiles(quantiles, bounds, counts, times)
        alone = [bucket_quantiles(quantiles[:1], bounds, counts[[i]], times[[i]]) for i in range(len(rows))]
    np.testing.assert_array_equal(together, [values[0] for values, _ in alone])
    repairs = [one for _, one in alone if one is not None]
    merged = None
    for one in repairs:
        merged = one if merged is None else merged | one
    assert merged == repair


@given(HISTOGRAMS)
def test_buckets_ascend(histogram: Histogram) -> None:
    buckets = all_buckets(compact(histogram))
    assert all(one.upper <= two.lower for one, two in pairwise(buckets))


def test_bounds_are_powers_of_two_to_the_last_bit() -> None:
    assert [bound(index, 0) for index in (-2, 0, 1, 1023)] == [0.25, 1.0, 2.0, 2.0**1023]
    assert bound(1, 1) == math.nextafter(math.sqrt(2), 0)
    assert all(bound(index << schema, schema) == bound(index, 0) for schema in range(9) for index in range(-9, 9))
    assert all(bound(index, -schema) == bound(index << schema, 0) for schema in range(5) for index in range(-9, 9))
    largest = math.nextafter(math.inf, 0)
    assert [bound(1024, 0), bound(1025, 0), bound(64, -4), bound(-5000, 0)] == [largest, math.inf, largest, 0.0]


@given(st.floats(), st.floats())
def test_quotients_are_ieee(dividend: float, divisor: float) -> None:
    with np.errstate(all="ignore"):
        expected = float(np.float64(dividend) / np.float64(divisor))
    np.testing.assert_equal(quotient(dividend, divisor), expected)


@given(HISTOGRAMS)
def test_one_bucket_is_found_without_the_others(histogram: Histogram) -> None:
    places = range(len(all_counts(histogram)))
    assert [bucket_at(histogram, place) for place in places] == all_buckets(histogram)
    assert all_counts(histogram) == [bucket.count for bucket in all_buckets(histogram)]
