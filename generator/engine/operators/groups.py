"""Series in groups, and groups of one size side by side, so that they are aggregated as one array."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from generator.engine.arrays import Integers
from generator.engine.operators.signatures import kept_labels, removed_labels
from generator.labels import EMPTY, LabelSet
from generator.promql.ast import Aggregation


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of an aggregation: the labels of each, and the columns that belong to it."""

    labels: tuple[LabelSet, ...]
    members: tuple[tuple[int, ...], ...]

    def by_size(self) -> Iterator[tuple[list[int], Integers]]:
        """Groups of equal size: their numbers, and their columns as groups × members."""
        sizes: dict[int, list[int]] = {}
        for number, columns in enumerate(self.members):
            sizes.setdefault(len(columns), []).append(number)
        for numbers in sizes.values():
            yield numbers, np.array([self.members[number] for number in numbers], np.int64)


def group_labels(node: Aggregation, labels: LabelSet) -> LabelSet:
    """The labels of the group to which a series belongs."""
    if node.without:
        return removed_labels(labels, node.grouping)
    return kept_labels(labels, node.grouping) if node.grouping else EMPTY


def group(node: Aggregation, labels: Sequence[LabelSet]) -> Groups:
    """The groups that the series fall into, in the order in which they first occur."""
    members: dict[LabelSet, list[int]] = {}
    for column, one in enumerate(labels):
        members.setdefault(group_labels(node, one), []).append(column)
    return Groups(tuple(members), tuple(map(tuple, members.values())))
