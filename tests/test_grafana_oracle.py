"""What panels ask, put to real Prometheus: every query is one it takes, and those of the SLOs give what they say."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator import SLO, Events, Service, Team
from generator.expand.dashboards import slo_dashboards
from generator.loader import load
from generator.model.bundle import Bundle
from generator.model.catalog import Catalog, Module
from generator.model.dashboard import Dashboard
from generator.targets.grafana import render
from tests.conftest import ROOT, needs_binary
from tests.grafana_schema import panels_of

Object = dict[str, Any]

VALUES = {"__rate_interval": "2m", "service": "shop", "slo": "orders", "instance": ".+", "endpoint": ".+"}


def rendered(catalog: Catalog) -> list[Object]:
    made = (*catalog.of(Dashboard), *slo_dashboards(catalog))
    files = render(Bundle(catalog, dashboards=made)).files
    return [json.loads(text) for path, text in files.items() if path.suffix == ".json"]


def queries(dashboards: list[Object]) -> Iterator[tuple[str, str]]:
    """Titles of panels with the letter of each query, and the query as Grafana sends it."""
    for dashboard in dashboards:
        for panel in panels_of(dashboard):
            for target in panel.get("targets", ()):
                text = re.sub(r"\$(\w+)", lambda match: VALUES[match[1]], target["expr"])
                yield f"{panel['title']}/{target['refId']}", text


def run(promtool: str, command: str, folder: Path, content: Object) -> None:
    file = folder / f"{command}.yml"
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    done = subprocess.run([promtool, command, "rules", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_prometheus_takes_every_query(tmp_path: Path) -> None:
    promtool = needs_binary("promtool")
    found = [text for _, text in queries(rendered(load([Path("alerts"), Path("dashboards")], ROOT).catalog))]
    assert len(found) > 150
    rules = [{"record": f"panel:{number}", "expr": text} for number, text in enumerate(found)]
    run(promtool, "check", tmp_path, {"groups": [{"name": "panels", "rules": rules}]})


@pytest.fixture
def shop() -> dict[str, str]:
    """The queries of the dashboards of one SLO of 99.9 % over 30 days, by panel and letter."""
    team = Team("ops")
    sli = Events(errors="rate(bad[$window])", total="rate(all[$window])")
    slo = SLO("orders", service=Service("shop", team=team), objective=99.9, sli=sli)
    return dict(queries(rendered(Catalog((Module("alerts.shop", "alerts/shop.py", (slo,)),)))))


# An hour at 14.4 times the even pace, faster still for five minutes, with half of the budget left.
RECORDED = {
    "slo:objective:ratio": 0.999,
    "slo:error_budget:ratio": 0.001,
    "slo:sli_error:ratio_rate5m": 0.02,
    "slo:sli_error:ratio_rate30m": 0.0150,
    "slo:sli_error:ratio_rate1h": 0.0144,
    "slo:sli_error:ratio_rate6h": 0.003,
    "slo:period_error_budget_remaining:ratio": 0.5,
    "slo:current_burn_rate:ratio": 20,
    "sloth_slo_info": 1,
}
EXPECTED = {
    "Objective/A": 0.999,
    "Budget left/A": 0.5,
    "Burns now/A": 20,
    # Half a budget of 30 days at 14.4 times the pace: 25 hours.
    "Budget lasts/A": 0.5 * 30 * 86400 / 14.4,
    # The page of 14.4 over 1h and 5m just holds; that of 6 over 6h and 30m is half way.
    "How near are the alerts?/A": 1,
    "How near are the alerts?/B": 0.5,
    "How fast does the budget burn?/C": 14.4,
    "Pages/A": 1,
    "Tickets/A": 0,
    "Missed/A": 0,
    "Not measured/A": 0,
    "SLOs/A": 1,
    "What burns fastest now?/A": 20,
}


def _window(metric: str) -> str:
    """The label by which recorded ratios over different windows differ."""
    return f',sloth_window="{metric.rpartition("rate")[2]}"' if "ratio_rate" in metric else ""


def test_the_numbers_are_what_their_titles_say(tmp_path: Path, shop: dict[str, str]) -> None:
    promtool = needs_binary("promtool")
    labels = 'sloth_id="shop-orders",sloth_service="shop",sloth_slo="orders"'
    series = [
        {"series": f"{name}{{{labels}{_window(name)}}}", "values": f"{value}x2"} for name, value in RECORDED.items()
    ]
    alert = f'ALERTS{{alertname="Burn",alertstate="firing",sloth_severity="page",{labels}}}'
    # Values are rounded: promtool compares floats as they are.
    tests = [
        {
            "expr": f"round(sum({shop[name]}), 0.0001)",
            "eval_time": "1m",
            "exp_samples": [{"labels": "{}", "value": value}],
        }
        for name, value in EXPECTED.items()
    ]
    series.append({"series": alert, "values": "1x2"})
    cases = [{"interval": "1m", "input_series": series, "promql_expr_test": tests}]
    run(promtool, "test", tmp_path, {"rule_files": [], "evaluation_interval": "1m", "tests": cases})


def test_an_slo_without_data_is_counted_as_not_measured(tmp_path: Path, shop: dict[str, str]) -> None:
    promtool = needs_binary("promtool")
    series = [{"series": 'sloth_slo_info{sloth_id="shop-orders"}', "values": "1x2"}]
    samples = [{"labels": "{}", "value": 1}]
    tests = [{"expr": shop["Not measured/A"], "eval_time": "1m", "exp_samples": samples}]
    cases = [{"interval": "1m", "input_series": series, "promql_expr_test": tests}]
    run(promtool, "test", tmp_path, {"rule_files": [], "evaluation_interval": "1m", "tests": cases})
