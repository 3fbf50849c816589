"""Smoothed instant selectors: what lies between the samples before and after each time."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np

from generator.engine.context import Context
from generator.engine.extended import interpolated
from generator.engine.histogram.algebra import with_hint
from generator.engine.histogram.extended import interpolated as interpolated_histogram
from generator.engine.histogram.notes import Note, mixed_floats
from generator.engine.histogram.rate import Tally
from generator.engine.histogram.value import Histogram
from generator.engine.selectors import Ranges, Run
from generator.engine.vector import Vector, concatenate, prune
from generator.promql.ast import VectorSelector

Sample = float | Histogram


def smoothed_vector(ctx: Context, node: VectorSelector, around: Ranges) -> Vector:
    """The value of each series at the time itself, where there is a sample before it; `around` holds the samples."""
    parts = [_part(ctx, node, around, run) for run in around.runs]
    return prune(concatenate(parts, len(around.ends)))


def _part(ctx: Context, node: VectorSelector, around: Ranges, run: Run) -> Vector:
    shape = (len(run.low), len(run.block.labels))
    values, present = np.zeros(shape), np.zeros(shape, np.bool_)
    cells = None if run.block.histograms is None else np.full(shape, None, object)
    times = run.block.times.tolist()
    for step in np.flatnonzero(run.high > run.low).tolist():
        rows = slice(int(run.low[step]), int(run.high[step]))
        for column in range(shape[1]):
            sample = _at(ctx, node, times[rows], _samples(run, rows, column), int(around.ends[step]), run)
            present[step, column] = sample is not None
            if not isinstance(sample, Histogram):
                values[step, column] = 0.0 if sample is None else sample
            elif cells is not None:
                cells[step, column] = sample
    return Vector(run.block.labels, values, present, cells)


def _samples(run: Run, rows: slice, column: int) -> list[Sample]:
    values: list[float] = run.block.values[rows, column].tolist()
    if run.block.histograms is None:
        return list(values)
    cells = run.block.histograms[rows].tolist()
    return [value if cell is None else cell for value, cell in zip(values, cells, strict=True)]


def _at(
    ctx: Context, node: VectorSelector, times: list[int], samples: list[Sample], at: int, run: Run
) -> Sample | None:
    tally = Tally(run.block.labels[0].metric)
    if len({isinstance(sample, Histogram) for sample in samples}) > 1:
        _tell(ctx, node, (mixed_floats(run.block.labels[0].metric),))
        return None
    place = bisect_left(times, at)
    if place < len(times) and times[place] == at:
        return samples[place]
    if place == 0:
        return None
    before = samples[place - 1]
    if place == len(times):
        return with_hint(before, "unknown") if isinstance(before, Histogram) else before
    after = samples[place]
    pair = times[place - 1 : place + 1]
    if isinstance(before, Histogram) and isinstance(after, Histogram):
        found = _between(tally, pair, before, after, at)
        _tell(ctx, node, tally.notes())
        return found
    if isinstance(before, Histogram) or isinstance(after, Histogram):
        return None
    return interpolated(pair, (before, after), at, counter=False)


def _between(tally: Tally, times: list[int], before: Histogram, after: Histogram, at: int) -> Histogram | None:
    if before.is_custom != after.is_custom:
        tally.mixed()
        return None
    gauges = before.counter_reset_hint == after.counter_reset_hint == "gauge"
    return interpolated_histogram(tally, times, (before, after), at, counter=not gauges)


def _tell(ctx: Context, node: VectorSelector, notes: tuple[Note, ...]) -> None:
    for note in notes:
        (ctx.info if note.level == "info" else ctx.warn)(note.message, node)
