"""All SLOs on one page: is anything burning, and what is worst."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from generator.diagnostics import NOWHERE
from generator.expand.dashboards.names import OVERVIEW, TAG, table_link
from generator.expand.dashboards.panels import BUDGET, TIMES, bars, graph, stat, table
from generator.expand.dashboards.series import Series
from generator.model.dashboard import Dashboard, Link, Panel, Row, query, thresholds
from generator.model.naming import Naming
from generator.model.service import Service

_WORST: Final = 10


def overview(naming: Naming, services: Sequence[Service], folder: str, links: Sequence[Link] = ()) -> Dashboard:
    """The dashboard for the wall. services: those that have SLOs. links: to other dashboards."""
    series = Series(naming)
    return Dashboard(
        "SLO overview",
        uid=OVERVIEW,
        folder=folder,
        description="Every SLO, the one with the least budget left first",
        tags=[TAG],
        rows=[
            Row("Is anything burning?", _counts(series)),
            Row("Which objective is in the greatest danger?", [_worst_first(series, services)]),
            Row("How did it come to this?", _worst_over_time(series)),
        ],
        links=[Link("Services", tag=TAG), *links],
        time_from="now-24h",
        origin=NOWHERE,
    )


def _counts(series: Series) -> list[Panel]:
    naming = series.naming
    bad = thresholds("green", red=1)
    unseen = f"{series.of(naming.info)} unless on ({naming.id_label}) {series.of(naming.current_burn)}"
    return [
        _count("Pages", "SLOs whose budget burns so fast that somebody was paged.", _alerting(series, "page"), bad),
        _count(
            "Tickets",
            "SLOs whose budget burns steadily: to be looked at in working hours.",
            _alerting(series, "ticket"),
            thresholds("green", orange=1),
        ),
        _count("Missed", "SLOs that have no budget left.", f"{series.budget_left} < 0", bad),
        _count("Not measured", "SLOs whose metrics are missing: nothing would alert.", unseen, bad),
        _count("SLOs", "Objectives that are being watched.", series.of(naming.info), thresholds("blue")),
    ]


def _alerting(series: Series, severity: str) -> str:
    return f"count by ({series.naming.id_label}) ({series.firing(severity)})"


def _count(title: str, description: str, expr: str, steps: Sequence[dict[str, Any]]) -> Panel:
    return stat(title, description, query(f"count({expr}) or vector(0)", instant=True), "short", steps)


def _worst_first(series: Series, services: Sequence[Service]) -> Panel:
    return table(
        "SLOs, least budget left first",
        "Budget left: share of the allowed errors that is still unspent. Burn rate: multiples of the pace that would "
        "spend the budget evenly; above 1 over the whole window the objective is missed.",
        series,
        table_link(services),
    )


def _worst_over_time(series: Series) -> list[Panel]:
    naming = series.naming
    _, service, slo = naming.identity
    legend = f"{{{{{service}}}}} {{{{{slo}}}}}"
    left, burn = series.pick(naming.budget_left), series.pick(naming.current_burn)
    worst = f"{left} and on ({service}, {slo}) bottomk({_WORST}, {series.pick(naming.budget_left, at_end=True)})"
    return [
        graph(
            "What is left of the smallest budgets?",
            f"The {_WORST} SLOs with the least budget left. Below 0 the objective is missed.",
            [query(worst, legend=legend)],
            "percentunit",
            steps=BUDGET,
            max=1,
        ),
        bars(
            "What burns fastest now?",
            f"The {_WORST} SLOs that spend their budget fastest over the last five minutes; 1 is the even pace.",
            [query(f"sort_desc(topk({_WORST}, {burn} > 0))", legend=legend, instant=True)],
            TIMES,
            thresholds("green", yellow=1, orange=3, red=6),
            top=15,
        ),
    ]
