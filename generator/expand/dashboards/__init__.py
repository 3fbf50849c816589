"""Dashboards of the SLOs: one of all of them for the wall, and one for each service, linked to and fro.

They read recorded series only, so an objective may change without a dashboard changing; what they draw as limits are
the factors of the burn-rate policies.
"""

from __future__ import annotations

from generator.diagnostics import NOWHERE
from generator.expand.dashboards.names import service_uid
from generator.expand.dashboards.overview import overview
from generator.expand.dashboards.service import ServiceDashboards
from generator.expand.plan import Planner
from generator.model.catalog import Catalog
from generator.model.dashboard import Dashboard, Link
from generator.model.service import Service
from generator.model.slo import SLO

__all__ = ["service_uid", "slo_dashboards"]


def slo_dashboards(catalog: Catalog) -> tuple[Dashboard, ...]:
    """The overview, then a dashboard for each service that has SLOs, in the order of their definition."""
    by_service: dict[Service, list[SLO]] = {}
    for slo in catalog.of(SLO):
        by_service.setdefault(slo.service, []).append(slo)
    if not by_service:
        return ()
    planner, folder = Planner(catalog), catalog.grafana.slo_folder
    links = _elsewhere(catalog)
    details = ServiceDashboards(planner.naming, folder, links)
    made = [details.dashboard(service, [planner.plan(slo) for slo in slos]) for service, slos in by_service.items()]
    return (overview(planner.naming, tuple(by_service), folder, links), *made)


def _elsewhere(catalog: Catalog) -> list[Link]:
    """Links to the dashboards that people wrote, by their tags: a list to choose from for each, however many."""
    tags = dict.fromkeys(tag for dashboard in catalog.of(Dashboard) for tag in dashboard.tags)
    return [Link(tag.capitalize(), tag=tag, origin=NOWHERE) for tag in tags]
