"""Inhibition: while one alert fires, others that belong to it are held back.

Semantics of Alertmanager's `inhibit` package. An alert that matches both sides of a rule is not held back by
another one that matches both sides, itself included. Labels in `equal` that both lack are equal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from generator.labels import LabelSet
from generator.simulate.alert import Alert
from generator.simulate.config.matchers import LabelMatcher
from generator.simulate.config.model import InhibitRule


def _all(matchers: Sequence[LabelMatcher], labels: Mapping[str, str]) -> bool:
    return all(matcher.matches(labels) for matcher in matchers)


@dataclass(slots=True)
class _Rule:
    """A rule with the sources seen so far, by the values of the labels in `equal`."""

    rule: InhibitRule
    sources: dict[tuple[str, ...], dict[LabelSet, Alert]] = field(default_factory=dict)

    def place(self, labels: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(labels.get(name, "") for name in self.rule.equal)

    def keep(self, alert: Alert) -> None:
        self.sources.setdefault(self.place(alert.labels), {})[alert.labels] = alert


@dataclass(frozen=True, slots=True)
class Inhibited:
    """By which alert and rule an alert is held back. `place`: the rule's, from 0."""

    by: LabelSet
    rule: InhibitRule
    place: int


@dataclass(slots=True)
class Inhibitor:
    """The rules of a configuration and the alerts that may hold others back."""

    _rules: list[_Rule]
    _as_source: dict[LabelSet, tuple[int, ...]] = field(default_factory=dict)
    _as_target: dict[LabelSet, tuple[tuple[int, bool, tuple[str, ...]], ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, rules: Sequence[InhibitRule]) -> Inhibitor:
        """From the rules of a configuration."""
        return cls([_Rule(rule) for rule in rules])

    def see(self, alert: Alert) -> None:
        """Remember an alert, or what has become of it."""
        places = self._as_source.get(alert.labels)
        if places is None:
            found = (place for place, each in enumerate(self._rules) if _all(each.rule.sources, alert.labels))
            places = self._as_source[alert.labels] = tuple(found)
        for place in places:
            self._rules[place].keep(alert)

    def inhibited(self, labels: LabelSet, now: int) -> Inhibited | None:
        """What holds alerts with these labels back at a time; the first rule's first source, if there are several."""
        for place, both_sides, key in self._targets(labels):
            each = self._rules[place]
            for source in each.sources.get(key, {}).values():
                if source.resolved(now) or (both_sides and _all(each.rule.targets, source.labels)):
                    continue
                return Inhibited(source.labels, each.rule, place)
        return None

    def _targets(self, labels: LabelSet) -> tuple[tuple[int, bool, tuple[str, ...]], ...]:
        """The rules of which the labels match the target side; whether the source side, too; values of `equal`."""
        found = self._as_target.get(labels)
        if found is None:
            found = self._as_target[labels] = tuple(
                (place, _all(each.rule.sources, labels), each.place(labels))
                for place, each in enumerate(self._rules)
                if _all(each.rule.targets, labels)
            )
        return found
