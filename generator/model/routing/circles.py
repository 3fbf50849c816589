"""Inhibition rules by which alerts hold one another back, so that all fire and nobody is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice, product
from typing import Final

from generator.diagnostics import Origin, Problem, error, warning
from generator.labels import LabelSet
from generator.model.escalation import LABEL
from generator.model.route import InhibitRule
from generator.model.routing.dispatch import all_match
from generator.model.routing.inhibition import Sources, inhibits
from generator.model.routing.told import Told
from generator.model.routing.variants import from_series, told_apart, variants
from generator.promql.ast import Matcher

_MOST_PAIRS: Final = 100_000
_FEW: Final = 3
_SURELY: Final = "Both would fire and nobody would be told."
_PERHAPS: Final = "That is if their series have these labels. "

Apart = Mapping[str, frozenset[str]]
"""The values of labels for which alerts stand one by one; an alert without such a label has none of them."""


@dataclass(frozen=True, slots=True)
class Sided:
    """A rule with the places of the alerts that are its sources, and of those that are its targets."""

    rule: InhibitRule
    sources: frozenset[int]
    targets: frozenset[int]


def circle_problems(rules: Sequence[InhibitRule], alerts: Sequence[Told]) -> Iterator[Problem]:
    """Pairs and rings of alerts that silence each other, by known labels or, else, by those of their series."""
    told = dict(_pairs(rules, alerts, {}))
    for (rule, other), (one, two) in told.items():
        yield error("inhibit/circle", other.origin, _of_pair(rule, one, two), _SURELY)
    ring = _ring_of(rules, alerts, {})
    if ring:
        yield error("inhibit/circle", *_of_ring(rules, ring), "All would fire and nobody would be told.")
    asked = [matcher for rule in rules for matcher in (*rule.source_matchers, *rule.target_matchers)]
    matchers = from_series(asked, alerts)
    if matchers:
        yield from _by_series(rules, alerts, matchers, set(told), with_rings=not ring)


def _by_series(
    rules: Sequence[InhibitRule],
    alerts: Sequence[Told],
    matchers: Sequence[Matcher],
    told: set[tuple[InhibitRule, InhibitRule]],
    *,
    with_rings: bool,
) -> Iterator[Problem]:
    """What labels would do that no alert of the definitions has by itself."""
    brought, apart = [one for alert in alerts for one in _instances(alert, rules, matchers)], told_apart(matchers)
    for (rule, other), (one, two) in _pairs(rules, brought, apart):
        if (rule, other) not in told:
            yield warning("inhibit/circle", other.origin, _of_pair(rule, one, two), _PERHAPS + _SURELY)
    ring = _ring_of(rules, brought, apart) if with_rings else []
    if ring:
        why = f"{_PERHAPS}All would fire and nobody would be told."
        yield warning("inhibit/circle", *_of_ring(rules, ring), why)


def _instances(alert: Told, rules: Iterable[InhibitRule], matchers: Sequence[Matcher]) -> Iterator[Told]:
    """An alert with all labels that it may have, if it can be on both sides of rules; named with what is brought."""
    own = alert.labels
    sides = [[[m for m in side if m.label in own] for side in (r.source_matchers, r.target_matchers)] for r in rules]
    if LABEL in own or not all(any(all_match(pair[side], own) for pair in sides) for side in (0, 1)):
        return
    for labels in variants(alert, matchers):
        brought = LabelSet({name: value for name, value in labels.items() if name not in own})
        yield replace(alert, name=f"{alert.name} with {brought}", labels=labels) if brought else alert


def _pairs(
    rules: Sequence[InhibitRule], alerts: Sequence[Told], apart: Apart
) -> Iterator[tuple[tuple[InhibitRule, InhibitRule], tuple[Told, Told]]]:
    """Two alerts for each two rules by which they silence each other."""
    sided = [Sided(rule, _on(rule.source_matchers, alerts), _on(rule.target_matchers, alerts)) for rule in rules]
    for rule, other in combinations(sided, 2):
        first, second = sorted(rule.sources & other.targets), sorted(rule.targets & other.sources)
        for place, further in islice(product(first, second), _MOST_PAIRS):
            one, two = alerts[place], alerts[further]
            if _inhibits(rule.rule, one, two, apart) and _inhibits(other.rule, two, one, apart):
                yield (rule.rule, other.rule), (one, two)
                break


def _on(side: Sequence[Matcher], alerts: Sequence[Told]) -> frozenset[int]:
    return frozenset(place for place, alert in enumerate(alerts) if all_match(side, alert.labels))


def _inhibits(rule: InhibitRule, source: Told, target: Told, apart: Apart) -> bool:
    return inhibits(rule, source.labels, target.labels) and not any(
        _surely_differ(source.labels.get(name), target.labels.get(name), apart.get(name, frozenset()))
        for name in rule.equal
    )


def _surely_differ(one: str | None, other: str | None, apart: frozenset[str]) -> bool:
    return (one is None) != (other is None) and (one or other) in apart


def _of_pair(rule: InhibitRule, one: Told, two: Told) -> str:
    return f"InhibitRule: with the one in {rule.origin} it lets {one.name} and {two.name} silence each other"


def _of_ring(rules: Iterable[InhibitRule], ring: Sequence[Told]) -> tuple[Origin, str]:
    rule = next(rule for rule in rules if inhibits(rule, ring[-1].labels, ring[0].labels))
    names = ", ".join(alert.name for alert in ring)
    return rule.origin, f"InhibitRule: closes a ring in which each alert holds the next one back: {names}"


def _ring_of(rules: Sequence[InhibitRule], alerts: Sequence[Told], apart: Apart) -> list[Told]:
    """Three or more alerts, each of which holds the next one back, so that none is told; empty if there are none."""
    both = [alert for alert in alerts if _on_both_sides(rules, alert)]
    if len(both) * len(both) * len(rules) > _MOST_PAIRS:
        return []
    places = {id(alert): place for place, alert in enumerate(both)}
    by: dict[int, list[int]] = {place: [] for place in places.values()}
    for rule in rules:
        sources = Sources(rule, both)
        for place, target in enumerate(both):
            for source in sources.all_holding_back(target):
                if source is not target and _inhibits(rule, source, target, apart):
                    by[places[id(source)]].append(place)
    return [both[place] for place in _ring(by)]


def _on_both_sides(rules: Sequence[InhibitRule], alert: Told) -> bool:
    """Whether it is a source of some rule and a target of some."""
    return any(all_match(rule.source_matchers, alert.labels) for rule in rules) and any(
        all_match(rule.target_matchers, alert.labels) for rule in rules
    )


def _ring(edges: Mapping[int, Sequence[int]]) -> list[int]:
    """A ring of three or more, the shortest there is; empty when there is none. Pairs are told by themselves."""
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
