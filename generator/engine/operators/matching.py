"""Vector matching: one-to-one, many-to-one and one-to-many, with fills, over all steps at once.

Pairs of series that match are found once, by their labels. What depends on the step, whether both are there and
whether a side has more than one, is worked out with masks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from generator.engine.arrays import Flags, Floats
from generator.engine.context import Context
from generator.engine.operators.cells import Cells, Operand, operate
from generator.engine.operators.signatures import Ordinals, match_key, signatures
from generator.engine.vector import Vector, merge_same, without_name
from generator.errors import PromQLError
from generator.labels import EMPTY, LabelSet
from generator.promql.ast import Binary, Matching
from generator.promql.functions import COMPARISONS, TRIMS

_NONE: Final = -1


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Series that meet: columns of the many and the one side (`_NONE` stands for a fill), and when both are there."""

    many: list[int]
    one: list[int]
    ordinals: list[int]
    labels: tuple[LabelSet, ...]
    present: Flags


def match_vectors(ctx: Context, node: Binary, left: Vector, right: Vector) -> Vector:
    """`left op right` for arithmetic and comparisons. Raises `PromQLError` where matches are not unique."""
    swapped = node.matching.group == "right"
    many, one = (right, left) if swapped else (left, right)
    ordinals = signatures(node.matching, many.labels, one.labels)
    _forbid_duplicates(node.matching, many, one, ordinals)
    pairs = _nameless(ctx, node, _pair(node, many, one, ordinals))
    done, met = _meet(ctx, node, many, one, pairs)
    if node.matching.fill_left is not None:
        late = _nameless(ctx, node, _left_fills(node, many, one, ordinals, _matched(pairs, met, ordinals.count)))
        if late.many:
            later, met_later = _meet(ctx, node, many, one, late)
            pairs, done = _both_pairs(pairs, late), _both_cells(done, later)
            met = np.concatenate([met, met_later], axis=1)
    if not pairs.many:
        return Vector((), np.empty((len(left.values), 0)), pairs.present)
    _forbid_ambiguous(node.matching, pairs, met)
    return _result(ctx, node, pairs, done, met)


def _nameless(ctx: Context, node: Binary, pairs: _Pairs) -> _Pairs:
    if not node.return_bool or ctx.late_names:
        return pairs
    return replace(pairs, labels=tuple(map(without_name, pairs.labels)))


def _meet(ctx: Context, node: Binary, many: Vector, one: Vector, pairs: _Pairs) -> tuple[Cells, Flags]:
    """The operation on pairs, and where both sides were there and went together."""
    if not pairs.many:
        return Cells(np.empty(pairs.present.shape)), pairs.present
    # With group_right Prometheus swaps the sides but not the fills: fill_right is for the one side, always.
    many_side = _operand(many, pairs.many, node.matching.fill_left)
    one_side = _operand(one, pairs.one, node.matching.fill_right)
    first, second = (one_side, many_side) if node.matching.group == "right" else (many_side, one_side)
    done = operate(ctx, node, first, second, pairs.present)
    return done, pairs.present if done.valid is None else pairs.present & done.valid


def _matched(pairs: _Pairs, met: Flags, count: int) -> Flags:
    """At which steps each match group has had a result."""
    matched = np.zeros((len(met), count), np.bool_)
    for place, ordinal in enumerate(pairs.ordinals):
        matched[:, ordinal] |= met[:, place]
    return matched


def _both_pairs(one: _Pairs, other: _Pairs) -> _Pairs:
    present = np.concatenate([one.present, other.present], axis=1)
    return _Pairs(
        one.many + other.many, one.one + other.one, one.ordinals + other.ordinals, one.labels + other.labels, present
    )


def _both_cells(one: Cells, other: Cells) -> Cells:
    return Cells(
        np.concatenate([one.values, other.values], axis=1),
        _both(one.histograms, other.histograms, (one, other), None),
        _both(one.keep, other.keep, (one, other), True),
        _both(one.valid, other.valid, (one, other), True),
    )


def _both(one: Any, other: Any, cells: tuple[Cells, Cells], default: Any) -> Any:
    """Two optional arrays side by side, the default where one of them is not there."""
    if one is None and other is None:
        return None
    parts = [
        np.full(cell.values.shape, default) if part is None else part
        for part, cell in zip((one, other), cells, strict=True)
    ]
    return np.concatenate(parts, axis=1)


def _forbid_duplicates(matching: Matching, many: Vector, one: Vector, ordinals: Ordinals) -> None:
    """No match group may have two series on the one side, at any step at which there is something to match."""
    groups: dict[int, list[int]] = {}
    for column, ordinal in enumerate(ordinals.right):
        groups.setdefault(ordinal, []).append(column)
    several = [columns for columns in groups.values() if len(columns) > 1]
    if not several:
        return
    filled = matching.fill_left is not None or matching.fill_right is not None
    matters = np.ones(len(one.values), np.bool_) if filled else many.present.any(axis=1)
    for columns in several:
        twice = (one.present[:, columns].sum(axis=1) > 1) & matters
        if twice.any():
            step = int(np.argmax(twice))
            here = [one.labels[c] for c in columns if one.present[step, c]]
            raise PromQLError(_duplicate_text(matching, here))


def _duplicate_text(matching: Matching, labels: Sequence[LabelSet]) -> str:
    first, second = sorted(labels, key=lambda one: one.pairs)[:2]
    side = "left" if matching.group == "right" else "right"
    group = label_text(match_key(matching)(first))
    return (
        f"found duplicate series for the match group {group} on the {side} hand-side of the operation: "
        f"[{label_text(first)}, {label_text(second)}];"
        "many-to-many matching not allowed: matching labels must be unique on one side"
    )


def label_text(labels: LabelSet) -> str:
    """A label set as Go prints it, with the metric name as a label."""
    inner = ", ".join(f'{name}="{_escaped(value)}"' for name, value in labels.pairs)
    return f"{{{inner}}}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _pair(node: Binary, many: Vector, one: Vector, ordinals: Ordinals) -> _Pairs:
    partners: dict[int, list[int]] = {}
    for column, ordinal in enumerate(ordinals.right):
        partners.setdefault(ordinal, []).append(column)
    many_columns, one_columns, sorts = [], [], []
    for column, ordinal in enumerate(ordinals.left):
        for partner in partners.get(ordinal, ()):
            many_columns.append(column)
            one_columns.append(partner)
            sorts.append(ordinal)
    present = _taken(many.present, many_columns) & _taken(one.present, one_columns)
    labels = [
        result_labels(node, many.labels[m], one.labels[o]) for m, o in zip(many_columns, one_columns, strict=True)
    ]
    pairs = _Pairs(many_columns, one_columns, sorts, tuple(labels), present)
    if node.matching.fill_right is None:
        return pairs
    return _both_pairs(pairs, _right_fills(node, many, one, ordinals))


def _taken(flags: Flags, columns: list[int]) -> Flags:
    return flags if columns == [*range(flags.shape[1])] else flags.take(np.array(columns, np.intp), axis=1)


def _right_fills(node: Binary, many: Vector, one: Vector, ordinals: Ordinals) -> _Pairs:
    """The series of the many side where there is none on the one side."""
    key = match_key(node.matching)
    there = _by_ordinal(one, ordinals.right, ordinals.count)
    added = []
    for column, ordinal in enumerate(ordinals.left):
        lonely = many.present[:, column] & ~there[:, ordinal]
        labels = many.labels[column]
        added.append((column, _NONE, ordinal, result_labels(node, labels, key(labels)), lonely))
    return _useful(added, len(many.values))


def _left_fills(node: Binary, many: Vector, one: Vector, ordinals: Ordinals, matched: Flags) -> _Pairs:
    """The series of the one side whose match group has had no result: none was there, or types did not go together."""
    key = match_key(node.matching)
    added = []
    for column, ordinal in enumerate(ordinals.right):
        lonely = one.present[:, column] & ~matched[:, ordinal]
        labels = one.labels[column]
        added.append((_NONE, column, ordinal, result_labels(node, key(labels), labels), lonely))
    return _useful(added, len(many.values))


def _useful(added: Sequence[tuple[int, int, int, LabelSet, Flags]], steps: int) -> _Pairs:
    useful = [entry for entry in added if entry[4].any()]
    present = np.stack([entry[4] for entry in useful], axis=1) if useful else np.empty((steps, 0), np.bool_)
    return _Pairs(
        [entry[0] for entry in useful],
        [entry[1] for entry in useful],
        [entry[2] for entry in useful],
        tuple(entry[3] for entry in useful),
        present,
    )


def _by_ordinal(vector: Vector, ordinals: list[int], count: int) -> Flags:
    there = np.zeros((len(vector.values), count), np.bool_)
    for column, ordinal in enumerate(ordinals):
        there[:, ordinal] |= vector.present[:, column]
    return there


def result_labels(node: Binary, many: LabelSet, one: LabelSet) -> LabelSet:
    """The labels of a result: those of the many side, narrowed by one-to-one matching, with what is included."""
    matching = node.matching
    labels = many if node.op in COMPARISONS | TRIMS else without_name(many)
    if not matching.group:
        labels = labels.keep(matching.labels) if matching.on else _without(labels, matching.labels)
    if matching.include:
        labels = labels | {name: one.get(name, "") for name in matching.include}
    return labels


def _without(labels: LabelSet, names: tuple[str, ...]) -> LabelSet:
    return labels.without(names) if names else labels


def _operand(vector: Vector, columns: list[int], fill: float | None) -> Operand:
    if fill is None or _NONE not in columns:
        if columns == [*range(len(vector.labels))]:
            return Operand(vector.values, vector.histograms)
        histograms = None if vector.histograms is None else vector.histograms.take(columns, axis=1)
        return Operand(vector.values.take(columns, axis=1), histograms)
    steps = len(vector.values)
    values: Floats = np.empty((steps, len(columns)))
    histograms = None
    if vector.histograms is not None:
        histograms = np.full((steps, len(columns)), None, object)
    for place, column in enumerate(columns):
        if column == _NONE:
            values[:, place] = fill
            continue
        values[:, place] = vector.values[:, column]
        if histograms is not None and vector.histograms is not None:
            histograms[:, place] = vector.histograms[:, column]
    return Operand(values, histograms)


def _forbid_ambiguous(matching: Matching, pairs: _Pairs, met: Flags) -> None:
    """At no step may a match group give two results (one-to-one), or two with equal labels (with grouping)."""
    together: dict[tuple[int, LabelSet], list[int]] = {}
    for place, ordinal in enumerate(pairs.ordinals):
        key = (ordinal, pairs.labels[place] if matching.group else EMPTY)
        together.setdefault(key, []).append(place)
    for places in together.values():
        if len(places) > 1 and (met[:, places].sum(axis=1) > 1).any():
            reason = (
                "grouping labels must ensure unique matches"
                if matching.group
                else "many-to-one matching must be explicit (group_left/group_right)"
            )
            raise PromQLError(f"multiple matches for labels: {reason}")


def _result(ctx: Context, node: Binary, pairs: _Pairs, done: Cells, met: Flags) -> Vector:
    labels, values, histograms = pairs.labels, done.values, done.histograms
    marks: tuple[bool, ...] | None = None
    if node.op in COMPARISONS and node.return_bool:
        values = np.ones_like(values) if done.keep is None else done.keep.astype(np.float64)
        histograms = None
        marks = (True,) * len(labels) if ctx.late_names else None
    else:
        # A comparison forgets that the name was to be dropped later on, as it does upstream.
        met = met if done.keep is None else met & done.keep
    return merge_same(Vector(labels, values, met, histograms, marks))
