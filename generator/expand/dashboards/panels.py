"""Panels of SLO dashboards, as Grafana's JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from generator.expand.dashboards.series import Series
from generator.model.dashboard import Panel, Target, query, thresholds

Json = dict[str, Any]

TIMES: Final = "suffix:×"
BUDGET: Final = thresholds("red", orange=0, yellow=0.25, green=0.5)
"""Colours of the budget that is left: red when it is gone."""


def stat(title: str, description: str, target: Target, unit: str, steps: Sequence[Json], **defaults: Any) -> Panel:
    """A number, in the colour of its threshold."""
    fields = {"unit": unit, "thresholds": {"mode": "absolute", "steps": list(steps)}, **defaults}
    json = {
        "type": "stat",
        "title": title,
        "description": description,
        "targets": [target],
        "fieldConfig": {"defaults": fields},
        "options": {"colorMode": "background_solid", "graphMode": "none"},
    }
    return Panel(json)


def graph(
    title: str,
    description: str,
    targets: Sequence[Target],
    unit: str,
    *,
    steps: Sequence[Json] = (),
    overrides: Sequence[Json] = (),
    time_from: str = "",
    **defaults: Any,
) -> Panel:
    """Lines over time, with dashed lines at the thresholds."""
    custom = {"drawStyle": "line", "lineWidth": 1, "fillOpacity": 5, "showPoints": "never"}
    fields: Json = {"unit": unit, "custom": custom, **defaults}
    if steps:
        fields["thresholds"] = {"mode": "absolute", "steps": list(steps)}
    json: Json = {
        "type": "timeseries",
        "title": title,
        "description": description,
        "targets": list(targets),
        "fieldConfig": {"defaults": fields, "overrides": list(overrides)},
        "options": {"tooltip": {"mode": "multi", "sort": "desc"}},
    }
    if time_from:
        json["timeFrom"] = time_from
    return Panel(json)


def bars(
    title: str, description: str, targets: Sequence[Target], unit: str, steps: Sequence[Json], top: float
) -> Panel:
    """Values side by side; a full bar is `top`."""
    limits = {"mode": "absolute", "steps": list(steps)}
    json = {
        "type": "bargauge",
        "title": title,
        "description": description,
        "targets": list(targets),
        "fieldConfig": {"defaults": {"unit": unit, "min": 0, "max": top, "thresholds": limits}},
        "options": {"orientation": "horizontal", "displayMode": "basic", "valueMode": "text"},
    }
    return Panel(json)


def timeline(title: str, description: str, target: Target) -> Panel:
    """When alerts were firing."""
    firing = {"type": "value", "options": {"1": {"text": "firing", "color": "red"}}}
    json = {
        "type": "state-timeline",
        "title": title,
        "description": description,
        "targets": [target],
        "fieldConfig": {"defaults": {"mappings": [firing], "noValue": "none fires"}},
        "options": {"showValue": "never", "legend": {"showLegend": False}},
    }
    return Panel(json)


_COLUMNS: Final = ("Objective", "Window", "Budget left", "Burn rate now", "Burn rate, whole window")


def table(title: str, description: str, series: Series, link: str = "") -> Panel:
    """The SLOs with what is left of their budgets, the worst first."""
    naming = series.naming
    _, service, slo = naming.identity
    metrics = (naming.objective, naming.period_days, naming.budget_left, naming.current_burn, naming.period_burn)
    renamed = {service: "Service", slo: "SLO"}
    renamed |= {f"Value #{letter}": column for letter, column in zip("ABCDE", _COLUMNS, strict=True)}
    json = {
        "type": "table",
        "title": title,
        "description": description,
        "targets": [query(series.pick(metric), instant=True, table=True) for metric in metrics],
        "transformations": [
            {"id": "merge", "options": {}},
            {
                "id": "organize",
                "options": {
                    "excludeByName": {"Time": True},
                    "indexByName": {name: place for place, name in enumerate(renamed)},
                    "renameByName": renamed,
                },
            },
        ],
        "fieldConfig": {"defaults": {"unit": "short"}, "overrides": _column_looks(link)},
        "options": {"cellHeight": "sm", "sortBy": [{"displayName": "Budget left", "desc": False}]},
    }
    return Panel(json, width=24)


def _column_looks(link: str) -> list[Json]:
    burning = {"mode": "absolute", "steps": thresholds("green", yellow=1, orange=3, red=6)}
    text = ("custom.cellOptions", {"type": "color-text"})
    looks = [
        _column("Objective", unit="percentunit", decimals=3),
        _column("Window", unit="d"),
        _column(
            "Budget left",
            ("custom.cellOptions", {"type": "gauge", "mode": "basic", "valueDisplayMode": "color"}),
            unit="percentunit",
            decimals=1,
            min=0,
            max=1,
            thresholds={"mode": "absolute", "steps": BUDGET},
        ),
        _column("Burn rate now", text, unit=TIMES, decimals=2, thresholds=burning),
        _column("Burn rate, whole window", text, unit=TIMES, decimals=2, thresholds={**burning, "steps": _MISSED}),
    ]
    if link:
        looks += [_column(name, links=[{"title": "How this service does", "url": link}]) for name in ("Service", "SLO")]
    return looks


_MISSED: Final = thresholds("green", yellow=0.75, red=1)


def _column(name: str, *more: tuple[str, Any], **looks: Any) -> Json:
    properties = [{"id": key, "value": value} for key, value in (*looks.items(), *more)]
    return {"matcher": {"id": "byName", "options": name}, "properties": properties}


def dashed(name: str, color: str) -> Json:
    """A limit that is itself a series, drawn as one."""
    style = {"fill": "dash", "dash": [8, 8]}
    looks = {"custom.lineStyle": style, "custom.fillOpacity": 0, "color": {"mode": "fixed", "fixedColor": color}}
    return _column(name, *looks.items())
