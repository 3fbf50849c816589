"""Alertmanager's dispatcher: which groups an alert belongs to, and when each group is looked at.

Source: the `dispatch` package of Alertmanager, 0.25 and main.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from generator.duration import SECOND
from generator.gotemplate.strconv import quote
from generator.labels import LabelSet
from generator.simulate.alert import Alert, order
from generator.simulate.clock import Agenda
from generator.simulate.config.model import Route
from generator.simulate.routing import matching

CLEANING: Final = 30 * SECOND
"""How often groups that are empty are removed (`--dispatch.maintenance-interval` since 0.30)."""

_CLEAN: Final = 0
_FLUSH: Final = 1


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What differs between versions.

    lingers: an empty group stays until the next cleaning, so that an alert that comes back is told of at its next
    tick; later versions end it at once. every_insert: any alert that is older than `group_wait` makes a group that
    waits for its first flush go at once; later versions only ask the alert that the group begins with.
    """

    lingers: bool = True
    every_insert: bool = True

    @classmethod
    def of(cls, version: tuple[int, int]) -> Behaviour:
        """The behaviour of a version, such as (0, 25)."""
        return cls(lingers=version < (0, 31), every_insert=version < (0, 30))


@dataclass(slots=True)
class Group:
    """An aggregation group: alerts of one route with the same group labels. `flush`: when it is looked at next.

    ticked: when its timer went off last. flush is later than the next tick when nothing can change before. number:
    its place among all groups that ever were; of groups that go off at one moment the oldest is first.
    """

    route: Route
    labels: LabelSet
    key: str
    flush: int
    number: int
    flushed: bool = False
    cleaned_at: int | None = None
    alerts: dict[LabelSet, Alert] = field(default_factory=dict)
    ticked: int = 0
    _sorted: list[LabelSet] | None = None

    def insert(self, alert: Alert) -> None:
        """Add an alert, or what has become of it."""
        if alert.labels not in self.alerts:
            self._sorted = None
        self.alerts[alert.labels] = alert

    def delete(self, labels: LabelSet) -> None:
        """Take an alert out."""
        del self.alerts[labels]
        self._sorted = None

    def in_order(self) -> list[Alert]:
        """The alerts in the order in which they are told."""
        if self._sorted is None:
            self._sorted = sorted(self.alerts, key=order)
        return [self.alerts[labels] for labels in self._sorted]


@dataclass(frozen=True, slots=True)
class Flushed:
    """What came of a look at a group.

    idle: until when another would change nothing as long as nothing else happens; ticks before are left out. done:
    whether every integration has what it should have; if not, alerts that are over stay in the group.
    """

    idle: int
    done: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """A group that an alert belongs to."""

    route: Route
    labels: LabelSet
    key: str


def group_labels(route: Route, labels: LabelSet) -> LabelSet:
    """The labels that an alert is grouped by: those of `group_by` that it has."""
    return labels if route.group_by_all else labels.keep(route.group_by)


def group_key(route: Route, labels: LabelSet) -> str:
    """The text by which Alertmanager tells groups apart: the matchers on the way, and the group labels."""
    inner = ", ".join(f"{name}={quote(value)}" for name, value in labels.pairs)
    return f"{route.key}:{{{inner}}}"


@dataclass(slots=True)
class Dispatcher:
    """All groups and their timers. `start`: when it began, from which cleaning is counted."""

    root: Route
    behaviour: Behaviour
    start: int
    groups: dict[tuple[str, LabelSet], Group] = field(default_factory=dict)
    _agenda: Agenda[tuple[int, Group]] = field(default_factory=Agenda)
    _places: dict[LabelSet, tuple[Place, ...]] = field(default_factory=dict)
    _asleep: list[Group] = field(default_factory=list)
    _made: int = 0

    def insert(self, alert: Alert, now: int) -> list[Group]:
        """Put an alert into its groups; those that it was not in before."""
        entered = []
        for place in self._places_of(alert.labels):
            group = self.groups.get((place.route.id, place.labels))
            made = group is None
            if group is None:
                group = Group(place.route, place.labels, place.key, now + place.route.group_wait, self._made)
                self._made += 1
                self.groups[place.route.id, place.labels] = group
                self._schedule(group, group.flush)
            if alert.labels not in group.alerts:
                entered.append(group)
            group.insert(alert)
            if (made or self.behaviour.every_insert) and not group.flushed:
                self._hurry(group, alert, now)
        return entered

    def _places_of(self, labels: LabelSet) -> tuple[Place, ...]:
        found = self._places.get(labels)
        if found is None:
            pairs = [(route, group_labels(route, labels)) for route in matching(self.root, labels)]
            found = tuple(Place(route, grouped, group_key(route, grouped)) for route, grouped in pairs)
            self._places[labels] = found
        return found

    def _hurry(self, group: Group, alert: Alert, now: int) -> None:
        """Let a group that waits go at once when one of its alerts is older than the wait."""
        if alert.starts_at + group.route.group_wait < now and group.flush > now:
            self._schedule(group, now)

    def advance(self, until: int, flush: Callable[[Group, int], Flushed]) -> None:
        """Let timers go off up to a time, included. `flush` is called with each group that has alerts."""
        while (found := self._agenda.due(until)) is not None:
            now, (kind, group) = found
            if kind == _CLEAN:
                self._clean(group, now)
            elif group.flush == now and self._lives(group):
                self._tick(group, now, flush)

    def wake(self, now: int) -> None:
        """Something happened: look at all groups at their next tick again."""
        for group in self._asleep:
            interval = group.route.group_interval
            due = group.ticked + max(1, -(-(now - group.ticked) // interval)) * interval
            if due < group.flush:
                self._schedule(group, due)
        self._asleep.clear()

    def _lives(self, group: Group) -> bool:
        return self.groups.get((group.route.id, group.labels)) is group

    def _schedule(self, group: Group, time: int) -> None:
        group.flush = time
        self._agenda.add(time, (_FLUSH, group.number), (_FLUSH, group))

    def _tick(self, group: Group, now: int, flush: Callable[[Group, int], Flushed]) -> None:
        interval = group.route.group_interval
        group.ticked, group.flushed = now, True
        if not group.alerts:
            self._schedule(group, now + interval)
            return
        flushed = flush(group, now)
        if flushed.done:
            for alert in group.in_order():
                if alert.resolved(now):
                    group.delete(alert.labels)
        ticks = max(1, -(-(flushed.idle - now) // interval))
        self._schedule(group, now + ticks * interval)
        if ticks > 1:
            self._asleep.append(group)
        if not group.alerts:
            self._emptied(group, now)

    def _emptied(self, group: Group, now: int) -> None:
        if not self.behaviour.lingers:
            del self.groups[group.route.id, group.labels]
            return
        at = now + CLEANING - (now - self.start) % CLEANING
        if group.cleaned_at != at:
            group.cleaned_at = at
            self._agenda.add(at, (_CLEAN, group.number), (_CLEAN, group))

    def _clean(self, group: Group, now: int) -> None:
        if not group.alerts and group.cleaned_at == now and self._lives(group):
            del self.groups[group.route.id, group.labels]
