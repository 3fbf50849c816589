"""What is defined, as rows of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from generator.duration import format_duration
from generator.model.bundle import AlertingRule, Bundle
from generator.model.receiver import Receiver
from generator.model.route import Route, TimeInterval
from generator.model.routing import routing_tree
from generator.model.service import Service
from generator.model.slo import SLO
from generator.model.validate.faults import is_sound

Rows = tuple[tuple[str, ...], list[tuple[str, ...]]]


def services(bundle: Bundle) -> Rows:
    """Every service, with who owns it and how many alerts and SLOs it has."""
    alerts = [rule.labels.get("service", "") for rule in _alerts(bundle)]
    slos = [slo.service for slo in bundle.catalog.of(SLO)]
    rows: list[tuple[str, ...]] = [
        (s.name, s.title, s.job, s.tier.name, s.team.name, str(slos.count(s)), str(alerts.count(s.name)), str(s.origin))
        for s in bundle.catalog.of(Service)
    ]
    return ("Service", "Title", "Job", "Tier", "Team", "SLOs", "Alerts", "Defined"), rows


def slos(bundle: Bundle) -> Rows:
    """Every SLO, with its objective, window and burn-rate conditions."""
    rows: list[tuple[str, ...]] = []
    for slo in bundle.catalog.of(SLO):
        if is_sound(slo):
            page = ", ".join(f"{rate.factor:g}×/{rate.long}" for rate in slo.policy.page)
            ticket = ", ".join(f"{rate.factor:g}×/{rate.long}" for rate in slo.policy.ticket)
            objective = f"{slo.objective:g} %"
            rows.append((slo.id, slo.service.name, objective, str(slo.span), page, ticket, str(slo.origin)))
    return ("SLO", "Service", "Objective", "Window", "Page", "Ticket", "Defined"), rows


def _alerts(bundle: Bundle) -> Iterator[AlertingRule]:
    for file in bundle.rule_files:
        for group in file.groups:
            yield from (rule for rule in group.rules if isinstance(rule, AlertingRule))


def alerts(bundle: Bundle) -> Rows:
    """Every alert that Prometheus will have, generated ones among them."""
    rows: list[tuple[str, ...]] = [
        (
            rule.alert,
            rule.labels.get("severity", ""),
            rule.labels.get("level", ""),
            rule.labels.get("service", ""),
            rule.labels.get("team", ""),
            format_duration(rule.for_),
            str(rule.origin),
        )
        for rule in _alerts(bundle)
    ]
    return ("Alert", "Severity", "Level", "Service", "Team", "For", "Defined"), rows


def routes(bundle: Bundle) -> Rows:
    """The routing tree, one line a route, indented by depth."""
    root = routing_tree(bundle.catalog)
    rows = [] if root is None else list(_routes(root, 0, None))
    return ("Route", "Receiver", "Grouped by", "Wait / interval / repeat", "Muted", "Defined"), rows


def _routes(route: Route, depth: int, inherited: Receiver | None) -> Iterator[tuple[str, ...]]:
    receiver = route.to or inherited
    name = ("  " * depth + (str(route.match) or "everything")) + (" …" if route.keep_going else "")
    timings = (route.group_wait, route.group_interval, route.repeat_interval)
    times = " / ".join("·" if time is None else str(time) for time in timings)
    muted = ", ".join([*_interval_names(route.mute), *(f"not {name}" for name in _interval_names(route.active))])
    grouped = "·" if route.group_by is None else ", ".join(route.group_by)
    yield (name, receiver.name if receiver else "", grouped, times, muted, str(route.origin))
    for child in route.routes:
        yield from _routes(child, depth + 1, receiver)


def _interval_names(value: object) -> list[str]:
    items = value if isinstance(value, tuple) else (value,)
    return [item.name for item in items if isinstance(item, TimeInterval)]


LISTINGS: Final[dict[str, Callable[[Bundle], Rows]]] = {
    "services": services,
    "slos": slos,
    "alerts": alerts,
    "routes": routes,
}
