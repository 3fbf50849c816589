"""Fixtures in promtool's format, with tocsin's additions, as values. Times are milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from generator.diagnostics import NOWHERE, Origin
from generator.engine.histogram.value import Histogram
from generator.labels import LabelSet
from generator.promql.ast import Expr
from generator.testing.series import Values

Partial = Mapping[str, tuple[Literal["is", "matches"], str]]
"""For some labels or annotations the value they must have, or the RE2 that the whole value must match."""


@dataclass(frozen=True, slots=True)
class InputSeries:
    """A series fed to a test."""

    labels: LabelSet
    values: Values
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class ExpectedAlert:
    """An alert that must fire.

    `labels` and `annotations` are compared whole; None says that only `partial_labels` or `partial_annotations`
    count, which is tocsin's addition to the format. `alertname` is among the labels.
    """

    labels: Mapping[str, str] | None
    annotations: Mapping[str, str] | None
    partial_labels: Partial = field(default_factory=dict)
    partial_annotations: Partial = field(default_factory=dict)
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class AlertCase:
    """The alerts called `alertname` that must fire at `eval_time` after the start, and no others."""

    eval_time: int
    alertname: str
    expected: tuple[ExpectedAlert, ...]
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class ExpectedSample:
    """A sample that an expression must give; beside a histogram, `value` must be 0."""

    labels: Mapping[str, str]
    value: float
    histogram: Histogram | None = None
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class ExprCase:
    """The samples that an expression must give at `eval_time` after the start, and no others."""

    eval_time: int
    text: str
    expr: Expr | None
    expected: tuple[ExpectedSample, ...]
    origin: Origin = NOWHERE
    fault: str = ""


Case = AlertCase | ExprCase


@dataclass(frozen=True, slots=True)
class TestGroup:
    """One test: series, rules' surroundings and assertions. `start` is milliseconds since 1970."""

    name: str
    interval: int
    start: int = 0
    series: tuple[InputSeries, ...] = ()
    alerts: tuple[AlertCase, ...] = ()
    exprs: tuple[ExprCase, ...] = ()
    external_labels: Mapping[str, str] = field(default_factory=dict)
    external_url: str = ""
    origin: Origin = NOWHERE

    @property
    def cases(self) -> tuple[Case, ...]:
        """All assertions: alerts first, as promtool judges them."""
        return (*self.alerts, *self.exprs)

    @property
    def last(self) -> int:
        """The latest time that anything is asserted at, after the start."""
        return max((case.eval_time for case in self.cases), default=0)


@dataclass(frozen=True, slots=True)
class Fixture:
    """One file of tests. `rule_files` are patterns relative to the file's folder."""

    path: str
    rule_files: tuple[tuple[str, Origin], ...] = ()
    evaluation_interval: int = 60_000
    group_order: tuple[str, ...] = ()
    fuzzy_compare: bool = False
    tests: tuple[TestGroup, ...] = ()
