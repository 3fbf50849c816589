"""Panels that nobody here wrote: the dashboards of public mixins, as JSON mappings in our rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from generator import Dashboard, Row, Variable
from generator.model.bundle import Bundle
from generator.model.catalog import Catalog
from generator.targets.grafana import render
from tests.conftest import needs_shared_data
from tests.grafana_schema import nulls, overlaps, panels_of, repeated_letters, schema_faults

Object = dict[str, Any]


def rows_of(foreign: Object) -> list[Row]:
    """The rows of a dashboard as it was shared: folded ones, open ones, and those from before Grafana 5."""
    rows = [Row(row.get("title", ""), row["panels"]) for row in foreign.get("rows", ())]
    title, panels, folded = "", list[Object](), list[Object]()
    for panel in foreign.get("panels", ()):
        if panel["type"] == "row":
            rows.append(Row(title, [*folded, *panels]))
            title, panels, folded = panel.get("title", ""), [], panel.get("panels", [])
        else:
            panels.append(panel)
    rows.append(Row(title, [*folded, *panels]))
    return [row for row in rows if row.panels]


def variables_of(foreign: Object) -> list[Variable]:
    given = [item for item in foreign.get("templating", {}).get("list", ()) if item["name"] != "datasource"]
    return [
        Variable(item["name"], source=item["query"])
        if item["type"] == "datasource"
        else Variable(item["name"], label="job", metric="up")
        for item in given
    ]


def converted(path: Path) -> tuple[Object, list[str]]:
    """The dashboard as we render it, and what was told."""
    foreign = json.loads(path.read_text(encoding="utf-8"))
    dashboard = Dashboard(foreign["title"], uid=path.stem[:40], rows=rows_of(foreign), variables=variables_of(foreign))
    rendering = render(Bundle(Catalog(), dashboards=(dashboard,)))
    [made] = [json.loads(text) for file, text in rendering.files.items() if file.suffix == ".json"]
    return made, [f"{problem.check} {problem.message}" for problem in rendering.problems]


def count_panels(foreign: Object) -> int:
    return sum(len(row.panels) for row in rows_of(foreign))


def test_public_dashboards_become_valid_ones() -> None:
    files = sorted(needs_shared_data("mixins").rglob("*.json"))
    assert len(files) > 30
    told: dict[str, int] = {}
    for file in files:
        made, problems = converted(file)
        for problem in problems:
            told[problem.split()[0]] = told.get(problem.split()[0], 0) + 1
        assert not [problem for problem in problems if problem.startswith("grafana/schema")], file
        assert schema_faults(made) == [], file
        assert list(nulls(made)) == [], file
        assert overlaps(made) == [], file
        assert repeated_letters(made) == [], file
    # What their authors left out is told, and nothing else goes wrong but for queries our parser cannot read.
    expected = {
        "grafana/datasource", "grafana/description", "grafana/no-query", "grafana/panel-id", "grafana/promql",
        "grafana/title", "grafana/unit", "grafana/unknown-key", "grafana/variable", "grafana/link",
    }  # fmt: skip
    assert set(told) <= expected, told


def test_no_panel_and_no_query_is_lost() -> None:
    for file in sorted(needs_shared_data("mixins").rglob("*.json")):
        foreign = json.loads(file.read_text(encoding="utf-8"))
        made, _ = converted(file)
        panels = [panel for panel in panels_of(made) if panel["type"] != "row"]
        assert len(panels) == count_panels(foreign), file
        given = [target.get("expr") for row in rows_of(foreign) for panel in row.panels for target in _targets(panel)]
        kept = [target.get("expr") for panel in panels for target in panel.get("targets", ())]
        assert kept == given, file


def _targets(panel: Object) -> list[Object]:
    return panel.get("targets") or []
