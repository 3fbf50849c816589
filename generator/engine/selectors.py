"""Instant and range selectors, and subqueries as ranges, over all steps at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from generator.engine.arrays import Flags, Integers, Times
from generator.engine.blocks import Block, Column, cut, join
from generator.engine.context import Context
from generator.engine.grid import count_before, count_through
from generator.engine.histogram.algebra import with_hint
from generator.engine.histogram.stats import statistics_only
from generator.engine.histogram.value import Histogram
from generator.engine.storage import HISTOGRAM, STALE
from generator.engine.vector import RangeSeries, RangeVector, Vector, concatenate, ever_present, prune
from generator.errors import PromQLError, Unsupported
from generator.promql.ast import (
    At,
    CalculatedSpan,
    Expr,
    MatrixSelector,
    Reading,
    Span,
    Subquery,
    Variable,
    VectorSelector,
)


@dataclass(frozen=True, slots=True)
class Run:
    """A block, and for each step the rows `low` up to `high` (exclusive) that lie in its range."""

    block: Block
    low: Integers
    high: Integers


@dataclass(frozen=True, slots=True)
class Ranges:
    """A range vector at every step: from `starts` to `ends` (milliseconds), in runs of series."""

    node: MatrixSelector | Subquery
    runs: tuple[Run, ...]
    starts: Times
    ends: Times


def milliseconds(ctx: Context, span: Span, *, negative: bool = False) -> int:
    """A duration of the query; `negative` allows what is not above 0 where it is calculated.

    Raises `Unsupported` for a variable that nobody has set, `PromQLError` for what is no duration.
    """
    if isinstance(span, Variable):
        raise Unsupported(f"${span.name} stands for a duration that has not been put in")
    if isinstance(span, CalculatedSpan):
        from generator.promql.extended import milliseconds_of

        return milliseconds_of(span, ctx.step, ctx.end - ctx.start, negative=negative)
    return span


def reference_times(ctx: Context, times: Times, offset: Span, at: At) -> Times:
    """The times that a selector looks at, after `@` and `offset`."""
    shift = milliseconds(ctx, offset, negative=True)
    if at is None:
        return times - shift if shift else times
    pinned = ctx.start if at == "start" else ctx.end if at == "end" else int(at)
    return np.full(len(times), pinned - shift, np.int64)


def instant_vector(ctx: Context, node: VectorSelector, times: Times) -> Vector:
    """The newest sample of each series within the lookback, unless it is a stale marker."""
    references = reference_times(ctx, times, node.offset, node.at)
    if node.reading == "smoothed":
        from generator.engine.smoothed import smoothed_vector

        return smoothed_vector(ctx, node, _around(ctx, node, references))
    return instant_samples(ctx, node, references)[0]


def _around(ctx: Context, node: VectorSelector, references: Times) -> Ranges:
    """The samples around each time, as an empty range that is read at both ends."""
    wide = _widened(ctx, node.reading, references, references)
    empty = Ranges(MatrixSelector(node, 0), (), references, references)
    return _cut_to_steps(ctx, empty, join(_selected(ctx, node, *wide)), *wide)


def instant_samples(ctx: Context, node: VectorSelector, references: Times) -> tuple[Vector, list[Integers]]:
    """The samples of an instant selector, and for each series (in order) their own timestamps."""
    steps = len(references)
    parts, stamps = [], []
    for block in join(_within_lookback(ctx, node, references)):
        rows = count_through(block.times, references) - 1
        safe = np.maximum(rows, 0)
        own_times = block.times.take(safe)
        valid = (rows >= 0) & (own_times >= references - _reach(ctx))
        parts.append(_picked(block, safe, valid))
        stamps += [own_times] * len(block.labels)
    joined = concatenate(parts, steps)
    kept = ever_present(joined)
    if kept.all():
        return joined, stamps
    return prune(joined), [stamp for stamp, keep in zip(stamps, kept, strict=True) if keep]


def _reach(ctx: Context) -> int:
    """How much older than the reference time a sample may be, in milliseconds, itself included."""
    return ctx.settings.lookback - 1 if ctx.settings.left_open else ctx.settings.lookback


def _within_lookback(ctx: Context, node: VectorSelector, references: Times) -> list[Column]:
    if not len(references):
        return []
    first, last = int(references[0]) - _reach(ctx), int(references[-1])
    columns = cut(ctx.storage.select(node.all_matchers()), first, last)
    return _as_read(ctx, node, columns, references, _reach(ctx))


def _as_read(ctx: Context, node: VectorSelector, columns: list[Column], references: Times, reach: int) -> list[Column]:
    """The columns; where only count and sum of histograms are looked at, as Prometheus reads these."""
    if all(column.histograms is None for column in columns) or ctx.needs_buckets(node):
        return columns
    return [_statistics(column, references, reach) for column in columns]


def _statistics(column: Column, references: Times, reach: int) -> Column:
    if column.histograms is None:
        return column
    cells = np.full(len(column.times), None, object)
    cells[:] = statistics_only(list(column.histograms), column.times.tolist(), references.tolist(), reach)
    return replace(column, histograms=cells)


def _picked(block: Block, rows: Integers, valid: Flags) -> Vector:
    if block.kinds is not None:
        valid = valid & (block.kinds.take(rows) != STALE)
    shape = (len(rows), len(block.labels))
    present = np.broadcast_to(valid[:, None], shape)
    histograms = None if block.histograms is None else block.histograms.take(rows).reshape(-1, 1)
    return Vector(block.labels, block.values.take(rows, axis=0), present, histograms)


def ranges(ctx: Context, node: Expr, times: Times, *, as_result: bool = False) -> Ranges:
    """The samples that a range selector or a subquery covers at each step, without stale markers.

    Functions are not told what the histograms of a subquery say of resets; who asks for them `as_result` is.
    """
    if isinstance(node, MatrixSelector):
        selector = node.selector
        ends = reference_times(ctx, times, selector.offset, selector.at)
        starts = ends - milliseconds(ctx, node.range)
        wide = _widened(ctx, selector.reading, starts, ends)
        columns = _selected(ctx, selector, *wide)
        return _cut_to_steps(ctx, Ranges(node, (), starts, ends), join(columns), *wide)
    if isinstance(node, Subquery):
        ends = reference_times(ctx, times, node.offset, node.at)
        starts = ends - milliseconds(ctx, node.range)
        columns = _evaluated(ctx, node, starts, ends)
        columns = columns if as_result else [_forgetful(column) for column in columns]
    else:
        raise Unsupported(f"{node} is not a range")
    return _cut_to_steps(ctx, Ranges(node, (), starts, ends), join(columns), starts, ends)


def reading_of(node: MatrixSelector | Subquery) -> Reading:
    """How the ends of a range are read; those of subqueries always plainly."""
    return node.selector.reading if isinstance(node, MatrixSelector) else ""


def _widened(ctx: Context, reading: Reading, starts: Times, ends: Times) -> tuple[Times, Times]:
    """From where to where samples are looked at for ranges that are read in this way."""
    if not reading:
        return starts, ends
    lookback = ctx.settings.lookback
    return starts - lookback, ends + lookback if reading == "smoothed" else ends


def _selected(ctx: Context, selector: VectorSelector, starts: Times, ends: Times) -> list[Column]:
    if not len(ends):
        return []
    first = int(starts[0]) + (1 if ctx.settings.left_open else 0)
    found = cut(ctx.storage.select(selector.all_matchers()), first, int(ends[-1]))
    return _usable(_as_read(ctx, selector, found, ends, int(ends[0] - starts[0])))


def _usable(columns: Iterable[Column]) -> list[Column]:
    return [kept for kept in (column.without_stale() for column in columns) if len(kept.times)]


def _cut_to_steps(ctx: Context, empty: Ranges, blocks: list[Block], starts: Times, ends: Times) -> Ranges:
    """The ranges with the samples of each step, from `starts` to `ends`."""
    before = count_through if ctx.settings.left_open else count_before
    runs = []
    for block in blocks:
        low = before(block.times, starts)
        runs.append(Run(block, low, np.maximum(count_through(block.times, ends), low)))
    return replace(empty, runs=tuple(runs))


def _evaluated(ctx: Context, node: Subquery, starts: Times, ends: Times) -> list[Column]:
    """The inner expression at multiples of the step, from after the first start to the last end."""
    step = milliseconds(ctx, node.step) if node.step is not None else ctx.settings.default_step
    if not len(ends):
        return []
    after = int(starts[0]) if ctx.settings.left_open else int(starts[0]) - 1
    inner = np.arange((after // step + 1) * step, int(ends[-1]) + 1, step, dtype=np.int64)
    vector = ctx.vector(node.expr, inner) if len(inner) else None
    if vector is None:
        return []
    marks = vector.drops_name or (False,) * len(vector.labels)
    return [
        column
        for position, labels in enumerate(vector.labels)
        if len((column := _subquery_column(vector, position, inner, marks[position])).times)
    ]


def _subquery_column(vector: Vector, position: int, times: Times, drops_name: bool) -> Column:
    present = vector.present[:, position]
    whole = bool(present.all())
    values = vector.values[:, position] if whole else vector.values[present, position]
    own_times = times if whole else times[present]
    column = Column(vector.labels[position], own_times, values, drops_name=drops_name)
    if vector.histograms is None:
        return column
    cells = vector.histograms[present, position]
    kinds = np.array([0 if cell is None else HISTOGRAM for cell in cells], np.int8)
    if not kinds.any():
        return column
    return replace(column, kinds=kinds, histograms=cells)


def _forgetful(column: Column) -> Column:
    if column.histograms is None:
        return column
    cells = np.empty(len(column.histograms), object)
    cells[:] = [_forget_reset(cell) for cell in column.histograms]
    return replace(column, histograms=cells)


def _forget_reset(cell: object) -> object:
    """A subquery may skip or repeat samples, so that what these say of resets between them is void."""
    if isinstance(cell, Histogram) and cell.counter_reset_hint in ("reset", "not_reset"):
        return with_hint(cell, "unknown")
    return cell


def range_vector(ctx: Context, node: Expr, times: Times) -> RangeVector:
    """A range selector or subquery as a query of its own, at one instant."""
    if len(times) != 1:
        raise Unsupported("a range vector is no result of a range query")
    found: list[RangeSeries] = []
    selected = ranges(ctx, node, times, as_result=True)
    for run in selected.runs:
        low, high = int(run.low[0]), int(run.high[0])
        if low < high and reading_of(selected.node):
            found += _extended_series(selected, run, low, high)
        elif low < high:
            found += [_range_series(run.block, position, low, high) for position in range(len(run.block.labels))]
    return RangeVector(tuple(sorted(found, key=lambda one: one.labels.pairs)))


def _extended_series(selected: Ranges, run: Run, low: int, high: int) -> list[RangeSeries]:
    from generator.engine.extended import Bounds, samples_at_ends

    reading, block = reading_of(selected.node), run.block
    if block.kinds is not None and (block.kinds[low:high] == HISTOGRAM).any():
        raise PromQLError(f"{reading} modifier is not supported with histograms")
    bounds = Bounds(int(selected.starts[0]), int(selected.ends[0]), reading)
    made = []
    for position, labels in enumerate(block.labels):
        samples = samples_at_ends(bounds, block.times[low:high].tolist(), block.values[low:high, position].tolist())
        if samples:
            times, values = zip(*samples, strict=True)
            made.append(RangeSeries(labels, np.array(times, np.int64), values))
    return made


def _range_series(block: Block, position: int, low: int, high: int) -> RangeSeries:
    values = block.values[low:high, position].tolist()
    if block.histograms is not None:
        cells = block.histograms[low:high]
        values = [value if cell is None else cell for value, cell in zip(values, cells, strict=True)]
    return RangeSeries(block.labels[position], block.times[low:high], tuple(values))
