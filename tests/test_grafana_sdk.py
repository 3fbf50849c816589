"""Panels of the Grafana Foundation SDK in our rows, with its queries and with ours."""

from __future__ import annotations

import importlib
import json
import os
from typing import Any

import pytest

from generator import Dashboard, Row, Variable, query
from generator.model.bundle import Bundle
from generator.model.catalog import Catalog
from generator.targets.grafana import render
from tests.grafana_schema import nulls, overlaps, panels_of, schema_faults

# The SDK would rather build dashboards of a schema that Grafana does not load from files.
pytestmark = pytest.mark.filterwarnings("ignore:Prefer using dashboardv2:DeprecationWarning")

KINDS = (
    "barchart", "bargauge", "gauge", "heatmap", "histogram", "piechart", "stat", "statetimeline", "statushistory",
    "table", "timeseries", "trend",
)  # fmt: skip


def builders(name: str) -> Any:
    """A module of the SDK's builders; skips where it is not installed, fails where it must be."""
    try:
        return importlib.import_module(f"grafana_foundation_sdk.builders.{name}")
    except ModuleNotFoundError:
        if os.environ.get("TOCSIN_REQUIRE_SDK") == "1":
            raise
        pytest.skip("grafana-foundation-sdk is not installed")


def rendered(*panels: Any) -> tuple[dict[str, Any], list[str]]:
    """A dashboard with these panels, and what was told."""
    variables = [Variable("job", label="job", metric="up")]
    dashboard = Dashboard("SDK", uid="sdk", rows=[Row("What do builders build?", panels)], variables=variables)
    rendering = render(Bundle(Catalog(), dashboards=(dashboard,)))
    [made] = [json.loads(text) for path, text in rendering.files.items() if path.suffix == ".json"]
    return made, [str(problem) for problem in rendering.problems]


def panel(kind: str, expr: str = 'up{job="$job"}') -> Any:
    """A builder with one query of the SDK's and one of ours."""
    made = builders(kind).Panel().title(kind).description("Says something.").unit("s")
    return made.with_target(builders("prometheus").Dataquery().expr(expr)).with_target(query("up"))


def test_builders_and_what_they_build_are_panels() -> None:
    made, told = rendered(*(panel(kind) for kind in KINDS), builders("text").Panel().title("Words").build())
    assert told == []
    assert schema_faults(made) == []
    assert list(nulls(made)) == []
    assert overlaps(made) == []
    assert [one["title"] for one in panels_of(made)][1:] == [*KINDS, "Words"]
    for one in list(panels_of(made))[1:-1]:
        assert [(target["refId"], target["expr"]) for target in one["targets"]] == [
            ("A", 'up{job="$job"}'),
            ("B", "up"),
        ]


def test_mistakes_in_them_are_told() -> None:
    _, told = rendered(panel("stat", "sum("), builders("stat").Panel().with_target(query('up{job="$job"}')))
    assert any("query A does not parse" in problem for problem in told)
    assert any("has no description" in problem for problem in told)
