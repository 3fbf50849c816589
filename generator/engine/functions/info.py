"""info: labels of info metrics (such as target_info) added to the series of the same instance and job."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from generator.engine.arrays import Flags, Integers, Times
from generator.engine.context import Context
from generator.engine.functions.registry import Function
from generator.engine.matchers import predicate
from generator.engine.operators.matching import label_text
from generator.engine.selectors import instant_samples, reference_times
from generator.engine.vector import Vector, any_present, concatenate, merge_same
from generator.errors import PromQLError
from generator.labels import METRIC_NAME, LabelSet
from generator.promql.ast import Call, Expr, Matcher, MatrixSelector, Subquery, VectorSelector, children

_IDENTIFYING: Final = ("instance", "job")
_TARGET_INFO: Final = Matcher(METRIC_NAME, "=", "target_info")
_ANY_INFO: Final = Matcher(METRIC_NAME, "=~", ".+_info")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the second argument asks for: which metrics give labels, and conditions on these labels."""

    names: tuple[Matcher, ...]
    data: tuple[Matcher, ...]

    def is_source(self, name: str) -> bool:
        """Whether a metric is itself one that gives labels."""
        return all(predicate(matcher)(name) for matcher in self.names)

    def accepts_nothing(self) -> bool:
        """Whether series for which there are no labels stay."""
        return all(predicate(matcher)("") for matcher in self.data)


def _info(ctx: Context, call: Call, times: Times) -> Vector:
    base = ctx.vector(call.args[0], times)
    wanted = _read(call.args[1] if len(call.args) > 1 else None)
    bare = [column for column, labels in enumerate(base.labels) if not wanted.is_source(labels.metric)]
    values = {name: {base.labels[column].get(name, "") for column in bare} - {""} for name in _IDENTIFYING}
    references = _references(ctx, call.args[0], times)
    found = _fetch(ctx, wanted, {name: some for name, some in values.items() if some}, references)
    _forbid_ties(found, any_present(base))
    parts = [base.columns([c for c in range(len(base.labels)) if c not in set(bare)])]
    for column in bare:
        parts += _enriched(base, column, found, wanted)
    return merge_same(concatenate(parts, len(times)))


def _read(selector: Expr | None) -> _Wanted:
    if selector is None:
        return _Wanted((_TARGET_INFO,), ())
    if not isinstance(selector, VectorSelector):
        raise PromQLError("expected a label selector as the second argument of info()")
    matchers = selector.all_matchers()
    names = tuple(m for m in matchers if m.label == METRIC_NAME)
    data = tuple(m for m in matchers if m.label != METRIC_NAME)
    if not names:
        return _Wanted((_TARGET_INFO,), data)
    named = any(m.op in ("=", "=~") for m in names)
    return _Wanted(names if named else (_ANY_INFO, *names), data)


def _references(ctx: Context, expr: Expr, times: Times) -> Times:
    """The times at which the first selector of the argument looks: info metrics are looked up there too."""
    match expr:
        case VectorSelector():
            return reference_times(ctx, times, expr.offset, expr.at)
        case MatrixSelector():
            return _references(ctx, expr.selector, times)
        case Subquery():
            return _references(ctx, expr.expr, reference_times(ctx, times, expr.offset, expr.at))
    for child in children(expr):
        if any(isinstance(node, VectorSelector) for node in _below(child)):
            return _references(ctx, child, times)
    return times


def _below(expr: Expr) -> Iterator[Expr]:
    yield expr
    for child in children(expr):
        yield from _below(child)


@dataclass(frozen=True, slots=True)
class _Source:
    """One info series: when it is there, and the times of its samples."""

    labels: LabelSet
    present: Flags
    stamps: Integers


def _fetch(ctx: Context, wanted: _Wanted, identities: Mapping[str, set[str]], references: Times) -> list[_Source]:
    if not identities:
        return []
    vector, stamps = instant_samples(ctx, VectorSelector(None, wanted.names + wanted.data), references)
    sources = []
    for column, labels in enumerate(vector.labels):
        if any(labels.get(name, "") not in values for name, values in identities.items()):
            continue
        if vector.histograms is not None and vector.histograms[vector.present[:, column], column].any():
            raise PromQLError(f"this should be an info metric, with float samples: {labels}")
        sources.append(_Source(labels, vector.present[:, column], stamps[column]))
    return sources


def _identity(labels: LabelSet) -> LabelSet:
    return labels.keep(_IDENTIFYING)


def _enriched(base: Vector, column: int, sources: Sequence[_Source], wanted: _Wanted) -> list[Vector]:
    """A series with labels added, as one part for each different set of info series over time."""
    labels = base.labels[column]
    alike: dict[str, list[_Source]] = {}
    for source in sources:
        if _identity(source.labels) == _identity(labels):
            alike.setdefault(source.labels.metric, []).append(source)
    present = base.present[:, column]
    choices = [_newest(group, len(present)) for group in alike.values()]
    groups = list(alike.values())
    parts = []
    table = np.stack(choices, axis=1) if choices else np.empty((len(present), 0), np.int64)
    for combination in np.unique(table[present], axis=0):
        here = present & (table == combination).all(axis=1)
        chosen = [group[i] for group, i in zip(groups, combination.tolist(), strict=True) if i >= 0]
        if chosen or wanted.accepts_nothing():
            one = base.columns([column])
            added = _added_labels(labels, chosen, wanted)
            parts.append(Vector((added,), one.values, here[:, None], one.histograms, one.drops_name))
    return parts


def _forbid_ties(sources: Sequence[_Source], needed: Flags) -> None:
    """Raises `PromQLError` where two series of an info metric tell about the same target with samples of one time."""
    alike: dict[tuple[str, LabelSet], list[_Source]] = {}
    for source in sources:
        alike.setdefault((source.labels.metric, _identity(source.labels)), []).append(source)
    for group in alike.values():
        for place, source in enumerate(group):
            for other in group[:place]:
                tie = source.present & other.present & needed & (source.stamps == other.stamps)
                if tie.any():
                    raise PromQLError(_tie_text(other, source, int(source.stamps[int(np.argmax(tie))])))


def _newest(group: Sequence[_Source], steps: int) -> Integers:
    """For each step the position of the info series with the newest sample, -1 where there is none."""
    best = np.full(steps, -1)
    newest = np.full(steps, np.iinfo(np.int64).min)
    for position, source in enumerate(group):
        better = source.present & (source.stamps > newest)
        best[better] = position
        newest[better] = source.stamps[better]
    return best


def _tie_text(existing: _Source, new: _Source, stamp: int) -> str:
    one, two = label_text(existing.labels), label_text(new.labels)
    return f"found duplicate series for info metric: existing {one} @ {stamp}, new {two} @ {stamp}"


def _added_labels(labels: LabelSet, sources: Sequence[_Source], wanted: _Wanted) -> LabelSet:
    added: dict[str, str] = {}
    asked = {matcher.label for matcher in wanted.data}
    for source in sources:
        for name, value in source.labels.pairs:
            if name == METRIC_NAME or (asked and name not in asked):
                continue
            if added.get(name, value) != value:
                raise PromQLError(f"conflicting label: {name}")
            if name not in labels:
                added[name] = value
    return labels | added


FUNCTIONS: Final = (Function("info", _info),)
