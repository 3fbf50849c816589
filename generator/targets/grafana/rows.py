"""The panels of a row: read, mended, measured; once, however many dashboards show the row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from generator.diagnostics import Origin
from generator.model.dashboard import Panel, Row, Target
from generator.model.panels import field_of, panel_key, title_of
from generator.targets.grafana.foreign import Object
from generator.targets.grafana.layout import COLUMNS, Size
from generator.targets.grafana.notes import Notes
from generator.targets.grafana.panel import normalise
from generator.targets.grafana.panel_checks import Setting
from generator.targets.grafana.references import used_in


@dataclass(frozen=True, slots=True)
class Shown:
    """A panel without id and place. key: what its id is made from. uses: variables anywhere in it."""

    json: Object
    key: str
    size: Size
    uses: frozenset[str]
    origin: Origin
    subject: str


class Rows:
    """Rows that were made ready. What is wrong with a shared one is told of the first dashboard that shows it."""

    def __init__(self) -> None:
        # The row is kept with its panels: as long as it lives, nothing else has its id.
        self._ready: dict[tuple[int, frozenset[str]], tuple[Row, list[Shown]]] = {}

    def panels(self, row: Row, setting: Setting, notes: Notes) -> list[Shown]:
        """The row's panels in a dashboard with this setting; notes: the dashboard's."""
        key = (id(row), setting.variables)
        if key not in self._ready:
            made = (_shown(item, row, setting, notes) for item in row.panels)
            self._ready[key] = (row, [one for one in made if one is not None])
        return self._ready[key][1]


def _shown(item: Any, row: Row, setting: Setting, above: Notes) -> Shown | None:
    wrapper = item if isinstance(item, Panel) else Panel(item, origin=_written(item) or row.origin)
    title = title_of(wrapper)
    notes = Notes(f"panel {title!r} of row {row.title!r} in {above.subject}", wrapper.origin, above.problems)
    json = normalise(wrapper.panel, setting, notes, wrapper.description)
    if json is None:
        return None
    place = json.pop("gridPos", {})
    size = Size(
        json["type"],
        _first(wrapper.width, place.get("w"), row.width),
        _first(wrapper.height, place.get("h"), row.height),
    )
    key = panel_key(row, wrapper, json["type"])
    return Shown(json, key, _possible(size, notes), used_in(json), notes.origin, notes.subject)


def _first(*values: int | None) -> int | None:
    return next((value for value in values if value is not None), None)


def _written(panel: Any) -> Origin | None:
    """Where a foreign panel was written: it cannot say, but our queries in it can."""
    targets = field_of(panel, "targets")
    found = [target.origin for target in targets if isinstance(target, Target)] if isinstance(targets, list) else []
    return found[0] if found else None


def _possible(size: Size, notes: Notes) -> Size:
    if not (isinstance(size.wide, int) and 1 <= size.wide <= COLUMNS):
        notes.error("layout", f"width must be a whole number from 1 to {COLUMNS}, got {size.wide!r}")
        size = Size(size.kind, None, size.height)
    if not (isinstance(size.high, int) and size.high >= 1):
        notes.error("layout", f"height must be a whole number from 1, got {size.high!r}")
        size = Size(size.kind, size.width, None)
    return size
