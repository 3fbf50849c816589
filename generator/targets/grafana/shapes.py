"""What older generators, grafanalib among them, write for each panel, brought to the shape that Grafana 12 reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from generator.targets.grafana.dead import COMMON
from generator.targets.grafana.foreign import Object

_ROWS_LAYOUT: Final = {"auto": "auto", "upper": "le", "lower": "ge", "middle": "unknown"}
_STATES: Final = {
    "alerting": "firing", "ok": "normal", "no_data": "noData", "pending": "pending", "execution_error": "error",
}  # fmt: skip
_CELLS: Final[dict[str, Object]] = {
    "basic": {"type": "gauge", "mode": "basic"},
    "gradient-gauge": {"type": "gauge", "mode": "gradient"},
    "lcd-gauge": {"type": "gauge", "mode": "lcd"},
    "color-background": {"type": "color-background", "mode": "gradient"},
    "color-background-solid": {"type": "color-background", "mode": "basic"},
}


def in_shape(panel: Object) -> Object:
    """The panel with its options where Grafana looks for them."""
    panel["fieldConfig"] = _field_config(panel.get("fieldConfig"))
    if not isinstance(panel.get("options"), dict):
        panel["options"] = {}
    reshape = RESHAPES.get(str(panel.get("type")))
    return panel if reshape is None else reshape(panel)


def _field_config(given: Any) -> Object:
    config = given if isinstance(given, dict) else {}
    defaults = config.get("defaults")
    overrides = config.get("overrides")
    return {
        **config,
        "defaults": defaults if isinstance(defaults, dict) else {},
        "overrides": overrides if isinstance(overrides, list) else [],
    }


def _only_options(panel: Object, options: Object) -> Object:
    """The panel with new options, without what stood beside them."""
    return {**{key: panel[key] for key in (*COMMON, "type", "fieldConfig") if key in panel}, "options": options}


def _heatmap(panel: Object) -> Object:
    """The panel from before Grafana 9 has `dataFormat` and its options beside it."""
    if "dataFormat" not in panel:
        return panel
    color, axis = panel.get("color") or {}, panel.get("yAxis") or {}
    buckets = panel["dataFormat"] == "tsbuckets"
    options: Object = {
        "calculate": not buckets,
        "color": {
            "mode": "opacity" if color.get("mode") == "opacity" else "scheme",
            "scheme": str(color.get("colorScheme", "interpolateOranges")).removeprefix("interpolate"),
            "fill": color.get("cardColor", "dark-orange"),
            "exponent": color.get("exponent", 0.5),
            "reverse": False,
            "steps": 64,
            **{key: color[key] for key in ("min", "max") if key in color},
        },
        "yAxis": {
            "axisPlacement": "left" if axis.get("show", True) else "hidden",
            "reverse": bool(panel.get("reverseYBuckets")),
            **{new: axis[old] for old, new in _AXIS if axis.get(old) is not None},
        },
        "legend": {"show": bool((panel.get("legend") or {}).get("show"))},
        "cellGap": (panel.get("cards") or {}).get("cardPadding", 1),
    }
    if panel.get("hideZeroBuckets"):
        options["filterValues"] = {"le": 1e-9}
    if buckets:
        options["rowsFrame"] = {"layout": _ROWS_LAYOUT.get(str(panel.get("yBucketBound")), "auto")}
        for target in panel.get("targets") or []:
            target["format"] = "heatmap"
    return _only_options(panel, options)


_AXIS: Final = (
    ("format", "unit"),
    ("decimals", "decimals"),
    ("min", "min"),
    ("max", "max"),
    ("label", "axisLabel"),
)


def _bargauge(panel: Object) -> Object:
    """`fieldOptions` became `fieldConfig` and `reduceOptions` in Grafana 7."""
    old = panel["options"].pop("fieldOptions", None)
    if isinstance(old, dict):
        given = old.get("defaults") or {}
        defaults = panel["fieldConfig"]["defaults"]
        for key in ("decimals", "max", "min", "unit", "links"):
            defaults.setdefault(key, given.get(key))
        defaults["displayName"] = given.get("title")
        defaults["mappings"] = old.get("mappings") or []
        if old.get("thresholds"):
            defaults["thresholds"] = {"mode": "absolute", "steps": old["thresholds"]}
        panel["options"]["reduceOptions"] = _reduced(old)
    return panel


def _gauge(panel: Object) -> Object:
    """grafanalib writes options among the field defaults."""
    defaults = panel["fieldConfig"]["defaults"]
    if "calcs" in defaults:
        panel["options"].setdefault("reduceOptions", _reduced(defaults))
        defaults["displayName"] = defaults.pop("title", None)
        for key in ("calcs", "values", "limit", "override"):
            defaults.pop(key, None)
    for key in ("showThresholdLabels", "showThresholdMarkers"):
        if key in panel["fieldConfig"]:
            panel["options"].setdefault(key, panel["fieldConfig"].pop(key))
    return panel


def _reduced(old: Object) -> Object:
    reduced: Object = {"calcs": old.get("calcs") or ["lastNotNull"], "fields": "", "values": bool(old.get("values"))}
    if reduced["values"] and old.get("limit") is not None:
        reduced["limit"] = old["limit"]
    return reduced


def _alertlist(panel: Object) -> Object:
    """The list from before unified alerting has its options beside it."""
    if "stateFilter" not in panel:
        return panel
    options: Object = {
        "alertName": (panel["options"].get("alertName") or panel.get("nameFilter") or ""),
        "dashboardAlerts": bool(panel.get("onlyAlertsOnDashboard")),
        "maxItems": int(panel.get("limit") or 20),
        "sortOrder": panel.get("sortOrder") or 1,
        "showInstances": True,
    }
    states = {_STATES.get(str(state)) for state in panel["stateFilter"] or []}
    if states:
        options["stateFilter"] = {name: name in states for name in _STATES.values()}
    return _only_options(panel, options)


def _dashlist(panel: Object) -> Object:
    """Options stood beside the panel until Grafana 8."""
    renamed = {
        "headings": "showHeadings", "search": "showSearch", "recent": "showRecentlyViewed", "starred": "showStarred",
        "limit": "maxItems", "query": "query", "tags": "tags",
    }  # fmt: skip
    found = {new: panel[old] for old, new in renamed.items() if old in panel}
    return _only_options(panel, {**found, **panel["options"]})


def _text(panel: Object) -> Object:
    """Content stood beside the panel until Grafana 7."""
    for key in ("content", "mode"):
        if key in panel:
            panel["options"].setdefault(key, panel.pop(key))
    if panel["options"].get("mode") == "text":  # plain text went in Grafana 9; HTML that is escaped is the nearest
        panel["options"]["mode"] = "markdown"
    return panel


def _table(panel: Object) -> Object:
    """`displayMode` became `cellOptions` in Grafana 9; grafanalib puts colour and mappings beside the panel."""
    defaults = panel["fieldConfig"]["defaults"]
    for key in ("color", "mappings"):
        if panel.get(key):
            defaults.setdefault(key, panel[key])
    custom = defaults.setdefault("custom", {})
    mode = custom.pop("displayMode", None)
    custom.setdefault("cellOptions", _cell(mode or "auto"))
    for override in panel["fieldConfig"]["overrides"]:
        for change in override.get("properties") or []:
            if change.get("id") == "custom.displayMode":
                change |= {"id": "custom.cellOptions", "value": _cell(change.get("value"))}
    panel["options"].pop("footer", None)
    return panel


def _cell(mode: Any) -> Object:
    return dict(_CELLS.get(str(mode), {"type": str(mode)}))


RESHAPES: Final[dict[str, Callable[[Object], Object]]] = {
    "heatmap": _heatmap,
    "bargauge": _bargauge,
    "gauge": _gauge,
    "alertlist": _alertlist,
    "dashlist": _dashlist,
    "text": _text,
    "table": _table,
}
