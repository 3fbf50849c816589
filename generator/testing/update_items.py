"""What assertions should expect, and the edits that make their lists say so."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from yaml.nodes import MappingNode, SequenceNode

from generator.engine.histogram.value import Histogram
from generator.labels import LabelSet
from generator.rules.writers import ALERT_NAME
from generator.testing.fixture import ExpectedAlert, ExpectedSample
from generator.testing.matching import alert_matches, pair_alerts, sample_matches
from generator.testing.promtool import FiringAlert
from generator.testing.text import sample_value, series_text
from generator.testing.yaml_edits import Edit, Value, alter, is_own, replace_item, set_entries, set_value
from generator.testing.yaml_source import Source

Pairs = list[int | None]
"""For each expectation the number of what was got that it is set against."""

_Expected = TypeVar("_Expected")
_Got = TypeVar("_Got")


@dataclass(frozen=True, slots=True)
class Alerts:
    """The alerts that an assertion expects, whole ones only, and those that fire."""

    expected: Sequence[ExpectedAlert]
    got: Sequence[FiringAlert]
    key: ClassVar[str] = "exp_alerts"

    def holds(self, wanted: int, got: int) -> bool:
        """Whether an alert is as expected."""
        return alert_matches(self.expected[wanted], *self.got[got])

    def pairs(self) -> Pairs:
        """Those that are as expected, then those most alike."""
        return _completed(pair_alerts(self.expected, self.got), self.expected, self.got, _alerts_apart)

    def values(self) -> list[Mapping[str, Value]]:
        """What the items of the list should be."""
        return [_alert(labels, annotations) for labels, annotations in self.got]

    def edits(self, source: Source, item: MappingNode, wanted: int, got: int) -> Iterator[Edit]:
        """The edits that make an item of the list expect an alert."""
        expected, (labels, annotations) = self.expected[wanted], self.got[got]
        if dict(labels) != expected.labels:
            yield from set_entries(source, item, "exp_labels", labels.without([ALERT_NAME]))
        if dict(annotations) != expected.annotations:
            yield from set_entries(source, item, "exp_annotations", annotations)


@dataclass(frozen=True, slots=True)
class Samples:
    """The samples that an assertion expects, and those that its expression gives."""

    expected: Sequence[ExpectedSample]
    got: Sequence[tuple[LabelSet, float | Histogram]]
    fuzzy: bool
    key: ClassVar[str] = "exp_samples"

    def holds(self, wanted: int, got: int) -> bool:
        """Whether a sample is as expected; a NaN is, here, as nothing better can be expected."""
        expected, (labels, value) = self.expected[wanted], self.got[got]
        return LabelSet(expected.labels) == labels and _value_holds(expected, value, self.fuzzy)

    def pairs(self) -> Pairs:
        """Those with the same labels, then those most alike."""
        by_labels = {labels: number for number, (labels, _) in enumerate(self.got)}
        same = [by_labels.pop(LabelSet(sample.labels), None) for sample in self.expected]
        return _completed(same, self.expected, self.got, lambda sample, got: _apart(sample.labels, got[0]))

    def values(self) -> list[Mapping[str, Value]]:
        """What the items of the list should be."""
        return [_sample(labels, value) for labels, value in self.got]

    def edits(self, source: Source, item: MappingNode, wanted: int, got: int) -> Iterator[Edit]:
        """The edits that make an item of the list expect a sample of the same kind."""
        expected, (labels, value) = self.expected[wanted], self.got[got]
        if LabelSet(expected.labels) != labels:
            yield from set_value(source, item, "labels", series_text(labels))
        if not _value_holds(expected, value, self.fuzzy):
            key = "histogram" if isinstance(value, Histogram) else "value"
            yield from set_value(source, item, key, _written(value))


Want = Alerts | Samples


def settled(want: Want) -> bool:
    """Whether all is as expected."""
    pairs = want.pairs()
    return len(pairs) == len(want.got) and all(
        got is not None and want.holds(number, got) for number, got in enumerate(pairs)
    )


def list_edits(source: Source, owner: MappingNode, number: int, want: Want) -> list[Edit] | None:
    """The edits that make the list under an entry expect what was got; None where they would change something else.

    Items that are as wanted stay, and of others as much as can.
    """
    node = owner.value[number][1]
    if not isinstance(node, SequenceNode) or not is_own(source, node, source.value(owner, number)):
        return list(set_value(source, owner, want.key, want.values()))
    pairs = want.pairs()
    edits: list[Edit] = []
    removed = []
    for place, got in enumerate(pairs):
        if got is None:
            removed.append(place)
        elif not want.holds(place, got):
            made = list(_item_edits(source, node, place, got, want))
            if source.is_shared(source.item(node, place), [(edit.start, edit.end) for edit in made]):
                return None
            edits += made
    if any(source.is_shared(source.item(node, place), [source.item(node, place)]) for place in removed):
        return None
    values = want.values()
    added = [values[got] for got in range(len(values)) if got not in pairs]
    return edits + list(alter(source, owner, number, removed, added))


def _item_edits(source: Source, node: SequenceNode, place: int, got: int, want: Want) -> Iterator[Edit]:
    item = node.value[place]
    own = isinstance(item, MappingNode) and is_own(source, item, source.item(node, place))
    if own and isinstance(want, Samples):
        expected, value = want.expected[place], want.got[got][1]
        # A float beside a histogram must be 0, so that it cannot become the other by itself.
        own = (expected.histogram is not None) == isinstance(value, Histogram)
        own = own and (expected.histogram is None or expected.value == 0)
    if own:
        yield from want.edits(source, item, place, got)
    else:
        yield replace_item(source, node, place, want.values()[got])


def _completed(
    pairs: Pairs, expected: Sequence[_Expected], got: Sequence[_Got], apart: Callable[[_Expected, _Got], int]
) -> Pairs:
    """The pairs, and for those left over on both sides pairs that differ least."""
    left = [number for number in range(len(got)) if number not in set(pairs)]
    made = list(pairs)
    for place, wanted in enumerate(expected):
        if made[place] is None and left:
            nearest = min(left, key=lambda number: apart(wanted, got[number]))
            left.remove(nearest)
            made[place] = nearest
    return made


def _apart(one: Mapping[str, str], other: Mapping[str, str]) -> int:
    return sum(1 for name in {*one, *other} if one.get(name) != other.get(name))


def _alerts_apart(expected: ExpectedAlert, got: FiringAlert) -> int:
    return _apart(expected.labels or {}, got[0]) + _apart(expected.annotations or {}, got[1])


def _value_holds(expected: ExpectedSample, value: float | Histogram, fuzzy: bool) -> bool:
    if isinstance(value, float) and expected.histogram is None and math.isnan(value) and math.isnan(expected.value):
        return True
    return sample_matches(expected, value, fuzzy=fuzzy)


def _alert(labels: LabelSet, annotations: Mapping[str, str]) -> Mapping[str, Value]:
    parts = {"exp_labels": labels.without([ALERT_NAME]), "exp_annotations": dict(sorted(annotations.items()))}
    return {key: part for key, part in parts.items() if part}


def _sample(labels: LabelSet, value: float | Histogram) -> Mapping[str, Value]:
    named: Mapping[str, Value] = {"labels": series_text(labels)} if labels else {}
    return {**named, "histogram" if isinstance(value, Histogram) else "value": _written(value)}


def _written(value: float | Histogram) -> Value:
    return sample_value(value) if isinstance(value, Histogram) else value
