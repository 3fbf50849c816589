"""The notification log: what each integration of a receiver was last told of each group, and what follows from it.

Source of the order of reasons: `DedupStage.needsUpdate` of Alertmanager.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from generator.duration import DAY, MINUTE
from generator.labels import LabelSet

RETENTION: Final = 5 * DAY
"""How long an entry is kept at most (`--data.retention`); twice the repeat interval where that is shorter."""

MAINTENANCE: Final = 15 * MINUTE
"""How often entries that are too old are dropped (`--data.maintenance-interval`)."""

Key = tuple[str, str, str, int]
"""Group key, receiver, kind of integration, its index."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The last notification: when, of what, and until when it is remembered.

    latest: when it may have happened at the latest, where `repeat_interval` made it a race; else the same as `time`.
    """

    time: int
    latest: int
    firing: frozenset[LabelSet]
    resolved: frozenset[LabelSet]
    expires_at: int


@dataclass(frozen=True, slots=True)
class FirstNotification:
    """The group was never told of, or only that it is over."""

    def __str__(self) -> str:
        return "first notification"


@dataclass(frozen=True, slots=True)
class NewAlerts:
    """Alerts fire that were not told of before."""

    alerts: tuple[LabelSet, ...]

    def __str__(self) -> str:
        return f"{len(self.alerts)} new alert{'' if len(self.alerts) == 1 else 's'} in the group"


@dataclass(frozen=True, slots=True)
class AllResolved:
    """Nothing in the group fires any more."""

    def __str__(self) -> str:
        return "all resolved"


@dataclass(frozen=True, slots=True)
class NewResolved:
    """Some of the group are over, and the integration wants to know (`send_resolved`)."""

    alerts: tuple[LabelSet, ...]

    def __str__(self) -> str:
        return f"{len(self.alerts)} of the group resolved"


@dataclass(frozen=True, slots=True)
class Repeated:
    """Nothing is new, but `repeat_interval` has passed. `waited`: since the last notification, in milliseconds."""

    waited: int

    def __str__(self) -> str:
        return "repeat_interval has passed"


Because = FirstNotification | NewAlerts | AllResolved | NewResolved | Repeated


@dataclass(frozen=True, slots=True)
class NeverTold:
    """All of the group is over before anybody was told of it."""

    def __str__(self) -> str:
        return "resolved before anybody was told"


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Nothing is new. `again`: when it will be repeated at the earliest."""

    again: int

    def __str__(self) -> str:
        return "nothing new"


@dataclass(frozen=True, slots=True)
class AlreadyOver:
    """All of the group is over, and that has been told."""

    def __str__(self) -> str:
        return "its end has been told"


WhyNot = NeverTold | Unchanged | AlreadyOver


@dataclass(frozen=True, slots=True)
class State:
    """What there is to tell of a group: labels of firing and resolved alerts, in their order."""

    firing: tuple[LabelSet, ...]
    resolved: tuple[LabelSet, ...]


@dataclass(slots=True)
class NotificationLog:
    """All entries."""

    _entries: dict[Key, Entry] = field(default_factory=dict)

    def get(self, key: Key) -> Entry | None:
        """What was last told, if it is remembered."""
        return self._entries.get(key)

    def note(self, key: Key, state: State, now: int, latest: int, repeat: int) -> None:
        """Log a notification."""
        expires_at = now + min(RETENTION, 2 * repeat)
        self._entries[key] = Entry(now, latest, frozenset(state.firing), frozenset(state.resolved), expires_at)

    def forget(self, now: int) -> bool:
        """Drop the entries that are too old; whether there were any."""
        before = len(self._entries)
        self._entries = {key: entry for key, entry in self._entries.items() if entry.expires_at > now}
        return len(self._entries) < before


def decide(entry: Entry | None, state: State, repeat: int, now: int, *, send_resolved: bool) -> Because | WhyNot:
    """Whether an integration is notified of a group, and why. repeat: `repeat_interval` in milliseconds.

    A repetition counts as due when exactly `repeat_interval` has passed, which in the real one is a race between the
    group's timer and the delivery of the last notification.
    """
    if entry is None:
        return FirstNotification() if state.firing else NeverTold()
    fresh = tuple(labels for labels in state.firing if labels not in entry.firing)
    if fresh:
        return NewAlerts(fresh) if entry.firing else FirstNotification()
    if not state.firing:
        if entry.firing:
            return AllResolved()
        return AlreadyOver() if entry.resolved.issuperset(state.resolved) else NeverTold()
    if send_resolved:
        over = tuple(labels for labels in state.resolved if labels not in entry.resolved)
        if over:
            return NewResolved(over)
    waited = now - entry.time
    return Repeated(waited) if waited >= repeat else Unchanged(entry.time + repeat)


def latest_repeat(entry: Entry, repeat: int, now: int, group_interval: int) -> int:
    """When a repetition that is sent now at the earliest may come at the latest.

    The group's timer ticks every `group_interval`, and the log must be strictly older than `repeat_interval`: where
    a tick falls on that moment, the next one may be needed. Delays of earlier repetitions add up.
    """
    needed = entry.latest + repeat - now
    if needed < 0:
        return now
    return now + (needed // group_interval + 1) * group_interval
