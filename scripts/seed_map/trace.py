"""From a definition to what it becomes: the rendered files it stands in, and the tests that prove it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

import yaml

from generator.diagnostics import NOWHERE, Origin
from generator.expand import file_names
from generator.expand.dashboards import service_uid
from generator.model.base import Definition
from generator.model.bundle import Files
from generator.model.catalog import Catalog, Module
from generator.model.dashboard import Dashboard, Target
from generator.model.escalation import EscalationPolicy
from generator.model.exporter import ExporterConfig
from generator.model.metrics import Metric
from generator.model.panels import field_of, titled_panels
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
from scripts.seed_map.facts import fact
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
    Dashboard: (
        "tests/test_grafana_reference.py",
        "tests/test_metrics_exist.py",
        "tests/test_dashboards_answer.py",
    ),
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


_WRITTEN_AS: Final[Mapping[type[Definition], str]] = {
    Alert: "- alert: {}",
    RecordingRule: "- record: {}",
    Receiver: "- name: {}",
    TimeInterval: "- name: {}",
    ScrapeJob: "- job_name: {}",
    RuleGroup: "- name: {}",
    EscalationPolicy: "- name: escalation-{}",
    SLO: "sloth_id: {}",
    BlackboxModule: "{}:",
}
"""How a rendered file begins what it says of a definition."""


@dataclass(frozen=True, slots=True)
class Found:
    """A definition and what it becomes.

    path, line: where it is written. places: of the guide. says: it in a line, as Markdown. rendered: paths below
    `rendered/`, with the line where it begins, or 0. tests: paths of what proves it.
    """

    name: str
    path: str
    line: int
    places: tuple[str, ...]
    says: str
    rendered: Mapping[str, int]
    tests: tuple[str, ...]

    @property
    def where(self) -> str:
        """The file with the line, as a link has it: `alerts/slos.py#L38`."""
        return f"{self.path}#L{self.line}" if self.line else self.path


@dataclass(slots=True)
class Traced:
    """What a line of the guide has. definitions: names by their file; rendered: paths below `rendered/`."""

    row: Row
    found: list[Found] = field(default_factory=list)
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
    rows = {row.number: Traced(row) for row in ROWS}
    tracer = _Tracer(catalog, files, root)
    for module in catalog.modules:
        for item in (*module.items, *_grouped(module)):
            for row in dict.fromkeys(filter(None, map(row_of, item.places))):
                _add(rows[row.number], tracer.found(module, item))
    for incident in incidents(root):
        for row in dict.fromkeys(filter(None, map(row_of, incident.places))):
            rows[row.number].tests[incident.path] = None
    return list(rows.values())


@dataclass(frozen=True, slots=True)
class Incident:
    """A played incident. places: of the guide, as it names them itself."""

    name: str
    path: str
    places: tuple[str, ...]


def incidents(root: Path) -> list[Incident]:
    """All incidents that are played, in the order of their files. root: the project's folder."""
    found: list[Incident] = []
    for path in sorted((root / "tests" / "incidents").glob("*.yml")):
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
        where = f"tests/incidents/{path.name}"
        found += [Incident(test["name"], where, tuple(test.get("guide", ()))) for test in read.get("tests", ())]
    return found


def _add(traced: Traced, found: Found) -> None:
    traced.found.append(found)
    names = traced.definitions.setdefault(found.path, [])
    if found.name not in names:
        names.append(found.name)
    traced.rendered |= dict.fromkeys(found.rendered)
    traced.tests |= dict.fromkeys(found.tests)


def panels(catalog: Catalog, root: Path) -> Iterator[Found]:
    """Every panel of a dashboard that was written, as `uid/Title`. root: the project's folder."""
    tests = _TESTS[Dashboard]
    for dashboard in catalog.of(Dashboard):
        (file,) = _own_files(dashboard, "")
        for place in titled_panels(dashboard):
            origin = _written(place.panel).relative_to(root)
            says = str(field_of(place.panel, "description") or field_of(place.panel, "title"))
            name = f"{dashboard.uid}/{place.title}"
            yield Found(name, origin.file, origin.line, dashboard.places, says, {file: 0}, tests)


def _written(panel: object) -> Origin:
    """Where a panel was written: by its first query, as a foreign object cannot say."""
    targets = field_of(panel, "targets")
    known = [target.origin for target in targets if isinstance(target, Target)] if isinstance(targets, list) else []
    return known[0] if known else getattr(panel, "origin", NOWHERE)


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

        self._found: dict[int, Found] = {}
        self._incidents = sorted((root / "tests" / "incidents").glob("*.yml"))

    def found(self, module: Module, item: Definition) -> Found:
        """What a definition becomes; the same object, however often it is asked for."""
        if id(item) not in self._found:
            path = module.name.replace(".", "/") + ".py"
            rendered = {file: self._line(file, item) for file in self._rendered(module, item)}
            tests = tuple(dict.fromkeys(self._tests(module, item)))
            line = item.origin.line
            self._found[id(item)] = Found(name_of(item), path, line, item.places, fact(item), rendered, tests)
        return self._found[id(item)]

    def _line(self, path: str, item: Definition) -> int:
        """The line on which a rendered file begins with the definition, 0 where it has none of its own."""
        written = _WRITTEN_AS.get(type(item))
        text = self._files[PurePosixPath(path)]
        if written is None or not path.endswith(".yml"):
            return 0
        wanted = written.format(name_of(item))
        lines = (number for number, line in enumerate(text.splitlines(), 1) if line.strip() == wanted)
        return next(lines, 0)

    def _rendered(self, module: Module, item: Definition) -> Iterator[str]:
        wanted = _FIXED.get(type(item), ())
        for path in (*wanted, *_own_files(item, self._rule_files[module.name])):
            if PurePosixPath(path) in self._files:
                yield path
        if isinstance(item, Runbook):
            heading = f"## What to do: {item.title or item.name}\n"
            pages = (str(path) for path, text in self._files.items() if path.parts[0] == "runbooks" and heading in text)
            yield from sorted(pages)

    def _tests(self, module: Module, item: Definition) -> Iterator[str]:
        # A file of rules has one fixture, and more for what takes days or months to show.
        for path in sorted((self._root / "tests" / "rules").glob(f"{module.stem}_*test.yml")):
            if self._says(path, name_of(item)):
                yield f"tests/rules/{path.name}"
        if isinstance(item, Alert):
            yield from (f"tests/incidents/{path.name}" for path in self._incidents if self._says(path, item.name))
        if isinstance(item, SLO):
            for made in self._generated:
                if f'sloth_id="{item.id}"' in self._files[made]:
                    yield f"rendered/{made}"
        yield from (path for path in _TESTS.get(type(item), ()) if (self._root / path).is_file())

    def _says(self, path: Path, name: str) -> bool:
        """Whether a file names a definition: as a whole word, not as a part of a longer name."""
        return re.search(rf"(?<![\w:]){re.escape(name)}(?![\w:])", self._text(path)) is not None

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
