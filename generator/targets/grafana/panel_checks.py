"""What a panel must say to be understood, and names in it that must exist."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from generator.targets.grafana.conform import grafana_schema
from generator.targets.grafana.datasource import by_variable
from generator.targets.grafana.foreign import Object
from generator.targets.grafana.notes import Notes
from generator.targets.grafana.references import texts, used_in

_NO_UNIT: Final = frozenset(
    {
        "alertlist", "annolist", "canvas", "dashlist", "flamegraph", "geomap", "logs", "news", "nodeGraph", "row",
        "state-timeline", "text", "traces",
    }
)  # fmt: skip
_NO_DESCRIPTION: Final = frozenset({"row", "text"})
_CUSTOM_UNITS: Final = ("suffix:", "prefix:", "time:", "si:", "count:", "currency:", "bool:")
_LINKED: Final = re.compile(r"(?:^|[\s(\"'=])/?d/([A-Za-z0-9_-]++)(?!\$)")


@dataclass(frozen=True, slots=True)
class Setting:
    """What panels take from the project.

    version: Grafana's, as `12.0.0`. datasources, dashboards: uids that are provisioned. variables: names that the
    dashboard declares.
    """

    version: str
    datasources: frozenset[str] = frozenset()
    dashboards: frozenset[str] = frozenset()
    variables: frozenset[str] = frozenset()


def check_panel(panel: Object, setting: Setting, notes: Notes) -> None:
    """Note what is wrong with a panel that is otherwise done."""
    _check_datasources(panel, setting, notes)
    _check_variables(panel, setting, notes)
    _check_links(panel, setting, notes)
    _check_meaning(panel, notes)
    _check_units(panel, notes)


def _check_variables(panel: Object, setting: Setting, notes: Notes) -> None:
    """Variables without which the panel does not work; in prose a dollar sign may mean dollars."""
    needing = [panel.get("title"), panel.get("datasource"), panel.get("targets")]
    needing += [link.get("url") for link in panel.get("links", ())]
    needed = set(used_in(needing))
    needed |= {str(panel["repeat"])} if "repeat" in panel else set()
    for name in sorted(needed - setting.variables):
        notes.error("variable", *undeclared(name))


def undeclared(name: str) -> tuple[str, str]:
    """What to say of a variable that is not declared."""
    why = f'Add Variable("{name}", label=…, metric=…) to the dashboard, or mend the name.'
    return f"${name} is used but not declared", why


def _check_links(panel: Object, setting: Setting, notes: Notes) -> None:
    places = [panel.get("links"), panel["fieldConfig"], panel["options"]]
    linked = {uid for text in texts(places) if "d/" in text for uid in _LINKED.findall(text)}
    for uid in sorted(linked - setting.dashboards):
        notes.error("link", f"leads to {uid!r}, which no dashboard has")


def _check_datasources(panel: Object, setting: Setting, notes: Notes) -> None:
    named = [panel.get("datasource"), *(target.get("datasource") for target in panel.get("targets", ()))]
    for reference in {item["uid"]: item for item in named if item and "uid" in item}.values():
        if not by_variable(reference) and reference["uid"] not in setting.datasources:
            why = "Leave dataSource out to use the dashboard's variable, or name one that is provisioned."
            notes.warning("datasource", f"no data source has the uid {reference['uid']!r}", why)


def _check_meaning(panel: Object, notes: Notes) -> None:
    """A panel that nobody explains is not read right at night."""
    if not panel.get("title") and panel["type"] not in _NO_DESCRIPTION:
        notes.error("title", "has no title")
    if not panel.get("description") and panel["type"] not in _NO_DESCRIPTION:
        notes.error("description", "has no description", "Say in one sentence what it shows and when it is bad.")
    if panel["type"] not in _NO_UNIT and not _has_meaning(panel):
        why = "Name one of Grafana's units, such as 's', 'percentunit', 'reqps', or 'short' for plain numbers."
        notes.error("unit", "has no unit", why)


def _units(panel: Object) -> list[str]:
    """The units that a panel names, for all its values or for some."""
    config = panel["fieldConfig"]
    changes = (change for override in config["overrides"] for change in override["properties"])
    named = [change.get("value") for change in changes if change.get("id") == "unit"]
    named += [config["defaults"].get("unit"), panel["options"].get("yAxis", {}).get("unit")]
    return [unit for unit in named if isinstance(unit, str) and unit]


def _check_units(panel: Object, notes: Notes) -> None:
    known = grafana_schema()["units"]
    for unit in dict.fromkeys(_units(panel)):
        if unit not in known and not unit.startswith(_CUSTOM_UNITS):
            close = get_close_matches(unit, known, n=1)
            why = f"Did you mean {close[0]!r}? " if close else ""
            why += f"A text of your own is written 'suffix:{unit}'."
            notes.warning("unit", f"{unit!r} is none of Grafana's units", why)


def _has_meaning(panel: Object) -> bool:
    """Whether values have a unit, or a text in its place."""
    config = panel["fieldConfig"]
    if config["defaults"].get("unit") or config["defaults"].get("mappings"):
        return True
    if panel["type"] not in ("table", "xychart", "heatmap"):
        return False
    changes = (change for override in config["overrides"] for change in override["properties"])
    return bool(_units(panel)) or any(change.get("id") == "mappings" for change in changes)
