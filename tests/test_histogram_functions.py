"""Functions and aggregations of histograms through the engine, as a script in Prometheus' own test language."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from generator.engine.functions.histogram_columns import uniform_windows, window_hints
from generator.engine.histogram.accumulate import average_histograms, sum_histograms
from generator.engine.histogram.algebra import with_hint
from generator.engine.histogram.compare import histograms_match
from generator.engine.histogram.value import Histogram
from generator.engine.windows import window_means, window_sums
from generator.testing.script_run import run_script
from tests.conftest import CASES
from tests.test_histogram_algebra import exponential


def test_script() -> None:
    verdicts = run_script(CASES / "histogram" / "functions.test")
    assert len(verdicts) > 50
    assert [f"{v.origin}: {v.message}" for v in verdicts if v.status != "passed"] == []


ALIKE = exponential().map(lambda histogram: replace(histogram, schema=0, zero_threshold=0.5))


@given(st.lists(st.one_of(ALIKE, ALIKE, exponential(), st.just(5.0)), min_size=1, max_size=8), st.integers(1, 4))
def test_windows_at_once_are_windows_one_by_one(samples: list[Histogram | float], width: int) -> None:
    """Where all histograms of a window have one layout, sums and means by columns are those of the algebra."""
    steps = np.arange(1, len(samples) + 1)
    low, high = np.maximum(steps - width, 0), steps
    hints, collide = window_hints(samples, low, high)
    for fold, reduce in ((window_sums, sum_histograms), (window_means, average_histograms)):
        for columns, windows in uniform_windows(samples, low, high):
            folded = columns.folded(fold, low[windows], high[windows])
            for window, histogram in zip(windows.tolist(), folded, strict=True):
                part = [s for s in samples[low[window] : high[window]] if isinstance(s, Histogram)]
                assert len(part) == high[window] - low[window]
                expected = reduce(part)
                assert expected.histogram is not None
                assert histograms_match(expected.histogram, with_hint(histogram, hints[window]), compare_hint=True)
                assert [i for i, _ in histogram.positive] == [i for i, _ in expected.histogram.positive]
                assert bool(expected.notes) == collide[window]


def test_windows_at_once_are_not_for_buckets_within_the_zero_bucket() -> None:
    hidden = Histogram(count=3.0, zero_threshold=1.0, zero_count=1.0, positive=((-1, 2.0),))
    assert list(uniform_windows([hidden], np.array([0]), np.array([1]))) == []
