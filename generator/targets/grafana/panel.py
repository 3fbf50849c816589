"""A panel's whole road, from an author's object to JSON that is valid against Grafana's own types."""

from __future__ import annotations

from typing import Any, Final

from generator.errors import DefinitionError
from generator.targets.grafana.conform import Findings, conform, definition, grafana_schema
from generator.targets.grafana.dead import GONE, replaced
from generator.targets.grafana.fields import with_fields
from generator.targets.grafana.foreign import Foreign, Object, read
from generator.targets.grafana.notes import Notes
from generator.targets.grafana.options import fill, with_options
from generator.targets.grafana.panel_checks import Setting, check_panel
from generator.targets.grafana.queries import with_queries
from generator.targets.grafana.shapes import in_shape

_EMPTY: Final[dict[str, tuple[Any, ...]]] = {
    "cacheTimeout": ("",),
    "description": ("",),
    "hideTimeOverride": (False,),
    "interval": ("",),
    "links": ([],),
    "repeat": ("",),
    "repeatDirection": ("",),
    "timeFrom": ("",),
    "timeShift": ("",),
    "transformations": ([],),
    "transparent": (False,),
}
"""Values of a panel that say nothing."""

_LINK: Final[Object] = {
    "asDropdown": False, "icon": "external link", "includeVars": False, "keepTime": False, "tags": [],
    "targetBlank": False, "tooltip": "", "type": "link",
}  # fmt: skip


def normalise(panel: Any, setting: Setting, notes: Notes, description: str = "") -> Object | None:
    """The panel without id, valid against Grafana's types; None when it cannot be read at all.

    description: stands in for the panel's own. A place (`gridPos`) that the object names is left in for the layout.
    """
    try:
        source = read(panel)
    except DefinitionError as reason:
        notes.error("panel", str(reason), "A panel is an object of grafanalib or the Foundation SDK, or its JSON.")
        return None
    if not isinstance(source.json.get("type"), str):
        notes.error("panel", "has no type", 'Say which panel it is: "type": "timeseries".')
        return None
    if source.json["type"] == "row":
        notes.error("panel", "a row cannot stand in a row", "Rows are written Row(title, [panels]).")
        return None
    if source.json["type"] in GONE:
        notes.error("dead-panel", f"Grafana no longer has {source.json['type']}", f"Use {GONE[source.json['type']]}.")
        return None
    made = replaced(_without_nulls(source.json))
    made["description"] = description or made.get("description", "")
    made = with_options(with_fields(in_shape(made), typed=source.typed))
    made = with_queries(made, source, notes)
    if source.typed and made.get("maxDataPoints") == 100:  # grafanalib's default, which makes graphs coarse
        del made["maxDataPoints"]
    _complete_parts(made)
    made = conformed(_without_empty(made), source, notes)
    if made["type"] in grafana_schema()["panels"]:
        made["pluginVersion"] = setting.version
    check_panel(made, setting, notes)
    return made


def conformed(panel: Object, source: Foreign, notes: Notes) -> Object:
    """The panel with only what Grafana's types know; what breaks them is noted."""
    found = Findings()
    entry = grafana_schema()["panels"].get(panel["type"], {})
    made: Object = conform(panel, definition("Panel"), "", found)
    if "options" in entry:
        made["options"] = conform(made["options"], entry["options"], "options", found)
    defaults = made["fieldConfig"]["defaults"]
    if "custom" in entry and "custom" in defaults:
        defaults["custom"] = conform(defaults["custom"], entry["custom"], "fieldConfig.defaults.custom", found)
    elif entry and "custom" not in entry:
        defaults.pop("custom", None)
    for override in made["fieldConfig"]["overrides"]:
        for change in override.get("properties", ()):
            _conform_change(change, entry, found)
    for path, message in found.misfits:
        notes.error("schema", f"{path} {message}")
    if not source.typed:
        for path in found.unknown:
            notes.warning(
                "unknown-key", f"{path} means nothing to Grafana", "It is left out; look for a slip of the pen."
            )
    return made


def _conform_change(change: Object, entry: Object, found: Findings) -> None:
    """The value of an override, whose schema depends on what it overrides."""
    name, value = str(change.get("id", "")), change.get("value")
    if value is None:
        change.pop("value", None)
        return
    schema = definition("FieldConfig")["properties"].get(name)
    if name.startswith("custom.") and "custom" in entry:
        custom = definition(entry["custom"]["$ref"].rpartition("/")[2])
        schema = custom.get("properties", {}).get(name.removeprefix("custom."))
    if schema is not None:
        change["value"] = conform(value, schema, f"override {name}", found)


def _without_nulls(value: Any) -> Any:
    """The value without nulls, but for those that mean something: the base of thresholds, the open end of a range."""
    if isinstance(value, dict):
        meaningful = ("value",) if "color" in value else ("from", "to") if "result" in value else ()
        return {k: _without_nulls(v) for k, v in value.items() if v is not None or k in meaningful}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def _without_empty(panel: Object) -> Object:
    kept = {key: value for key, value in panel.items() if value not in _EMPTY.get(key, ())}
    if "repeat" not in kept:
        kept = {key: value for key, value in kept.items() if key not in ("repeatDirection", "maxPerRow")}
    return kept


def link_to(title: str, url: str) -> Object:
    """A link of a panel that opens beside the dashboard."""
    return {**_LINK, "targetBlank": True, "title": title, "url": url}


def _complete_parts(panel: Object) -> None:
    """Links and transformations with what Grafana's types want of them."""
    for link in panel.get("links") or []:
        if isinstance(link, dict):
            fill(link, _LINK)
            link.setdefault("title", link.get("url", ""))
    for transformation in panel.get("transformations") or []:
        if isinstance(transformation, dict):
            transformation.setdefault("options", {})
