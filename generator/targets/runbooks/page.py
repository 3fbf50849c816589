"""A page of an alert, as values that the template sets in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generator.duration import format_duration
from generator.model.base import as_duration
from generator.model.bundle import PanelLink
from generator.model.runbook import Runbook, page_name
from generator.model.service import Contact
from generator.targets.runbooks.book import Book, Entry
from generator.targets.runbooks.meaning import Look, looks, plain, rule_text
from generator.targets.runbooks.people import Escalated, Told, escalated, told


@dataclass(frozen=True, slots=True)
class Reference:
    """Another alert, and the file of its page."""

    name: str
    page: str


@dataclass(frozen=True, slots=True)
class Silence:
    """Why alerts are held back, and which."""

    why: str
    alerts: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of an alert: its meaning, its people, its queries.

    for_: how long it must hold; kept: how long it fires on when that is over; empty for not at all. whole: the
    expression, where the queries are not all of it.
    """

    summary: str
    description: str
    severity: str
    level: str
    meaning: str
    respond: str
    restore: str
    for_: str
    kept: str
    looks: tuple[Look, ...]
    whole: str
    panel: PanelLink | None
    told: tuple[Told, ...]
    escalation: tuple[Escalated, ...]
    held_back_by: tuple[Silence, ...]
    holds_back: tuple[Silence, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The page of an alert; several rules share its name when they differ in severity."""

    name: str
    file: str
    service: str
    about: str
    team: str
    contacts: tuple[Contact, ...]
    rules: tuple[Rule, ...]
    related: tuple[Reference, ...]
    runbooks: tuple[Runbook, ...]


def pages(book: Book) -> Iterator[Page]:
    """A page for each alert, in the order of the rule files."""
    for name, entries in book.by_name.items():
        yield _page(book, name, entries)


def _page(book: Book, name: str, entries: Sequence[Entry]) -> Page:
    service = next((entry.service for entry in entries if entry.service is not None), None)
    related = dict.fromkeys(other for entry in entries for other in book.related(entry))
    procedures = dict.fromkeys(entry.rule.runbook for entry in entries if entry.rule.runbook is not None)
    return Page(
        name,
        page_name(name),
        "" if service is None else service.title or service.name,
        "" if service is None else service.description,
        "" if service is None else service.team.title or service.team.name,
        () if service is None else service.reach,
        tuple(_rule(book, entry) for entry in entries),
        tuple(map(_reference, related)),
        tuple(procedures),
    )


def _rule(book: Book, entry: Entry) -> Rule:
    rule, level = entry.rule, entry.level
    asked = looks(rule.expr, book.catalog.prometheus.url)
    return Rule(
        plain(rule.annotations.get("summary", rule.alert)),
        plain(rule.annotations.get("description", "")),
        entry.labels.get("severity", ""),
        entry.labels.get("level", ""),
        "" if level is None else level.meaning,
        "" if level is None else _time(as_duration(level.respond)),
        "" if level is None else _time(as_duration(level.restore)),
        _time(rule.for_),
        _time(rule.keep_firing_for),
        asked,
        "" if len(asked) == 1 and asked[0].whole else rule_text(rule.expr),
        rule.panel,
        tuple(way for path in book.paths(entry) if (way := told(path)) is not None),
        tuple(escalated(step, level) for step in book.steps(entry)),
        _silences(book.held_back_by(entry)),
        _silences(book.holds_back(entry)),
    )


def _time(milliseconds: int) -> str:
    return format_duration(milliseconds) if milliseconds else ""


def _silences(found: dict[str, tuple[str, ...]]) -> tuple[Silence, ...]:
    return tuple(Silence(why, tuple(map(_reference, names))) for why, names in found.items())


def _reference(name: str) -> Reference:
    return Reference(name, page_name(name))
