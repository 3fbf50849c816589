"""Settings of Prometheus: what we find wrong with them, promtool refuses, and what we do not, it takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.model.base import Definition
from generator.model.settings import PrometheusSettings, Relabel, ScrapeJob
from generator.targets.prometheus import render
from tests.promtool_runs import promtool
from tests.slo_projects import bundle_of

SETTINGS: dict[str, Definition] = {
    "defaults": PrometheusSettings(),
    "a short interval with a short timeout": PrometheusSettings(scrape_interval="5s", scrape_timeout="5s"),
    "a timeout beyond the interval": PrometheusSettings(scrape_interval="5s"),
    "an unknown section": PrometheusSettings(options={"scrape_config": []}),
    "an unknown global key": PrometheusSettings(options={"global": {"scrape_intervall": "1s"}}),
    "an Alertmanager by URL": PrometheusSettings(alertmanagers=["http://am:9093"]),
    "a job": ScrapeJob("a", ["x:1", "y", "[::1]:80"]),
    "a job quicker than the global timeout": ScrapeJob("a", ["x:1"], interval="3s"),
    "a job with a timeout beyond its interval": ScrapeJob("a", ["x:1"], interval="1m", timeout="2m"),
    "a job with a timeout beyond the global interval": ScrapeJob("a", ["x:1"], timeout="40s"),
    "a job whose options say how long": ScrapeJob("a", ["x:1"], options={"scrape_timeout": "soon"}),
    "a job with an unknown key": ScrapeJob("a", ["x:1"], options={"sample_limt": 1}),
    "a job with a known key": ScrapeJob("a", ["x:1"], options={"sample_limit": 1}),
    "a target by URL": ScrapeJob("a", ["http://x:1/y"]),
    "a target by URL with another label": ScrapeJob("a", ["http://x:1/y"], relabel=[Relabel(target="a")]),
    "a target by URL with another address": ScrapeJob(
        "a", ["http://x:1/y"], relabel=[Relabel(target="__address__", replacement="z:1")]
    ),
    "a target without a name": ScrapeJob("a", [""]),
    "an unknown relabelling": ScrapeJob("a", ["x:1"], relabel=[Relabel(target="a", action="repalce")]),
    "a relabelling to nothing": ScrapeJob("a", ["x:1"], relabel=[Relabel("a")]),
    "a relabelling in capitals": ScrapeJob("a", ["x:1"], relabel=[Relabel("a", action="DROP", regex="b")]),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_promtool_refuses_what_we_find_wrong(name: str, tmp_path: Path) -> None:
    rendering = render(bundle_of([SETTINGS[name]]))
    for path, text in rendering.files.items():
        tmp_path.joinpath(path.name).write_text(text, encoding="utf-8")
    content, said = promtool("check", "config", tmp_path / "prometheus.yml")
    assert content == (not rendering.problems), said
