"""`rate`, `increase`, `irate` and `resets` of counters whose samples tell since when they count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from generator.engine.arrays import Flags
from generator.engine.functions.histogram_windows import metric_of, note_all, samples_of
from generator.engine.functions.ranges import Outcome, Windowed
from generator.engine.histogram.algebra import as_gauge, compact, divide, multiply
from generator.engine.histogram.notes import Note
from generator.engine.histogram.rate import started_change
from generator.engine.histogram.reset import Sample
from generator.engine.histogram.value import Histogram
from generator.engine.selectors import Run, reading_of
from generator.engine.started import extrapolation, overlaps, resets
from generator.promql.ast import MatrixSelector


@dataclass(frozen=True, slots=True)
class _Window:
    """The samples of one series in one range; `bounds` are its start and end."""

    times: list[int]
    starts: list[int]
    samples: list[Sample]
    bounds: tuple[int, int]

    @property
    def begun(self) -> int:
        """The start of the first sample where it lies in the range, else 0."""
        start = self.starts[0]
        return start if self.bounds[0] < start < self.times[0] else 0


def started_columns(windowed: Windowed, run: Run) -> list[tuple[int, list[int]]]:
    """The columns of a run whose samples have starts, with a start for each row."""
    known, node = windowed.ctx.storage.starts, windowed.ranges.node
    if not known or not windowed.ctx.settings.start_timestamps or not isinstance(node, MatrixSelector):
        return []
    if reading_of(node):
        return []
    times = run.block.times.tolist()
    found = ((column, known.get(labels)) for column, labels in enumerate(run.block.labels))
    return [(column, [starts.get(time, 0) for time in times]) for column, starts in found if starts]


def with_started_rates(windowed: Windowed, run: Run, outcome: Outcome, *, per_second: bool) -> Outcome:
    """`rate` (`per_second`) and `increase`, with those columns worked out anew whose samples have starts."""
    made = _Made(run, outcome)
    for column, starts in started_columns(windowed, run):
        for step, window in _windows(windowed, run, column, starts):
            made.put(step, column, _change(windowed, run, column, window, per_second=per_second))
    return made.outcome()


def with_started_instant_rates(windowed: Windowed, run: Run, outcome: Outcome) -> Outcome:
    """`irate`, where the last sample may have begun after the one before it."""
    made = _Made(run, outcome)
    for column, starts in started_columns(windowed, run):
        for step, window in _windows(windowed, run, column, starts):
            last = window.samples[-1]
            kinds = {isinstance(sample, Histogram) for sample in window.samples[-2:]}
            if len(window.times) > 1 and len(kinds) == 1 and resets(window.starts, window.times)[-1]:
                seconds = (window.times[-1] - window.times[-2]) / 1000
                rate = divide(compact(as_gauge(last)), seconds) if isinstance(last, Histogram) else last / seconds
                made.put(step, column, rate)
    return made.outcome()


def reset_flags(windowed: Windowed, run: Run) -> Flags | None:
    """Between which rows of which columns a counter began anew by its starts; None where there are no starts."""
    columns = started_columns(windowed, run)
    if not columns:
        return None
    flags = np.zeros((max(0, len(run.block.times) - 1), len(run.block.labels)), np.bool_)
    for column, starts in columns:
        flags[:, column] = resets(starts, run.block.times.tolist())
    return flags


def _windows(windowed: Windowed, run: Run, column: int, starts: list[int]) -> Iterator[tuple[int, _Window]]:
    times, mixed = run.block.times.tolist(), run.block.kinds is not None
    samples: list[Sample] = samples_of(run) if mixed else list(run.block.values[:, column].tolist())
    for step in np.flatnonzero(run.high > run.low).tolist():
        rows = slice(int(run.low[step]), int(run.high[step]))
        bounds = int(windowed.ranges.starts[step]), int(windowed.ranges.ends[step])
        yield step, _Window(times[rows], starts[rows], samples[rows], bounds)


def _change(windowed: Windowed, run: Run, column: int, window: _Window, *, per_second: bool) -> Sample | None:
    floats = [sample for sample in window.samples if not isinstance(sample, Histogram)]
    histograms = [sample for sample in window.samples if isinstance(sample, Histogram)]
    if (floats and histograms) or (len(window.times) == 1 and not window.begun):
        return None
    if overlaps(window.starts, window.times):
        name = run.block.labels[column].metric
        text = "sample has start time that overlaps with previous sample timestamp"
        note_all(windowed, [Note("warning", f'{text} for metric "{name}"' if name else text)])
    begun_anew = resets(window.starts, window.times)
    seconds = (window.bounds[1] - window.bounds[0]) / 1000 if per_second else 1.0
    if histograms:
        made = started_change(histograms, begun_anew, metric_of(run), begun=window.begun != 0)
        note_all(windowed, made.notes)
        if made.histogram is None:
            return None
        factor = extrapolation(window.times, window.begun, histograms[0].count, made.histogram.count, window.bounds)
        return multiply(made.histogram, factor / seconds)
    change = floats[-1] - floats[0]
    for place, anew in enumerate(begun_anew):
        if anew or floats[place + 1] < floats[place]:
            change += floats[place]
    if window.begun:
        change += floats[0]
    return change * (extrapolation(window.times, window.begun, floats[0], change, window.bounds) / seconds)


class _Made:
    """An outcome that can be changed cell by cell."""

    def __init__(self, run: Run, outcome: Outcome) -> None:
        shape = (len(run.low), len(run.block.labels))
        values = outcome.values if outcome.values.ndim == 2 else outcome.values[:, None]
        present = outcome.present if outcome.present.ndim == 2 else outcome.present[:, None]
        self._values = np.broadcast_to(values, shape).copy()
        self._present = np.broadcast_to(present, shape).copy()
        self._histograms = outcome.histograms

    def put(self, step: int, column: int, sample: Sample | None) -> None:
        """Put in a sample, or take away the one that is there."""
        self._present[step, column] = sample is not None
        if self._histograms is not None:
            self._histograms[step, column] = sample if isinstance(sample, Histogram) else None
        if isinstance(sample, float):
            self._values[step, column] = sample

    def outcome(self) -> Outcome:
        return Outcome(self._values, self._present, self._histograms)
