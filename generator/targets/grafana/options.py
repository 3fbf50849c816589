"""What Grafana's types require of each panel's options, filled in where an author left it to Grafana."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Final

from generator.targets.grafana.conform import grafana_schema
from generator.targets.grafana.foreign import Object

_LEGEND: Final[Object] = {"calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": True}
_TOOLTIP: Final[Object] = {"mode": "single", "sort": "none"}
_CHART: Final[Object] = {"legend": _LEGEND, "tooltip": _TOOLTIP}
_REDUCED: Final[Object] = {
    "orientation": "auto",
    "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
}
_LOGS: Final[Object] = {
    "dedupStrategy": "none", "enableLogDetails": True, "prettifyLogMessage": False, "showCommonLabels": False,
    "showLabels": False, "showLogContextToggle": False, "showTime": True, "sortOrder": "Descending",
    "wrapLogMessage": False,
}  # fmt: skip

_REQUIRED: Final[dict[str, Object]] = {
    "barchart": {**_CHART, "xTickLabelMaxLength": 0},
    "bargauge": {**_REDUCED, "legend": {**_LEGEND, "showLegend": False}},
    "candlestick": _CHART,
    "gauge": _REDUCED,
    "heatmap": {"yAxis": {"axisPlacement": "left"}},
    "histogram": _CHART,
    "logs": _LOGS,
    "piechart": {**_CHART, **_REDUCED, "legend": {**_LEGEND, "values": []}, "sort": "desc"},
    "stat": _REDUCED,
    "state-timeline": _CHART,
    "status-history": _CHART,
    "table": {"frameIndex": 0, "showHeader": True},
    "text": {"content": ""},
    "timeseries": _CHART,
    "trend": _CHART,
    "xychart": {**_CHART, "mapping": "auto"},
}
_REQUIRED_CUSTOM: Final[dict[str, Object]] = {
    "table": {"align": "auto", "cellOptions": {"type": "auto"}, "inspect": False},
}


def with_options(panel: Object) -> Object:
    """The panel with every option that its type requires."""
    kind = str(panel.get("type"))
    defaults = grafana_schema()["panels"].get(kind, {}).get("defaults", {})
    options = panel["options"]
    _mend_legend(options.get("legend"))
    _mend_sorting(options)
    fill(options, _REQUIRED.get(kind, {}))
    fill(options, defaults)
    if kind in _REQUIRED_CUSTOM:
        fill(panel["fieldConfig"]["defaults"].setdefault("custom", {}), _REQUIRED_CUSTOM[kind])
    return panel


def fill(value: Object, defaults: Object) -> None:
    """Put in what is missing, also inside objects that are there."""
    for key, default in defaults.items():
        if key not in value:
            value[key] = deepcopy(default)
        elif isinstance(default, dict) and isinstance(value[key], dict):
            fill(value[key], default)


def _mend_legend(legend: Any) -> None:
    """`hidden` was a display mode; now `showLegend` says it."""
    if isinstance(legend, dict) and legend.get("displayMode") == "hidden":
        legend |= {"displayMode": "list", "showLegend": False}


def _mend_sorting(options: Object) -> None:
    sort = options.get("sortBy")
    if isinstance(sort, list):
        options["sortBy"] = [item for item in sort if isinstance(item, dict) and item.get("displayName")]
