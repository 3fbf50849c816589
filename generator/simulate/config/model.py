"""An Alertmanager configuration as values: what is inherited is worked out, what has a default has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.diagnostics import NOWHERE, Origin
from generator.simulate.config.dialect import DEFAULT_DIALECT, Dialect
from generator.simulate.config.matchers import LabelMatcher

Range = tuple[int, int]
"""First and last of a range, both included; of minutes the last is excluded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A node of the routing tree, with what it inherits from the nodes above already filled in.

    receiver: name of the receiver. group_by: the labels whose values make a group, sorted; with `group_by_all`
    every label does. group_wait, group_interval, repeat_interval: milliseconds. matchers: sorted as Alertmanager
    sorts them. mute, active: names of time intervals, the node's own (they are not inherited). labels: route
    labels (0.34), merged with those from above. key: as it stands in group keys, such as `{}/{severity="page"}`.
    id: the same with each child's place, unique. index: Alertmanager's number of the route, children first.
    """

    receiver: str
    matchers: tuple[LabelMatcher, ...] = ()
    group_by: tuple[str, ...] = ()
    group_by_all: bool = False
    group_wait: int = 30_000
    group_interval: int = 300_000
    repeat_interval: int = 14_400_000
    continues: bool = False
    mute: tuple[str, ...] = ()
    active: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()
    key: str = "{}"
    id: str = "{}"
    index: int = 0
    origin: Origin = NOWHERE

    def walk(self) -> Iterator[Route]:
        """This route and all below it, depth first."""
        yield self
        for route in self.routes:
            yield from route.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class InhibitRule:
    """Alerts that match `targets` are muted while one that matches `sources` fires and agrees on the labels `equal`."""

    sources: tuple[LabelMatcher, ...]
    targets: tuple[LabelMatcher, ...]
    equal: tuple[str, ...] = ()
    name: str = ""
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSpan:
    """One item of a time interval: in force when all that is given holds. None: not given; (): given and empty.

    times: minutes of the day, end excluded. weekdays: 0 is Sunday. days_of_month: 1 to 31, or -1 (the last) to -31.
    months: 1 to 12. location: IANA zone in which all of it is read.
    """

    times: tuple[Range, ...] | None = None
    weekdays: tuple[Range, ...] | None = None
    days_of_month: tuple[Range, ...] | None = None
    months: tuple[Range, ...] | None = None
    years: tuple[Range, ...] | None = None
    location: str = "UTC"
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class TimeInterval:
    """A named interval: in force when any of its spans is."""

    name: str
    spans: tuple[TimeSpan, ...] = ()
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """One way in which a receiver is told.

    kind: `slack`, `email`, …, as Alertmanager names it in logs and metrics. index: from 0, among those of its kind in
    the receiver. send_resolved: whether resolved alerts are told. settings: the block as it is written, with
    Alertmanager's defaults and the global settings filled in. lines: where each setting that is written stands.
    """

    receiver: str
    kind: str
    index: int
    send_resolved: bool
    settings: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    origin: Origin = NOWHERE

    def at(self, key: str) -> Origin:
        """Where a setting stands; where the integration does, when it is not written."""
        return Origin(self.origin.file, self.lines.get(key, self.origin.line))

    def __str__(self) -> str:
        return f"{self.receiver}/{self.kind}[{self.index}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """A named receiver. Integrations come in the order in which Alertmanager builds them."""

    name: str
    integrations: tuple[Integration, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Global:
    """Global settings. resolve_timeout: milliseconds. settings: all that is written, defaults filled in."""

    resolve_timeout: int = 300_000
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A whole configuration.

    path: the file it was read from. dialect: whose rules it was read by. receivers: by name. time_intervals: by name,
    also those of `mute_time_intervals`. templates: the patterns as they are written. template_texts: file name and
    text of every template file found. external_url: where people reach Alertmanager (`--web.external-url`), without a
    slash at the end; empty where nobody says it.
    """

    path: str
    route: Route
    receivers: Mapping[str, Receiver]
    inhibit_rules: tuple[InhibitRule, ...] = ()
    time_intervals: Mapping[str, TimeInterval] = field(default_factory=dict)
    global_: Global = field(default_factory=Global)
    templates: tuple[str, ...] = ()
    template_texts: tuple[tuple[str, str], ...] = ()
    dialect: Dialect = DEFAULT_DIALECT
    external_url: str = ""
