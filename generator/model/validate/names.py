"""Names: of the right form, and each given once."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Final, TypeVar

from generator.diagnostics import Problem, error
from generator.labels import is_label_name, is_metric_name
from generator.model.base import Definition, described
from generator.model.catalog import Catalog, alert_labels
from generator.model.exporter import ExporterConfig
from generator.model.metrics import Metric
from generator.model.receiver import Receiver
from generator.model.route import NotificationTemplate, TimeInterval
from generator.model.rule import Alert, RecordingRule, RuleGroup
from generator.model.runbook import Runbook
from generator.model.schedule import Schedule
from generator.model.service import Service, Team
from generator.model.settings import BlackboxModule, ScrapeJob
from generator.model.slo import SLO, shared_names
from generator.model.validate.faults import is_sound

T = TypeVar("T", bound=Definition)

# Sloth's rule for names of services and SLOs, which end up in ids, file names and URLs.
_ID: Final = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")
_RESERVED: Final = ("__name__", "alertname", "alertstate")


def names(catalog: Catalog) -> Iterator[Problem]:
    """Names that Prometheus, Alertmanager or a file system would not take."""
    named: tuple[Service | SLO | Team, ...] = (*catalog.of(Service), *catalog.of(SLO), *catalog.of(Team))
    for definition in named:
        if not isinstance(definition.name, str) or not _ID.fullmatch(definition.name):
            why = "Use letters, digits, and - _ . between them."
            yield error("name/form", definition.origin, f"{described(definition)}: not a usable name", why)
    rules: tuple[Alert | RecordingRule, ...] = (*catalog.alerts, *catalog.recording_rules)
    for rule in rules:
        yield from _rule_names(rule)


def _rule_names(rule: Alert | RecordingRule) -> Iterator[Problem]:
    if isinstance(rule, RecordingRule) and not is_metric_name(rule.record):
        why = "Letters, digits, underscores and colons, such as 'job:http_requests:rate5m'."
        yield error("name/metric", rule.origin, f"RecordingRule {rule.record!r}: not a metric name", why)
    if isinstance(rule, Alert) and (not isinstance(rule.name, str) or not rule.name.strip()):
        yield error("name/alert", rule.origin, f"{described(rule)}: an alert needs a name")


def label_names(owner: Definition, labels: Iterable[str], what: str) -> Iterator[Problem]:
    """Label or annotation names that are not names, or that Prometheus sets itself."""
    for label in labels:
        if not is_label_name(label):
            message = f"{described(owner)}: {label!r} is not a label name ({what})"
            yield error("label/name", owner.origin, message, "Letters, digits and underscores, not a digit first.")
        elif what == "labels" and label in _RESERVED:
            message = f"{described(owner)}: label {label!r} is set by Prometheus itself"
            yield error("label/reserved", owner.origin, message)


def duplicate_names(catalog: Catalog) -> Iterator[Problem]:
    """Two things by one name where names must tell them apart."""
    for kind in (
        Team,
        Service,
        Receiver,
        TimeInterval,
        NotificationTemplate,
        BlackboxModule,
        Schedule,
        Metric,
        Runbook,
    ):
        yield from _duplicates(_named(catalog, kind), lambda item: getattr(item, "name", ""))
    yield from shared_names(slo for slo in catalog.of(SLO) if is_sound(slo))
    # Two alerts of one name are a pair of severities; two with the same labels as well are one by mistake.
    alerts = [alert for alert in catalog.alerts if is_sound(alert)]
    yield from _duplicates(alerts, alert_labels)
    yield from _duplicates(catalog.recording_rules, lambda rule: (rule.record, rule.labels))
    yield from _duplicates(catalog.of(ScrapeJob), lambda job: job.name)
    yield from _duplicates(catalog.of(ExporterConfig), lambda config: config.path)
    for module in catalog.modules:
        yield from _duplicates(module.of(RuleGroup), lambda group: group.name)


def _named(catalog: Catalog, kind: type[T]) -> Iterable[T]:
    if kind is Receiver:
        return catalog.receivers  # type: ignore[return-value]
    return catalog.intervals if kind is TimeInterval else catalog.of(kind)  # type: ignore[return-value]


def _duplicates(items: Iterable[T], key: Callable[[T], Hashable]) -> Iterator[Problem]:
    first: dict[Hashable, T] = {}
    for item in items:
        earlier = first.setdefault(key(item), item)
        if earlier is not item:
            message = f"{described(item)}: the name is taken by {earlier.origin}"
            yield error("name/duplicate", item.origin, message, "Give one of them another name, or remove it.")
