"""Vectors for `histogram_quantile` and its kin: native histograms on one side, classic bucket series on the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from generator.engine.arrays import Flags, Floats, Integers, Times
from generator.engine.context import Context
from generator.engine.histogram.classic import Repair
from generator.engine.histogram.convert import BUCKET_LABEL, parse_bound
from generator.engine.histogram.notes import bad_bucket_label, mixed_classic_native
from generator.engine.vector import Vector
from generator.labels import LabelSet
from generator.promql.ast import Expr

Evaluate = Callable[[Integers, Floats, Floats, LabelSet], Floats]
"""Steps, upper bounds, cumulative counts of these steps × buckets, and labels, to a number per step."""


@dataclass(frozen=True, slots=True)
class Classic:
    """A classic histogram: its labels without `le`, and its buckets at every step."""

    labels: LabelSet
    bounds: Floats
    counts: Floats
    present: Flags


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a vector holds of both kinds; where both have the same labels at one step, neither is here."""

    node: Expr
    native: Vector
    classic: tuple[Classic, ...]

    def evaluate(self, evaluate: Evaluate) -> Vector:
        """A number for each classic histogram at each step, worked out for steps with the same buckets at once."""
        steps = len(self.native.values)
        values = np.zeros((steps, len(self.classic)))
        present = np.zeros((steps, len(self.classic)), np.bool_)
        for column, histogram in enumerate(self.classic):
            for rows, buckets in _by_buckets(histogram.present):
                counts = histogram.counts[np.ix_(rows, buckets)]
                found = evaluate(rows, histogram.bounds[buckets], counts, histogram.labels)
                values[rows, column], present[rows, column] = found, True
        return Vector(tuple(histogram.labels for histogram in self.classic), values, present)


def _by_buckets(present: Flags) -> Iterator[tuple[Integers, Integers]]:
    """Steps that have the same buckets, with these; steps without any are left out."""
    if present.all():
        yield np.arange(len(present)), np.arange(present.shape[1])
        return
    patterns, which = np.unique(present, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        if pattern.any():
            yield np.flatnonzero(which.ravel() == number), np.flatnonzero(pattern)


class Repairs:
    """Collects what had to be repaired in classic buckets, and tells of it once per metric name."""

    def __init__(self, ctx: Context, node: Expr) -> None:
        self._ctx = ctx
        self._node = node
        self._found: dict[str, Repair] = {}

    def add(self, metric: str, repair: Repair | None) -> None:
        """Take note of a repair, if there was one."""
        if repair is not None:
            known = self._found.get(metric)
            self._found[metric] = repair if known is None else known | repair

    def tell(self) -> None:
        """Note the infos."""
        for metric, repair in self._found.items():
            self._ctx.info(repair.note(metric).message, self._node)


def split(ctx: Context, node: Expr, times: Times) -> Inputs:
    """The value of `node` by kind of histogram; warns of buckets without a bound, and of kinds that collide."""
    vector = ctx.vector(node, times)
    natives = vector.is_histogram()
    if natives is None:
        natives = np.zeros(vector.present.shape, np.bool_)
    classic = _classic_histograms(ctx, node, vector)
    natives = natives.copy()
    _drop_collisions(ctx, node, vector, natives, classic)
    some = np.flatnonzero(natives.any(axis=0)).tolist()
    native = Vector(vector.labels, vector.values, natives, vector.histograms).columns(some)
    return Inputs(node, native, tuple(classic))


def _classic_histograms(ctx: Context, node: Expr, vector: Vector) -> list[Classic]:
    floats = vector.floats()
    buckets: dict[LabelSet, list[tuple[int, float]]] = {}
    for column in np.flatnonzero(floats.any(axis=0)).tolist():
        labels = vector.labels[column]
        text = labels.get(BUCKET_LABEL, "")
        bound = parse_bound(text)
        if bound is None:
            ctx.warn(bad_bucket_label(_name(ctx, labels), text).message, node)
            continue
        buckets.setdefault(labels.without((BUCKET_LABEL,)), []).append((column, bound))
    return [
        Classic(
            labels,
            np.array([bound for _, bound in members]),
            vector.values[:, [column for column, _ in members]],
            floats[:, [column for column, _ in members]],
        )
        for labels, members in buckets.items()
    ]


def _drop_collisions(ctx: Context, node: Expr, vector: Vector, natives: Flags, classic: list[Classic]) -> None:
    """Take out what is there as both kinds with the same labels at the same step."""
    for column in np.flatnonzero(natives.any(axis=0)).tolist():
        for place, histogram in enumerate(classic):
            both = natives[:, column] & histogram.present.any(axis=1)
            if histogram.labels != vector.labels[column] or not both.any():
                continue
            ctx.warn(mixed_classic_native(_name(ctx, histogram.labels)).message, node)
            natives[both, column] = False
            left = histogram.present & ~both[:, np.newaxis]
            classic[place] = Classic(histogram.labels, histogram.bounds, histogram.counts, left)


def _name(ctx: Context, labels: LabelSet) -> str:
    return labels.metric if ctx.late_names else ""
