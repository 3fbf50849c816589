"""Alertmanager's own tool on what is rendered: it loads every configuration, and routes as we do."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.diagnostics import has_errors
from generator.labels import LabelSet
from generator.model.bundle import Bundle
from generator.model.catalog import Catalog, Module
from generator.model.route import Route
from generator.model.routing import receivers_for, routing_tree, told
from generator.pipeline import compile_project
from generator.promql.ast import Matcher
from generator.targets.alertmanager import render
from generator.targets.alertmanager.document import matcher_values
from generator.targets.alertmanager.versions import FIRST, OLDEST
from tests.conftest import ROOT, needs_binary
from tests.routing_trees import RECEIVERS, alerts, equalities, expressions, trees
from tests.test_alertmanager import NAMES, render_case

# What Debian has: keys that came later are for the cases' own expected files.
NEWER = {"newer", "flawed"}
SOUND = [name for name in NAMES if name not in NEWER and not has_errors(render_case(name)[1])]


@pytest.fixture(scope="session")
def amtool() -> str:
    """The path of amtool."""
    return needs_binary("amtool")


def lay_out(catalog: Catalog, folder: Path) -> Path:
    """Render into a folder; the path of the configuration."""
    for path, text in render(Bundle(catalog)).files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder / "alertmanager" / "alertmanager.yml"


def check(amtool: str, configuration: Path) -> None:
    """Fails with what amtool says of a configuration that it refuses."""
    done = subprocess.run([amtool, "check-config", str(configuration)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SUCCESS" in done.stdout


def routed(amtool: str, configuration: Path, labels: Mapping[str, str]) -> list[str]:
    """The names of the receivers that amtool sends an alert to."""
    given = matcher_values(Matcher(name, "=", value) for name, value in labels.items())
    command = [amtool, "config", "routes", "test", f"--config.file={configuration}", *given]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip().split(",")


@pytest.mark.parametrize("name", SOUND)
def test_loads_every_case(name: str, amtool: str, tmp_path: Path) -> None:
    for path, text in render_case(name)[0].files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    check(amtool, tmp_path / "alertmanager" / "alertmanager.yml")


def test_there_are_cases_to_load() -> None:
    assert {"guide", "integrations", "tree", "intervals", "inhibition"} <= set(SOUND)


def test_loads_what_is_committed(amtool: str) -> None:
    check(amtool, ROOT / "rendered" / "alertmanager" / "alertmanager.yml")


@cache
def reference() -> Catalog:
    """The definitions of the reference system."""
    return compile_project([ROOT / "alerts"], base=ROOT).catalog


def test_routes_every_alert_of_the_reference_system_alike(amtool: str, tmp_path: Path) -> None:
    catalog = reference()
    root = routing_tree(catalog)
    assert root is not None
    configuration = lay_out(catalog, tmp_path)
    known = list(told(catalog))
    assert len(known) > 30
    for alert in known:
        ours = [receiver.name for receiver in receivers_for(root, alert.labels)]
        theirs = routed(amtool, configuration, alert.labels)
        assert theirs == ours, f"{alert.name}: {alert.labels}"
        assert {receiver.name for receiver in alert.receivers} <= set(theirs), alert.name


@settings(max_examples=200, derandomize=True, deadline=None)
@given(root=trees(st.one_of(equalities, expressions)), labels=alerts)
def test_routes_random_trees_alike(
    root: Route, labels: LabelSet, amtool: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    catalog = Catalog((Module("trees", "trees.py", (*RECEIVERS, root)),))
    configuration = lay_out(catalog, tmp_path_factory.getbasetemp())
    assert routed(amtool, configuration, labels) == [receiver.name for receiver in receivers_for(root, labels)]


def _with(block: str, key: str) -> str:
    """A configuration that has a key somewhere, and nothing for it."""
    receiver: dict[str, object] = {"name": "a"}
    whole: dict[str, object] = {"route": {"receiver": "a"}, "receivers": [receiver]}
    if block == "global":
        whole["global"] = {key: "x"}
    elif block == "route":
        whole["route"] = {"receiver": "a", "routes": [{key: None}]}
    elif block == "inhibit_rule":
        whole["inhibit_rules"] = [{key: None}]
    elif block == "receiver":
        receiver[key] = None
    elif block == "http_config":
        receiver["webhook_configs"] = [{"url": "http://a/", "http_config": {key: None}}]
    else:
        receiver[f"{block}_configs"] = [{key: None}]
    return yaml.safe_dump(whole)


PROBED = """
    global route inhibit_rule receiver slack email webhook pagerduty opsgenie telegram discord http_config
"""


@pytest.mark.parametrize("block", PROBED.split())
def test_the_version_table_is_amtools(block: str, amtool: str, tmp_path: Path) -> None:
    """Every key that the table gives to 0.25 is known to amtool 0.25, and no other is."""
    version = subprocess.run([amtool, "--version"], capture_output=True, text=True, check=True)
    if "version 0.25." not in version.stdout + version.stderr:
        pytest.skip("this amtool is not 0.25")
    for key, first in FIRST[block].items():
        configuration = tmp_path / "one.yml"
        configuration.write_text(_with(block, key), encoding="utf-8")
        done = subprocess.run([amtool, "check-config", str(configuration)], capture_output=True, text=True, check=False)
        unknown = f"field {key} not found" in done.stdout + done.stderr
        assert unknown == (first > OLDEST), f"{block}: {key}"
