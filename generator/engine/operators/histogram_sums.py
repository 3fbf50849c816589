"""Sums and means of native histograms, step by step and group by group."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from generator.engine.arrays import Flags, Objects
from generator.engine.context import Context
from generator.engine.histogram.accumulate import average_histograms, sum_histograms
from generator.engine.histogram.algebra import compact
from generator.engine.histogram.notes import MIXED_FLOATS_IN_AGGREGATION, Note, mixed_buckets, reset_collision
from generator.engine.histogram.value import Histogram
from generator.engine.operators.groups import Groups
from generator.engine.vector import Vector
from generator.promql.ast import Aggregation


def aggregate_histograms(
    ctx: Context, node: Aggregation, vector: Vector, groups: Groups, present: Flags
) -> tuple[Objects, Flags]:
    """The histograms of each step and group, and which cells of the result are present.

    `present` says which groups have floats. Groups with floats and histograms give nothing but a warning.
    """
    cells: Objects = np.full(present.shape, None, object)
    present = present.copy()
    is_histogram = vector.is_histogram()
    if is_histogram is None or vector.histograms is None:
        return cells, present
    for number, columns in enumerate(groups.members):
        chosen = list(columns)
        for step in np.flatnonzero(is_histogram[:, chosen].any(axis=1)).tolist():
            members = [column for column in chosen if vector.present[step, column]]
            row = vector.histograms[step].tolist()
            found = _aggregated(ctx, node, vector, [(column, row[column]) for column in members])
            cells[step, number] = found
            present[step, number] = found is not None
    return cells, present


def _aggregated(
    ctx: Context, node: Aggregation, vector: Vector, members: list[tuple[int, Histogram | None]]
) -> Histogram | None:
    """The histogram of one group at one step, whose members are histograms or (None) floats.

    Members are taken in order: a float first keeps histograms from being looked at, and after exponential and
    custom buckets have met nothing is looked at any more. That decides of what the user is told.
    """
    histograms = [(column, cell) for column, cell in members if cell is not None]
    if members[0][1] is None:
        _tell(ctx, node, [MIXED_FLOATS_IN_AGGREGATION])
        return None
    reduced = (sum_histograms if node.op == "sum" else average_histograms)([cell for _, cell in histograms])
    seen = members
    if reduced.misfit is not None:
        misfit = histograms[reduced.misfit][0]
        _tell(ctx, node, [mixed_buckets(vector.labels[misfit].metric)])
        seen = [member for member in members if member[0] <= misfit]
    if any(cell is None for _, cell in seen):
        kept = [note for note in reduced.notes if note != reset_collision("aggregation")]
        _tell(ctx, node, [*kept, MIXED_FLOATS_IN_AGGREGATION])
        return None
    _tell(ctx, node, reduced.notes)
    return None if reduced.histogram is None else compact(reduced.histogram)


def _tell(ctx: Context, node: Aggregation, notes: Iterable[Note]) -> None:
    for note in notes:
        (ctx.info if note.level == "info" else ctx.warn)(note.message, node.expr)
