"""From a definition to what it becomes: the rendered files it stands in, and the tests that prove it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from generator.expand import file_names
from generator.expand.dashboards import service_uid
from generator.model.base import Definition
from generator.model.bundle import Files
from generator.model.catalog import Catalog, Module
from generator.model.dashboard import Dashboard
from generator.model.escalation import EscalationPolicy
from generator.model.exporter import ExporterConfig
from generator.model.metrics import Metric
from generator.model.receiver import Receiver
from generator.model.route import InhibitRule, NotificationTemplate, Route, TimeInterval
from generator.model.rule import Alert, RecordingRule, RuleGroup
from generator.model.runbook import Runbook, page_name
from generator.model.schedule import Schedule
from generator.model.service import Level, Service, Team
from generator.model.settings import (
    AlertmanagerSettings,
    BlackboxModule,
    GrafanaSettings,
    PrometheusSettings,
    ScrapeJob,
)
from generator.model.slo import SLO
from scripts.seed_map.rows import ROWS, Row, row_of

ALERTMANAGER: Final = "alertmanager/alertmanager.yml"
PROMETHEUS: Final = "prometheus/prometheus.yml"

_FIXED: Final[Mapping[type[Definition], tuple[str, ...]]] = {
    Receiver: (ALERTMANAGER,),
    Route: (ALERTMANAGER,),
    InhibitRule: (ALERTMANAGER,),
    TimeInterval: (ALERTMANAGER,),
    AlertmanagerSettings: (ALERTMANAGER,),
    PrometheusSettings: (PROMETHEUS,),
    ScrapeJob: (PROMETHEUS,),
    BlackboxModule: ("blackbox/blackbox.yml",),
    GrafanaSettings: ("grafana/provisioning/datasources/datasources.yml",),
    Service: ("runbooks/README.md",),
    Team: ("runbooks/README.md",),
    Runbook: ("runbooks/README.md",),
}
"""The file of each kind whose definitions all end up in one."""

_TESTS: Final[Mapping[type[Definition], tuple[str, ...]]] = {
    Receiver: ("tests/test_reference.py", "tests/oracle/test_alertmanager_amtool.py"),
    Route: ("tests/test_reference.py", "tests/oracle/test_alertmanager_amtool.py"),
    InhibitRule: ("tests/test_reference.py",),
    TimeInterval: ("tests/test_reference.py",),
    NotificationTemplate: ("tests/test_alertmanager.py",),
    AlertmanagerSettings: ("tests/oracle/test_alertmanager_amtool.py",),
    PrometheusSettings: ("tests/oracle/test_rules_promtool.py",),
    ScrapeJob: ("tests/test_reference.py",),
    BlackboxModule: ("tests/test_reference.py",),
    GrafanaSettings: ("tests/test_grafana_reference.py",),
    Service: ("tests/test_reference.py",),
    Team: ("tests/test_reference.py",),
    Level: ("tests/test_reference.py",),
    Dashboard: ("tests/test_grafana_reference.py", "tests/test_metrics_exist.py"),
    Runbook: ("tests/test_runbooks.py",),
    Metric: ("tests/test_metrics_exist.py",),
    Schedule: ("tests/test_schedule.py",),
    EscalationPolicy: (
        "tests/test_reference_escalation.py",
        "tests/rules/escalation_test.yml",
        "tests/rules/restore_targets_test.yml",
    ),
    ExporterConfig: ("tests/test_exporters.py", "tests/oracle/test_mtail.py"),
}
"""The tests of each kind that are not fixtures."""


@dataclass(slots=True)
class Traced:
    """What a line of the guide has. definitions: names by their file; rendered: paths below `rendered/`."""

    row: Row
    definitions: dict[str, list[str]] = field(default_factory=dict)
    rendered: dict[str, None] = field(default_factory=dict)
    tests: dict[str, None] = field(default_factory=dict)

    @property
    def lacks(self) -> list[str]:
        """What it should have and has not."""
        found = {"definitions": self.definitions, "rendered files": self.rendered, "tests": self.tests}
        return [] if self.row.later else [what for what, some in found.items() if not some]


def trace(catalog: Catalog, files: Files, root: Path) -> list[Traced]:
    """All lines with what they have. files: what the catalog renders to; root: the project's folder."""
    found = {row.number: Traced(row) for row in ROWS}
    tracer = _Tracer(catalog, files, root)
    for module in catalog.modules:
        for item in (*module.items, *_grouped(module)):
            for place in item.places:
                row = row_of(place)
                if row is not None:
                    tracer.add(found[row.number], module, item)
    return list(found.values())


def _grouped(module: Module) -> Iterator[Definition]:
    """Rules that stand inside a group only."""
    known = {id(item) for item in module.items}
    return (rule for group in module.of(RuleGroup) for rule in group.rules if id(rule) not in known)


class _Tracer:
    def __init__(self, catalog: Catalog, files: Files, root: Path) -> None:
        self._files, self._root = files, root
        self._rule_files = file_names(catalog)
        self._texts: dict[Path, str] = {}
        self._generated = [path for path in files if path.parts[0] == "tests"]

    def add(self, traced: Traced, module: Module, item: Definition) -> None:
        names = traced.definitions.setdefault(module.name.replace(".", "/") + ".py", [])
        name = name_of(item)
        if name not in names:
            names.append(name)
        for path in self._rendered(module, item):
            traced.rendered[path] = None
        for path in self._tests(module, item):
            traced.tests[path] = None

    def _rendered(self, module: Module, item: Definition) -> Iterator[str]:
        wanted = _FIXED.get(type(item), ())
        for path in (*wanted, *_own_files(item, self._rule_files[module.name])):
            if PurePosixPath(path) in self._files:
                yield path

    def _tests(self, module: Module, item: Definition) -> Iterator[str]:
        # A file of rules has one fixture, and more for what takes days or months to show.
        for path in sorted((self._root / "tests" / "rules").glob(f"{module.stem}_*test.yml")):
            if name_of(item) in self._text(path):
                yield f"tests/rules/{path.name}"
        if isinstance(item, SLO):
            for made in self._generated:
                if f'sloth_id="{item.id}"' in self._files[made]:
                    yield f"rendered/{made}"
        yield from (path for path in _TESTS.get(type(item), ()) if (self._root / path).is_file())

    def _text(self, path: Path) -> str:
        if path not in self._texts:
            self._texts[path] = path.read_text(encoding="utf-8")
        return self._texts[path]


def _own_files(item: Definition, rule_file: str) -> Iterator[str]:
    """The files of a definition that has some of its own."""
    match item:
        case Alert():
            yield f"prometheus/rules/{rule_file}.yml"
            yield f"runbooks/{page_name(item.name)}"
        case RecordingRule() | RuleGroup() | EscalationPolicy():
            yield f"prometheus/rules/{rule_file}.yml"
            yield ALERTMANAGER if isinstance(item, EscalationPolicy) else ""
        case SLO():
            yield f"prometheus/rules/{rule_file}.yml"
            yield f"grafana/dashboards/SLOs/{service_uid(item.service)}.json"
            yield f"runbooks/{page_name(item.alert_name)}"
        case Dashboard():
            yield str(PurePosixPath("grafana/dashboards") / item.folder / f"{item.uid}.json")
        case NotificationTemplate():
            yield f"alertmanager/templates/{item.name}.tmpl"
        case ExporterConfig():
            yield f"exporters/{item.path}"


def name_of(item: Definition) -> str:
    """What a definition is called; routes and inhibitions by what they are for."""
    match item:
        case SLO():
            return item.id
        case InhibitRule():
            return f"inhibition: {item.description}"
        case Route():
            return f"route to {item.to.name}" if item.to is not None else "route"
        case PrometheusSettings() | AlertmanagerSettings() | GrafanaSettings():
            return type(item).__name__
    return str(getattr(item, "name", type(item).__name__))
