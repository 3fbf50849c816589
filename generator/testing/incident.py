"""Incidents as values: what happens, and who must hear of it. Times are milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path

from generator.diagnostics import NOWHERE, Origin
from generator.simulate.config import DEFAULT_DIALECT, Dialect
from generator.simulate.silences import Silence
from generator.testing.fixture import Fixture, TestGroup


@dataclass(frozen=True, slots=True)
class Text:
    """What a message must say. part: which part, or empty for any part and the whole; pattern: RE2, found anywhere."""

    part: str
    value: str
    pattern: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A message that must be sent.

    earliest, latest: milliseconds after the start. status: empty for either. integration, to: empty for any; `to` is
    whom or where the message goes to, such as a mail's address.
    """

    receiver: str
    integration: str = ""
    to: str = ""
    status: str = ""
    earliest: int
    latest: int
    alerts: tuple[Mapping[str, str], ...] = ()
    texts: tuple[Text, ...] = ()
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbidden:
    """Messages that must not be sent: to a receiver, of any of these alerts (any at all, if none is named)."""

    receiver: str
    integration: str = ""
    since: int = 0
    until: int
    alerts: tuple[Mapping[str, str], ...] = ()
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One test: what a rule test has, and what must be heard of it.

    until: milliseconds after the start. zone: in which the start is written, where it says so. guide: the places of a
    document that ask for what is proved here, as definitions name them.
    """

    test: TestGroup
    until: int
    config: Path | None = None
    config_origin: Origin = NOWHERE
    silences: tuple[Silence, ...] = ()
    expected: tuple[Expected, ...] = ()
    forbidden: tuple[Forbidden, ...] = ()
    exclusive: bool = False
    zone: tzinfo | None = None
    guide: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFile:
    """One file. `prometheus` is None where there is no `prometheus.yml`.

    url: where people reach Alertmanager, as messages say it; empty where the file does not say it.
    """

    fixture: Fixture
    dialect: Dialect = DEFAULT_DIALECT
    prometheus: Path | None = None
    url: str = ""
    incidents: tuple[Incident, ...] = field(default=())
