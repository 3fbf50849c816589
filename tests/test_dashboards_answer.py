"""Every query of every written dashboard has an answer in a system that works: no panel is empty for a wrong label."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.pipeline import compile_project, render
from generator.targets import TARGETS
from generator.testing.fixture_run import RuleCache
from generator.testing.incident_run import run_incidents
from tests.conftest import CASES, ROOT

WRITTEN = ("operations", "performance", "capacity", "security", "backup")
HOUR = "60m"
# What compares with last week or last month has no answer after an hour.
NEEDS_WEEKS = (
    " offset 1w",
    "job:http_requests_growth:",
    "_predicted:",
    "_predicted_peak:",
    "job:http_requests_normal:",
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference system rendered, with the background of its incidents."""
    folder = tmp_path_factory.mktemp("dashboards")
    bundle = compile_project([ROOT / "alerts", ROOT / "dashboards"], base=ROOT).bundle
    assert bundle is not None
    wanted = [target for target in TARGETS if target.name in ("prometheus", "alertmanager", "grafana")]
    files = {Path("rendered") / path: text for path, text in render(bundle, wanted).files.items()}
    files[Path("healthy.yml")] = (ROOT / "tests" / "incidents" / "healthy.yml").read_text(encoding="utf-8")
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


@cache
def asked(project: Path) -> dict[str, str]:
    """The queries, with what stands for Grafana's variables, by panel and letter."""
    found: dict[str, str] = {}
    for uid in WRITTEN:
        dashboard = json.loads((project / f"rendered/grafana/dashboards/Operations/{uid}.json").read_text("utf-8"))
        for panel in dashboard["panels"]:
            for target in panel.get("targets", ()):
                expr = target["expr"].replace("$__rate_interval", "5m")
                for variable in ("$instance", "$endpoint"):
                    expr = expr.replace(variable, ".+")
                found[f"{uid}/{panel['title']} {target['refId']}"] = expr
    return found


@cache
def empty(project: Path) -> frozenset[str]:
    """The queries that give nothing: each is expected to, and those that are right give no fault."""
    cases = [{"expr": expr, "eval_time": HOUR, "exp_samples": []} for expr in dict.fromkeys(asked(project).values())]
    test: dict[str, Any] = {
        "name": "all panels",
        "start_timestamp": "2026-11-24T10:00:00+09:00",
        "interval": "15s",
        "until": HOUR,
        "input_series": yaml.safe_load((CASES / "dashboards" / "working.yml").read_text(encoding="utf-8")),
        "promql_expr_test": cases,
    }
    file = {"rule_files": ["rendered/prometheus/rules/*.yml"], "evaluation_interval": "1m", "background": "healthy.yml"}
    (project / "panels.yml").write_text(yaml.safe_dump({**file, "tests": [test]}), encoding="utf-8")
    outcome = run_incidents(project / "panels.yml", RuleCache())
    assert not outcome.problems
    assert len(outcome.verdicts) == len(cases)
    return frozenset(one.title.rpartition(" at ")[0] for one in outcome.verdicts if not one.failed)


def test_every_panel_has_an_answer(project: Path) -> None:
    assert len(asked(project)) > 140
    silent = [name for name, expr in asked(project).items() if expr in empty(project)]
    wanting = [name for name, expr in asked(project).items() if any(part in expr for part in NEEDS_WEEKS)]
    assert [name for name in silent if name not in wanting] == []


def test_what_needs_weeks_is_silent_after_an_hour(project: Path) -> None:
    """So the exception above is no wider than it has to be."""
    exprs = [expr for expr in asked(project).values() if any(part in expr for part in NEEDS_WEEKS)]
    assert exprs
    assert [expr for expr in exprs if expr not in empty(project)] == []
