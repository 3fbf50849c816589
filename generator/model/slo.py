"""Service level objectives."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from generator.diagnostics import Problem, error
from generator.labels import EMPTY
from generator.model.base import (
    Definition,
    DurationLike,
    Labels,
    Part,
    described,
    expect,
    fault,
    keep,
    normalise_durations,
    normalise_labels,
    normalise_tuples,
)
from generator.model.burn import DEFAULT_WINDOW, WORKBOOK, BurnPolicy
from generator.model.receiver import Receiver
from generator.model.runbook import Runbook
from generator.model.service import P1, P2, Level, Service
from generator.model.sli import SLI
from generator.model.window import Calendar, Rolling, Window

AlertKind = Literal["page", "ticket", "absent"]
"""The alerts of an SLO: a fast burn, a slow burn, metrics that are gone."""


@dataclass(frozen=True, slots=True)
class Notice(Part):
    """How the alerts of one severity look.

    level: the incident level. labels, annotations: added. receiver: who must be told, proved against the routes.
    runbook: as of an `Alert`. disable: leave the alert out.
    """

    level: Level = P1
    labels: Labels = field(default=EMPTY)
    annotations: Labels = field(default=EMPTY)
    receiver: Receiver | Sequence[Receiver] = ()
    runbook: Runbook | str = ""
    disable: bool = False

    def __post_init__(self) -> None:
        expect(self, "level", Level)
        normalise_labels(self, "labels", "annotations")
        normalise_tuples(self, "receiver")
        expect(self, "receiver", Receiver)


@dataclass(frozen=True, slots=True)
class Page(Notice):
    """The alert for a fast burn: somebody must look at once."""

    level: Level = P1


@dataclass(frozen=True, slots=True)
class Ticket(Notice):
    """The alert for a slow burn: somebody must look in working hours."""

    level: Level = P2


@dataclass(frozen=True, slots=True)
class LowTraffic(Part):
    """How many events a long window must hold before a burn-rate alert may fire.

    errors: bad events; with fewer, one unlucky request would page. total: events of any kind. The blind spot: a
    service that gets fewer requests than `errors` in a window can fail them all unnoticed by that window.
    """

    errors: float = 3
    total: float = 0

    def __post_init__(self) -> None:
        for name in ("errors", "total"):
            if not 0 <= getattr(self, name) < math.inf:
                fault(self, "slo/traffic", f"LowTraffic: {name} must be 0 or more, got {getattr(self, name)!r}")
                keep(self, name, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class SLO(Definition):
    """An objective in percent of good events over a window.

    window: `"30d"`, any other rolling length, or `Calendar("month", "Asia/Seoul")`. burn: the burn-rate policy, by
    default the service tier's or the Workbook's. labels: on the alerts and on the SLO's info series, never on the
    recorded indicators, so they may change at any time. alert: the name of its burn-rate alerts. low_traffic: the
    guard against pages at night (None for none). absent_for: how long the metrics may be missing before an alert
    says so (None for no such alert).
    """

    name: str
    service: Service = field(kw_only=True)
    objective: float = field(kw_only=True)
    sli: SLI = field(kw_only=True)
    window: Window | DurationLike = DEFAULT_WINDOW
    description: str = ""
    labels: Labels = field(default=EMPTY)
    burn: BurnPolicy | None = None
    page: Page = field(default_factory=Page)
    ticket: Ticket = field(default_factory=Ticket)
    alert: str = ""
    low_traffic: LowTraffic | None = field(default_factory=LowTraffic)
    absent_for: DurationLike | None = "10m"

    def __post_init__(self) -> None:
        _normalise_window(self)
        normalise_labels(self, "labels")
        normalise_durations(self, "absent_for")
        for name, kind, optional in (
            ("service", Service, False),
            ("sli", SLI, False),
            ("burn", BurnPolicy, True),
            ("page", Page, False),
            ("ticket", Ticket, False),
            ("low_traffic", LowTraffic, True),
        ):
            expect(self, name, kind, optional=optional)
        if not isinstance(self.objective, int | float) or isinstance(self.objective, bool):
            fault(
                self,
                "slo/objective",
                f"{described(self)}: objective must be a number, got {self.objective!r}",
            )
            keep(self, "objective", 99.0)
        elif 0 < self.objective < 100 and self.budget <= 0:
            message = f"{described(self)}: objective {self.objective!r} leaves no budget that could be told from none"
            fault(self, "slo/objective", message, "Prometheus reckons with some 15 digits; so many nines are not kept.")
            keep(self, "objective", 99.0)

    @property
    def id(self) -> str:
        """`<service>-<name>`, unique over the catalog."""
        return f"{self.service.name}-{self.name}"

    @property
    def span(self) -> Window:
        """The window."""
        return self.window if isinstance(self.window, Rolling | Calendar) else Rolling(self.window)

    @property
    def budget(self) -> float:
        """The share of events (0 to 1) that may be bad; rounded where 1 - 0.999 would show binary noise."""
        return round(1 - self.objective / 100, 12)

    @property
    def stated_policy(self) -> BurnPolicy:
        """The burn rates as they were written down: the SLO's own, its tier's, or the Workbook's."""
        return self.burn or self.service.tier.burn or WORKBOOK

    @property
    def policy(self) -> BurnPolicy:
        """The burn rates that apply, with factors for this window."""
        return self.stated_policy.scaled(self.span.nominal)

    @property
    def alert_name(self) -> str:
        """The name that its page and its ticket share."""
        return self.alert or camel_case(self.service.name, self.name) + "ErrorBudgetBurn"

    @property
    def absence_alert_name(self) -> str:
        """The name of the alert for metrics that are gone."""
        return camel_case(self.service.name, self.name) + "MetricAbsent"

    def notice(self, kind: AlertKind) -> Notice | None:
        """How the alert of a kind looks, None when there is none. Blindness is told the way a page is."""
        if kind == "absent" and self.absent_for is None:
            return None
        paging = kind == "page" or (kind == "absent" and not self.page.disable)
        notice: Notice = self.page if paging else self.ticket
        return None if notice.disable else notice

    def alert_labels(self, kind: AlertKind) -> dict[str, str]:
        """What its alert of a kind is labelled with, save for its name and the labels of the naming."""
        notice = self.notice(kind)
        if notice is None:
            return {}
        return {
            **self.service.labels,
            "severity": notice.level.severity,
            "level": notice.level.name,
            "service": self.service.name,
            "team": self.service.team.name,
            **self.labels,
            **notice.labels,
        }


def shared_names(slos: Iterable[SLO]) -> Iterator[Problem]:
    """SLOs that cannot be told apart: by their ids, or by the names of their alerts and so the pages of those."""
    ids: dict[str, SLO] = {}
    alerts: dict[str, SLO] = {}
    for slo in slos:
        earlier = ids.setdefault(slo.id, slo)
        if earlier is not slo:
            message = f"{described(slo)}: the id {slo.id!r} (service and name) is taken by {earlier.origin}"
            yield error("name/duplicate", slo.origin, message, "Give one of them another name, or remove it.")
            continue
        made = [slo.absence_alert_name if slo.notice("absent") else "", "" if slo.alert else slo.alert_name]
        taken = next((name for name in made if name and alerts.setdefault(name, slo) is not slo), None)
        if taken is not None:
            other = alerts[taken]
            message = f"{described(slo)}: its alert {taken!r} has the name, and so the runbook page, of one of SLO "
            message += f"{other.name!r} ({other.origin})"
            yield error(
                "name/duplicate", slo.origin, message, "Give one of them a name that differs in a letter or digit."
            )


@lru_cache(maxsize=4096)
def camel_case(*words: str) -> str:
    """`("user-db", "p95_latency")` as `UserDbP95Latency`."""
    pieces = [piece for word in words for piece in re.split(r"[^A-Za-z0-9]+", word) if piece]
    return "".join(piece[0].upper() + piece[1:] for piece in pieces)


def _normalise_window(slo: SLO) -> None:
    if isinstance(slo.window, Rolling | Calendar):
        return
    window = Rolling(slo.window, origin=slo.origin)
    keep(slo, "window", window)
    keep(slo, "faults", (*slo.faults, *window.faults))
