"""Dashboards as one HTML page without Grafana: every panel in its place, with what it asks and when it is bad.

Nothing is measured here, so nothing is drawn that would look like measurements.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any, Final

from generator.diagnostics import Problem
from generator.errors import PromQLError
from generator.model.bundle import Bundle
from generator.model.dashboard import Dashboard
from generator.promql import parse, to_lines
from generator.targets.grafana.dashboard import build
from generator.targets.grafana.foreign import Object
from generator.targets.grafana.layout import COLUMNS
from generator.targets.grafana.pages import pages_of
from generator.targets.grafana.preview_style import COLORS, STYLE
from generator.targets.grafana.preview_text import said
from generator.targets.grafana.preview_units import in_unit, unit_name
from generator.targets.grafana.rows import Rows

_SIGNS: Final = {
    "alertlist": "☰", "bargauge": "▤", "gauge": "◔", "heatmap": "▦", "logs": "≡", "stat": "#", "piechart": "◕",
    "state-timeline": "▬", "table": "▥", "text": "¶", "timeseries": "∿",
}  # fmt: skip
_QUERY_WIDTH: Final = 120


def preview_page(bundle: Bundle, dashboards: Sequence[Dashboard]) -> tuple[str, list[Problem]]:
    """A page with some of a bundle's dashboards, and what is wrong with them."""
    rows, problems = Rows(), list[Problem]()
    uids, pages = frozenset(dashboard.uid for dashboard in bundle.dashboards), pages_of(bundle)
    pictures = []
    for dashboard in dashboards:
        made, notes = build(dashboard, bundle.catalog.grafana, uids, rows, pages)
        pictures.append(made)
        problems += notes.problems
    return preview(pictures), problems


def preview(dashboards: Sequence[Object]) -> str:
    """A page with these dashboards (as `build` makes them), the first on top; needs no network and no script."""
    index = "".join(f'<a href="#{escape(made["uid"])}">{escape(made["title"])}</a>' for made in dashboards)
    body = "\n".join(_dashboard(made) for made in dashboards)
    head = f"<meta charset='utf-8'><title>Dashboards</title><style>{STYLE}</style>"
    return f"<!doctype html>\n<html lang='en'><head>{head}</head><body><nav>{index}</nav>\n{body}\n</body></html>\n"


def _dashboard(made: Object) -> str:
    choices = "".join(_choice(variable) for variable in made["templating"]["list"] if variable["type"] != "constant")
    links = "".join(_link(link) for link in made["links"])
    panels = "\n".join(_cell(panel) for panel in _unfolded(made["panels"]))
    about = escape(made.get("description", ""))
    head = f"<header><h1>{escape(made['title'])}</h1><p>{about}</p><div>{choices}{links}</div></header>"
    return f'<section id="{escape(made["uid"])}">{head}\n<div class="grid">\n{panels}\n</div></section>'


def _choice(variable: Object) -> str:
    current = variable.get("current", {}).get("text", "")
    shown = ", ".join(current) if isinstance(current, list) else current
    return f'<span class="choice"><b>{escape(variable.get("label") or variable["name"])}</b>{escape(str(shown))}</span>'


def _link(link: Object) -> str:
    url = str(link.get("url", ""))
    target = "#" + url.removeprefix("/d/") if url.startswith("/d/") else url
    return f'<a class="link" href="{escape(target)}">{escape(link["title"])} ↗</a>'


def _unfolded(panels: Sequence[Object]) -> Iterator[Object]:
    """The panels with those of collapsed rows opened, so that everything can be seen."""
    pushed = 0
    for panel in panels:
        inner = panel.get("panels", ())
        yield _moved(panel, pushed)
        for one in inner:
            yield _moved(one, pushed)
        if inner:
            pushed += max(one["gridPos"]["y"] + one["gridPos"]["h"] for one in inner) - panel["gridPos"]["y"] - 1


def _moved(panel: Object, down: int) -> Object:
    place = panel["gridPos"]
    return {**panel, "gridPos": {**place, "y": place["y"] + down}}


def _cell(panel: Object) -> str:
    place = panel["gridPos"]
    area = f"grid-area:{place['y'] + 1}/{place['x'] + 1}/span {place['h']}/span {min(place['w'], COLUMNS)}"
    if panel["type"] == "row":
        again = f" <small>again for each ${escape(panel['repeat'])}</small>" if panel.get("repeat") else ""
        mark = "▸" if panel["collapsed"] else "▾"
        return f'<h2 style="{area}">{mark} {escape(panel.get("title", ""))}{again}</h2>'
    sign = _SIGNS.get(panel["type"], "□")
    about = escape(panel.get("description", ""))
    head = f'<h3><i title="{escape(panel["type"])}">{sign}</i>{escape(panel.get("title", ""))}{_facts(panel)}</h3>'
    inner = f"{head}{_steps(panel)}<p>{about}</p>{_content(panel)}{_panel_links(panel)}"
    return f'<article style="{area}" data-sign="{sign}" title="{about}"><div>{inner}</div></article>'


def _panel_links(panel: Object) -> str:
    """Where the panel leads: most often to the runbooks of its alerts."""
    links = "".join(f'<a href="{escape(link["url"])}">{escape(link["title"])} ↗</a>' for link in panel.get("links", ()))
    return f'<div class="leads">{links}</div>' if links else ""


def _facts(panel: Object) -> str:
    defaults = panel["fieldConfig"]["defaults"]
    unit = defaults.get("unit") or panel["options"].get("yAxis", {}).get("unit", "")
    facts = [unit_name(unit), panel.get("timeFrom", "")]
    return "".join(f"<code>{escape(fact)}</code>" for fact in facts if fact)


def _steps(panel: Object) -> str:
    """The thresholds as a strip of colours with the values where they change."""
    defaults = panel["fieldConfig"]["defaults"]
    steps, unit = defaults.get("thresholds", {}).get("steps", []), defaults.get("unit", "")
    if not steps:
        return ""
    pieces = (f'<b style="background:{_color(step["color"])}">{_limit(step["value"], unit)}</b>' for step in steps)
    return f'<div class="steps">{"".join(pieces)}</div>'


def _limit(value: float | None, unit: str) -> str:
    return "" if value is None else escape(in_unit(value, unit))


def _color(name: str) -> str:
    """Grafana's colour names as a browser knows them; anything odd is grey."""
    plain = name.removeprefix("dark-").removeprefix("semi-dark-").removeprefix("light-").removeprefix("super-light-")
    fits = name.startswith("#") and name[1:].isalnum()
    return name if fits else COLORS.get(plain, "#6b7280")


def _content(panel: Object) -> str:
    if panel["type"] == "text":
        return said(str(panel["options"].get("content", "")), str(panel["options"].get("mode", "markdown")))
    return "".join(_query(target) for target in panel.get("targets", ()))


def _query(target: dict[str, Any]) -> str:
    legend = target.get("legendFormat", "").strip()
    name = f"<em>{escape(legend)}</em> " if legend and legend != "__auto" else ""
    written = escape(_laid_out(str(target.get("expr", ""))))
    return f"<pre><b>{escape(str(target.get('refId', '')))}</b> {name}{written}</pre>"


def _laid_out(expr: str) -> str:
    """PromQL over several lines, as rule files have it; what is not PromQL stays as it is."""
    try:
        lines = to_lines(parse(expr), _QUERY_WIDTH)
    except PromQLError:
        return expr
    return f"\n{lines}" if "\n" in lines else lines
