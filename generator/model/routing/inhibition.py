"""Checks of inhibition rules against the alerts there are: what holds back what, and what would silence all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from generator.diagnostics import Problem, error, warning
from generator.labels import LabelSet
from generator.model.escalation import LABEL
from generator.model.route import InhibitRule
from generator.model.routing.dispatch import all_match
from generator.model.routing.escalated import original
from generator.model.routing.told import Told
from generator.model.routing.variants import from_series, variants

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
    # Series bring no label `escalation`: what has none is sure to have none.
    known = (name for name in rule.equal if name == LABEL or (name in source and name in target))
    return all(source.get(name) == target.get(name) for name in known)


def inhibition_problems(rules: Sequence[InhibitRule], alerts: Sequence[Told]) -> Iterator[Problem]:
    """Rules that hold back alerts of their own kind wherever they are, their escalations, or everything."""
    for rule in rules:
        escalated = list(_own_escalation(rule, alerts))
        yield from escalated
        if not rule.equal and not escalated:
            yield from _own_source(rule, alerts)
        yield from _everything(rule, alerts)
        yield from _equal_in_nothing(rule, alerts)


def holds_back_escalation(rule: InhibitRule, labels: Mapping[str, str]) -> bool:
    """Whether an alert holds back its escalation with these labels: it has the same, but for the label `escalation`."""
    return LABEL in labels and inhibits(rule, original(labels), labels)


def _own_escalation(rule: InhibitRule, alerts: Sequence[Told]) -> Iterator[Problem]:
    """Escalations that the alert itself holds back for as long as it fires, so that they are never told."""
    sides = (*rule.source_matchers, *rule.target_matchers)
    if not any(matcher.label == LABEL for matcher in sides):
        return  # to such a rule an alert and its escalations are one
    matchers = from_series(sides, alerts)
    found: dict[LabelSet, list[Told]] = {}
    for alert in alerts:
        for labels in variants(alert, matchers) if LABEL in alert.labels else ():
            if holds_back_escalation(rule, labels):
                own = {name: value for name, value in labels.items() if name not in alert.labels}
                found.setdefault(LabelSet(own), []).append(alert)
                break
    for brought, held in found.items():
        more = f" (and {len(held) - 1} more)" if len(held) > 1 else ""
        message = f"InhibitRule: {held[0].name}{more} is held back by the alert itself, for as long as it fires"
        why = "An escalation has all labels of its alert. Leave it out of the targets: match('escalation=\"\"', …)."
        if brought:
            yield warning(
                "inhibit/own-escalation", rule.origin, message, f"That is if its series have {brought}. {why}"
            )
        else:
            yield error("inhibit/own-escalation", rule.origin, message, why)


def _own_source(rule: InhibitRule, alerts: Sequence[Told]) -> Iterator[Problem]:
    sources = [alert for alert in alerts if all_match(rule.source_matchers, alert.labels)]
    both = next((alert for alert in sources if all_match(rule.target_matchers, alert.labels)), None)
    alone = next((alert for alert in sources if not all_match(rule.target_matchers, alert.labels)), None)
    if both is not None and alone is not None:
        message = f"InhibitRule: silences its own sources: {both.name} is held back by {alone.name}, wherever it fires"
        why = "Name in `equal` the labels that tell which of them belong together, or narrow the targets."
        yield error("inhibit/own-source", rule.origin, message, why)


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
