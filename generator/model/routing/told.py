"""The alerts of a catalog with what is known of their labels before they fire, and whom their authors mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from generator.diagnostics import Origin
from generator.model.catalog import Catalog, alert_labels
from generator.model.naming import Naming
from generator.model.receiver import Receiver
from generator.model.rule import Alert
from generator.model.service import Level, Service
from generator.model.slo import SLO, AlertKind, Notice

_KINDS: Final[tuple[AlertKind, ...]] = ("page", "ticket", "absent")


@dataclass(frozen=True, slots=True)
class Told:
    """One alert. name: for messages; receivers: who must be told, empty when its author does not say.

    labels: those known before it fires, none of them empty. A plain mapping, for there are many of these.
    """

    name: str
    labels: Mapping[str, str]
    level: Level
    receivers: tuple[Receiver, ...]
    origin: Origin


def raised(catalog: Catalog) -> Iterator[Told]:
    """Every alert that the catalog's rules can raise but for escalations; what is not whole is passed over.

    The labels are those that Alertmanager sees: Prometheus adds its external labels where an alert has none so named.
    """
    settings = catalog.prometheus
    external = dict(settings.external_labels)
    for alert in _all(catalog, settings.naming):
        yield replace(alert, labels={**external, **alert.labels}) if external else alert


def _all(catalog: Catalog, naming: Naming) -> Iterator[Told]:
    for alert in catalog.alerts:
        if isinstance(alert.service, Service) and isinstance(alert.level, Level):
            yield _hand_written(alert)
    for slo in catalog.of(SLO):
        if isinstance(slo.service, Service):
            yield from _of_objective(slo, naming)


def _hand_written(alert: Alert) -> Told:
    return Told(f"Alert {alert.name!r}", alert_labels(alert), alert.level, _receivers(alert.receiver), alert.origin)


def _of_objective(slo: SLO, naming: Naming) -> Iterator[Told]:
    for kind in _KINDS:
        notice = slo.notice(kind)
        if isinstance(notice, Notice) and isinstance(notice.level, Level):
            labels = {label: value for label, value in objective_labels(slo, kind, naming).items() if value}
            name = f"SLO {slo.name!r}: {kind} alert {labels['alertname']!r}"
            yield Told(name, labels, notice.level, _receivers(notice.receiver), slo.origin)


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
