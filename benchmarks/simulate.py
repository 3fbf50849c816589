"""How long a simulation takes: a week of the reference system with three incidents, and one incident of 90 minutes."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import yaml

from generator.duration import MINUTE, SECOND, WEEK
from generator.engine.storage import Storage
from generator.labels import LabelSet
from generator.pipeline import compile_project, render
from generator.rules.evaluation import Grid, Surroundings, run_rules
from generator.rules.graph import Graph, placed
from generator.rules.read import read_rules
from generator.simulate.alerts_sender import Prometheus, Sending
from generator.simulate.config import load_config
from generator.simulate.pipeline import Alertmanager
from generator.simulate.run import System
from generator.simulate.run import run as simulate
from generator.simulate.timeline import Timeline
from generator.targets import TARGETS
from generator.testing.group_order import in_order
from generator.testing.loading import fill
from generator.testing.series import parse_metric
from generator.testing.shapes import Grid as Samples
from generator.testing.shapes import expand

ROOT = Path(__file__).resolve().parent.parent
START = 1_795_046_400_000
SCRAPE = 15 * SECOND
EVALUATION = 30 * SECOND
INCIDENTS = {
    'probe_success{job="postgres-port", instance="postgres:5432"}': "steady 1, jump to 0 from 1d for 70m",
    'http_requests_total{job="backend", status="500"}': "rate steady 0, jump to 2 from 3d for 30m",
    'redis_up{job="redis", instance="redis-exporter:9121"}': "steady 1, jump to 0 from 5d for 20m",
}


def run() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        system, graph = _system(folder)
        series = _series()
        print(f"{len(graph.rules)} rules, {len(series)} series")
        for title, length, step in (
            ("90 minutes, first", 90 * MINUTE, SCRAPE),
            ("90 minutes, warm", 90 * MINUTE, SCRAPE),
        ):
            storage = _storage(series, length)
            begun = time.perf_counter()
            found = simulate(system, storage, Grid(START, step, length // step + 1), graph)
            print(f"{title:20} {time.perf_counter() - begun:6.2f} s, {len(found.timeline.notifications)} messages")
        _week(system, graph, series)


def _week(system: System, graph: Graph, series: dict[LabelSet, str]) -> None:
    """A week with its parts."""
    begun = time.perf_counter()
    storage = _storage(series, WEEK)
    filled = time.perf_counter()
    grid = Grid(START, EVALUATION, WEEK // EVALUATION + 1)
    evaluation = run_rules(graph, range(len(graph.rules)), storage, grid, Surroundings())
    evaluated = time.perf_counter()
    timeline = Timeline(START, START + WEEK)
    batches = Prometheus(evaluation, system.sending, timeline).batches()
    sent = time.perf_counter()
    alertmanager = Alertmanager(system.config, START, timeline=timeline)
    for moment, reports in batches:
        alertmanager.post(moment, reports)
    alertmanager.advance(timeline.end)
    done = time.perf_counter()
    print(f"{'a week':20} {done - begun:6.2f} s, {len(timeline.notifications)} messages, {len(timeline.events)} events")
    parts = (
        ("samples", filled - begun),
        ("rules", evaluated - filled),
        ("sending", sent - evaluated),
        ("Alertmanager", done - sent),
    )
    print("  " + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in parts))


def _system(folder: Path) -> tuple[System, Graph]:
    bundle = compile_project([ROOT / "alerts"], base=ROOT).bundle
    if bundle is None:
        raise RuntimeError("the reference system has errors")
    wanted = [target for target in TARGETS if target.name in ("prometheus", "alertmanager")]
    for path, text in render(bundle, wanted).files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    files = [read_rules(path)[0] for path in sorted((folder / "prometheus" / "rules").glob("*.yml"))]
    groups = tuple(in_order([group for file in files for group in file.groups], ()))
    config, problems = load_config(folder / "alertmanager" / "alertmanager.yml")
    if config is None:
        raise RuntimeError(str(problems))
    external = dict(bundle.catalog.prometheus.external_labels)
    return System(groups=groups, config=config, sending=Sending(external_labels=external)), Graph(placed(groups))


def _series() -> dict[LabelSet, str]:
    """The healthy system, and what happens to it."""
    content = yaml.safe_load((ROOT / "tests" / "incidents" / "healthy.yml").read_text(encoding="utf-8"))
    found = {parse_metric(each["series"]): str(each["values"]) for each in content["input_series"]}
    return {**found, **{parse_metric(name): values for name, values in INCIDENTS.items()}}


def _storage(series: dict[LabelSet, str], length: int) -> Storage:
    storage = Storage()
    grid = Samples(START, SCRAPE, length // SCRAPE + 1)
    for labels, values in series.items():
        fill(storage, labels, expand(values, grid), START, SCRAPE)
    return storage
