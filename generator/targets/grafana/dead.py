"""Panels that Grafana no longer has: rewritten where there is an exact modern one, named where there is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from generator.targets.grafana.foreign import Object

_CALCS: Final = {
    "avg": "mean", "current": "lastNotNull", "first": "firstNotNull", "total": "sum", "max": "max", "min": "min",
    "delta": "delta", "range": "range", "diff": "diff", "last_time": "lastNotNull",
}  # fmt: skip
_SORTS: Final = {0: "none", 1: "asc", 2: "desc"}
_THRESHOLD_COLORS: Final = {"ok": "green", "warning": "orange", "critical": "red"}

GONE: Final = {
    "ae3e-plotly-panel": "a core panel: timeseries, xychart or barchart",
    "flant-statusmap-panel": "status-history or state-timeline",
    "grafana-worldmap-panel": "geomap",
    "larona-epict-panel": "canvas",
    "marcuscalidus-svg-panel": "canvas",
    "natel-discrete-panel": "state-timeline",
    "table-old": "table",
}
"""Types that were removed with Angular or abandoned, and what does their work now."""


def replaced(panel: Object) -> Object:
    """The panel with a type that Grafana 12 has, if there is one that does exactly the same."""
    rewrite = REWRITES.get(str(panel.get("type")))
    return panel if rewrite is None else rewrite(panel)


def _timeseries(old: Object) -> Object:
    """`graph`, Grafana's panel before 8."""
    axis = (_listed(old.get("yaxes")) or [{}])[0]
    given = old.get("fieldConfig") or {}
    defaults = {**(given.get("defaults") or {})}
    defaults["unit"] = defaults.get("unit") or axis.get("format")
    for key in ("decimals", "min", "max"):
        defaults[key] = _number(axis.get(key)) if defaults.get(key) is None else defaults[key]
    custom = {**_drawing(old), "axisLabel": axis.get("label")}
    if axis.get("logBase", 1) not in (1, None):
        custom["scaleDistribution"] = {"type": "log", "log": axis["logBase"]}
    steps, style = _graph_thresholds(old.get("thresholds"))
    if steps:
        defaults["thresholds"] = {"mode": "absolute", "steps": steps}
        custom["thresholdsStyle"] = {"mode": style}
    defaults["custom"] = custom
    overrides = [*(given.get("overrides") or []), *_series_overrides(old)]
    tooltip = old.get("tooltip") or {}
    options = {
        "legend": _legend(old.get("legend") or {}),
        "tooltip": {
            "mode": "multi" if tooltip.get("shared", True) else "single",
            "sort": _SORTS.get(tooltip.get("sort", 0), "none"),
        },
    }
    return _modern(old, "timeseries", {"defaults": defaults, "overrides": overrides}, options)


def _drawing(old: Object) -> Object:
    bars_only = bool(old.get("bars")) and not old.get("lines", True)
    custom: Object = {
        "drawStyle": "bars" if bars_only else "line" if old.get("lines", True) else "points",
        "fillOpacity": min(100, 10 * int(old.get("fill", 1))),
        "lineWidth": int(old.get("linewidth", 1)),
        "lineInterpolation": "stepAfter" if old.get("steppedLine") else "linear",
        "pointSize": max(1, 2 * int(old.get("pointradius", 2) or 2)),
        "showPoints": "always" if old.get("points") else "never",
        "spanNulls": old.get("nullPointMode") == "connected",
    }
    if old.get("stack"):
        custom["stacking"] = {"mode": "percent" if old.get("percentage") else "normal", "group": "A"}
    return custom


def _graph_thresholds(thresholds: Any) -> tuple[list[Object], str]:
    """Steps, and how they are drawn. A threshold that warns below its value colours what lies under it."""
    given = [item for item in _listed(thresholds) if isinstance(item, dict) and "value" in item]
    if not given:
        return [], "off"
    below = next((_threshold_color(item) for item in given if item.get("op") == "lt"), "transparent")
    steps: list[Object] = [{"color": below, "value": None}]
    for item in sorted(given, key=lambda item: float(item["value"])):
        color = "transparent" if item.get("op") == "lt" else _threshold_color(item)
        steps.append({"color": color, "value": item["value"]})
    line, area = (any(item.get(key) for item in given) for key in ("line", "fill"))
    return steps, "line+area" if line and area else "area" if area else "line" if line else "off"


def _threshold_color(item: Object) -> str:
    mode = str(item.get("colorMode", "critical"))
    return _THRESHOLD_COLORS.get(mode) or _color(item.get("lineColor")) or _color(item.get("fillColor")) or "red"


def _color(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _series_overrides(old: Object) -> list[Object]:
    colors = old.get("aliasColors") or {}
    made = [_override(alias, [{"id": "color", "value": _fixed(color)}]) for alias, color in colors.items()]
    for item in _listed(old.get("seriesOverrides")):
        properties = _override_properties(item)
        if properties and item.get("alias"):
            made.append(_override(item["alias"], properties))
    return made


def _override(alias: str, properties: list[Object]) -> Object:
    pattern = len(alias) > 1 and alias.startswith("/") and alias.endswith("/")
    return {"matcher": {"id": "byRegexp" if pattern else "byName", "options": alias}, "properties": properties}


def _override_properties(item: Object) -> list[Object]:
    made: list[Object] = []
    if item.get("color"):
        made.append({"id": "color", "value": _fixed(item["color"])})
    if item.get("yaxis") == 2:
        made.append({"id": "custom.axisPlacement", "value": "right"})
    if item.get("fill", 1) != 1:
        made.append({"id": "custom.fillOpacity", "value": min(100, 10 * int(item["fill"]))})
    if item.get("bars"):
        made.append({"id": "custom.drawStyle", "value": "bars"})
    if item.get("dashes"):
        dash = [item.get("dashLength") or 10, item.get("spaceLength") or 10]
        made.append({"id": "custom.lineStyle", "value": {"fill": "dash", "dash": dash}})
    if item.get("transform") == "negative-Y":
        made.append({"id": "custom.transform", "value": "negative-Y"})
    if item.get("fillBelowTo"):
        made.append({"id": "custom.fillBelowTo", "value": item["fillBelowTo"]})
    return made


def _fixed(color: str) -> Object:
    return {"mode": "fixed", "fixedColor": color}


def _legend(old: Object) -> Object:
    names = [name for name in ("min", "max", "avg", "current", "total") if old.get(name)]
    return {
        "showLegend": bool(old.get("show", True)),
        "displayMode": "table" if old.get("alignAsTable") else "list",
        "placement": "right" if old.get("rightSide") else "bottom",
        "calcs": [_CALCS[name] for name in names] if old.get("values", bool(names)) else [],
    }


def _stat(old: Object) -> Object:
    """`singlestat`, and its gauge, from before Grafana 7."""
    gauge = old.get("gauge") or {}
    defaults: Object = {
        "unit": old.get("format"),
        "decimals": old.get("decimals"),
        "mappings": [*_listed(old.get("valueMaps")), *_listed(old.get("rangeMaps"))],
        "thresholds": {"mode": "absolute", "steps": _coloured_steps(old)},
        "noValue": old.get("nullText"),
    }
    reduced = {"calcs": [_CALCS.get(str(old.get("valueName", "avg")), "mean")], "fields": "", "values": False}
    options: Object = {"reduceOptions": reduced}
    if gauge.get("show"):
        defaults |= {"min": gauge.get("minValue", 0), "max": gauge.get("maxValue", 100)}
        options |= {
            "showThresholdLabels": bool(gauge.get("thresholdLabels")),
            "showThresholdMarkers": bool(gauge.get("thresholdMarkers", True)),
        }
        return _modern(old, "gauge", {"defaults": defaults, "overrides": []}, options)
    shown = (old.get("sparkline") or {}).get("show")
    coloured = "background" if old.get("colorBackground") else "value" if old.get("colorValue") else "none"
    options |= {"graphMode": "area" if shown else "none", "colorMode": coloured}
    if old.get("valueName") == "name":
        options["textMode"] = "name"
    return _modern(old, "stat", {"defaults": defaults, "overrides": []}, options)


def _coloured_steps(old: Object) -> list[Object]:
    """`"50,80"` and three colours."""
    limits = [number for text in str(old.get("thresholds") or "").split(",") if (number := _number(text)) is not None]
    colors = [color if isinstance(color, str) else "text" for color in _listed(old.get("colors"))]
    if not limits or not colors:
        return []
    return [{"color": color, "value": value} for color, value in zip(colors, [None, *limits], strict=False)]


def _piechart(old: Object) -> Object:
    """`grafana-piechart-panel`, the plugin from before Grafana 8."""
    legend = old.get("legend") or {}
    calc = _CALCS.get(str(old.get("valueName", "current")), "lastNotNull")
    values = [name for name, key in (("value", "values"), ("percent", "percentage")) if legend.get(key)]
    given = old.get("fieldConfig") or {}
    defaults = {**(given.get("defaults") or {}), "unit": old.get("format")}
    colors = old.get("aliasColors") or {}
    overrides = [_override(alias, [{"id": "color", "value": _fixed(color)}]) for alias, color in colors.items()]
    options = {
        "pieType": old.get("pieType") or "pie",
        "reduceOptions": {"calcs": [calc], "fields": "", "values": False},
        "legend": {
            "showLegend": bool(legend.get("show", True)),
            "displayMode": "list",
            "placement": "right" if old.get("legendType") == "Right side" else "bottom",
            "values": values,
        },
    }
    return _modern(
        old, "piechart", {"defaults": defaults, "overrides": [*(given.get("overrides") or []), *overrides]}, options
    )


def _modern(old: Object, kind: str, fields: Object, options: Object) -> Object:
    """What every panel keeps, under its new type."""
    return {**{key: old[key] for key in COMMON if key in old}, "type": kind, "fieldConfig": fields, "options": options}


COMMON: Final = (
    "title", "description", "datasource", "targets", "links", "gridPos", "id", "interval", "maxDataPoints", "maxPerRow",
    "repeat", "repeatDirection", "timeFrom", "timeShift", "hideTimeOverride", "transformations", "transparent",
)  # fmt: skip

REWRITES: Final[dict[str, Callable[[Object], Object]]] = {
    "graph": _timeseries,
    "singlestat": _stat,
    "grafana-singlestat-panel": _stat,
    "grafana-piechart-panel": _piechart,
}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _number(value: Any) -> float | int | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return int(number) if number.is_integer() else number
