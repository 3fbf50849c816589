"""Objects that definitions refer to must be part of the project, or nobody sees them."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from generator.diagnostics import Problem, error
from generator.model.base import Definition, described
from generator.model.catalog import Catalog
from generator.model.service import Service, Team
from generator.model.settings import ScrapeJob
from generator.model.slo import SLO


def references(catalog: Catalog) -> Iterator[Problem]:
    """Services and teams that are used but stand in no definitions file."""
    services, teams = set(catalog.of(Service)), set(catalog.of(Team))
    users: tuple[SLO | ScrapeJob | Definition, ...] = (*catalog.of(SLO), *catalog.alerts, *catalog.of(ScrapeJob))
    for user in users:
        service = getattr(user, "service", None)
        if isinstance(service, Service) and service not in services:
            yield _unknown(user, "service", service.name, [known.name for known in services])
    for service in services:
        if isinstance(service.team, Team) and service.team not in teams:
            yield _unknown(service, "team", service.team.name, [known.name for known in teams])


def _unknown(user: Definition, kind: str, name: str, known: list[str]) -> Problem:
    close = get_close_matches(name, known, n=1)
    hint = f"Did you mean {close[0]!r}? " if close else ""
    why = f"{hint}Give it a name at the top level of a definitions file that is loaded."
    return error(f"unknown/{kind}", user.origin, f"{described(user)}: unknown {kind} {name!r}", why)
