"""Alertmanager on a virtual clock: alerts are posted to it, and it tells what it sends and why it does not.

Stages in Alertmanager's order: inhibition, active time intervals, mute time intervals, silences; then for each
integration the notification log. Where several things fall on one moment, alerts that are posted come before timers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from generator.duration import MINUTE
from generator.labels import LabelSet
from generator.simulate.alert import Alert, Posted
from generator.simulate.config.model import Config, Integration
from generator.simulate.dispatch import Behaviour, Dispatcher, Flushed, Group
from generator.simulate.inhibit import Inhibitor
from generator.simulate.intervals import in_force
from generator.simulate.messages.render import may_fail, render_message
from generator.simulate.nflog import (
    MAINTENANCE,
    Because,
    Key,
    NotificationLog,
    Repeated,
    State,
    Unchanged,
    WhyNot,
    decide,
    latest_repeat,
)
from generator.simulate.silences import Silence, silenced_by
from generator.simulate.timeline import (
    Grouped,
    HeldBy,
    Inactive,
    InhibitedBy,
    MutedBy,
    NoIntegration,
    Notification,
    NotSent,
    ResolvedUnwanted,
    Sent,
    SilencedBy,
    Timeline,
    ToldAlert,
    Unsent,
)

FOREVER: Final = 1 << 62
"""Later than anything, in milliseconds since 1970."""

_GroupId = tuple[str, LabelSet]


@dataclass(slots=True)
class Alertmanager:
    """One Alertmanager from `start` (milliseconds since 1970) on; `timeline` is what it did so far."""

    config: Config
    start: int
    silences: Sequence[Silence] = ()
    timeline: Timeline = field(default_factory=Timeline)
    _alerts: dict[LabelSet, Alert] = field(default_factory=dict)
    _log: NotificationLog = field(default_factory=NotificationLog)
    _dispatcher: Dispatcher = field(init=False)
    _inhibitor: Inhibitor = field(init=False)
    _held: dict[_GroupId, dict[LabelSet, HeldBy]] = field(default_factory=dict)
    _quiet: dict[Key, type | str] = field(default_factory=dict)
    _may_fail: dict[tuple[str, str, int], bool] = field(default_factory=dict)
    _in_force: dict[tuple[str, int], bool] = field(default_factory=dict)
    _maintained: int = 0
    _soonest_end: int = 0

    def __post_init__(self) -> None:
        behaviour = Behaviour.of(self.config.dialect.version)
        self._dispatcher = Dispatcher(self.config.route, behaviour, self.start)
        self._inhibitor = Inhibitor.of(self.config.inhibit_rules)
        self._maintained = self.start

    def post(self, now: int, reports: Iterable[Posted]) -> None:
        """Take reports of alerts at a time that is not before the last one; timers before it go off first."""
        self.advance(now - 1)
        for posted in reports:
            alert = Alert.received(posted, now, self.config.global_.resolve_timeout)
            old = self._alerts.get(alert.labels)
            if old is not None:
                alert = alert.after(old, now)
            self._alerts[alert.labels] = alert
            self._inhibitor.see(alert)
            self._note_change(old, alert, now)
            for group in self._dispatcher.insert(alert, now):
                reason = Grouped(group.route.receiver, group.key, len(group.alerts) - 1, group.flush)
                self.timeline.note(now, "grouped", alert.labels, reason)

    def _note_change(self, old: Alert | None, alert: Alert, now: int) -> None:
        """Wake the groups unless it is the same alert again, only with a later end."""
        if old is None or old.starts_at != alert.starts_at or old.resolved(now) or alert.ends_at < old.ends_at:
            self._dispatcher.wake(now)
        self._soonest_end = min(self._soonest_end, alert.ends_at)

    def advance(self, until: int) -> None:
        """Let everything happen up to a time, included."""
        while self._maintained + MAINTENANCE <= until:
            self._maintained += MAINTENANCE
            self._dispatcher.advance(self._maintained - 1, self._flush)
            if self._log.forget(self._maintained):
                self._dispatcher.wake(self._maintained)
        self._dispatcher.advance(until, self._flush)

    def _flush(self, group: Group, now: int) -> Flushed:
        """Send a group through the stages."""
        alerts = group.in_order()
        left = self._stages(group, alerts, now)
        told = self._tell(group, left, now) if left else Flushed(FOREVER)
        held = self._held.get((group.route.id, group.labels))
        for labels in list(held or ()):
            if held is not None and group.alerts[labels].resolved(now):
                self.timeline.note(now, "unseen", labels, held.pop(labels))
        return Flushed(min(told.idle, self._change(group, now)), told.done)

    def _change(self, group: Group, now: int) -> int:
        """When alerts end, silences begin or end, or a time interval may, whichever comes first."""
        if self._soonest_end <= now:
            ends = (alert.ends_at for alert in self._alerts.values() if alert.ends_at > now)
            self._soonest_end = min(ends, default=FOREVER)
        edges = (edge for each in self.silences for edge in (each.starts_at, each.ends_at + 1) if edge > now)
        minute = now - now % MINUTE + MINUTE if group.route.mute or group.route.active else FOREVER
        return min(self._soonest_end, minute, min(edges, default=FOREVER))

    def _stages(self, group: Group, alerts: list[Alert], now: int) -> list[Alert]:
        """The alerts that nothing holds back; changes of what holds them back are noted."""
        whole = self._held_by_time(group, now)
        held: dict[LabelSet, HeldBy] = {}
        for alert in alerts:
            found = self._inhibitor.inhibited(alert.labels, now)
            reason: HeldBy | None = whole
            if found is not None:
                reason = InhibitedBy(found.by, found.place, group.key)
            elif reason is None and self.silences:
                silence = silenced_by(self.silences, alert.labels, now)
                reason = None if silence is None else SilencedBy(silence, group.key)
            if reason is not None:
                held[alert.labels] = reason
        self._note_held(group, alerts, held, now)
        return [alert for alert in alerts if alert.labels not in held] if held else alerts

    def _note_held(self, group: Group, alerts: list[Alert], held: dict[LabelSet, HeldBy], now: int) -> None:
        place = (group.route.id, group.labels)
        before = self._held.get(place)
        if not held and not before:
            return
        before = before or {}
        kept: dict[LabelSet, HeldBy] = {}
        for alert in alerts:
            is_now, was = held.get(alert.labels), before.get(alert.labels)
            over = alert.resolved(now)
            if is_now is None and was is not None and not over:
                self.timeline.note(now, "released", alert.labels, was)
            elif is_now is not None and is_now != was and not over:
                self.timeline.note(now, "held", alert.labels, is_now)
            # Of an alert that is over nobody would have heard more than its end, and only if it was held back before.
            reason = is_now if not over else was and is_now
            if reason is not None:
                kept[alert.labels] = reason
        self._held[place] = kept

    def _held_by_time(self, group: Group, now: int) -> HeldBy | None:
        route = group.route
        if route.active and not any(self._interval(name, now) for name in route.active):
            return Inactive(route.active, route.receiver, group.key)
        if route.mute:
            names = tuple(name for name in route.mute if self._interval(name, now))
            if names:
                return MutedBy(names, route.receiver, group.key)
        return None

    def _interval(self, name: str, now: int) -> bool:
        """Whether a time interval is in force; intervals begin and end with minutes."""
        place = (name, now // MINUTE)
        found = self._in_force.get(place)
        if found is None:
            found = self._in_force[place] = in_force(self.config.time_intervals[name], now)
        return found

    def _tell(self, group: Group, alerts: list[Alert], now: int) -> Flushed:
        """Let each integration of the receiver decide."""
        state = State(
            tuple(alert.labels for alert in alerts if not alert.resolved(now)),
            tuple(alert.labels for alert in alerts if alert.resolved(now)),
        )
        integrations = self.config.receivers[group.route.receiver].integrations
        if not integrations:
            self._note_quiet((group.key, group.route.receiver, "", 0), group, NoIntegration(), now)
        found = [self._tell_one(group, integration, alerts, state, now) for integration in integrations]
        return Flushed(min((each.idle for each in found), default=FOREVER), all(each.done for each in found))

    def _tell_one(self, group: Group, to: Integration, alerts: list[Alert], state: State, now: int) -> Flushed:
        key = (group.key, to.receiver, to.kind, to.index)
        repeat = group.route.repeat_interval
        entry = self._log.get(key)
        reason = decide(entry, state, repeat, now, send_resolved=to.send_resolved)
        if isinstance(reason, WhyNot):
            self._note_quiet(key, group, reason, now)
            return Flushed(reason.again if isinstance(reason, Unchanged) else FOREVER)
        latest = now
        if entry is not None and isinstance(reason, Repeated):
            latest = latest_repeat(entry, repeat, now, group.route.group_interval)
        if not state.firing and not to.send_resolved:
            self._log.note(key, state, now, latest, repeat)
            self._note_quiet(key, group, ResolvedUnwanted(), now)
            return Flushed(FOREVER)
        told = tuple(_told(alert, now) for alert in alerts if to.send_resolved or not alert.resolved(now))
        notification = _notification(group, to, told, reason, now, latest)
        wrong, noted = self._fails(notification)
        if noted:
            self._log.note(key, state, now, latest, repeat)
        if wrong:
            self._note_unsent(key, notification, wrong)
        else:
            self._quiet.pop(key, None)
            self._note_sent(notification)
        return Flushed(now, noted)

    def _fails(self, notification: Notification) -> tuple[str, bool]:
        """Why nothing is sent, if a template fails; and whether what is sent, if anything, is remembered."""
        to = notification.integration
        place = (to.receiver, to.kind, to.index)
        if place not in self._may_fail:
            self._may_fail[place] = may_fail(self.config, to)
        if not self._may_fail[place]:
            return "", True
        message = render_message(self.config, notification)
        return message.error, message.noted

    def _note_sent(self, told: Notification) -> None:
        self.timeline.notifications.append(told)
        labels = tuple(alert.labels for alert in told.alerts)
        sent = Sent(told.because, told.integration, told.group_key, told.status, labels, told.latest)
        self.timeline.note(told.time, "notified", told.group_labels, sent)

    def _note_unsent(self, key: Key, notification: Notification, why: str) -> None:
        """Note that a message cannot be made, once until that changes."""
        if self._quiet.get(key) != why:
            self._quiet[key] = why
            self.timeline.unsent.append(notification)
            unsent = Unsent(why, notification.integration, notification.group_key, notification.route.group_interval)
            self.timeline.note(notification.time, "unsent", notification.group_labels, unsent)

    def _note_quiet(self, key: Key, group: Group, why: WhyNot | ResolvedUnwanted | NoIntegration, now: int) -> None:
        """Note that an integration is told nothing, once until that changes."""
        if self._quiet.get(key) is not type(why):
            self._quiet[key] = type(why)
            receiver = f"{key[1]}/{key[2]}[{key[3]}]" if key[2] else key[1]
            self.timeline.note(now, "quiet", group.labels, NotSent(why, receiver, group.key))


def _notification(
    group: Group, to: Integration, told: tuple[ToldAlert, ...], because: Because, now: int, latest: int
) -> Notification:
    return Notification(
        time=now,
        latest=latest,
        integration=to,
        route=group.route,
        group_labels=group.labels,
        group_key=group.key,
        because=because,
        alerts=told,
    )


def _told(alert: Alert, now: int) -> ToldAlert:
    return ToldAlert(
        labels=alert.labels,
        annotations=alert.annotations,
        starts_at=alert.starts_at,
        ends_at=alert.ends_at if alert.resolved(now) else None,
        generator_url=alert.generator_url,
        fingerprint=alert.fingerprint,
    )
