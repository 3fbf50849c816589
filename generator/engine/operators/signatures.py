"""Which series of two vectors belong together: equal values of the labels that a matching names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from generator.labels import METRIC_NAME, LabelSet
from generator.promql.ast import Matching


@dataclass(frozen=True, slots=True)
class Ordinals:
    """A number for each series of the left and right side; equal numbers match. There are `count` of them."""

    left: list[int]
    right: list[int]
    count: int


def signatures(matching: Matching, left: Sequence[LabelSet], right: Sequence[LabelSet]) -> Ordinals:
    """The match groups of two sides."""
    key = match_key(matching)
    known: dict[LabelSet, int] = {}
    ours = [known.setdefault(key(labels), len(known)) for labels in left]
    theirs = [known.setdefault(key(labels), len(known)) for labels in right]
    return Ordinals(ours, theirs, len(known))


def match_key(matching: Matching) -> Callable[[LabelSet], LabelSet]:
    """What is left of a label set for matching: the labels of `on`, or all but the name and those of `ignoring`."""
    if matching.on:
        return lambda labels: kept_labels(labels, matching.labels)
    return lambda labels: removed_labels(labels, matching.labels)


@lru_cache(maxsize=65536)
def kept_labels(labels: LabelSet, names: tuple[str, ...]) -> LabelSet:
    """Only these labels."""
    return labels.keep(names)


@lru_cache(maxsize=65536)
def removed_labels(labels: LabelSet, names: tuple[str, ...]) -> LabelSet:
    """All labels but these and the metric name."""
    return labels.without((METRIC_NAME, *names))
