"""Samples of several series side by side, wherever these share their timestamps: the engine's unit of work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from generator.engine.arrays import Floats, Kinds, Objects, Times
from generator.engine.storage import HISTOGRAM, STALE, Series
from generator.labels import LabelSet


@dataclass(frozen=True, slots=True)
class Column:
    """Samples of one series within some span of time, as `Series` has them."""

    labels: LabelSet
    times: Times
    values: Floats
    kinds: Kinds | None = None
    histograms: Objects | None = None
    drops_name: bool = False

    def without_stale(self) -> Column:
        """The same without stale markers, and without `kinds` where only floats are left."""
        if self.kinds is None:
            return self
        keep = self.kinds != STALE
        kinds = self.kinds[keep]
        mixed = bool((kinds == HISTOGRAM).any())
        return Column(
            self.labels,
            self.times[keep],
            self.values[keep],
            kinds if mixed else None,
            self.histograms[keep] if mixed and self.histograms is not None else None,
            self.drops_name,
        )


@dataclass(frozen=True, slots=True)
class Block:
    """Samples of series that have the same timestamps: one row per time, one column per series.

    `kinds` and `histograms` are None unless there is just one column and not all its samples are floats.
    """

    labels: tuple[LabelSet, ...]
    times: Times
    values: Floats
    kinds: Kinds | None = None
    histograms: Objects | None = None
    drops_name: tuple[bool, ...] | None = None


def cut(series: Iterable[Series], first: int, last: int) -> list[Column]:
    """The samples from `first` to `last` (both included, milliseconds) of each series that has some."""
    columns = []
    previous: Times | None = None
    piece = slice(0, 0)
    times: Times = np.empty(0, np.int64)
    for one in series:
        if one.times is not previous:
            previous = one.times
            piece = _piece(previous, first, last)
            times = previous[piece]
        if piece.start < piece.stop:
            kinds, histograms = one.kinds, one.histograms
            columns.append(
                Column(
                    one.labels,
                    times,
                    one.values[piece],
                    None if kinds is None else kinds[piece],
                    None if histograms is None else histograms[piece],
                )
            )
    return columns


def _piece(times: Times, first: int, last: int) -> slice:
    count = len(times)
    if count and times[0] >= first and times[-1] <= last:
        return slice(0, count)
    return slice(int(times.searchsorted(first)), int(times.searchsorted(last, side="right")))


def join(columns: Sequence[Column]) -> list[Block]:
    """The columns as blocks, in order; those with the same timestamps that hold only floats share one."""
    groups: list[list[Column]] = []
    by_extent: dict[tuple[int, int, int], list[list[Column]]] = {}
    for column in columns:
        if column.kinds is not None:
            groups.append([column])
            continue
        times = column.times
        if groups and groups[-1][0].times is times and groups[-1][0].kinds is None:
            groups[-1].append(column)
            continue
        alike = by_extent.setdefault((len(times), int(times[0]), int(times[-1])), [])
        group = next((g for g in alike if _same(g[0].times, times)), None)
        if group is None:
            group = []
            alike.append(group)
            groups.append(group)
        group.append(column)
    return [_block(group) for group in groups]


def _same(left: Times, right: Times) -> bool:
    return left is right or bool((left == right).all())


def _block(group: Sequence[Column]) -> Block:
    first = group[0]
    labels = tuple(column.labels for column in group)
    marks = tuple(column.drops_name for column in group)
    if len(group) == 1:
        values = first.values.reshape(-1, 1)
    else:
        values = np.empty((len(first.times), len(group)))
        for position, column in enumerate(group):
            values[:, position] = column.values
    return Block(labels, first.times, values, first.kinds, first.histograms, marks if any(marks) else None)
