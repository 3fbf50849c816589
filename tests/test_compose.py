"""The compose file: pinned images, and nothing mounted that is not rendered."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

import pytest
import yaml

from generator import SLO, AlertmanagerSettings, Calendar, Events, GrafanaSettings, PrometheusSettings, Service, Team
from generator.loader import load
from generator.model.bundle import Bundle
from generator.model.catalog import Catalog, Module
from generator.model.window import Window
from generator.pipeline import compile_project, render
from generator.targets import TARGETS
from generator.targets.compose import image, retention_days
from generator.targets.compose import render as render_compose
from tests.conftest import CASES, ROOT

KEYS = {"image", "command", "environment", "volumes", "ports", "depends_on", "restart"}
"""The keys of the compose specification that are used, all of them as the specification has them."""


def composed(catalog: Catalog) -> dict[str, Any]:
    """The compose file of a catalog, read back."""
    text = render_compose(Bundle(catalog)).files[PurePosixPath("docker-compose.yml")]
    content = yaml.safe_load(text)
    assert isinstance(content, dict)
    return content


def small(*settings: Any) -> Catalog:
    """A catalog of nothing but settings."""
    return Catalog((Module("m", "m.py", settings),))


def reference() -> dict[str, Any]:
    """The compose file of the reference system."""
    return composed(load([ROOT / "alerts"], ROOT).catalog)


def test_what_is_not_defined_is_not_started() -> None:
    assert set(composed(small())["services"]) == {"prometheus", "grafana"}
    assert set(composed(load([CASES / "alertmanager" / "guide.py"]).catalog)["services"]) == {
        "prometheus",
        "alertmanager",
        "grafana",
    }
    assert set(reference()["services"]) == {"prometheus", "alertmanager", "blackbox", "grafana"}


def test_images_are_pinned_to_releases_of_the_versions_that_the_files_are_for() -> None:
    content = composed(small(PrometheusSettings(version="3.5"), GrafanaSettings(version="12.1")))
    images = {name: service["image"] for name, service in content["services"].items()}
    assert images == {"prometheus": "prom/prometheus:v3.5.0", "grafana": "grafana/grafana:12.1.0"}
    assert image("alertmanager", "0.25") == "prom/alertmanager:v0.25.0"
    assert image("alertmanager", "0.28") == "prom/alertmanager:v0.28.1"
    assert image("alertmanager", "0.27.0") == "prom/alertmanager:v0.27.0"


@pytest.mark.parametrize("name", ["prometheus", "alertmanager", "blackbox", "grafana"])
def test_services_are_of_the_specification(name: str) -> None:
    content = reference()
    service = content["services"][name]
    assert set(service) <= KEYS
    assert re.fullmatch(r"[\w./-]+:v?\d+\.\d+\.\d+", service["image"])
    assert all(isinstance(value, str) for value in service.get("environment", {}).values())
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    assert set(service.get("depends_on", ())) <= set(content["services"])
    named = [volume.partition(":")[0] for volume in service["volumes"] if volume[0].isalpha()]
    assert set(named) <= set(content["volumes"])


def test_whatever_is_mounted_is_rendered() -> None:
    project = compile_project([ROOT / "alerts"], base=ROOT)
    assert project.bundle is not None, "\n".join(map(str, project.problems))
    files = render(project.bundle, TARGETS).files
    rendered = {path for file in files for path in (file, *file.parents)}
    mounts = [
        volume.split(":")
        for service in composed(project.catalog)["services"].values()
        for volume in service["volumes"]
        if volume.startswith("./")
    ]
    assert len(mounts) == 6
    assert {PurePosixPath(source) for source, *_ in mounts} <= rendered
    assert all(mode == "ro" for _, _, mode in mounts)
    providers = yaml.safe_load(files[PurePosixPath("grafana/provisioning/dashboards/dashboards.yml")])["providers"]
    assert {provider["options"]["path"] for provider in providers} <= {inside for _, inside, _ in mounts}


@pytest.mark.parametrize(
    ("window", "days"), [(None, 15), ("7d", 15), ("30d", 37), ("90d", 97), (Calendar("quarter", "UTC"), 97)]
)
def test_samples_are_kept_for_the_longest_window(window: Window | str | None, days: int) -> None:
    sli = Events(errors="rate(e[$window])", total="rate(t[$window])")
    service = Service("s", team=Team("t"))
    slos = [] if window is None else [SLO("a", service=service, objective=99, sli=sli, window=window)]
    assert retention_days(small(*slos)) == days


def test_dollars_are_not_taken_for_variables() -> None:
    """Only where the file itself names a variable may compose look for one."""
    catalog = load([CASES / "alertmanager" / "guide.py"]).catalog
    odd = AlertmanagerSettings(url="http://a/$HOME", secrets="/run/$x")
    modules = (Module("a", "a.py", (odd,)), *catalog.modules)
    service = composed(Catalog(modules))["services"]["alertmanager"]
    assert "--web.external-url=http://a/$$HOME" in service["command"]
    assert "${SECRETS:-../secrets}:/run/$$x:ro" in service["volumes"]
