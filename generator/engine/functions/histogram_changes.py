"""Changes of native histograms over all windows at once, where nothing stands in the way: one layout, no reset.

That is what most windows of most series are. The others are for `generator.engine.histogram.rate`, which gives the
same for these, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from generator.engine.arrays import Flags, Floats, Integers
from generator.engine.functions.histogram_columns import TOTALS, uniform_windows
from generator.engine.functions.ranges import Windowed
from generator.engine.histogram.reset import Sample, detect_reset
from generator.engine.histogram.value import Histogram
from generator.engine.selectors import Run
from generator.engine.windows import window_counts


def steady_changes(
    windowed: Windowed, run: Run, samples: Sequence[Sample], steps: Integers, *, counter: bool, per_second: bool
) -> Iterator[tuple[int, Histogram]]:
    """Each of the steps whose window is steady, with the extrapolated change over it.

    `steps` are those whose windows hold at least two samples, all of them histograms.
    """
    low, high = run.low[steps], run.high[steps]
    steady = _steady(samples, low, high, counter)
    for columns, chosen in uniform_windows(samples, low, high):
        rows = chosen[steady[chosen]]
        first = columns.numbers.take(low[rows], axis=0)
        change = columns.numbers.take(high[rows] - 1, axis=0) - first
        factor = _factors(windowed, run, steps[rows], change[:, 0], first[:, 0] if counter else None)
        if per_second:
            factor /= (windowed.ranges.ends[steps[rows]] - windowed.ranges.starts[steps[rows]]) / 1000
        kept = change[:, TOTALS:] != 0
        made = columns.histograms(change * factor[:, None], kept, "gauge")
        yield from zip(steps[rows].tolist(), made, strict=True)


def _steady(samples: Sequence[Sample], low: Integers, high: Integers, counter: bool) -> Flags:
    """Which windows have no sample of the wrong kind and, for counters, no reset between two samples."""
    wrong = [isinstance(one, Histogram) and (one.counter_reset_hint == "gauge") == counter for one in samples]
    troubled = window_counts(np.array(wrong, np.bool_).reshape(-1, 1), low, high)[:, 0]
    if counter:
        resets = [
            isinstance(was, Histogram) and isinstance(now, Histogram) and detect_reset(now, was)
            for was, now in pairwise(samples)
        ]
        troubled += window_counts(np.array(resets, np.bool_).reshape(-1, 1), low, high - 1)[:, 0]
    steady: Flags = troubled == 0
    return steady


def _factors(windowed: Windowed, run: Run, steps: Integers, change: Floats, before: Floats | None) -> Floats:
    """What changes between first and last samples are to be multiplied with to stand for whole ranges.

    change: of the count of observations. before: that count at the first sample of a counter, which was never below 0.
    """
    low, high = run.low[steps], run.high[steps]
    first, last = run.block.times.take(low), run.block.times.take(high - 1)
    sampled = (last - first) / 1000
    average = sampled / (high - 1 - low)
    to_start = (first - windowed.ranges.starts[steps]) / 1000
    to_end = (windowed.ranges.ends[steps] - last) / 1000
    to_start = np.where(to_start >= average * 1.1, average / 2, to_start)
    if before is not None:
        to_zero = np.fmin(to_start, sampled * (before / change))
        to_start = np.where((change > 0) & (before >= 0), to_zero, to_start)
    to_end = np.where(to_end >= average * 1.1, average / 2, to_end)
    factors: Floats = (sampled + to_start + to_end) / sampled
    return factors
