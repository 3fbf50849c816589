"""Sums, extremes, variances and lines over windows, against each window taken by itself."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.engine import windows
from generator.engine.arrays import Floats, Integers
from generator.engine.quantiles import quantile_last
from generator.engine.variances import window_variances
from generator.engine.windows import (
    laid_out,
    window_counts,
    window_extremes,
    window_means,
    window_positions,
    window_sums,
)

NUMBERS = st.one_of(
    st.integers(-5, 5).map(float),
    st.floats(-1e6, 1e6),
    st.sampled_from([0.1, 1e-9, 1e15, -1e15, 1e100, -1e100, 1e300]),
)
ODD = st.one_of(NUMBERS, st.sampled_from([math.nan, math.inf, -math.inf]))


@st.composite
def cut(draw: st.DrawFn, numbers: st.SearchStrategy[float]) -> tuple[Floats, Integers, Integers]:
    """Values of one series, and windows over it that are not empty; both ends ascend."""
    values = draw(st.lists(numbers, min_size=1, max_size=40))
    ends = sorted(draw(st.lists(st.integers(1, len(values)), min_size=1, max_size=20)))
    length = draw(st.integers(1, len(values)))
    high = np.array(ends)
    return np.array(values)[:, None], np.maximum(high - length, 0), high


@pytest.fixture(params=["sample by sample", "by differences"])
def both_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small windows are summed sample by sample, large ones by differences: here either is made to do all."""
    monkeypatch.setattr(windows, "_FEW_CELLS", 1 << 40 if request.param == "sample by sample" else 0)


def each(values: Floats, low: Integers, high: Integers, function: Callable[[list[float]], float]) -> list[float]:
    """The function of each window."""
    return [function(values[start:end, 0].tolist()) for start, end in zip(low, high, strict=True)]


def assert_close(got: Floats, expected: list[float], scale: list[float]) -> None:
    """Equal but for rounding, which may be as large as that of the largest terms."""
    for one, other, size in zip(got[:, 0].tolist(), expected, scale, strict=True):
        if math.isfinite(other):
            assert abs(one - other) <= 1e-12 * abs(other) + 1e-15 * size, (one, other)
        else:
            assert one == other or (math.isnan(one) and math.isnan(other)), (one, other)


def plain_sum(window: list[float]) -> float:
    if any(math.isnan(value) for value in window) or {math.inf, -math.inf} <= set(window):
        return math.nan
    return math.fsum(window)


def size(window: list[float]) -> float:
    return max((abs(value) for value in window if math.isfinite(value)), default=0.0)


@pytest.mark.usefixtures("both_ways")
@given(data=cut(ODD))
def test_sums_and_means(data: tuple[Floats, Integers, Integers]) -> None:
    values, low, high = data
    with np.errstate(all="ignore"):
        assert_close(window_sums(*data), each(*data, plain_sum), each(*data, size))
        means = each(*data, lambda window: plain_sum(window) / len(window))
        assert_close(window_means(values, low, high), means, each(*data, size))


@pytest.mark.usefixtures("both_ways")
def test_what_came_before_a_window_does_not_blur_it() -> None:
    values = np.array([1e300, -1e300, 1e200, 3.0, 4.5, 1e-9])[:, None]
    low, high = np.array([0, 1, 2, 3, 4, 5]), np.array([1, 3, 4, 5, 6, 6])
    assert window_sums(values, low, high)[:, 0].tolist() == each(values, low, high, math.fsum)


@pytest.mark.usefixtures("both_ways")
def test_a_mean_does_not_overflow() -> None:
    values = np.array([1.7e308, 1.7e308, 1.7e308, -1.7e308])[:, None]
    with np.errstate(all="ignore"):
        assert window_means(values, np.array([0, 0]), np.array([3, 4]))[:, 0].tolist() == pytest.approx(
            [1.7e308, 0.85e308]
        )


def naive_variance(window: list[float]) -> float:
    if not all(map(math.isfinite, window)):
        return math.nan
    centre = window[0]
    mean = math.fsum(value - centre for value in window) / len(window)
    return math.fsum((value - centre - mean) ** 2 for value in window) / len(window)


@pytest.mark.usefixtures("both_ways")
@given(data=cut(st.one_of(st.floats(-1e6, 1e6), st.integers(-9, 9).map(float), st.sampled_from([math.nan, math.inf]))))
def test_variances(data: tuple[Floats, Integers, Integers]) -> None:
    with np.errstate(all="ignore"):
        got = window_variances(*data)
    expected = each(*data, naive_variance)
    for one, other, largest in zip(got[:, 0].tolist(), expected, each(*data, size), strict=True):
        assert (math.isnan(one) and math.isnan(other)) or abs(one - other) <= 1e-9 * other + 1e-14 * largest**2


@pytest.mark.usefixtures("both_ways")
def test_equal_values_do_not_vary() -> None:
    values = np.array([0.1, 0.1, 0.1, 1.5990505637277868, 1.5990505637277868, 1e9])[:, None]
    variances = window_variances(values, np.array([0, 3, 5]), np.array([3, 5, 6]))
    assert variances[:, 0].tolist() == [0.0, 0.0, 0.0]


def extreme(window: list[float], choose: Callable[[list[float]], float]) -> float:
    numbers = [value for value in window if not math.isnan(value)]
    return choose(numbers) if numbers else math.nan


@given(data=cut(ODD))
def test_extremes(data: tuple[Floats, Integers, Integers]) -> None:
    none = [0.0] * len(data[1])
    assert_close(window_extremes(*data, np.fmin), each(*data, lambda window: extreme(window, min)), none)
    assert_close(window_extremes(*data, np.fmax), each(*data, lambda window: extreme(window, max)), none)


@given(data=cut(ODD))
def test_positions_are_those_of_the_last_extreme(data: tuple[Floats, Integers, Integers]) -> None:
    values, low, high = data
    got = window_positions(values, low, high, np.greater_equal)[:, 0]
    for start, end, row in zip(low, high, got, strict=True):
        best = int(start)
        for place in range(start, end):
            if values[place, 0] >= values[best, 0] or math.isnan(values[best, 0]):
                best = place
        assert row == best


@given(data=cut(ODD))
def test_counts(data: tuple[Floats, Integers, Integers]) -> None:
    values, low, high = data
    got = window_counts(values > 0, low, high)[:, 0].tolist()
    assert got == each(*data, lambda window: sum(value > 0 for value in window))


@given(data=cut(NUMBERS), quantile=st.floats(0, 1))
def test_quantiles(data: tuple[Floats, Integers, Integers], quantile: float) -> None:
    samples, taken = laid_out(*data)
    got = quantile_last(samples, taken, np.array(quantile))

    def interpolated(window: list[float]) -> float:
        ordered, rank = sorted(window), quantile * (len(window) - 1)
        low = math.floor(rank)
        high = min(low + 1, len(window) - 1)
        weight = rank - low
        return ordered[low] * (1 - weight) + ordered[high] * weight

    assert got[:, 0].tolist() == each(*data, interpolated)
