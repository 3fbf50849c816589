"""A simulation as text and JSON: what fired, who was told, when, and why not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from generator.duration import SECOND, format_duration
from generator.labels import LabelSet
from generator.simulate.config import Config
from generator.simulate.messages.message import Message
from generator.simulate.messages.render import render_message
from generator.simulate.nflog import AlreadyOver, Repeated, Unchanged
from generator.simulate.timeline import Ended, Event, Grouped, InhibitedBy, Notification, NotSent, Sent, Timeline, Waits

_WORDS: Final = {
    "pending": "pending",
    "withdrawn": "withdrawn",
    "firing": "FIRES",
    "resolved": "resolved",
    "dropped": "DROPPED",
    "held": "held back",
    "released": "released",
    "unseen": "UNSEEN END",
    "quiet": "not told",
    "notified": "TOLD",
}
_TEXT_WIDTH: Final = 110
_TELL_LITTLE: Final = ("alertname", "severity", "level", "team", "service")
_ASIDE: Final = frozenset({"from", "colour", "title_link", "status"})
_DULL: Final = (Unchanged, AlreadyOver)


def as_text(timeline: Timeline, config: Config, hidden: Sequence[str] = ()) -> str:
    """One line for each thing that happened. hidden: alerts that are left out, by name.

    Repetitions are told once, with their number; that an alert came into a group, or that there is nothing new to
    tell of it, is left out. Alerts that never fired come at the end.
    """
    writer = _Writer(timeline, config, frozenset(hidden))
    length = format_duration(timeline.end - timeline.start)
    return "\n".join(
        [f"{_clock(timeline.start)}  start", *writer.lines(), f"{_clock(timeline.end)}  end, {length} later",
         *never_fired(timeline, hidden)]
    )  # fmt: skip


@dataclass(slots=True)
class _Writer:
    timeline: Timeline
    config: Config
    hidden: frozenset[str]
    _common: frozenset[str] = field(init=False)
    _repeats: dict[tuple[str, str], int] = field(init=False)

    def __post_init__(self) -> None:
        self._common = common_labels(self.timeline)
        self._repeats = _repeats(self.timeline)

    def lines(self) -> Iterator[str]:
        told = iter(self.timeline.notifications)
        fired = {event.labels for event in self.timeline.events if event.kind == "firing"}
        for event in self.timeline.events:
            notification = next(told) if isinstance(event.reason, Sent) else None
            waits = event.kind in ("pending", "withdrawn") and event.labels not in fired
            if _name(event, notification) not in self.hidden and not waits:
                yield from self._lines(event, notification)

    def _lines(self, event: Event, notification: Notification | None) -> Iterator[str]:
        reason = event.reason
        head = f"{'+' + format_duration(event.time - self.timeline.start):>10}  {_WORDS.get(event.kind, event.kind):10}"
        if isinstance(reason, Grouped) or (isinstance(reason, NotSent) and isinstance(reason.why, _DULL)):
            return
        if notification is not None and isinstance(reason, Sent):
            yield from self._message(head, reason, notification)
        elif isinstance(reason, InhibitedBy):
            by = f"inhibited by {self._short(reason.by)} (inhibit rule {reason.rule + 1})"
            yield f"{head}  {self._short(event.labels)}  {by}"
        else:
            yield f"{head}  {self._short(event.labels)}  {reason}"

    def _message(self, head: str, reason: Sent, notification: Notification) -> Iterator[str]:
        again = ""
        if isinstance(reason.because, Repeated):
            count = self._repeats.pop((reason.group_key, str(reason.integration)), 0)
            if not count:
                return
            again = f" ({count} times)" if count > 1 else ""
        late = notification.latest - self.timeline.start
        until = f", +{format_duration(late)} at the latest" if notification.latest > notification.time else ""
        yield f"{head}  {reason.integration}  {reason.status}, {reason.because}{again}{until}"
        for alert in notification.alerts:
            yield f"{'':24}{alert.status} {self._short(alert.labels)}"
        for name, text in shown(render_message(self.config, notification)):
            if name not in _ASIDE:
                yield f"{'':24}{name}: {text[:_TEXT_WIDTH]}{'…' if len(text) > _TEXT_WIDTH else ''}"

    def _short(self, labels: LabelSet) -> str:
        return short(labels, self._common)


def _name(event: Event, notification: Notification | None) -> str:
    labels = event.labels if notification is None or not notification.alerts else notification.alerts[0].labels
    return labels.get("alertname", "")


def never_fired(timeline: Timeline, hidden: Sequence[str] = ()) -> Iterator[str]:
    """The alerts whose condition held, but never for as long as `for` asks."""
    fired = {event.labels for event in timeline.events if event.kind == "firing"}
    longest: dict[LabelSet, tuple[int, int]] = {}
    holds = {event.labels: event.reason.hold for event in timeline.events if isinstance(event.reason, Waits)}
    for event in timeline.events:
        if event.kind == "withdrawn" and isinstance(event.reason, Ended) and event.labels not in fired:
            lasted = max(longest.get(event.labels, (0, 0))[0], event.reason.lasted)
            longest[event.labels] = (lasted, holds[event.labels])
    for labels, (lasted, hold) in longest.items():
        if labels.get("alertname", "") not in hidden:
            text = f"its condition held for {format_duration(lasted)} at most, and {format_duration(hold)} is needed"
            yield f"  never fired  {short(labels)}  {text}"


def common_labels(timeline: Timeline) -> frozenset[str]:
    """The labels that all alerts of all messages have with one value: they tell nothing apart."""
    sets = [alert.labels for each in timeline.notifications for alert in each.alerts]
    shared = frozenset(sets[0].items()) if sets else frozenset()
    for labels in sets:
        shared &= frozenset(labels.items())
    return frozenset(name for name, _ in shared) - {"alertname"}


def shown(message: Message) -> Iterator[tuple[str, str]]:
    """The parts of a message as one line each, or why it cannot be sent."""
    if message.error:
        yield "NOT SENT", message.error
        return
    for part in message.shown:
        yield part.name, " ".join(part.text.split())


def _repeats(timeline: Timeline) -> dict[tuple[str, str], int]:
    """How often each group was repeated to each integration."""
    found: dict[tuple[str, str], int] = {}
    for each in timeline.notifications:
        if isinstance(each.because, Repeated):
            key = (each.group_key, str(each.integration))
            found[key] = found.get(key, 0) + 1
    return found


def short(labels: LabelSet, common: Iterable[str] = ()) -> str:
    """An alert by its name and the labels that tell it from others of that name."""
    name = labels.get("alertname", "")
    rest = labels.without([*_TELL_LITTLE, *common])
    return f"{name}{rest}" if rest else name or "{}"


def _clock(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / SECOND, UTC).strftime("%a %Y-%m-%d %H:%M:%S UTC")


def as_json(timeline: Timeline, config: Config) -> str:
    """Every event and every message."""
    return json.dumps(
        {
            "start": _iso(timeline.start),
            "end": _iso(timeline.end),
            "events": [_event(event) for event in timeline.events],
            "notifications": [_notification(each, config) for each in timeline.notifications],
        },
        indent=2,
        ensure_ascii=False,
    )


def _iso(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / SECOND, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _event(event: Event) -> dict[str, Any]:
    return {
        "time": _iso(event.time),
        "kind": event.kind,
        "labels": dict(event.labels),
        "reason": type(event.reason).__name__,
        "text": str(event.reason),
    }


def _notification(each: Notification, config: Config) -> dict[str, Any]:
    message = render_message(config, each)
    return {
        "time": _iso(each.time),
        "latest": _iso(each.latest),
        "receiver": each.receiver,
        "integration": each.integration.kind,
        "index": each.integration.index,
        "status": each.status,
        "because": str(each.because),
        "groupKey": each.group_key,
        "alerts": [{"status": a.status, "labels": dict(a.labels)} for a in each.alerts],
        "to": message.to,
        "shown": [{"part": part.name, "text": part.text} for part in message.shown],
        "error": message.error,
    }
