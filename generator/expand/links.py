"""Where an alert leads: to its page, and to the panel that shows what it is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from urllib.parse import quote

from generator.expand.dashboards import service_uid
from generator.expand.dashboards.service import kind_of, row_title, variable_name
from generator.expand.dashboards.slo_panels import BURNING, RATIO
from generator.expand.plan import Planner
from generator.labels import LabelSet
from generator.model.base import as_expr
from generator.model.bundle import AlertingRule, PanelLink
from generator.model.catalog import Catalog
from generator.model.dashboard import Dashboard, Panel
from generator.model.kinship import Asked, Reader, Written
from generator.model.panels import PlacedPanel, panel_id, queries_of, titled_panels
from generator.model.rule import Alert
from generator.model.runbook import Runbook, is_page_address, page_name
from generator.model.service import Service
from generator.model.slo import SLO, AlertKind
from generator.promql import Expr


class Links:
    """Finds the panels of alerts, once for a catalog."""

    def __init__(self, catalog: Catalog, planner: Planner) -> None:
        self._catalog = catalog
        self._planner = planner
        self._base = catalog.grafana.url.rstrip("/")
        self._pages = catalog.prometheus.runbooks

    def on(self, rule: AlertingRule, service: Service, runbook: Runbook | str, panel: PanelLink | None) -> AlertingRule:
        """The rule with its links, below the annotations that it has: an author may set them otherwise."""
        links = {
            "runbook_url": self._page(rule.alert, runbook, service),
            "dashboard_url": "" if panel is None else panel.url,
        }
        annotations = LabelSet({**links, **rule.annotations})
        return replace(rule, annotations=annotations, runbook=self._catalog.runbook(runbook), panel=panel)

    def _page(self, alert: str, runbook: Runbook | str, service: Service) -> str:
        """The address of an alert's page; nothing where the settings do not say where pages are published."""
        if is_page_address(runbook):
            return str(runbook)
        base = service.runbooks or self._pages
        return f"{base.rstrip('/')}/{page_name(alert)}" if base else ""

    def of_alert(self, alert: Alert) -> PanelLink | None:
        """The panel that explains the alert, or the one whose queries are most like its own."""
        place = self._explained.get(id(alert)) or self._most_alike(as_expr(alert.expr))
        return None if place is None else self._link(place)

    def of_slo(self, slo: SLO, kind: AlertKind) -> PanelLink:
        """The panel of the SLO's generated dashboard that shows why an alert of a kind fires."""
        place = self._explained.get(id(slo))
        if place is not None:
            return self._link(place)
        service, variable = slo.service, self._variables[id(slo)]
        title = RATIO if kind == "absent" else BURNING
        number = self._number(variable, title)
        query = f"var-{variable}={quote(slo.name, safe='')}&viewPanel={number}"
        return PanelLink(f"SLOs of {service.name}", title, f"{self._base}/d/{service_uid(service)}?{query}")

    def _link(self, place: PlacedPanel) -> PanelLink:
        url = f"{self._base}/d/{place.dashboard.uid}?viewPanel={place.id}"
        return PanelLink(place.dashboard.title, place.title, url)

    def _number(self, variable: str, title: str) -> int:
        key = f"{row_title(variable)}/{title}"
        if key not in self._numbers:
            self._numbers[key] = panel_id(key)
        return self._numbers[key]

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {}

    @cached_property
    def _variables(self) -> dict[int, str]:
        """The variable of its service's dashboard that chooses an SLO, by the SLO's identity."""
        kinds: dict[int, dict[object, str]] = {}
        found = {}
        for slo in self._catalog.of(SLO):
            known = kinds.setdefault(id(slo.service), {})
            kind = kind_of(slo, self._planner.shape(slo))
            found[id(slo)] = known.setdefault(kind, variable_name(len(known)))
        return found

    @cached_property
    def _explained(self) -> dict[int, PlacedPanel]:
        """By what they explain, the panels that say so."""
        found: dict[int, PlacedPanel] = {}
        for place in self._places():
            explains = place.panel.explains if isinstance(place.panel, Panel) else ()
            for what in explains if isinstance(explains, tuple) else (explains,):
                found.setdefault(id(what), place)
        return found

    def _places(self) -> Iterator[PlacedPanel]:
        return (place for dashboard in self._catalog.of(Dashboard) for place in titled_panels(dashboard))

    # --- panels that are like an alert ---

    def _most_alike(self, expr: Expr) -> PlacedPanel | None:
        """The panel whose queries are most like this one, of equals the first; None when none reads the same series."""
        wanted = self._reader.asked(expr)
        best, highest = None, 0.0
        for number in sorted({number for metric in wanted.metrics for number in self._by_metric.get(metric, ())}):
            place, asked = self._candidates[number]
            likeness = wanted.likeness(asked)
            if likeness > highest:
                best, highest = place, likeness
        return best

    @cached_property
    def _reader(self) -> Reader:
        rules = self._catalog.recording_rules
        return Reader(Written(rule.record, LabelSet(rule.labels), as_expr(rule.expr)) for rule in rules)

    @cached_property
    def _candidates(self) -> list[tuple[PlacedPanel, Asked]]:
        return [(place, self._reader.asked(*queries_of(place.panel))) for place in self._places()]

    @cached_property
    def _by_metric(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, (_, asked) in enumerate(self._candidates):
            for metric in asked.metrics:
                found.setdefault(metric, []).append(number)
        return found
