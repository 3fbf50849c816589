"""The alerts of a catalog with what is known of their labels before they fire, and whom their authors mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from generator.diagnostics import Origin
from generator.model.base import as_duration, as_expr
from generator.model.catalog import Catalog, alert_labels
from generator.model.naming import Naming
from generator.model.receiver import Receiver
from generator.model.rule import Alert
from generator.model.service import Level, Service
from generator.model.slo import SLO, AlertKind, Notice
from generator.promql import Expr
from generator.promql.schema import Family, Schema, labels_of

_KINDS: Final[tuple[AlertKind, ...]] = ("page", "ticket", "absent")


@dataclass(frozen=True, slots=True)
class Told:
    """One alert. name: for messages; receivers: who must be told, empty when its author does not say.

    labels: those known before it fires, none of them empty. A plain mapping, for there are many of these. open: the
    labels that the series may give it besides, None when they may be any. expr: what it asks, None for what is made of
    an SLO. hold: how long its condition must have held before it fires, in milliseconds.
    """

    name: str
    labels: Mapping[str, str]
    level: Level
    receivers: tuple[Receiver, ...]
    origin: Origin
    open: frozenset[str] | None = frozenset()
    expr: Expr | None = None
    hold: int = 0


def raised(catalog: Catalog) -> Iterator[Told]:
    """Every alert that the catalog's rules can raise but for escalations; what is not whole is passed over.

    The labels are those that Alertmanager sees: Prometheus adds its external labels where an alert has none so named.
    """
    settings = catalog.prometheus
    external = dict(settings.external_labels)
    for alert in _all(catalog, settings.naming, recorded_labels(catalog)):
        yield replace(alert, labels={**external, **alert.labels}) if external else alert


def _all(catalog: Catalog, naming: Naming, schema: Schema) -> Iterator[Told]:
    for alert in catalog.alerts:
        if isinstance(alert.service, Service) and isinstance(alert.level, Level):
            yield _hand_written(alert, schema)
    for slo in catalog.of(SLO):
        if isinstance(slo.service, Service):
            yield from _of_objective(slo, naming)


def _hand_written(alert: Alert, schema: Schema) -> Told:
    expr = as_expr(alert.expr)
    return Told(
        f"Alert {alert.name!r}",
        alert_labels(alert),
        alert.level,
        _receivers(alert.receiver),
        alert.origin,
        open=labels_of(expr, schema),
        expr=expr,
        hold=int(as_duration(alert.for_)),
    )


def recorded_labels(catalog: Catalog) -> Schema:
    """What is known of the labels of series: those that the catalog's recording rules leave on theirs."""
    rules = {rule.record: rule for rule in catalog.recording_rules}
    schema = Schema({})

    def family(metric: str) -> Family | None:
        rule = rules.pop(metric, None)  # each is asked once; one that reads itself may have any
        if rule is None:
            return None
        below = labels_of(as_expr(rule.expr), schema)
        return Family(None if below is None else below | set(rule.labels))

    schema.later = family
    return schema


def _of_objective(slo: SLO, naming: Naming) -> Iterator[Told]:
    for kind in _KINDS:
        notice = slo.notice(kind)
        if isinstance(notice, Notice) and isinstance(notice.level, Level):
            labels = {label: value for label, value in objective_labels(slo, kind, naming).items() if value}
            name = f"SLO {slo.name!r}: {kind} alert {labels['alertname']!r}"
            hold = int(as_duration(slo.absent_for)) if kind == "absent" else 0
            yield Told(name, labels, notice.level, _receivers(notice.receiver), slo.origin, hold=hold)


def objective_labels(slo: SLO, kind: AlertKind, naming: Naming) -> dict[str, str]:
    """The labels of an SLO's alert of a kind, its name among them."""
    identity = zip(naming.identity, (slo.id, slo.service.name, slo.name), strict=True)
    return {
        **slo.alert_labels(kind),
        **dict(identity),
        naming.severity_label: "ticket" if slo.notice(kind) is slo.ticket else "page",
        "alertname": slo.absence_alert_name if kind == "absent" else slo.alert_name,
    }


def _receivers(value: object) -> tuple[Receiver, ...]:
    items = value if isinstance(value, tuple) else (value,)
    return tuple(item for item in items if isinstance(item, Receiver))
