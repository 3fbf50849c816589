"""The judge of what is rendered: a whole JSON Schema validator over Grafana's own types, and rules they cannot say."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from jsonschema import Draft7Validator

from generator.targets.grafana.conform import grafana_schema

Object = dict[str, Any]


@lru_cache(maxsize=256)
def validator(reference: str) -> Draft7Validator:
    """A validator of one definition."""
    return Draft7Validator({"$ref": reference, "definitions": grafana_schema()["definitions"]})


def panels_of(dashboard: Object) -> Iterator[Object]:
    """Panels and rows, also those inside folded rows."""
    for panel in dashboard["panels"]:
        yield panel
        yield from panel.get("panels", ())


def schema_faults(dashboard: Object) -> list[str]:
    """What Grafana's types do not allow."""
    shell = {**dashboard, "panels": []}
    found = list(_faults(shell, "#/definitions/Dashboard", "dashboard"))
    for panel in panels_of(dashboard):
        kind = "RowPanel" if panel["type"] == "row" else "Panel"
        found += _faults(panel, f"#/definitions/{kind}", panel.get("title", ""))
        if kind == "Panel":
            found += _panel_faults(panel)
    return found


def _panel_faults(panel: Object) -> Iterator[str]:
    entry = grafana_schema()["panels"].get(panel["type"], {})
    where = f"{panel['type']} {panel.get('title', '')!r}"
    if "options" in entry:
        yield from _faults(panel["options"], entry["options"]["$ref"], f"{where} options")
    custom = panel["fieldConfig"]["defaults"].get("custom")
    if custom is not None and entry:
        assert "custom" in entry, f"{where} has no custom fields"
        yield from _faults(custom, entry["custom"]["$ref"], f"{where} custom")
    for target in panel.get("targets", ()):
        if target["datasource"].get("type") == "prometheus" and "expr" in target:
            yield from _faults(target, "#/definitions/PrometheusQuery", f"{where} target")


def _faults(value: Any, reference: str, where: str) -> Iterator[str]:
    for error in validator(reference).iter_errors(value):
        yield f"{where}: {error.json_path}: {error.message[:200]}"


def nulls(value: Any, path: str = "") -> Iterator[str]:
    """Where nulls stand that mean nothing."""
    if isinstance(value, dict):
        meaningful = {"value"} if "color" in value else {"from", "to"} if "result" in value else set()
        for key, item in value.items():
            if item is None and key not in meaningful:
                yield f"{path}.{key}"
            yield from nulls(item, f"{path}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from nulls(item, f"{path}[{index}]")


def overlaps(dashboard: Object) -> list[str]:
    """Panels that lie over each other or beyond the grid. The panels of a folded row share only that row's space."""
    shown = [panel for panel in dashboard["panels"] if panel["type"] != "row" or panel["collapsed"] is not None]
    found = _overlaps(shown)
    for panel in dashboard["panels"]:
        found += _overlaps(panel.get("panels", []))
    return found


def _overlaps(panels: list[Object]) -> list[str]:
    found = []
    taken: dict[tuple[int, int], str] = {}
    for panel in panels:
        place, title = panel["gridPos"], panel.get("title", "")
        if not (place["x"] >= 0 and place["x"] + place["w"] <= 24 and place["w"] >= 1 and place["h"] >= 1):
            found.append(f"{title} leaves the grid: {place}")
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                if (x, y) in taken:
                    found.append(f"{title} lies over {taken[x, y]}")
                taken[x, y] = title
    return list(dict.fromkeys(found))


def repeated_letters(dashboard: Object) -> list[str]:
    """Panels two of whose queries have the same letter."""
    found = []
    for panel in panels_of(dashboard):
        letters = [target["refId"] for target in panel.get("targets", ())]
        if len(letters) != len(set(letters)):
            found.append(panel.get("title", ""))
    return found


def repeated_ids(dashboard: Object) -> list[int]:
    """Ids that more than one panel has."""
    ids = [panel["id"] for panel in panels_of(dashboard)]
    return sorted({number for number in ids if ids.count(number) > 1})
