"""Checks of alerts against the tree: who is told, and what holds them back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Final

from generator.diagnostics import Problem, error, warning
from generator.labels import LabelSet
from generator.model.escalation import LABEL
from generator.model.route import InhibitRule, Route
from generator.model.routing.calendar import always_silent
from generator.model.routing.dispatch import Path, all_match, paths_for, tells_somebody, tree
from generator.model.routing.escalated import original
from generator.model.routing.shape import route_name
from generator.model.routing.told import Told
from generator.promql.ast import Matcher

_MOST_PAIRS: Final = 100_000
_URGENT: Final = "P0"


class Router:
    """Routes many alerts: those that differ only in labels no route asks for share one answer."""

    def __init__(self, root: Route) -> None:
        self.root = root
        self._labels = tuple(dict.fromkeys(matcher.label for path in tree(root) for matcher in path.node.matchers))
        self._known: dict[tuple[str, ...], tuple[Path, ...]] = {}

    def paths(self, labels: Mapping[str, str]) -> tuple[Path, ...]:
        """The ways the alert takes."""
        key = tuple(labels.get(label, "") for label in self._labels)
        if key not in self._known:
            self._known[key] = paths_for(self.root, labels)
        return self._known[key]


def no_tree(alerts: Sequence[Told]) -> Iterator[Problem]:
    """Alerts without any routing tree: a mistake when lives hang on them, otherwise perhaps meant."""
    urgent = [alert for alert in alerts if alert.level.name == _URGENT]
    for alert in [*urgent, *alerts][:1]:
        make = error if urgent else warning
        message = f"{alert.name}: there is no routing tree, so that alerts ({len(alerts)} in all) reach nobody"
        yield make("route/none", alert.origin, message, "Define a Route with a Receiver.")


def told_problems(alerts: Iterable[Told], router: Router) -> Iterator[Problem]:
    """Alerts that do not reach whom their author names, and urgent ones that reach nobody."""
    for alert in alerts:
        paths = router.paths(alert.labels)
        if alert.level.name == _URGENT and not any(_tells(path) for path in paths):
            yield _nobody(alert, paths)
        got = [path.receiver for path in paths if path.receiver is not None]
        for wanted in alert.receivers:
            if wanted not in got:
                names = ", ".join(receiver.name for receiver in got) or "nobody"
                message = f"{alert.name}: must reach {wanted.name!r}, but the routes send it to {names}"
                yield error("route/receiver", alert.origin, message, f"Its labels are {LabelSet(alert.labels)}.")


def _tells(path: Path) -> bool:
    return tells_somebody(path.receiver) and not always_silent(path.node)


def _nobody(alert: Told, paths: Sequence[Path]) -> Problem:
    reasons = []
    for path in paths:
        receiver = path.receiver
        if receiver is None:
            reasons.append(f"{route_name(path.node)} has no receiver")
        elif not receiver.integrations:
            reasons.append(f"receiver {receiver.name!r} has no integration")
        else:
            reasons.append(f"{route_name(path.node)} is muted at all times")
    message = f"{alert.name}: a {alert.level.name} alert that no route sends to anybody: {'; '.join(reasons)}"
    return error("route/nobody", alert.origin, message, f"Its labels are {LabelSet(alert.labels)}.")


def never_muted(root: Route, alerts: Sequence[Told], rules: Sequence[InhibitRule], router: Router) -> Iterator[Problem]:
    """Routes that promise never to be muted, and are: by a time interval, or by an inhibition of their alerts."""
    for path in tree(root):
        promise = _promise((path,))
        intervals = (*path.node.muted_in, *path.node.active_in)
        if promise is not None and intervals:
            names = ", ".join(repr(interval.name) for interval in intervals)
            owner = "it" if promise is path.node else route_name(path.node)
            message = f"{route_name(promise)}: never_muted, but {owner} has the time interval {names}"
            yield error("route/never-muted", path.node.origin, message)
    # What is promised of an alert is promised of its escalations, too, although they take routes of their own.
    kept = ((alert, _promise(router.paths(original(alert.labels)))) for alert in alerts)
    promised = [(alert, promise) for alert, promise in kept if promise is not None]
    for alert, promise in promised:
        yield from _silent_hours(alert, promise, router.paths(alert.labels))
    for rule in rules if promised else ():
        yield from _broken_promises(promised, rule, alerts)


def _silent_hours(alert: Told, promise: Route, paths: Sequence[Path]) -> Iterator[Problem]:
    """An escalation that is told only in some hours, with nobody who stands in for the others."""
    if LABEL in alert.labels and all(path.node.active_in for path in paths):
        hours = ", ".join(repr(interval.name) for path in paths for interval in path.node.active_in)
        message = f"{route_name(promise)}: never_muted, but {alert.name} is told only in {hours}"
        yield error("route/never-muted", alert.origin, message, "Say otherwise=…, who is told at other times.")


def _promise(paths: Iterable[Path]) -> Route | None:
    return next((route for path in paths for route in path.routes if route.never_muted), None)


def _broken_promises(
    promised: Sequence[tuple[Told, Route]], rule: InhibitRule, alerts: Sequence[Told]
) -> Iterator[Problem]:
    """One problem for each promise that the rule breaks, however many alerts it holds back."""
    sources = Sources(rule, alerts)
    held: dict[Route, list[tuple[Told, Told]]] = {}
    for alert, promise in promised:
        source = sources.holding_back(alert)
        if source is not None:
            held.setdefault(promise, []).append((alert, source))
    for promise, pairs in held.items():
        alert, source = pairs[0]
        others = f" (and {len(pairs) - 1} more alerts are)" if len(pairs) > 1 else ""
        message = f"{route_name(promise)}: never_muted, but {alert.name} is inhibited by {source.name}{others}"
        why = f"Exclude it from the targets of the InhibitRule in {rule.origin}."
        yield error("route/never-muted", promise.origin, message, why)


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
    for index, rule in enumerate(rules):
        for other in rules[index + 1 :]:
            yield from _each_other(rule, other, alerts)


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
