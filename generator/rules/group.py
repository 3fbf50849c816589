"""Rule groups as Prometheus loads them. Durations are milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from generator.diagnostics import NOWHERE, Origin
from generator.promql.ast import Expr


@dataclass(frozen=True, slots=True)
class RecordingRule:
    """Writes the result of `expr` as series `name`. `text` is the expression as written."""

    name: str
    expr: Expr
    text: str
    labels: Mapping[str, str] = field(default_factory=dict)
    origin: Origin = NOWHERE
    expr_origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class AlertingRule:
    """Fires for each series of `expr` that lasts `hold` (the field `for`), and stays for `keep_firing_for`."""

    name: str
    expr: Expr
    text: str
    hold: int = 0
    keep_firing_for: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    origin: Origin = NOWHERE
    expr_origin: Origin = NOWHERE


Rule = RecordingRule | AlertingRule


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Rules that are evaluated one after the other. The group's labels are in its rules' labels already."""

    name: str
    rules: tuple[Rule, ...]
    interval: int | None = None
    query_offset: int = 0
    limit: int = 0
    file: str = ""
    origin: Origin = NOWHERE
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RuleFile:
    """The groups of one file, in the order of the file."""

    path: str
    groups: tuple[RuleGroup, ...]
