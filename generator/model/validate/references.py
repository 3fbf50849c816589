"""Objects that definitions refer to must be part of the project, or nobody sees them."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from generator.diagnostics import Problem, error
from generator.model.base import Definition, described
from generator.model.catalog import Catalog
from generator.model.runbook import Runbook, is_page_address
from generator.model.service import Service, Team
from generator.model.settings import ScrapeJob
from generator.model.slo import SLO, Notice


def references(catalog: Catalog) -> Iterator[Problem]:
    """Services and teams that are used but stand in no definitions file."""
    services, teams = set(catalog.of(Service)), set(catalog.of(Team))
    users: tuple[SLO | ScrapeJob | Definition, ...] = (*catalog.of(SLO), *catalog.alerts, *catalog.of(ScrapeJob))
    for user in users:
        service = getattr(user, "service", None)
        if isinstance(service, Service) and service not in services:
            yield _unknown(user, "service", service.name, [known.name for known in services])
    yield from _runbooks(catalog)
    for service in services:
        if isinstance(service.team, Team) and service.team not in teams:
            yield _unknown(service, "team", service.team.name, [known.name for known in teams])


def _runbooks(catalog: Catalog) -> Iterator[Problem]:
    """Procedures that alerts name and nobody wrote."""
    runbooks = catalog.of(Runbook)
    known = {id(runbook) for runbook in runbooks} | {runbook.name for runbook in runbooks}
    named: list[tuple[Definition, object]] = [(alert, alert.runbook) for alert in catalog.alerts]
    for slo in catalog.of(SLO):
        notices = {id(notice): notice for notice in (slo.page, slo.ticket) if isinstance(notice, Notice)}
        named += [(slo, notice.runbook) for notice in notices.values()]
    for user, runbook in named:
        if isinstance(runbook, Runbook) and id(runbook) not in known:
            yield _unknown(user, "runbook", runbook.name, [])
        elif isinstance(runbook, str) and runbook and not is_page_address(runbook) and runbook not in known:
            yield _unknown(user, "runbook", runbook, [one.name for one in runbooks])
        elif not isinstance(runbook, Runbook | str):
            message = f"{described(user)}: runbook must be a Runbook, its name or a URL, got {runbook!r}"
            yield error("alert/text", user.origin, message)


def _unknown(user: Definition, kind: str, name: str, known: list[str]) -> Problem:
    close = get_close_matches(name, known, n=1)
    hint = f"Did you mean {close[0]!r}? " if close else ""
    why = f"{hint}Give it a name at the top level of a definitions file that is loaded."
    return error(f"unknown/{kind}", user.origin, f"{described(user)}: unknown {kind} {name!r}", why)
