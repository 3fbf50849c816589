"""Functions over time of series that hold native histograms, alone or among floats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from generator.engine.arrays import Flags, Floats, Integers, Objects
from generator.engine.functions.histogram_columns import Sums, uniform_windows, window_hints
from generator.engine.functions.ranges import Outcome, Windowed, lengths
from generator.engine.histogram.accumulate import Reduced, average_histograms, sum_histograms
from generator.engine.histogram.algebra import with_hint
from generator.engine.histogram.notes import Note, mixed_buckets, mixed_floats, reset_collision
from generator.engine.histogram.reset import Sample, changes_between, resets_between
from generator.engine.histogram.value import Histogram
from generator.engine.selectors import Run
from generator.engine.storage import FLOAT
from generator.engine.windows import window_counts, window_means, window_sums

Reduce = Callable[[Sequence[Histogram]], Reduced]


def sums_of_mixed(windowed: Windowed, run: Run) -> Outcome:
    """`sum_over_time`."""
    return _reduced(windowed, run, window_sums(run.block.values, run.low, run.high), window_sums, sum_histograms)


def means_of_mixed(windowed: Windowed, run: Run) -> Outcome:
    """`avg_over_time`."""
    return _reduced(windowed, run, window_means(run.block.values, run.low, run.high), window_means, average_histograms)


def changes_of_mixed(_: Windowed, run: Run) -> Outcome:
    """`changes`."""
    return _counted(run, changes_between(samples_of(run)))


def resets_of_mixed(run: Run, begun_anew: Flags | None) -> Outcome:
    """`resets`, among them those that are known from the samples' starts."""
    falls = np.array(resets_between(samples_of(run)), np.bool_)
    return _counted(run, falls if begun_anew is None else falls | begun_anew[:, 0])


def end_of_mixed(run: Run, rows: Integers, some: Flags) -> Outcome:
    """`first_over_time` and `last_over_time`: the samples in these rows."""
    values = run.block.values.take(rows, axis=0)
    histograms = None if run.block.histograms is None else run.block.histograms.take(rows).reshape(-1, 1)
    return Outcome(values, some, histograms)


def note_all(windowed: Windowed, notes: Iterable[Note]) -> None:
    """Tell the user, with the range as the place."""
    for note in notes:
        tell = windowed.ctx.info if note.level == "info" else windowed.ctx.warn
        tell(note.message, windowed.argument)


def metric_of(run: Run) -> str:
    """The metric name of the only series of a run with histograms."""
    return run.block.labels[0].metric


def samples_of(run: Run) -> list[Sample]:
    """All samples of the only series of a run with histograms."""
    values: list[float] = run.block.values[:, 0].tolist()
    if run.block.histograms is None:
        return list(values)
    pairs = zip(values, run.block.histograms, strict=True)
    return [value if histogram is None else histogram for value, histogram in pairs]


def float_counts(run: Run) -> Integers:
    """How many floats each window holds."""
    if run.block.kinds is None:
        return lengths(run)
    return window_counts((run.block.kinds == FLOAT)[:, np.newaxis], run.low, run.high)[:, 0]


def pure_windows(windowed: Windowed, run: Run) -> tuple[Flags, Flags]:
    """Which windows hold floats only, and which histograms only; a warning if some hold both."""
    floats = float_counts(run)
    all_floats, all_histograms = floats == lengths(run), floats == 0
    if not (all_floats | all_histograms).all():
        note_all(windowed, [mixed_floats(metric_of(run))])
    some = lengths(run) > 0
    return all_floats & some, all_histograms & some


def _reduced(windowed: Windowed, run: Run, values: Floats, fold: Sums, reduce: Reduce) -> Outcome:
    """Windows of one layout are folded all at once, the others one by one."""
    present, of_histograms = pure_windows(windowed, run)
    present = present.copy()
    cells: Objects = np.full((len(run.low), 1), None, object)
    samples = samples_of(run)
    steps = np.flatnonzero(of_histograms)
    hints, collide = window_hints(samples, run.low[steps], run.high[steps])
    for columns, chosen in uniform_windows(samples, run.low[steps], run.high[steps]):
        if collide[chosen].any():
            note_all(windowed, [reset_collision("aggregation")])
        rows = steps[chosen]
        folded = columns.folded(fold, run.low[rows], run.high[rows])
        for step, place, histogram in zip(rows.tolist(), chosen.tolist(), folded, strict=True):
            cells[step, 0] = with_hint(histogram, hints[place])
    for step in steps.tolist():
        if cells[step, 0] is None:
            part = [s for s in samples[run.low[step] : run.high[step]] if isinstance(s, Histogram)]
            reduced = reduce(part)
            mixed = [] if reduced.misfit is None else [mixed_buckets(metric_of(run))]
            note_all(windowed, mixed or reduced.notes)
            cells[step, 0] = reduced.histogram
        present[step] = cells[step, 0] is not None
    return Outcome(values, present, cells)


def _counted(run: Run, flags: Flags | list[bool]) -> Outcome:
    """How many flags lie within each window; flag i stands between samples i and i + 1."""
    some = lengths(run) > 0
    low, high = np.where(some, run.low, 0), np.where(some, run.high - 1, 0)
    counts = window_counts(np.array(flags, np.bool_).reshape(-1, 1), low, high)
    return Outcome(counts.astype(np.float64), some)
