"""One service's SLOs: what is promised, and how each of them does.

Services differ in a hidden variable only, so dashboards of services with the same windows and policies share their
rows: written, checked and printed once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from generator.diagnostics import NOWHERE
from generator.duration import format_duration
from generator.expand.dashboards.names import OVERVIEW, TAG, service_uid
from generator.expand.dashboards.panels import table
from generator.expand.dashboards.series import Series
from generator.expand.dashboards.slo_panels import slo_panels
from generator.expand.plan import Plan, Shape
from generator.model.dashboard import Dashboard, Link, Panel, Row, Variable
from generator.model.naming import Naming
from generator.model.runbook import is_page_address, page_name
from generator.model.service import Service
from generator.model.slo import SLO
from generator.model.window import Calendar
from generator.promql.ast import Matcher

_SERVICE: Final = "service"
_TOP: Final = 6

Kind = tuple[int, bool, str]
"""What SLOs whose panels are the same have in common: shape of the plan, whether events are counted, calendar."""


class ServiceDashboards:
    """Makes dashboards of services; rows that are the same are the same object. links: to other dashboards."""

    def __init__(self, naming: Naming, folder: str, links: Sequence[Link] = ()) -> None:
        _, service, self._slo_label = naming.identity
        self._series = Series(naming, (Matcher(service, "=", f"${_SERVICE}"),))
        self._folder, self._links = folder, links
        self._rows: dict[tuple[Kind, str], Row] = {}
        self._states = Row("Is it kept?", [_states(self._series)])

    def dashboard(self, service: Service, plans: Sequence[Plan]) -> Dashboard:
        """The dashboard of a service. SLOs with the same window and policy share a row that Grafana repeats."""
        variables = [Variable(_SERVICE, values=[service.name], hidden=True, origin=NOWHERE)]
        rows = [Row("What is promised?", [_promises(plans)]), self._states]
        for place, (kind, alike) in enumerate(_alike(plans).items()):
            variable = _variable(alike, place)
            variables.append(variable)
            rows.append(self._row(kind, variable.name, alike[0]))
        return Dashboard(
            f"SLOs of {service.name}",
            uid=service_uid(service),
            folder=self._folder,
            description=service.title or service.description,
            tags=[TAG],
            rows=rows,
            variables=variables,
            links=[Link("All SLOs", uid=OVERVIEW), Link("Services", tag=TAG), *self._links],
            time_from="now-24h",
            origin=NOWHERE,
        )

    def _row(self, kind: Kind, variable: str, plan: Plan) -> Row:
        if (kind, variable) not in self._rows:
            matchers = (*self._series.matchers, Matcher(self._slo_label, "=~", f"${variable}"))
            panels = slo_panels(plan, Series(self._series.naming, matchers))
            self._rows[kind, variable] = Row(row_title(variable), panels, repeat=variable)
        return self._rows[kind, variable]


def row_title(variable: str) -> str:
    """The question of the row that Grafana repeats for each SLO of a variable."""
    return f"How does ${variable} do?"


def variable_name(place: int) -> str:
    """The variable of a service's SLOs of one kind. place: how many kinds the service has before it."""
    return f"slo_{place + 1}" if place else "slo"


def kind_of(slo: SLO, shape: Shape) -> Kind:
    """What makes SLOs of a service share a row."""
    calendar = str(slo.span) if isinstance(slo.span, Calendar) else ""
    return (id(shape), slo.sli.counted, calendar)


def _alike(plans: Sequence[Plan]) -> dict[Kind, list[Plan]]:
    groups: dict[Kind, list[Plan]] = {}
    for plan in plans:
        groups.setdefault(kind_of(plan.slo, plan.shape), []).append(plan)
    return groups


def _variable(plans: Sequence[Plan], place: int) -> Variable:
    span = plans[0].slo.span
    length = str(span) if isinstance(span, Calendar) else format_duration(plans[0].period)
    return Variable(
        variable_name(place), values=[plan.slo.name for plan in plans], title=f"SLO over {length}", origin=NOWHERE
    )


def _promises(plans: Sequence[Plan]) -> Panel:
    lines = [f"- **{plan.slo.name}**: {plan.slo.description or 'not described'}{_runbook(plan)}" for plan in plans]
    options = {"mode": "markdown", "content": "\n".join(lines)}
    return Panel({"type": "text", "title": "Promises", "options": options}, height=3 + len(lines) // 2)


def _runbook(plan: Plan) -> str:
    """A link to the page of the SLO's alerts; nothing where there is none, or nobody knows where it is published."""
    slo = plan.slo
    noticed = [notice for notice in (slo.page, slo.ticket) if not notice.disable]
    base = slo.service.runbooks or plan.settings.runbooks
    elsewhere = next((str(one.runbook) for one in noticed if is_page_address(one.runbook)), "")
    url = elsewhere or (f"{base.rstrip('/')}/{page_name(slo.alert_name)}" if base else "")
    return f" ([runbook]({url}))" if noticed and url else ""


def _states(series: Series) -> Panel:
    made = table("The service's SLOs", "Least budget left first, and how fast it is being spent.", series)
    return Panel(made.panel, height=_TOP)
