"""Rates of native histograms: what is worked out for all windows at once is what each window gives on its own."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.engine.evaluate import evaluate
from generator.engine.histogram.rate import Window, extrapolated_change
from generator.engine.histogram.value import CUSTOM_BUCKETS, CounterResetHint, Histogram, populated
from generator.engine.storage import Series, Storage
from generator.engine.vector import Vector
from generator.labels import LabelSet
from generator.promql.parse import parse

NAME = LabelSet({"__name__": "h_seconds"})
HINT: st.SearchStrategy[CounterResetHint] = st.sampled_from(["unknown"] * 12 + ["gauge", "reset", "not_reset"])
LAYOUTS: st.SearchStrategy[tuple[int, float, tuple[float, ...]]] = st.sampled_from(
    [(0, 0.001, ()), (2, 1.0, ()), (CUSTOM_BUCKETS, 0.0, (1.0, 2.0, 5.0))]
)
GAINS = st.dictionaries(st.integers(0, 3), st.sampled_from([0.0, 0.1, 0.7, 1.0, 2.0]), max_size=4)
RANGES = [("rate", "1m"), ("increase", "2m"), ("delta", "3m"), ("rate", "10m")]


@st.composite
def counters(draw: st.DrawFn) -> list[tuple[int, Histogram]]:
    """Samples that mostly grow in one layout, at times that are mostly regular; some resets and changes of layout."""
    layout, counts, total, now = draw(LAYOUTS), dict[int, float](), 0.0, 0
    samples = []
    for _ in range(draw(st.integers(2, 30))):
        now += draw(st.sampled_from([15_000, 15_000, 15_000, 60_000, 7_001]))
        event = draw(st.integers(0, 19))
        if event == 0:
            counts, total = {}, 0.0
        elif event == 1:
            layout, counts = draw(LAYOUTS), {}
        for index, gain in draw(GAINS).items():
            counts[index] = counts.get(index, 0.0) + gain
        total += draw(st.sampled_from([0.3, 7.0, -2.0, math.nan] if event == 2 else [0.3, 7.0]))
        schema, threshold, bounds = layout
        buckets = tuple(sorted(counts.items()))
        buckets = populated(buckets) if event == 3 else buckets
        count = sum(counts.values())
        samples.append((now, Histogram(schema, count, total, threshold, 0.0, buckets, (), bounds, draw(HINT))))
    return samples


def alone(series: Series, start: int, end: int, function: str) -> Histogram | None:
    """The function of one window, worked out from its samples."""
    assert series.histograms is not None
    inside = [(t, h) for t, h in zip(series.times.tolist(), series.histograms, strict=True) if start < t <= end]
    if len(inside) < 2:
        return None
    window = Window([h for _, h in inside], [t for t, _ in inside], start, end, "h_seconds")
    change = extrapolated_change(window, is_counter=function != "delta", is_rate=function == "rate")
    return None if change is None else change.histogram


@pytest.mark.parametrize(("function", "length"), RANGES)
@given(samples=counters())
def test_all_windows_at_once_give_what_each_gives(
    function: str, length: str, samples: list[tuple[int, Histogram]]
) -> None:
    storage = Storage()
    storage.append(NAME, [t for t, _ in samples], np.zeros(len(samples)), histograms=[h for _, h in samples])
    series = storage.get(NAME)
    assert series is not None
    times = range(0, samples[-1][0] + 60_000, 13_000)
    vector = evaluate(parse(f"{function}(h_seconds[{length}])"), storage, list(times)).value
    assert isinstance(vector, Vector)
    cells = vector.histograms[:, 0].tolist() if vector.labels and vector.histograms is not None else [None] * len(times)
    width = int(length[:-1]) * 60_000
    # As text, because a rate may be NaN, and zeros have signs.
    assert [repr(cell) for cell in cells] == [repr(alone(series, t - width, t, function)) for t in times]
