"""Dashboards: definitions to JSON as data, and what holds of every dashboard that is rendered."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml

from generator import Dashboard, GrafanaSettings, Panel, Row, query, thresholds
from generator.diagnostics import Severity
from generator.expand.dashboards import slo_dashboards
from generator.loader import load
from generator.model.bundle import Bundle, Rendering
from generator.model.catalog import Catalog, Module
from generator.model.panels import panel_id
from generator.targets.grafana import render
from tests.conftest import CASES, compare
from tests.grafana_schema import nulls, overlaps, panels_of, repeated_ids, repeated_letters, schema_faults

FOLDER = CASES / "grafana"
FILES = sorted(FOLDER.glob("*.py"))

Object = dict[str, Any]


def bundle_of(*dashboards: Dashboard, settings: GrafanaSettings | None = None) -> Bundle:
    """A project of just these."""
    items = (*dashboards, settings) if settings else dashboards
    return Bundle(Catalog((Module("dashboards.all", "dashboards/all.py", items),)), dashboards=dashboards)


def made(rendering: Rendering) -> list[Object]:
    """The dashboards of a rendering as Grafana would read them."""
    return [json.loads(text) for path, text in rendering.files.items() if path.suffix == ".json"]


def only(*panels: Any) -> list[Object]:
    """The panels of a dashboard with one row, without the row's bar."""
    dashboard = Dashboard("One", uid="one", rows=[Row("Why?", panels)])
    [result] = made(render(bundle_of(dashboard)))
    return [panel for panel in panels_of(result) if panel["type"] != "row"]


def graph(title: str, **more: Any) -> Object:
    return {
        "type": "timeseries",
        "title": title,
        "description": "Says something.",
        "fieldConfig": {"defaults": {"unit": "s"}},
        "targets": [query("up")],
        **more,
    }


def check(rendering: Rendering) -> None:
    """What holds of every dashboard, whatever its author did wrong, but for what was told to them."""
    told = "\n".join(map(str, rendering.problems))
    for dashboard in made(rendering):
        assert not list(nulls(dashboard))
        assert not overlaps(dashboard)
        assert not repeated_letters(dashboard)
        assert dashboard["schemaVersion"] == 42
        assert "id" not in dashboard
        if "grafana/panel-id" not in told:
            assert not repeated_ids(dashboard)
        if "grafana/schema" not in told:
            assert schema_faults(dashboard) == []


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_definitions_become_dashboards(file: Path, update: bool) -> None:
    loaded = load([file], FOLDER)
    assert loaded.problems == ()
    bundle = Bundle(loaded.catalog, dashboards=(*loaded.catalog.of(Dashboard), *slo_dashboards(loaded.catalog)))
    rendering = render(bundle)
    check(rendering)
    again = render(bundle)
    assert again.files == rendering.files
    problems = "".join(f"{problem}\n" for problem in rendering.problems)
    texts = [f"--- {path}\n{text}" for path, text in sorted(rendering.files.items()) if path.suffix == ".json"]
    compare(file.with_suffix(".txt"), problems or "no problems\n", update)
    if not file.stem.startswith("mistakes"):
        compare(file.with_suffix(".json"), "".join(texts), update)


def test_every_kind_of_mistake_is_told_where_it_was_made() -> None:
    rendering = render(Bundle(Catalog(), dashboards=load([FOLDER / "mistakes.py"], FOLDER).catalog.of(Dashboard)))
    assert {problem.origin.file for problem in rendering.problems} == {"mistakes.py"}
    assert all(problem.origin.line for problem in rendering.problems)
    kinds = {problem.check.removeprefix("grafana/") for problem in rendering.problems}
    assert kinds == {
        "datasource", "description", "folder", "layout", "link", "no-query", "panel", "panel-id", "promql",
        "promql/syntax", "title", "uid", "unit", "variable",
    }  # fmt: skip


def test_an_inserted_panel_changes_no_other_id() -> None:
    before = {panel["title"]: panel["id"] for panel in only(graph("a"), graph("b"), graph("c"))}
    after = {
        panel["title"]: panel["id"] for panel in only(graph("new"), graph("c"), graph("a"), graph("x"), graph("b"))
    }
    assert {title: after[title] for title in before} == before
    assert len(set(after.values())) == 5


def test_a_renamed_panel_keeps_its_id_when_told_its_old_name() -> None:
    [old] = only(graph("Old name"))
    [new] = only(Panel(graph("New name"), key="Why?/Old name"))
    assert new["id"] == old["id"]


def test_ids_are_what_they_were_when_links_were_made() -> None:
    assert panel_id("Is everything up?/Services") == 1373896351
    assert 0 < min(map(panel_id, map(str, range(5000)))) <= max(map(panel_id, map(str, range(5000)))) < 2**31


def test_two_names_of_one_id_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.targets.grafana.dashboard.panel_id", lambda _key: 1)
    dashboard = Dashboard("One", uid="one", rows=[Row("", [graph("a"), graph("b")])])
    [problem] = render(bundle_of(dashboard)).problems
    assert "'/b' and '/a' give the same id" in problem.message


def test_thresholds_read_as_they_are_written() -> None:
    steps = thresholds("dark_red", orange=0.5, green=0.9)
    assert steps == [
        {"color": "dark-red", "value": None},
        {"color": "orange", "value": 0.5},
        {"color": "green", "value": 0.9},
    ]


def test_settings_reach_the_files() -> None:
    settings = GrafanaSettings(datasource="metrics", version="12.3", timezone="Asia/Seoul", prometheus="http://p:1")
    dashboard = Dashboard("One", uid="one", folder="Own", rows=[Row("Why?", [graph("a")])])
    files = render(bundle_of(dashboard, settings=settings)).files
    result = json.loads(files[PurePosixPath("grafana/dashboards/Own/one.json")])
    assert result["timezone"] == "Asia/Seoul"
    assert result["templating"]["list"][0]["current"]["value"] == "metrics"
    assert result["panels"][1]["pluginVersion"] == "12.3.0"
    sources = yaml.safe_load(files[PurePosixPath("grafana/provisioning/datasources/datasources.yml")])
    assert [(source["uid"], source["url"]) for source in sources["datasources"]] == [
        ("metrics", "http://p:1"),
        ("alertmanager", "http://alertmanager:9093"),
    ]
    assert sources["datasources"][0]["jsonData"]["timeInterval"] == "30s"
    providers = yaml.safe_load(files[PurePosixPath("grafana/provisioning/dashboards/dashboards.yml")])
    assert providers["providers"][0]["options"]["foldersFromFilesStructure"] is True


def test_unknown_keys_of_typed_panels_are_grafanalibs_own_affair() -> None:
    rendering = render(bundle_of(Dashboard("One", uid="one", rows=[Row("Why?", [graph("a", colour="red")])])))
    [problem] = rendering.problems
    assert problem.severity is Severity.WARNING
    assert "colour" in problem.message
