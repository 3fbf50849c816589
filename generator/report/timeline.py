"""A simulation as text: what fired, who was told, when, and why not."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from itertools import groupby
from typing import Final, TextIO
from zoneinfo import ZoneInfo

from generator.duration import SECOND, format_duration
from generator.labels import LabelSet
from generator.model.escalation import LABEL
from generator.report.console import paint, wrap
from generator.report.names import Names
from generator.report.timeline_json import as_json as as_json
from generator.report.ways import numbered_kind, ways
from generator.rules.failure import RuleFailure
from generator.simulate.config import Config
from generator.simulate.messages.message import Message
from generator.simulate.messages.render import render_message
from generator.simulate.nflog import AlreadyOver, Repeated, Unchanged
from generator.simulate.timeline import (
    Ended,
    Event,
    Grouped,
    InhibitedBy,
    Notification,
    NotSent,
    Sent,
    Timeline,
    Unsent,
    Waits,
)

_WORDS: Final = {
    "pending": ("pending", "dim"),
    "withdrawn": ("withdrawn", "dim"),
    "firing": ("FIRES", "red"),
    "resolved": ("resolved", "green"),
    "dropped": ("DROPPED", "yellow"),
    "held": ("held back", "yellow"),
    "released": ("released", "yellow"),
    "unseen": ("UNSEEN END", "yellow"),
    "quiet": ("not told", "yellow"),
    "notified": ("TOLD", "bold"),
    "unsent": ("NOT SENT", "red"),
    "broken off": ("ERROR", "red"),
}
_HEAD: Final = 22
_INDENT: Final = 6
_NARROW: Final = 60
_PARTS: Final = ("title", "text", "subject", "message", "description", "summary")
_ASIDE: Final = frozenset({"from", "colour", "title_link", "status", "button"})
_NOBODY: Final[Iterator[Notification]] = iter(())
_BLANK_BEFORE_BLANK: Final = re.compile(" (?= )")
_KEPT_BLANK: Final = "\ue000"
_DULL: Final = (Unchanged, AlreadyOver)


def as_text(
    timeline: Timeline,
    config: Config,
    hidden: Sequence[str] = (),
    width: int = 110,
    stream: TextIO | None = None,
    zone: tzinfo | None = None,
    failure: RuleFailure | None = None,
) -> str:
    """What happened, a line for all that happened alike at one moment. hidden: alerts that are left out, by name.

    Repetitions are told once, with their number; that an alert came into a group, or that there is nothing new to
    tell of it, is left out. Alerts that never fired come at the end. width: columns; stream: coloured if it likes;
    zone: whose clock is shown, if not the configuration's. failure: the rule at which all ends too soon.
    """
    writer = _Writer(timeline, config, frozenset(hidden), max(_NARROW, width), stream or sys.stdout)
    zone = zone or zone_of(config)
    length = format_duration(timeline.end - timeline.start)
    lines = [f"{clock(timeline.start, zone)}  start", *writer.lines(), *writer.broken_off(failure)]
    return "\n".join([*lines, f"{clock(timeline.end, zone)}  end, {length} later", *writer.never_fired()])


def failed(failure: RuleFailure) -> str:
    """That a rule failed, where it stands, and what that means for the story."""
    return f"rule {failure.rule.name} fails ({failure.rule.origin}), so the story ends here: {failure.message}"


def zone_of(config: Config, otherwise: tzinfo | None = None) -> tzinfo:
    """The zone whose clock people there go by: that of the time intervals, another where they have several or none."""
    zones = {span.location for interval in config.time_intervals.values() for span in interval.spans}
    if len(zones) != 1:
        return otherwise or UTC
    zone = zones.pop()
    return UTC if zone == "UTC" else ZoneInfo(zone)


def clock(milliseconds: int, zone: tzinfo) -> str:
    """A moment by the clock of a zone: `Tue 2026-11-24 23:00:00 Asia/Seoul`."""
    return f"{datetime.fromtimestamp(milliseconds / SECOND, zone):%a %Y-%m-%d %H:%M:%S} {zone}"


@dataclass(slots=True)
class _Writer:
    timeline: Timeline
    config: Config
    hidden: frozenset[str]
    width: int
    stream: TextIO
    _names: Names = field(init=False)
    _fired: frozenset[LabelSet] = field(init=False)
    _repeats: dict[tuple[str, str], int] = field(init=False)

    def __post_init__(self) -> None:
        self._names = Names(self.timeline)
        self._fired = frozenset(event.labels for event in self.timeline.events if event.kind == "firing")
        self._repeats = _repeats(self.timeline)

    def lines(self) -> Iterator[str]:
        queues = {Sent: iter(self.timeline.notifications), Unsent: iter(self.timeline.unsent)}
        pairs = [(event, next(queues.get(type(event.reason), _NOBODY), None)) for event in self.timeline.events]
        kept = [(event, each) for event, each in pairs if self._matters(event, each)]
        for _, moment in groupby(kept, key=lambda pair: pair[0].time):
            yield from self._moment(list(moment))

    def _matters(self, event: Event, notification: Notification | None) -> bool:
        if isinstance(event.reason, Grouped) or (
            isinstance(event.reason, NotSent) and isinstance(event.reason.why, _DULL)
        ):
            return False
        # That an escalation waits is in its name; what never fires is told at the end.
        if event.kind in ("pending", "withdrawn") and (LABEL in event.labels or event.labels not in self._fired):
            return False
        labels = event.labels if notification is None or not notification.alerts else notification.alerts[0].labels
        return labels.get("alertname", "") not in self.hidden

    def _moment(self, happened: Sequence[tuple[Event, Notification | None]]) -> Iterator[str]:
        """All of one moment: what happened alike to several alerts, or was told in several ways, is one entry."""
        entries: dict[tuple[object, ...], list[tuple[Event, Notification | None]]] = {}
        for event, each in happened:
            if each is not None:
                key: tuple[object, ...] = (event.kind, each.receiver, each.group_key, each.status, str(each.because))
            else:
                key = (event.kind, self._why(event))
            entries.setdefault(key, []).append((event, each))
        for entry in entries.values():
            messages = [each for _, each in entry if each is not None]
            if isinstance(entry[0][0].reason, Unsent):
                for each in messages:
                    yield from self._unsent(each)
            elif messages:
                yield from self._told(messages)
            else:
                event = entry[0][0]
                names = self._names.all(one.labels for one, _ in entry)
                by = self._by([one.reason.receiver for one, _ in entry if isinstance(one.reason, NotSent)])
                yield from self._line(event.time, event.kind, f"{names}: {self._why(event, by)}")

    def _by(self, told: Sequence[str]) -> str:
        """The integrations, such as `all/slack[0]`, in brackets where the receiver has others, too."""
        if not told:
            return ""
        receiver = told[0].partition("/")[0]
        found = dict.fromkeys(each.partition("/")[2] for each in told)
        return f" ({', '.join(found)})" if len(found) < len(self.config.receivers[receiver].integrations) else ""

    def _why(self, event: Event, by: str = "") -> str:
        if isinstance(event.reason, InhibitedBy):
            return f"inhibited by {self._names.of(event.reason.by)} (inhibit rule {event.reason.rule + 1})"
        if isinstance(event.reason, NotSent):
            return f"nothing to {event.reason.receiver.partition('/')[0]}{by}: {event.reason.why}"
        return str(event.reason)

    def _told(self, messages: Sequence[Notification]) -> Iterator[str]:
        first = messages[0]
        again = ""
        if isinstance(first.because, Repeated):
            counts = [self._repeats.pop((each.group_key, str(each.integration)), 0) for each in messages]
            if not any(counts):
                return
            again = f" ({max(counts)} times)" if max(counts) > 1 else ""
        late = format_duration(first.latest - self.timeline.start) if first.latest > first.time else ""
        again += f", +{late} at the latest" if late else ""
        made = [(each, render_message(self.config, each)) for each in messages]
        texts = [list(self._texts(message)) for _, message in made]
        several = _several(messages, texts)
        by = ", ".join(ways(messages, self.config, several))
        yield from self._line(first.time, "notified", f"{first.receiver} ({by}): {first.because}{again}")
        yield from self._alerts(first)
        heads = [
            numbered_kind(each) if each.integration.kind in several else each.integration.kind for each in messages
        ]
        read = [f"{head} {text}" for head, own in zip(heads, texts, strict=True) for text in own]
        for text in dict.fromkeys(read):
            yield from self._wrapped(text, "dim", 2)
        for text in dict.fromkeys(text for _, message in made for text in message.warnings):
            yield from self._wrapped(f"warning: {text}", "yellow", 2)

    def _alerts(self, each: Notification) -> Iterator[str]:
        for status in ("firing", "resolved"):
            names = self._names.all(alert.labels for alert in each.alerts if alert.status == status)
            if names:
                yield from self._wrapped(f"{status}: {names}", "", 4)

    def _unsent(self, each: Notification) -> Iterator[str]:
        """A message that cannot be made, and why."""
        (by,) = ways([each], self.config, [each.integration.kind])
        again = format_duration(each.route.group_interval)
        text = f"{each.receiver} ({by}): {each.because}, tried again every {again}"
        yield from self._line(each.time, "unsent", text)
        yield from self._alerts(each)
        yield from self._wrapped(render_message(self.config, each).error, "red", 6)

    def _texts(self, each: Message) -> Iterator[str]:
        """What is read first: title and text, or the subject; the rest is on the page and in JSON."""
        parts = dict(shown(each))
        kept = {name: text for name, text in parts.items() if name in _PARTS or name == "NOT SENT"}
        kept = kept or {name: text for name, text in list(parts.items())[:2] if name not in _ASIDE}
        return (f"{name}: {text}" for name, text in kept.items())

    def _line(self, time: int, kind: str, text: str) -> Iterator[str]:
        word, colour = _WORDS.get(kind, (kind, ""))
        head = f"{'+' + format_duration(time - self.timeline.start):>9} "
        painted = paint(f"{word:<11}", colour, self.stream) if colour else f"{word:<11}"
        lines = wrap(text, self.width - _HEAD)
        yield f"{head} {painted}{lines[0]}"
        yield from (f"{'':{_HEAD}}{line}" for line in lines[1:])

    def _wrapped(self, text: str, colour: str, most: int) -> Iterator[str]:
        first, *more = _folded(text, self.width - _HEAD - _INDENT)
        lines = [f"  {first}", *(f"    {line}" for line in more[: most - 1])]
        lines[-1] += " …" if len(more) >= most else ""
        for line in lines:
            yield " " * _HEAD + (paint(line, colour, self.stream) if colour else line)

    def broken_off(self, failure: RuleFailure | None) -> Iterator[str]:
        """Which rule failed, if one did, so that nothing more is told."""
        if failure is not None:
            yield from self._line(self.timeline.end, "broken off", failed(failure))

    def never_fired(self) -> Iterator[str]:
        """The alerts whose condition held, but never for as long as `for` asks."""
        for (lasted, hold), sets in not_fired(self.timeline, self.hidden).items():
            text = f"{self._names.all(sets)}: {too_short(lasted, hold)}"
            lines = wrap(text, self.width - _HEAD)
            yield f"          never fired {lines[0]}"
            yield from (f"{'':{_HEAD}}{line}" for line in lines[1:])


def not_fired(timeline: Timeline, hidden: Collection[str] = ()) -> dict[tuple[int, int], list[LabelSet]]:
    """The alerts that never fired, by how long their condition held at most, and how long it would have to."""
    fired = {event.labels for event in timeline.events if event.kind == "firing"}
    holds = {event.labels: event.reason.hold for event in timeline.events if isinstance(event.reason, Waits)}
    longest: dict[LabelSet, int] = {}
    for event in timeline.events:
        if event.kind == "withdrawn" and isinstance(event.reason, Ended) and event.labels not in fired:
            longest[event.labels] = max(longest.get(event.labels, 0), event.reason.lasted)
    alike: dict[tuple[int, int], list[LabelSet]] = {}
    for labels, lasted in longest.items():
        if labels.get("alertname", "") not in hidden:
            alike.setdefault((lasted, holds[labels]), []).append(labels)
    return alike


def too_short(lasted: int, hold: int) -> str:
    """How long a condition held, and for how long it would have to; in milliseconds.

    An alert that would fire just as its condition is over has lasted as long as `for`, and does not fire.
    """
    nearly = "just under " if lasted >= hold else ""
    return f"held for {nearly}{format_duration(lasted)}, {format_duration(hold)} is needed"


def shown(message: Message) -> Iterator[tuple[str, str]]:
    """The parts of a message as one line each, or why it cannot be sent. Blanks within a line are kept."""
    if message.error:
        yield "NOT SENT", message.error
        return
    for part in message.shown:
        yield part.name, " ".join(line.strip() for line in part.text.splitlines() if line.strip())


def _folded(text: str, width: int) -> list[str]:
    """A text in lines of so many columns, blanks as they are."""
    lines = wrap(_BLANK_BEFORE_BLANK.sub(_KEPT_BLANK, text), width)
    return [line.replace(_KEPT_BLANK, " ") for line in lines]


def _several(messages: Sequence[Notification], texts: Sequence[Sequence[str]]) -> list[str]:
    """The kinds of which several integrations are told, and not all of them the same."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for each, own in zip(messages, texts, strict=True):
        found.setdefault(each.integration.kind, set()).add(tuple(own))
    return [kind for kind, different in found.items() if len(different) > 1]


def _repeats(timeline: Timeline) -> dict[tuple[str, str], int]:
    """How often each group was repeated to each integration."""
    found: dict[tuple[str, str], int] = {}
    for each in timeline.notifications:
        if isinstance(each.because, Repeated):
            key = (each.group_key, str(each.integration))
            found[key] = found.get(key, 0) + 1
    return found
