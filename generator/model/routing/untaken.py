"""Routes that no alert of the definitions can take, because its own labels rule it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from generator.diagnostics import Problem, warning
from generator.model.catalog import Catalog, descendants
from generator.model.route import Route
from generator.model.routing.dispatch import all_match, holds
from generator.model.routing.regions import listed_values
from generator.model.routing.shape import readable, route_name
from generator.model.routing.told import Told
from generator.model.routing.variants import brings
from generator.model.service import P0, P1, P2, Level, Service, Team
from generator.promql.ast import Matcher

_NAME = "alertname"


@dataclass(frozen=True, slots=True)
class Kind:
    """Alerts alike in all that routes ask for. labels: those that are fixed; open: those that series may bring."""

    labels: Mapping[str, str]
    open: frozenset[str]

    def may_match(self, matchers: Sequence[Matcher]) -> bool:
        """Whether matchers can hold for an alert of the kind. Those that say what is not take what is left, if any."""
        known = (one for one in matchers if one.op in ("=", "=~") and one.label not in self.open)
        return all_match(known, self.labels)


def untaken(catalog: Catalog, alerts: Sequence[Told], dead: set[int]) -> Iterator[Problem]:
    """The topmost routes of the tree, as it was written, that only alerts of others could take.

    dead: the ids of routes that no alert at all can take.

    A label that no alert of the definitions has by itself says nothing of them: only others, or series, can bring it.
    A name that no alert has is left to amlint. A route may be there before the first alert of a level, team or service.
    """
    root = catalog.root
    if root is None:
        return
    asked = [matcher for route in _below(root) for matcher in route.matchers]
    values = _values(alerts, asked)
    kinds = _kinds(alerts, {matcher.label for matcher in asked}, values)
    if kinds:
        foreseen = _foreseen(catalog)
        for matchers, route in _topmost((), root, kinds, dead):
            if not any(_is_no_name(one, values) or _is_foreseen(one, values, foreseen) for one in matchers):
                yield _problem(route, values)


def _below(route: Route) -> Iterator[Route]:
    return (child for child in descendants(route) if child is not route)


def _values(alerts: Sequence[Told], matchers: Sequence[Matcher]) -> dict[str, set[str]]:
    """The values that alerts have by themselves of labels that routes ask for; without labels that none has."""
    found: dict[str, set[str]] = {}
    for label in dict.fromkeys(matcher.label for matcher in matchers):
        known = {value for alert in alerts if _is_known(value := alert.labels.get(label, ""))}
        if known:
            found[label] = known
    return found


def _is_known(value: str) -> bool:
    return bool(value) and "{{" not in value


def _kinds(alerts: Sequence[Told], labels: set[str], values: Mapping[str, set[str]]) -> list[Kind]:
    found: dict[tuple[object, ...], Kind] = {}
    for alert in alerts:
        fixed = {label: alert.labels[label] for label in values if _is_known(alert.labels.get(label, ""))}
        # What an alert surely lacks, although others have it, is known, too.
        lacked = [name for name in values if name not in alert.labels and not brings(alert, name)]
        kind = Kind(fixed, frozenset(labels.difference(fixed, lacked)))
        found.setdefault((tuple(fixed.items()), kind.open), kind)
    return list(found.values())


def _topmost(
    inherited: tuple[Matcher, ...], above: Route, kinds: Sequence[Kind], dead: set[int]
) -> Iterator[tuple[tuple[Matcher, ...], Route]]:
    """The topmost routes that no kind of alert can take, each with its matchers and those above it."""
    for child in above.routes:
        if not isinstance(child, Route) or id(child) in dead or not readable(child):
            continue
        matchers = (*inherited, *child.matchers)
        if any(kind.may_match(matchers) for kind in kinds):
            yield from _topmost(matchers, child, kinds, dead)
        else:
            yield matchers, child


def _foreseen(catalog: Catalog) -> dict[str, set[str]]:
    """The values that alerts would have of what is defined."""
    levels = (P0, P1, P2, *catalog.of(Level))
    return {
        "severity": {level.severity for level in levels},
        "level": {level.name for level in levels},
        "team": {team.name for team in catalog.of(Team)},
        "service": {service.name for service in catalog.of(Service)},
    }


def _is_foreseen(matcher: Matcher, values: Mapping[str, set[str]], foreseen: Mapping[str, set[str]]) -> bool:
    """Whether it asks for what is defined, and has no alerts yet."""
    if matcher.op not in ("=", "=~") or any(holds(matcher, value) for value in values.get(matcher.label, ())):
        return False
    return any(holds(matcher, value) for value in foreseen.get(matcher.label, ()))


def _is_no_name(matcher: Matcher, values: Mapping[str, set[str]]) -> bool:
    """Whether it asks for alerts by names that none has."""
    wanted = listed_values(matcher) if matcher.label == _NAME else None
    return wanted is not None and not values.get(_NAME, set()).intersection(wanted)


def _problem(route: Route, values: Mapping[str, set[str]]) -> Problem:
    message = f"{route_name(route)}: no alert of the definitions can take it: their own labels rule it out"
    why = f"{_meant(route, values)}Unless such alerts come from another source, it is dead."
    return warning("route/alerts", route.origin, message, why)


def _meant(route: Route, values: Mapping[str, set[str]]) -> str:
    """A value that its author may have meant."""
    for matcher in route.matchers:
        known = values.get(matcher.label, set())
        if matcher.op == "=" and matcher.value and matcher.value not in known:
            for close in get_close_matches(matcher.value, sorted(known), n=1):
                return f"Did you mean {matcher.label}={close!r}? "
    return ""
