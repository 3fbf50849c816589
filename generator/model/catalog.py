"""All definitions of a project, and where each was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from generator.labels import EMPTY, LabelSet
from generator.model.base import Definition
from generator.model.dashboard import Dashboard
from generator.model.escalation import EscalationPolicy
from generator.model.exporter import ExporterConfig
from generator.model.metrics import Metric
from generator.model.receiver import Receiver
from generator.model.route import InhibitRule, NotificationTemplate, Route, TimeInterval
from generator.model.rule import Alert, RecordingRule, RuleGroup
from generator.model.runbook import Runbook
from generator.model.schedule import Schedule
from generator.model.service import Level, Service, Team, Tier
from generator.model.settings import (
    AlertmanagerSettings,
    BlackboxModule,
    GrafanaSettings,
    PrometheusSettings,
    ScrapeJob,
)
from generator.model.slo import SLO

T = TypeVar("T", bound=Definition)

KINDS: tuple[type[Definition], ...] = (
    Team, Tier, Level, Service, SLO, Alert, RecordingRule, RuleGroup, Receiver, TimeInterval, Route, InhibitRule,
    NotificationTemplate, Dashboard, BlackboxModule, ScrapeJob, PrometheusSettings, AlertmanagerSettings,
    GrafanaSettings, Schedule, Metric, ExporterConfig, Runbook, EscalationPolicy,
)  # fmt: skip
"""The kinds of definition that the loader takes from a definitions file."""


@dataclass(frozen=True, slots=True)
class Module:
    """A definitions file. name: its dotted name below the project, such as `alerts.slos`; items: in written order."""

    name: str
    path: str
    items: tuple[Definition, ...]

    @property
    def stem(self) -> str:
        """The name without the folder: `slos`."""
        return self.name.rpartition(".")[2]

    def of(self, kind: type[T]) -> tuple[T, ...]:
        """The definitions of one kind in this file."""
        return tuple(item for item in self.items if isinstance(item, kind))


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that was defined, file by file."""

    modules: tuple[Module, ...] = ()
    _by_kind: dict[type[Definition], tuple[Definition, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def of(self, kind: type[T]) -> tuple[T, ...]:
        """The definitions of one kind, in the order of files and lines."""
        if kind not in self._by_kind:
            self._by_kind[kind] = tuple(item for module in self.modules for item in module.of(kind))
        return self._by_kind[kind]  # type: ignore[return-value]

    def __iter__(self) -> Iterator[Definition]:
        return (item for module in self.modules for item in module.items)

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """Every alert, alone in its file or in a group; once, also where it has a name and stands in a group."""
        return tuple(dict.fromkeys(self._rules(Alert)))

    @property
    def recording_rules(self) -> tuple[RecordingRule, ...]:
        """Every recording rule that an author wrote, alone in its file or in a group."""
        return tuple(dict.fromkeys(self._rules(RecordingRule)))

    def _rules(self, kind: type[T]) -> Iterator[T]:
        for item in self:
            if isinstance(item, kind):
                yield item
            elif isinstance(item, RuleGroup):
                yield from (rule for rule in item.rules if isinstance(rule, kind))

    @property
    def root(self) -> Route | None:
        """The routing tree as it was written: the one module-level route that no other route holds.

        `model.routing.routing_tree` gives it with the routes of escalations in front.
        """
        held = {id(child) for route in self.of(Route) for child in route.routes}
        return next((route for route in self.of(Route) if id(route) not in held), None)

    @property
    def receivers(self) -> tuple[Receiver, ...]:
        """Receivers that were named, then those that stand only inside routes and escalations."""
        found = dict.fromkeys(self.of(Receiver))
        if self.root is not None:
            found.update(dict.fromkeys(r.to for r in descendants(self.root) if isinstance(r.to, Receiver)))
        for policy in self.of(EscalationPolicy):
            found.update(dict.fromkeys(receiver for step in policy.chain for receiver in step.told))
        return tuple(found)

    @property
    def intervals(self) -> tuple[TimeInterval, ...]:
        """Time intervals that were named, then those that stand only inside routes and escalations."""
        found = dict.fromkeys(self.of(TimeInterval))
        if self.root is not None:
            for route in descendants(self.root):
                found.update(dict.fromkeys((*_intervals(route.mute), *_intervals(route.active))))
        for policy in self.of(EscalationPolicy):
            found.update(dict.fromkeys(interval for step in policy.chain for interval in step.hours))
        return tuple(found)

    def runbook(self, named: Runbook | str) -> Runbook | None:
        """The procedure that an alert names, None when there is none, or it is a page of somebody else's."""
        if isinstance(named, Runbook):
            return named
        return next((runbook for runbook in self.of(Runbook) if runbook.name == named), None)

    @property
    def prometheus(self) -> PrometheusSettings:
        """Prometheus' settings, or the defaults."""
        return next(iter(self.of(PrometheusSettings)), PrometheusSettings())

    @property
    def alertmanager(self) -> AlertmanagerSettings:
        """Alertmanager's settings, or the defaults."""
        return next(iter(self.of(AlertmanagerSettings)), AlertmanagerSettings())

    @property
    def grafana(self) -> GrafanaSettings:
        """Grafana's settings, or the defaults."""
        return next(iter(self.of(GrafanaSettings)), GrafanaSettings())


def descendants(route: Route) -> Iterator[Route]:
    """The route and all below it, depth first, in written order."""
    yield route
    for child in route.routes:
        if isinstance(child, Route):
            yield from descendants(child)


def _intervals(value: TimeInterval | Sequence[TimeInterval]) -> tuple[TimeInterval, ...]:
    items = value if isinstance(value, Sequence) else (value,)
    return tuple(item for item in items if isinstance(item, TimeInterval))


def alert_labels(alert: Alert) -> LabelSet:
    """The labels that are known of an alert before it fires, its name among them."""
    return LabelSet({**alert.static_labels, "alertname": alert.name}) if alert.name else EMPTY
