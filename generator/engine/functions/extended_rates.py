"""`rate`, `increase` and `delta` of anchored and smoothed ranges, and where anchored ones begin for the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from generator.engine.arrays import Floats, Objects
from generator.engine.extended import Bounds, lost_at_resets, value_at_end, value_at_start
from generator.engine.functions.histogram_windows import metric_of, note_all, samples_of
from generator.engine.functions.ranges import Outcome, Windowed, lengths
from generator.engine.histogram.extended import extended_change
from generator.engine.histogram.notes import mixed_floats
from generator.engine.histogram.reset import Sample
from generator.engine.histogram.value import Histogram
from generator.engine.selectors import Run, reading_of


def extended_rates(windowed: Windowed, run: Run, *, counter: bool, per_second: bool) -> Outcome:
    """The change from the start to the end of each range; per second if asked for."""
    if run.block.kinds is not None:
        return _of_mixed(windowed, run, counter=counter, per_second=per_second)
    shape = (len(run.low), len(run.block.labels))
    values, present = np.zeros(shape), np.zeros(shape, np.bool_)
    times = run.block.times.tolist()
    for step, bounds in _bounds(windowed, run):
        rows = slice(int(run.low[step]), int(run.high[step]))
        for column in range(shape[1]):
            change = _float_change(bounds, times[rows], run.block.values[rows, column].tolist(), counter=counter)
            if change is not None:
                present[step, column] = True
                values[step, column] = change / _seconds(bounds, per_second)
    return Outcome(values, present)


def _bounds(windowed: Windowed, run: Run) -> Iterator[tuple[int, Bounds]]:
    """The steps that have samples, with their ranges."""
    starts, ends = windowed.ranges.starts.tolist(), windowed.ranges.ends.tolist()
    reading = reading_of(windowed.ranges.node)
    return ((step, Bounds(starts[step], ends[step], reading)) for step in np.flatnonzero(lengths(run)).tolist())


def _seconds(bounds: Bounds, per_second: bool) -> float:
    return (bounds.end - bounds.start) / 1000 if per_second else 1.0


def _float_change(bounds: Bounds, times: list[int], values: list[float], *, counter: bool) -> float | None:
    found = bounds.ends(times)
    if found is None:
        return None
    first, last = found
    start = value_at_start(bounds, times, values, first, counter=counter)
    end = value_at_end(bounds, times, values, last, counter=counter)
    change = end - start
    if counter:
        change += lost_at_resets([start, *values[bounds.between(times, first, last)], end])
    return change


def _of_mixed(windowed: Windowed, run: Run, *, counter: bool, per_second: bool) -> Outcome:
    values: Floats = np.zeros((len(run.low), 1))
    present = np.zeros((len(run.low), 1), np.bool_)
    cells: Objects = np.full((len(run.low), 1), None, object)
    samples, times = samples_of(run), run.block.times.tolist()
    for step, bounds in _bounds(windowed, run):
        rows = slice(int(run.low[step]), int(run.high[step]))
        result = _mixed_change(windowed, run, bounds, times[rows], samples[rows], counter, per_second)
        if result is not None:
            present[step, 0] = True
            if isinstance(result, Histogram):
                cells[step, 0] = result
            else:
                values[step, 0] = result
    return Outcome(values, present, cells)


def _mixed_change(
    windowed: Windowed,
    run: Run,
    bounds: Bounds,
    times: list[int],
    samples: list[Sample],
    counter: bool,
    per_second: bool,
) -> Sample | None:
    histograms = [sample for sample in samples if isinstance(sample, Histogram)]
    floats = [sample for sample in samples if not isinstance(sample, Histogram)]
    if histograms and floats:
        note_all(windowed, [mixed_floats(metric_of(run))])
        return None
    if floats:
        change = _float_change(bounds, times, floats, counter=counter)
        return None if change is None else change / _seconds(bounds, per_second)
    made = extended_change(bounds, times, histograms, metric_of(run), is_counter=counter, is_rate=per_second)
    if made is None:
        return None
    note_all(windowed, made.notes)
    return made.histogram


def from_anchors(windowed: Windowed, run: Run) -> Run:
    """The run with each window from the last sample before its range on; empty without one in the range itself."""
    anchors = np.searchsorted(run.block.times, windowed.ranges.starts, side="right")
    low = np.maximum(run.low, np.minimum(anchors, run.high) - 1)
    return replace(run, low=np.where(anchors >= run.high, run.high, low))
