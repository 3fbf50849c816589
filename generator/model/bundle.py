"""What expansion makes of a catalog, and what targets print: rules, test cases, dashboards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from generator.diagnostics import NOWHERE, Origin, Problem
from generator.labels import EMPTY, LabelSet
from generator.model.catalog import Catalog
from generator.model.dashboard import Dashboard
from generator.model.runbook import Runbook
from generator.promql import Expr


@dataclass(frozen=True, slots=True)
class PanelLink:
    """Where to look in Grafana. dashboard, panel: titles; a whole dashboard has no panel. url: as people open it."""

    dashboard: str
    panel: str
    url: str


@dataclass(frozen=True, slots=True)
class AlertingRule:
    """An alerting rule as Prometheus has it. for_, keep_firing_for: milliseconds.

    runbook, panel: for the alert's page; Prometheus has them as annotations only.
    """

    alert: str
    expr: Expr
    for_: int = 0
    keep_firing_for: int = 0
    labels: LabelSet = EMPTY
    annotations: LabelSet = EMPTY
    origin: Origin = NOWHERE
    runbook: Runbook | None = None
    panel: PanelLink | None = None

    @property
    def name(self) -> str:
        """The alert's name."""
        return self.alert


@dataclass(frozen=True, slots=True)
class RecordedRule:
    """A recording rule as Prometheus has it."""

    record: str
    expr: Expr
    labels: LabelSet = EMPTY
    origin: Origin = NOWHERE

    @property
    def name(self) -> str:
        """The recorded metric."""
        return self.record


@dataclass(frozen=True, slots=True)
class Group:
    """A rule group as Prometheus has it. interval, query_offset: milliseconds, None for the global setting."""

    name: str
    rules: tuple[AlertingRule | RecordedRule, ...]
    interval: int | None = None
    limit: int = 0
    query_offset: int | None = None
    labels: LabelSet = EMPTY
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class RuleFile:
    """The groups that come from one definitions module.

    name: the file's name without `.yml`. source: the definitions file, such as `alerts/slos.py`.
    """

    name: str
    groups: tuple[Group, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class TestFile:
    """A generated promtool fixture: name without `_test.yml`; content in promtool's shape, ready to be printed.

    about: what it proves, in lines for a comment at its top.
    """

    __test__ = False  # the name begins as pytest's test classes do

    name: str
    content: dict[str, Any]
    about: tuple[str, ...] = ()


class TestFiles:
    """Test files that are made when they are asked for: a big catalog has many, and not every target needs them."""

    __slots__ = ()
    __test__ = False

    def __iter__(self) -> Iterator[TestFile]:
        return iter(())

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What cannot be tested, and why."""
        return ()


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything that targets print."""

    catalog: Catalog
    rule_files: tuple[RuleFile, ...] = ()
    dashboards: tuple[Dashboard, ...] = ()
    tests: TestFiles = field(default_factory=TestFiles)


Files = dict[PurePosixPath, str]
"""Texts by their path below `rendered/`."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """What a target makes: files, and what it found wrong while making them."""

    files: Files = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
