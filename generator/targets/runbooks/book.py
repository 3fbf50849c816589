"""What all pages need of a bundle: the alerts by name, whom each concerns, and what fires or keeps silent with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from generator.model.bundle import AlertingRule, Bundle, RecordedRule
from generator.model.escalation import LABEL, EscalationPolicy, Step
from generator.model.kinship import Asked, Reader, Written
from generator.model.route import InhibitRule
from generator.model.routing import covers
from generator.model.routing.dispatch import Path
from generator.model.routing.inhibition import Sources
from generator.model.routing.reach import Router
from generator.model.routing.told import Told
from generator.model.service import P0, P1, P2, Level, Service
from generator.model.slo import SLO

_MOST_RELATED: Final = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule of a bundle. labels: as Alertmanager sees them, as far as they are known; others are left out."""

    rule: AlertingRule
    labels: Mapping[str, str]
    level: Level | None
    service: Service | None


class Book:
    """A bundle's alerts, and answers about them; what many pages ask is worked out once."""

    def __init__(self, bundle: Bundle) -> None:
        self.catalog = bundle.catalog
        self._bundle = bundle
        self._levels = _levels(bundle)
        self._services = {service.name: service for service in bundle.catalog.of(Service)}
        root = bundle.catalog.root
        self._router = None if root is None else Router(root)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Every alerting rule but escalations, which stand on the page of their alert."""
        return tuple(self._entry(rule) for rule in _rules(self._bundle) if LABEL not in rule.labels)

    @cached_property
    def by_name(self) -> dict[str, list[Entry]]:
        """The rules of each alert; a page and a ticket have one name."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.rule.alert, []).append(entry)
        return found

    def _entry(self, rule: AlertingRule) -> Entry:
        known = {name: value for name, value in rule.labels.items() if "{{" not in value}
        labels = {**self.catalog.prometheus.external_labels, **known, "alertname": rule.alert}
        service = self._services.get(labels.get("service", ""))
        return Entry(rule, labels, self._levels.get(labels.get("level", "")), service)

    # --- who is told ---

    def paths(self, entry: Entry) -> tuple[Path, ...]:
        """The ways on which the alert is told, as far as its labels say."""
        return () if self._router is None else self._router.paths(entry.labels)

    def steps(self, entry: Entry) -> Iterator[Step]:
        """Whom the alert is handed on to while it is not resolved."""
        for policy in self.catalog.of(EscalationPolicy):
            if covers(policy, entry.labels):
                yield from policy.chain

    # --- what keeps silent ---

    def held_back_by(self, entry: Entry) -> dict[str, tuple[str, ...]]:
        """The alerts while which it is not told, by why."""
        return self._held.get(id(entry.rule), {})

    def holds_back(self, entry: Entry) -> dict[str, tuple[str, ...]]:
        """The alerts that are not told while it fires, by why."""
        return self._holding.get(id(entry.rule), {})

    @cached_property
    def _pairs(self) -> list[tuple[str, Entry, Entry]]:
        """Reason, source and target of every inhibition that can happen."""
        return list(self._inhibitions())

    def _inhibitions(self) -> Iterator[tuple[str, Entry, Entry]]:
        told = [(_as_told(entry), entry) for entry in self.entries]
        entries = {id(one): entry for one, entry in told}
        for rule in self.catalog.of(InhibitRule):
            sources = Sources(rule, [one for one, _ in told])
            for target, entry in told:
                for source in sources.all_holding_back(target):
                    yield rule.description, entries[id(source)], entry

    @cached_property
    def _held(self) -> dict[int, dict[str, tuple[str, ...]]]:
        return _grouped((id(target.rule), why, source) for why, source, target in self._pairs)

    @cached_property
    def _holding(self) -> dict[int, dict[str, tuple[str, ...]]]:
        return _grouped((id(source.rule), why, target) for why, source, target in self._pairs)

    # --- what fires with it ---

    def related(self, entry: Entry) -> tuple[str, ...]:
        """Other alerts that read the same series, the most alike first. An objective's are those written by hand."""
        asked = self._asked[id(entry.rule)]
        index = self._written_by_hand if entry.rule.alert in self._objectives else self._by_metric
        found: dict[str, float] = {}
        for number in sorted({number for metric in asked.metrics for number in index.get(metric, ())}):
            other = self.entries[number].rule
            if other.alert != entry.rule.alert:
                likeness = asked.likeness(self._asked[id(other)])
                found[other.alert] = max(likeness, found.get(other.alert, 0.0))
        alike = sorted((name for name, share in found.items() if share), key=lambda name: (-found[name], name))
        return tuple(alike[:_MOST_RELATED])

    @cached_property
    def _asked(self) -> dict[int, Asked]:
        reader = Reader(_written(self._bundle))
        return {id(entry.rule): reader.asked(entry.rule.expr) for entry in self.entries}

    @cached_property
    def _by_metric(self) -> dict[str, list[int]]:
        return self._index(range(len(self.entries)))

    @cached_property
    def _written_by_hand(self) -> dict[str, list[int]]:
        return self._index(n for n, entry in enumerate(self.entries) if entry.rule.alert not in self._objectives)

    def _index(self, numbers: Iterable[int]) -> dict[str, list[int]]:
        """The places of rules, by the metrics that they read."""
        found: dict[str, list[int]] = {}
        for number in numbers:
            for metric in self._asked[id(self.entries[number].rule)].metrics:
                found.setdefault(metric, []).append(number)
        return found

    @cached_property
    def _objectives(self) -> frozenset[str]:
        """The names of alerts that come from SLOs: there can be thousands, and they say little of one another."""
        slos = self.catalog.of(SLO)
        return frozenset(name for slo in slos for name in (slo.alert_name, slo.absence_alert_name))


def _rules(bundle: Bundle) -> Iterator[AlertingRule]:
    for file in bundle.rule_files:
        for group in file.groups:
            yield from (rule for rule in group.rules if isinstance(rule, AlertingRule))


def _written(bundle: Bundle) -> Iterator[Written]:
    for file in bundle.rule_files:
        for group in file.groups:
            for rule in group.rules:
                if isinstance(rule, RecordedRule):
                    yield Written(rule.record, rule.labels, rule.expr)


def _levels(bundle: Bundle) -> dict[str, Level]:
    """The levels that definitions use, by name."""
    catalog = bundle.catalog
    noticed = [notice.level for slo in catalog.of(SLO) for notice in (slo.page, slo.ticket)]
    used = (P0, P1, P2, *noticed, *(alert.level for alert in catalog.alerts), *catalog.of(Level))
    return {level.name: level for level in used}


def _as_told(entry: Entry) -> Told:
    return Told(entry.rule.alert, entry.labels, entry.level or P2, (), entry.rule.origin)


def _grouped(found: Iterable[tuple[int, str, Entry]]) -> dict[int, dict[str, tuple[str, ...]]]:
    made: dict[int, dict[str, dict[str, None]]] = {}
    for key, why, entry in found:
        made.setdefault(key, {}).setdefault(why, {})[entry.rule.alert] = None
    return {key: {why: tuple(names) for why, names in reasons.items()} for key, reasons in made.items()}
