"""Who runs what: teams, contacts, tiers, services, and the levels of incidents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from generator.diagnostics import NOWHERE
from generator.labels import EMPTY
from generator.model.base import (
    Definition,
    DurationLike,
    Labels,
    Part,
    Query,
    expect,
    fault,
    keep,
    normalise_durations,
    normalise_labels,
    normalise_tuples,
)
from generator.model.burn import BurnPolicy
from generator.promql import Expr, parse
from generator.promql.ast import Matcher
from generator.promql.rewrite import with_matchers


@dataclass(frozen=True, slots=True)
class Contact(Part):
    """How to reach somebody. hours: `"24/7"` or `"business"`, as people write it."""

    name: str = ""
    email: str = ""
    phone: str = ""
    hours: str = "24/7"


@dataclass(frozen=True, slots=True, eq=False)
class Team(Definition):
    """People who own services; `name` becomes the `team` label of their alerts."""

    name: str
    contacts: Sequence[Contact] = ()
    title: str = ""

    def __post_init__(self) -> None:
        normalise_tuples(self, "contacts")
        expect(self, "contacts", Contact)


@dataclass(frozen=True, slots=True, eq=False)
class Tier(Definition):
    """A class of service. burn: the burn-rate policy of its SLOs, unless one brings its own."""

    CRITICAL: ClassVar[Tier]
    STANDARD: ClassVar[Tier]
    BEST_EFFORT: ClassVar[Tier]

    name: str
    burn: BurnPolicy | None = None

    def __post_init__(self) -> None:
        expect(self, "burn", BurnPolicy, optional=True)


Tier.CRITICAL = Tier("critical", origin=NOWHERE)
Tier.STANDARD = Tier("standard", origin=NOWHERE)
Tier.BEST_EFFORT = Tier("best-effort", origin=NOWHERE)


@dataclass(frozen=True, slots=True, eq=False)
class Level(Definition):
    """An incident level.

    severity: the default `severity` label of its alerts. respond, restore: within what time somebody must have
    begun, and the service must be back.
    """

    name: str
    severity: str
    respond: DurationLike
    restore: DurationLike
    meaning: str = ""

    def __post_init__(self) -> None:
        normalise_durations(self, "respond", "restore")


P0 = Level(
    "P0",
    "critical",
    "15m",
    "1h",
    "The whole service is down, data may be lost, or security is breached",
    origin=NOWHERE,
)
P1 = Level("P1", "critical", "30m", "4h", "A main function fails or is badly slow", origin=NOWHERE)
P2 = Level("P2", "warning", "2h", "24h", "A part fails or is slow, and there is a way round it", origin=NOWHERE)


@dataclass(frozen=True, slots=True)
class _Nobody:
    """Stands where no team was given: others ask for its name, but it is no team that anybody could look for."""

    name: str = ""
    title: str = ""
    contacts: tuple[Contact, ...] = ()


_NOBODY = _Nobody()


@dataclass(frozen=True, slots=True, eq=False)
class Service(Definition):
    """A part of the system that is watched and owned.

    job: its `job` label in Prometheus, by default its name. selector: further labels that all its series have.
    exporter: what exposes its metrics. runbooks: where the pages of its alerts are
    published, when elsewhere than the others'. labels: added to its alerts.
    """

    name: str
    job: str = ""
    team: Team = field(kw_only=True)
    title: str = ""
    exporter: str = ""
    tier: Tier = Tier.STANDARD
    contacts: Sequence[Contact] = ()
    runbooks: str = ""
    selector: Labels = field(default=EMPTY)
    labels: Labels = field(default=EMPTY)
    description: str = ""

    def __post_init__(self) -> None:
        keep(self, "job", self.job or self.name)
        expect(self, "team", Team)
        expect(self, "tier", Tier)
        normalise_tuples(self, "contacts")
        expect(self, "contacts", Contact)
        normalise_labels(self, "labels", "selector")
        if not isinstance(self.team, Team):
            keep(self, "team", _NOBODY)
        if not self.name:
            fault(self, "definition/name", f"Service: a name is needed, got {self.name!r}")

    @property
    def reach(self) -> tuple[Contact, ...]:
        """Who to talk to about it: its own contacts, or its team's."""
        return tuple(self.contacts) or tuple(self.team.contacts)

    def query(self, query: Query) -> Expr:
        """The query with this service's `job` (and further labels) on every selector that does not name them.

        Raises `PromQLError` if it does not parse.
        """
        tree = parse(query) if isinstance(query, str) else query
        matchers = [Matcher("job", "=", self.job)]
        matchers += [Matcher(label, "=", value) for label, value in self.selector.items()]
        return with_matchers(tree, matchers)
