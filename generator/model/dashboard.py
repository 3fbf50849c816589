"""Dashboards as people mean them: rows that ask a question, panels that answer it. Layout is ours to work out.

A panel is any object of grafanalib or of the Grafana Foundation SDK (or a mapping of Grafana's JSON); it is kept as
it was given, and only the grafana target looks inside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from generator.errors import PromQLError
from generator.model.base import (
    Definition,
    Part,
    Query,
    as_expr,
    expect,
    normalise_queries,
    normalise_tuples,
)
from generator.model.rule import Alert
from generator.model.runbook import Runbook
from generator.model.service import Service
from generator.model.slo import SLO
from generator.promql import to_text


@dataclass(frozen=True, slots=True)
class Target(Part):
    """One query of a panel. legend: template of the series' names. instant, table: how Grafana asks."""

    expr: Query
    legend: str = ""
    instant: bool = False
    table: bool = False
    hide: bool = False
    ref: str = ""

    def __post_init__(self) -> None:
        normalise_queries(self, "expr")

    @property
    def text(self) -> str:
        """The query as Grafana gets it."""
        return to_text(as_expr(self.expr))

    def to_json_data(self) -> dict[str, Any]:
        """Grafana's JSON of the target, under the method name that grafanalib calls on its own targets."""
        return {
            "expr": self.text,
            "legendFormat": self.legend or "__auto",
            "instant": self.instant,
            "range": not self.instant,
            "format": "table" if self.table else "time_series",
            "hide": self.hide,
            "refId": self.ref,
        }

    def to_json(self) -> dict[str, Any]:
        """The same, under the name that the Foundation SDK calls."""
        return self.to_json_data()

    def build(self) -> Target:
        """Itself: the Foundation SDK's panels take builders of targets."""
        return self


def query(
    expr: Query, legend: str = "", *, service: Service | None = None, instant: bool = False, table: bool = False
) -> Target:
    """A query for a panel: `query("sum by (job) (rate(x[$__rate_interval]))", legend="{{job}}")`.

    service: whose `job` every selector gets. instant: only the newest value. table: as the lines of a table.
    """
    if service is not None:
        with suppress(PromQLError):  # Target finds the fault again and keeps it
            expr = service.query(expr)
    return Target(expr, legend, instant, table)


def thresholds(base: str, **steps: float) -> list[dict[str, Any]]:
    """Threshold steps: `thresholds("green", yellow=0.7, red=DISK_FULL)` is red from `DISK_FULL` up.

    base: the colour below the first step. Colours are Grafana's names; `dark_red` stands for `dark-red`.
    """
    made: list[dict[str, Any]] = [{"color": base.replace("_", "-"), "value": None}]
    made += [{"color": color.replace("_", "-"), "value": value} for color, value in steps.items()]
    return made


@dataclass(frozen=True, slots=True, eq=False)
class Panel(Part):
    """A panel object with a place: width in the 24 columns of the grid, height in grid units of 30 pixels.

    key: what its id is made from; by default the titles of row and panel, so a renamed panel that must keep its
    links says its old title here. explains: the alerts, objectives and procedures whose pages lead here; an alert that
    no panel explains leads to the panel whose queries are most like its own.
    """

    panel: Any
    width: int | None = None
    height: int | None = None
    key: str = ""
    description: str = ""
    explains: Alert | SLO | Runbook | Sequence[Alert | SLO | Runbook] = ()

    def __post_init__(self) -> None:
        normalise_tuples(self, "explains")
        expect(self, "explains", Alert | SLO | Runbook)


@dataclass(frozen=True, slots=True, eq=False)
class Row(Part):
    """A question in words, and the panels that answer it, placed from left to right.

    width, height: of those of its panels that have none of their own; None leaves them to the layout. repeat: the
    variable for each of whose values Grafana shows the row again.
    """

    title: str
    panels: Sequence[Any] = ()
    collapsed: bool = False
    repeat: str = ""
    width: int | None = None
    height: int | None = None

    def __post_init__(self) -> None:
        normalise_tuples(self, "panels")


@dataclass(frozen=True, slots=True)
class Variable(Part):
    """A choice at the top of a dashboard: the values of `label` over `metric`, fixed `values`, or data sources.

    source: the kind of data source to choose among, such as `"loki"`. Prometheus has its variable, `$datasource`,
    without asking. default: what is chosen at first, otherwise everything. hidden: a name for its one value, which
    nobody can choose.
    """

    name: str
    label: str = ""
    metric: str = ""
    values: Sequence[str] = ()
    title: str = ""
    multi: bool = True
    include_all: bool = True
    default: str = ""
    source: str = ""
    hidden: bool = False

    def __post_init__(self) -> None:
        normalise_tuples(self, "values")


@dataclass(frozen=True, slots=True)
class Link(Part):
    """A link at the top of a dashboard: to another one by uid, to those with a tag, or to a URL."""

    title: str
    uid: str = ""
    tag: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Dashboard(Definition):
    """A dashboard. uid: fixed, so that links to it last. refresh: how often it reloads."""

    title: str
    uid: str = field(kw_only=True)
    folder: str = ""
    rows: Sequence[Row] = ()
    description: str = ""
    tags: Sequence[str] = ()
    refresh: str = "1m"
    time_from: str = "now-6h"
    time_to: str = "now"
    variables: Sequence[Variable] = ()
    links: Sequence[Link] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        normalise_tuples(self, "rows", "tags", "variables", "links")
        expect(self, "rows", Row)
        expect(self, "variables", Variable)
        expect(self, "links", Link)

    @property
    def name(self) -> str:
        """The title."""
        return self.title
