"""Checks of alerts against the tree: who is told, and what holds them back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from generator.diagnostics import Problem, error, warning
from generator.labels import LabelSet
from generator.model.escalation import LABEL
from generator.model.route import InhibitRule, Route
from generator.model.routing.calendar import always_silent
from generator.model.routing.dispatch import Path, paths_for, tells_somebody, tree
from generator.model.routing.escalated import original
from generator.model.routing.inhibition import Sources
from generator.model.routing.shape import route_name
from generator.model.routing.told import Told

URGENT: Final = "P0"
"""The level whose alerts must reach a person."""


class Router:
    """Routes many alerts: those that differ only in labels no route asks for share one answer."""

    def __init__(self, root: Route) -> None:
        self.root = root
        self.matchers = tuple(dict.fromkeys(matcher for path in tree(root) for matcher in path.node.matchers))
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
    urgent = [alert for alert in alerts if alert.level.name == URGENT]
    for alert in [*urgent, *alerts][:1]:
        make = error if urgent else warning
        message = f"{alert.name}: there is no routing tree, so that alerts ({len(alerts)} in all) reach nobody"
        yield make("route/none", alert.origin, message, "Define a Route with a Receiver.")


def told_problems(alerts: Iterable[Told], router: Router) -> Iterator[Problem]:
    """Alerts that do not reach whom their author names, and urgent escalations that reach nobody."""
    for alert in alerts:
        paths = router.paths(alert.labels)
        if LABEL in alert.labels and alert.level.name == URGENT and not any(map(tells_ever, paths)):
            yield nobody(alert, paths)
        got = [path.receiver for path in paths if path.receiver is not None]
        for wanted in alert.receivers:
            if wanted not in got:
                names = ", ".join(receiver.name for receiver in got) or "nobody"
                message = f"{alert.name}: must reach {wanted.name!r}, but the routes send it to {names}"
                yield error("route/receiver", alert.origin, message, f"Its labels are {LabelSet(alert.labels)}.")


def tells_ever(path: Path) -> bool:
    """Whether there is any moment at which this way ends with a message."""
    return tells_somebody(path.receiver) and not always_silent(path.node)


def nobody(alert: Told, paths: Sequence[Path]) -> Problem:
    """An alert that no way ever tells anybody of."""
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
