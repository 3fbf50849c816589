"""Checks of inhibition rules against the alerts there are: what holds back what, and what would silence all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Final

from generator.diagnostics import Problem, error, warning
from generator.model.escalation import LABEL
from generator.model.route import InhibitRule
from generator.model.routing.dispatch import all_match
from generator.model.routing.told import Told
from generator.promql.ast import Matcher

_MOST_PAIRS: Final = 100_000
_FEW: Final = 3


class Sources:
    """The sources of an inhibition rule, found by what must be equal."""

    def __init__(self, rule: InhibitRule, alerts: Iterable[Told]) -> None:
        self.rule = rule
        self._by_equal: dict[tuple[str, ...], dict[tuple[str, ...], list[Told]]] = {}
        for alert in alerts:
            if all_match(rule.source_matchers, alert.labels):
                known = tuple(name for name in rule.equal if name in alert.labels)
                values = tuple(alert.labels[name] for name in known)
                self._by_equal.setdefault(known, {}).setdefault(values, []).append(alert)

    def holding_back(self, target: Told) -> Told | None:
        """A source that can hold the target back."""
        return next(self.all_holding_back(target), None)

    def all_holding_back(self, target: Told) -> Iterator[Told]:
        """Every source that can hold the target back."""
        if all_match(self.rule.target_matchers, target.labels):
            for source in self._candidates(target):
                if inhibits(self.rule, source.labels, target.labels):
                    yield source

    def _candidates(self, target: Told) -> Iterator[Told]:
        for known, by_values in self._by_equal.items():
            if all(name in target.labels for name in known):
                yield from by_values.get(tuple(target.labels[name] for name in known), ())
            else:
                yield from (alert for alerts in by_values.values() for alert in alerts)


def inhibits(rule: InhibitRule, source: Mapping[str, str], target: Mapping[str, str]) -> bool:
    """Whether an alert can hold another one back, by what is known of their labels.

    As Alertmanager has it, an alert that is on both sides is not held back by one that is on both sides, so none
    holds itself back. Labels of `equal` that only the series can give are taken to agree.
    """
    if not (all_match(rule.source_matchers, source) and all_match(rule.target_matchers, target)):
        return False
    if all_match(rule.source_matchers, target) and all_match(rule.target_matchers, source):
        return False
    return all(source[name] == target[name] for name in rule.equal if name in source and name in target)


def inhibition_problems(rules: Sequence[InhibitRule], alerts: Sequence[Told]) -> Iterator[Problem]:
    """Rules that hold back alerts of their own kind wherever they are, and pairs that silence each other."""
    for rule in rules:
        if not rule.equal:
            yield from _own_source(rule, alerts)
        yield from _everything(rule, alerts)
        yield from _equal_in_nothing(rule, alerts)
    for index, rule in enumerate(rules):
        for other in rules[index + 1 :]:
            yield from _each_other(rule, other, alerts)
    yield from _rings(rules, alerts)


def _own_source(rule: InhibitRule, alerts: Sequence[Told]) -> Iterator[Problem]:
    sources = [alert for alert in alerts if all_match(rule.source_matchers, alert.labels)]
    both = next((alert for alert in sources if all_match(rule.target_matchers, alert.labels)), None)
    alone = next((alert for alert in sources if not all_match(rule.target_matchers, alert.labels)), None)
    if both is not None and alone is not None:
        message = f"InhibitRule: silences its own sources: {both.name} is held back by {alone.name}, wherever it fires"
        why = "Name in `equal` the labels that tell which of them belong together, or narrow the targets."
        yield error("inhibit/own-source", rule.origin, message, why)


def _each_other(rule: InhibitRule, other: InhibitRule, alerts: Sequence[Told]) -> Iterator[Problem]:
    first = [a for a in alerts if _on(rule.source_matchers, other.target_matchers, a)]
    second = [a for a in alerts if _on(rule.target_matchers, other.source_matchers, a)]
    for one, two in islice(product(first, second), _MOST_PAIRS):
        if inhibits(rule, one.labels, two.labels) and inhibits(other, two.labels, one.labels):
            message = f"InhibitRule: with the one in {rule.origin} it lets {one.name} and {two.name} silence each other"
            yield error("inhibit/circle", other.origin, message, "Both would fire and nobody would be told.")
            return


def _on(one_side: Sequence[Matcher], other_side: Sequence[Matcher], alert: Told) -> bool:
    return all_match((*one_side, *other_side), alert.labels)


def _everything(rule: InhibitRule, alerts: Sequence[Told]) -> Iterator[Problem]:
    """A rule by which one alert alone holds back all others."""
    if not rule.source_matchers or not rule.target_matchers:
        return
    first = [alert for alert in alerts if LABEL not in alert.labels]
    sources = [alert for alert in first if all_match(rule.source_matchers, alert.labels)]
    others = [alert for alert in first if not all_match(rule.source_matchers, alert.labels)] if sources else []
    for source in sources if len(others) >= _FEW - 1 else ():
        if all(_surely_inhibits(rule, source, other) for other in others):
            message = f"InhibitRule: while {source.name} fires, every other alert ({len(others)}) is held back"
            yield error("inhibit/everything", rule.origin, message, "Narrow the targets, or name labels in `equal`.")
            return


def _surely_inhibits(rule: InhibitRule, source: Told, target: Told) -> bool:
    """Whether it does whatever the series bring, and whatever the target is about: `equal` has nothing to tell."""
    if any(_may_have(source, name) or _may_have(target, name) for name in rule.equal):
        return False
    return inhibits(rule, source.labels, target.labels)


def _may_have(alert: Told, label: str) -> bool:
    return label in alert.labels or alert.open is None or label in alert.open


def _equal_in_nothing(rule: InhibitRule, alerts: Sequence[Told]) -> Iterator[Problem]:
    """Labels in `equal` that no alert on either side can have: to Alertmanager two that are missing are equal."""
    sides = (rule.source_matchers, rule.target_matchers)
    sources, targets = ([alert for alert in alerts if all_match(side, alert.labels)] for side in sides)
    if not sources or not targets:
        return
    for label in rule.equal:
        if isinstance(label, str) and not any(_may_have(alert, label) for alert in (*sources, *targets)):
            message = f"InhibitRule: equal: no alert on either side has the label {label!r}, so it is always equal"
            yield warning("inhibit/equal", rule.origin, message, "Alerts without the label count as having the same.")


def _rings(rules: Sequence[InhibitRule], alerts: Sequence[Told]) -> Iterator[Problem]:
    """Three or more alerts, each of which holds the next one back, so that none is told."""
    both = [alert for alert in alerts if _on_both_sides(rules, alert)]
    if len(both) * len(both) * len(rules) > _MOST_PAIRS:
        return
    places = {id(alert): place for place, alert in enumerate(both)}
    by: dict[int, list[int]] = {place: [] for place in places.values()}
    for sources in (Sources(rule, both) for rule in rules):
        for place, target in enumerate(both):
            for source in sources.all_holding_back(target):
                by[places[id(source)]] += [place] if source is not target else []
    ring = _ring(by)
    if ring:
        names = ", ".join(both[number].name for number in ring)
        rule = next(r for r in rules if inhibits(r, both[ring[-1]].labels, both[ring[0]].labels))
        message = f"InhibitRule: closes a ring in which each alert holds the next one back: {names}"
        yield error("inhibit/circle", rule.origin, message, "All would fire and nobody would be told.")


def _on_both_sides(rules: Sequence[InhibitRule], alert: Told) -> bool:
    """Whether it is a source of some rule and a target of some."""
    return any(all_match(rule.source_matchers, alert.labels) for rule in rules) and any(
        all_match(rule.target_matchers, alert.labels) for rule in rules
    )


def _ring(edges: Mapping[int, Sequence[int]]) -> list[int]:
    """A ring of three or more, the shortest there is; empty when there is none. Pairs are told by `_each_other`."""
    for start in edges:
        paths = [[start]]
        seen = {start}
        while paths:
            longer: list[list[int]] = []
            for path in paths:
                for following in edges[path[-1]]:
                    if following == start and len(path) >= _FEW:
                        return path
                    if following not in seen:
                        seen.add(following)
                        longer.append([*path, following])
            paths = longer
    return []
