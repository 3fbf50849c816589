"""Alerting and recording rules, and groups of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from generator.labels import EMPTY
from generator.model.base import (
    Definition,
    DurationLike,
    Labels,
    Query,
    described,
    expect,
    fault,
    normalise_durations,
    normalise_labels,
    normalise_queries,
    normalise_tuples,
)
from generator.model.receiver import Receiver
from generator.model.runbook import Runbook
from generator.model.service import Level, Service


@dataclass(frozen=True, slots=True, eq=False)
class Alert(Definition):
    """An alerting rule.

    service: what it is about, giving `service` and `team`. level: the incident level, giving `level` and, unless
    said otherwise, `severity`. for_: how long `expr` must hold before it fires. summary, description: annotation
    templates. runbook: the procedure that its page shows, as object or by name, or the whole URL of a page elsewhere.
    receiver: who must be told, proved against the routes.
    """

    name: str
    service: Service = field(kw_only=True)
    level: Level = field(kw_only=True)
    expr: Query = field(kw_only=True)
    for_: DurationLike = 0
    keep_firing_for: DurationLike = 0
    summary: str = ""
    description: str = ""
    severity: str = ""
    runbook: Runbook | str = ""
    labels: Labels = field(default=EMPTY)
    annotations: Labels = field(default=EMPTY)
    receiver: Receiver | Sequence[Receiver] = ()

    def __post_init__(self) -> None:
        expect(self, "service", Service)
        expect(self, "level", Level)
        normalise_queries(self, "expr")
        normalise_durations(self, "for_", "keep_firing_for")
        normalise_labels(self, "labels", "annotations")
        normalise_tuples(self, "receiver")
        expect(self, "receiver", Receiver)

    @property
    def static_labels(self) -> dict[str, str]:
        """The labels that every alert of this rule carries, whatever series made it fire."""
        return {
            **self.service.labels,
            "severity": self.severity or self.level.severity,
            "level": self.level.name,
            "service": self.service.name,
            "team": self.service.team.name,
            **self.labels,
        }


@dataclass(frozen=True, slots=True, eq=False)
class RecordingRule(Definition):
    """A rule that stores `expr` under the metric name `record`."""

    record: str
    expr: Query
    labels: Labels = field(default=EMPTY)
    description: str = ""

    def __post_init__(self) -> None:
        normalise_queries(self, "expr")
        normalise_labels(self, "labels")

    @property
    def name(self) -> str:
        """The recorded metric."""
        return self.record


Rule = Alert | RecordingRule


@dataclass(frozen=True, slots=True, eq=False)
class RuleGroup(Definition):
    """Rules that Prometheus evaluates one after another, at one moment.

    interval: how often (None: the global evaluation interval). limit: most series or alerts a rule may give.
    query_offset: how far back queries look. labels: on every rule of the group (Prometheus 3).
    """

    name: str
    rules: Sequence[Rule] = ()
    interval: DurationLike | None = None
    limit: int = 0
    query_offset: DurationLike | None = None
    labels: Labels = field(default=EMPTY)

    def __post_init__(self) -> None:
        normalise_tuples(self, "rules")
        expect(self, "rules", Alert | RecordingRule)
        normalise_durations(self, "interval", "query_offset")
        normalise_labels(self, "labels")
        if self.limit < 0:
            fault(
                self,
                "rule/limit",
                f"{described(self)}: limit must be a whole number from 0, got {self.limit!r}",
            )
