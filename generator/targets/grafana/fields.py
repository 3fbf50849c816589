"""Units, thresholds, value mappings and colours: what Grafana calls the field config, and its overrides."""

from __future__ import annotations

from typing import Any, Final

from generator.targets.grafana.foreign import Object

NEUTRAL: Final = "blue"
"""The colour of a value that no threshold judges; without steps Grafana would turn it red at 80."""

_JUDGED: Final = frozenset({"stat", "gauge", "bargauge"})
_DRAWS_THRESHOLDS: Final = frozenset({"timeseries", "barchart", "trend"})


def with_fields(panel: Object, *, typed: bool) -> Object:
    """The panel with a field config that is whole. typed: see `Foreign`."""
    config, kind = panel["fieldConfig"], str(panel.get("type"))
    defaults = config["defaults"]
    if typed:
        _drop_grafanalib_defaults(defaults)
    _mend_defaults(defaults, kind)
    if kind in _DRAWS_THRESHOLDS and "thresholds" in defaults:
        _draw_thresholds(defaults, typed=typed)
    for override in config["overrides"]:
        if isinstance(override, dict):
            _mend_override(override)
    return panel


def _drop_grafanalib_defaults(defaults: Object) -> None:
    """Units and texts that grafanalib fills in when the author said nothing."""
    for key in ("unit", "noValue"):
        if defaults.get(key) == "none":
            del defaults[key]


def _mend_defaults(defaults: Object, kind: str) -> None:
    for key in [key for key in ("unit", "displayName", "noValue", "description") if defaults.get(key) == ""]:
        del defaults[key]
    for key in ("min", "max", "decimals"):
        if defaults.get(key) == "":
            del defaults[key]
    defaults["mappings"] = [mapping for old in defaults.get("mappings") or [] for mapping in mappings_of(old)]
    if not defaults["mappings"]:
        del defaults["mappings"]
    _mend_thresholds(defaults, kind)
    color = defaults.get("color")
    if isinstance(color, dict) and color.get("fixedColor") == "none":
        del color["fixedColor"]
    custom = defaults.get("custom")
    if isinstance(custom, dict):
        _mend_custom(custom)
    for key in [key for key in ("custom", "color", "links") if not defaults.get(key)]:
        defaults.pop(key, None)


def _mend_thresholds(defaults: Object, kind: str) -> None:
    given = defaults.pop("thresholds", None)
    given = given if isinstance(given, dict) else {}
    made = steps_of(given.get("steps"))
    if not made and kind in _JUDGED:
        made = [{"color": NEUTRAL, "value": None}]
    if made:
        defaults["thresholds"] = {"mode": given.get("mode") or "absolute", "steps": made}


def steps_of(given: Any) -> list[Object]:
    """Threshold steps that begin, as Grafana wants it, with the colour of everything below the first value."""
    items = given if isinstance(given, list) else []
    steps = [_step(item) for item in items if isinstance(item, dict) and "color" in item]
    base = [step for step in steps if step["value"] is None][:1]
    rest = sorted((step for step in steps if step["value"] is not None), key=lambda step: float(step["value"]))
    if base or not rest:
        return base + rest
    if rest[0]["value"] == 0:
        return [{"color": rest[0]["color"], "value": None}, *rest[1:]]
    return [{"color": "green", "value": None}, *rest]


def _step(item: Object) -> Object:
    value = item.get("value")
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:  # grafanalib writes "null" for the base
            value = None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return {"color": item["color"], "value": value}


def mappings_of(old: Any) -> list[Object]:
    """A value mapping as Grafana has had it since 8, from that or from older shapes."""
    if not isinstance(old, dict) or isinstance(old.get("options"), dict):
        return [old] if isinstance(old, dict) else []
    text = {"text": str(old.get("text", ""))}
    value = old.get("value", "")
    if old.get("type") == 2 or (value in ("", None) and old.get("from") not in ("", None)):
        limits = {"from": _number(old.get("from")), "to": _number(old.get("to"))}
        return [{"type": "range", "options": {**limits, "result": text}}]
    if value == "null":
        return [{"type": "special", "options": {"match": "null", "result": text}}]
    return [{"type": "value", "options": {str(value): text}}]


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _mend_custom(custom: Object) -> None:
    scale = custom.get("scaleDistribution")
    if isinstance(scale, dict) and scale.get("type", "linear") == "linear":
        del custom["scaleDistribution"]
    hidden = custom.get("hideFrom")
    if isinstance(hidden, dict) and not any(hidden.values()):
        del custom["hideFrom"]
    elif isinstance(hidden, dict):
        custom["hideFrom"] = {"legend": False, "tooltip": False, "viz": False, **hidden}
    for key in [key for key in ("stacking", "axisLabel") if key in custom and not custom[key]]:
        del custom[key]


def _draw_thresholds(defaults: Object, *, typed: bool) -> None:
    """Without a style the limits of a graph are not drawn; grafanalib always says `off`."""
    custom = defaults.setdefault("custom", {})
    mode = (custom.get("thresholdsStyle") or {}).get("mode")
    if mode is None or (typed and mode == "off"):
        custom["thresholdsStyle"] = {"mode": "dashed"}


def _mend_override(override: Object) -> None:
    properties = override.get("properties")
    override["properties"] = properties if isinstance(properties, list) else []
    for change in override["properties"]:
        value = change.get("value") if isinstance(change, dict) else None
        if change.get("id") == "thresholds" and isinstance(value, dict):
            change["value"] = {"mode": value.get("mode") or "absolute", "steps": steps_of(value.get("steps"))}
        elif change.get("id") == "mappings" and isinstance(value, list):
            change["value"] = [mapping for old in value for mapping in mappings_of(old)]
        elif change.get("id") == "custom.hideFrom" and isinstance(value, dict):
            change["value"] = {"legend": False, "tooltip": False, "viz": False, **value}
