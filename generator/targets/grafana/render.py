"""All dashboards and provisioning files of a bundle."""

from __future__ import annotations

from pathlib import PurePosixPath

from generator.diagnostics import Problem
from generator.model.bundle import Bundle, Files, Rendering
from generator.model.dashboard import Dashboard
from generator.targets.grafana.checks import check_links, check_names
from generator.targets.grafana.dashboard import build
from generator.targets.grafana.jsontext import Printer
from generator.targets.grafana.pages import pages_of
from generator.targets.grafana.provisioning import datasources, providers
from generator.targets.grafana.rows import Rows

ROOT = PurePosixPath("grafana")


def render(bundle: Bundle) -> Rendering:
    """`grafana/dashboards/<Folder>/<uid>.json` and `grafana/provisioning/{datasources,dashboards}/*.yml`."""
    files: Files = {
        ROOT / "provisioning/datasources/datasources.yml": datasources(bundle.catalog),
        ROOT / "provisioning/dashboards/dashboards.yml": providers(),
    }
    problems: list[Problem] = check_names(bundle.dashboards)
    rows, printer = Rows(), Printer()
    uids, pages = frozenset(dashboard.uid for dashboard in bundle.dashboards), pages_of(bundle)
    for dashboard in bundle.dashboards:
        made, notes = build(dashboard, bundle.catalog.grafana, uids, rows, pages)
        problems += [*notes.problems, *check_links(dashboard, uids)]
        files[path_of(dashboard)] = printer.text(made)
    return Rendering(files, tuple(problems))


def path_of(dashboard: Dashboard) -> PurePosixPath:
    """Where the dashboard's file lies below `rendered/`."""
    folder = ROOT / "dashboards" / dashboard.folder if dashboard.folder else ROOT / "dashboards"
    return folder / f"{dashboard.uid}.json"
