"""Rates of native histograms, and of series that hold both floats and histograms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from generator.engine.arrays import Flags, Objects
from generator.engine.functions.float_rates import extrapolated_floats, instant_floats
from generator.engine.functions.histogram_changes import steady_changes
from generator.engine.functions.histogram_windows import (
    metric_of,
    note_all,
    pure_windows,
    samples_of,
)
from generator.engine.functions.ranges import Outcome, Windowed, lengths
from generator.engine.histogram.notes import mixed_floats
from generator.engine.histogram.rate import Change, Window, extrapolated_change, instant_change
from generator.engine.histogram.reset import Sample
from generator.engine.histogram.value import Histogram
from generator.engine.selectors import Run


def extrapolated_histograms(windowed: Windowed, run: Run, *, counter: bool, per_second: bool) -> Outcome:
    """`rate`, `increase` and `delta` of one series with histograms."""
    of_floats, of_histograms = pure_windows(windowed, run)
    outcome = _extrapolated_floats(windowed, run, counter=counter, per_second=per_second)
    present = of_floats & _flat(outcome)
    cells: Objects = np.full((len(run.low), 1), None, object)
    samples, times = samples_of(run), run.block.times.tolist()
    steps = np.flatnonzero(of_histograms & (lengths(run) > 1))
    for step, steady in steady_changes(windowed, run, samples, steps, counter=counter, per_second=per_second):
        cells[step, 0], present[step] = steady, True
    for step in steps[~present[steps]].tolist():
        window = _window(windowed, run, step, samples, times)
        change = extrapolated_change(window, is_counter=counter, is_rate=per_second)
        if change is not None:
            present[step] = _put(windowed, cells, step, change)
    return Outcome(outcome.values, present, cells)


def instant_histograms(windowed: Windowed, run: Run, *, rate: bool) -> Outcome:
    """`irate` and `idelta` of one series with histograms."""
    outcome = _instant_floats(windowed, run, rate=rate)
    present = _flat(outcome).copy()
    cells: Objects = np.full((len(run.low), 1), None, object)
    samples, times = samples_of(run), run.block.times.tolist()
    for step in np.flatnonzero(lengths(run) > 1).tolist():
        last = int(run.high[step]) - 1
        was, now = samples[last - 1], samples[last]
        if isinstance(was, Histogram) and isinstance(now, Histogram):
            passed = times[last] - times[last - 1]
            change = instant_change(was, now, passed, metric_of(run), is_rate=rate)
            present[step] = _put(windowed, cells, step, change)
        elif isinstance(was, Histogram) or isinstance(now, Histogram):
            note_all(windowed, [mixed_floats(metric_of(run))])
            present[step] = False
    return Outcome(outcome.values, present, cells)


def _extrapolated_floats(windowed: Windowed, run: Run, *, counter: bool, per_second: bool) -> Outcome:
    return extrapolated_floats(windowed, _as_floats(run), counter=counter, per_second=per_second)


def _instant_floats(windowed: Windowed, run: Run, *, rate: bool) -> Outcome:
    return instant_floats(windowed, _as_floats(run), rate=rate)


def _as_floats(run: Run) -> Run:
    """The run as if histograms were floats too, which is right for windows that hold none."""
    return replace(run, block=replace(run.block, kinds=None, histograms=None))


def _flat(outcome: Outcome) -> Flags:
    """Presence by step, of the only series."""
    return outcome.present if outcome.present.ndim == 1 else outcome.present[:, 0]


def _window(windowed: Windowed, run: Run, step: int, samples: list[Sample], times: list[int]) -> Window:
    rows = slice(int(run.low[step]), int(run.high[step]))
    return Window(
        [sample for sample in samples[rows] if isinstance(sample, Histogram)],
        times[rows],
        start=int(windowed.ranges.starts[step]),
        end=int(windowed.ranges.ends[step]),
        metric=metric_of(run),
    )


def _put(windowed: Windowed, cells: Objects, step: int, change: Change) -> bool:
    """Take over a change with its notes; says whether there is a histogram."""
    note_all(windowed, change.notes)
    cells[step, 0] = change.histogram
    return change.histogram is not None
