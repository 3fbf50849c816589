"""A dashboard: its rows laid out, its panels with ids that stay, its choices and links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from generator.model.dashboard import Dashboard, Link, Row
from generator.model.panels import panel_id
from generator.model.settings import GrafanaSettings
from generator.targets.grafana.conform import Findings, conform, definition
from generator.targets.grafana.datasource import ALERTMANAGER_UID
from generator.targets.grafana.foreign import Object
from generator.targets.grafana.layout import COLUMNS, ROW_HEIGHT, placed
from generator.targets.grafana.notes import Notes
from generator.targets.grafana.pages import NO_PAGES, Pages, panel_url
from generator.targets.grafana.panel_checks import Setting
from generator.targets.grafana.rows import Rows, Shown
from generator.targets.grafana.variables import DATASOURCE, check_uses, templating

SCHEMA_VERSION: Final = 42
_SHARED_CROSSHAIR: Final = 1


def build(
    dashboard: Dashboard, settings: GrafanaSettings, uids: frozenset[str], ready: Rows, pages: Pages = NO_PAGES
) -> tuple[Object, Notes]:
    """The dashboard's JSON, and what is wrong with it.

    uids: of all dashboards that links may lead to. ready: rows that other dashboards had already. pages: the runbooks
    that panels link to.
    """
    setting = Setting(
        _three_numbers(settings.version),
        frozenset({settings.datasource, ALERTMANAGER_UID}),
        uids,
        frozenset({DATASOURCE, *(variable.name for variable in dashboard.variables)}),
    )
    notes = Notes(f"dashboard {dashboard.title!r}", dashboard.origin)
    rows = [(row, ready.panels(row, setting, notes)) for row in dashboard.rows]
    made: Object = {
        "editable": False,
        "graphTooltip": _SHARED_CROSSHAIR,
        "links": [_link(link, notes) for link in dashboard.links],
        "refresh": dashboard.refresh,
        "schemaVersion": SCHEMA_VERSION,
        "tags": list(dashboard.tags),
        "templating": {"list": templating(dashboard, settings.datasource, notes)},
        "time": {"from": dashboard.time_from, "to": dashboard.time_to},
        "timezone": settings.timezone,
        "title": dashboard.title,
        "uid": dashboard.uid,
        **({"description": dashboard.description} if dashboard.description else {}),
        **dashboard.options,
    }
    check_uses(made, {name for _, shown in rows for one in shown for name in one.uses}, dashboard, notes)
    panels = _laid_out(rows, notes)
    for panel in panels:
        for one in (panel, *panel.get("panels", ())):
            runbooks = pages.get(panel_url(settings.url, dashboard.uid, one["id"]), ())
            if runbooks:
                one["links"] = [*one.get("links", ()), *runbooks]
    return {**_conformed(made, notes), "panels": panels}, notes


def _conformed(made: Object, notes: Notes) -> Object:
    """What is round the panels, which were checked one by one."""
    found = Findings()
    whole: Object = conform(made, definition("Dashboard"), "", found)
    for path, message in found.misfits:
        notes.error("schema", f"{path} {message}")
    for path in found.unknown:
        notes.warning("unknown-key", f"{path} means nothing to Grafana", "It is left out.")
    return whole


def _laid_out(rows: Sequence[tuple[Row, list[Shown]]], notes: Notes) -> list[Object]:
    """The rows below each other, with ids. A folded row takes one line; its panels have their places for later."""
    panels: list[Object] = []
    keys: dict[int, str] = {}
    top = 0
    for row, shown in rows:
        head, top = _row_head(row, top, keys, notes)
        places, bottom = placed([one.size for one in shown], top)
        inner = [
            {
                **one.json,
                "gridPos": place.json,
                "id": _claim(one.key, keys, Notes(one.subject, one.origin, notes.problems)),
            }
            for one, place in zip(shown, places, strict=True)
        ]
        if row.collapsed and head:
            panels.append({**head, "panels": inner})
        else:
            panels += [*([head] if head else []), *inner]
            top = bottom
    return panels


def _row_head(row: Row, top: int, keys: dict[int, str], notes: Notes) -> tuple[Object, int]:
    """The row's own bar, and where its panels begin. A row without a title has no bar."""
    if not row.title:
        return {}, top
    head: Object = {
        "collapsed": row.collapsed,
        "gridPos": {"h": ROW_HEIGHT, "w": COLUMNS, "x": 0, "y": top},
        "id": _claim(f"row:{row.title}", keys, Notes(notes.subject, row.origin, notes.problems)),
        "panels": [],
        "title": row.title,
        "type": "row",
    }
    if row.repeat:
        head["repeat"] = row.repeat
    return head, top + ROW_HEIGHT


def _claim(key: str, keys: dict[int, str], notes: Notes) -> int:
    number = panel_id(key)
    if number in keys:
        other = keys[number]
        same = f"there is another panel {key!r}" if other == key else f"{key!r} and {other!r} give the same id"
        notes.error("panel-id", f"{same}, so links could not tell them apart", "Rename one, or give Panel(…, key=…).")
    keys.setdefault(number, key)
    return number


def _link(link: Link, notes: Notes) -> Object:
    made: Object = {
        "asDropdown": bool(link.tag),
        "icon": "dashboard" if link.uid else "external link",
        "includeVars": False,
        "keepTime": bool(link.uid or link.tag),
        "tags": [link.tag] if link.tag else [],
        "targetBlank": bool(link.url),
        "title": link.title,
        "tooltip": "",
        "type": "dashboards" if link.tag else "link",
    }
    if not link.tag:
        made["url"] = f"/d/{link.uid}" if link.uid else link.url
    if sum(map(bool, (link.uid, link.tag, link.url))) != 1:
        notes.error("link", f"link {link.title!r} needs one of uid, tag and url", origin=link.origin)
    return made


def _three_numbers(version: str) -> str:
    """`12.0` as plugins are numbered: `12.0.0`."""
    return ".".join([*version.split("."), "0", "0"][:3])
