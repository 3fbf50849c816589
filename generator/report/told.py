"""Who is told what in a simulation, in short: a row for each message, and for each time that one is held back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from generator.duration import SECOND, format_duration
from generator.labels import LabelSet
from generator.model.escalation import LABEL
from generator.simulate.nflog import Repeated
from generator.simulate.timeline import Event, Inactive, InhibitedBy, MutedBy, Notification, SilencedBy, Timeline

_WIDE: Final = 140
_HELD: Final = {"held": "is held back", "released": "is no longer held back", "unseen": "is over unseen"}


@dataclass(frozen=True, slots=True)
class Row:
    """What happened at a moment (milliseconds since 1970). by: the ways, such as `slack #alerts`. text: the news."""

    time: int
    receiver: str
    by: tuple[str, ...]
    status: str
    text: str
    because: str
    alerts: tuple[LabelSet, ...]


def told_rows(timeline: Timeline, severity_label: str) -> list[Row]:
    """All messages but repetitions, which are counted; and what held messages back, with the reason."""
    rows = [*_messages(timeline.notifications, severity_label), *_held(timeline.events, severity_label)]
    return sorted(rows, key=lambda row: (row.time, bool(row.receiver)))


def _messages(told: Sequence[Notification], severity_label: str) -> Iterator[Row]:
    groups: dict[tuple[object, ...], list[Notification]] = {}
    for each in told:
        again = isinstance(each.because, Repeated)
        moment = tuple(alert.labels for alert in each.alerts) if again else (each.time, each.status)
        key = (each.receiver, each.group_key, again, moment)
        groups.setdefault(key, []).append(each)
    for group in groups.values():
        first = group[0]
        by = tuple(dict.fromkeys(way_of(each.integration.kind, dict(each.integration.settings)) for each in group))
        alerts = tuple(alert.labels for alert in first.alerts)
        because = str(first.because)
        if isinstance(first.because, Repeated):
            times = len(group) // len(by)
            often = f"{times} times" if times > 1 else "once"
            because = f"again every {format_duration(first.route.repeat_interval)}, {often}"
        yield Row(first.time, first.receiver, by, first.status, _news(first, severity_label), because, alerts)


def _news(each: Notification, severity_label: str) -> str:
    """What a message says in short: `ticket fires, page is over`."""
    parts = []
    for status, one, many in (("firing", "fires", "fire"), ("resolved", "is over", "are over")):
        names = dict.fromkeys(named(alert.labels, severity_label) for alert in each.alerts if alert.status == status)
        parts += [f"{' and '.join(names)} {one if len(names) == 1 else many}"] if names else []
    return ", ".join(parts)


def _held(events: Iterable[Event], severity_label: str) -> Iterator[Row]:
    seen: set[tuple[object, ...]] = set()
    for event in events:
        if event.kind in _HELD and isinstance(event.reason, InhibitedBy | SilencedBy | MutedBy | Inactive):
            why = _why(event.reason, severity_label)
            key = (event.time, event.kind, event.labels, why)
            if key not in seen:
                seen.add(key)
                text = f"{named(event.labels, severity_label)} {_HELD[event.kind]}"
                yield Row(event.time, "", (), event.kind, text, why, (event.labels,))


def _why(reason: InhibitedBy | SilencedBy | MutedBy | Inactive, severity_label: str) -> str:
    if isinstance(reason, InhibitedBy):
        return f"inhibited by {named(reason.by, severity_label)}"
    return str(reason)


def named(labels: LabelSet, severity_label: str) -> str:
    """An alert of an SLO in a word or two: `page`, `page (unresolved-15m)`."""
    name = labels.get(severity_label) or labels.get("alertname", "")
    return f"{name} ({labels[LABEL]})" if labels.get(LABEL) else name


def way_of(kind: str, settings: dict[str, object]) -> str:
    """A way of telling somebody, with the address where it is one: `email ops@example.org`."""
    where = settings.get("to") or settings.get("channel") or ""
    return f"{kind} {where}".rstrip()


def as_table(rows: Sequence[Row], start: int, zone: tzinfo, width: int) -> tuple[list[str], list[list[str]]]:
    """Headers and rows. start: what times are counted from; zone: whose clock is shown; width: of the terminal."""
    found = []
    for row in rows:
        clock = datetime.fromtimestamp(row.time / SECOND, zone).strftime("%a %H:%M:%S")
        by = f" ({', '.join(row.by)})" if width >= _WIDE and row.by else ""
        whom = f"{row.receiver}{by}" if row.receiver else "-"
        found.append([f"+{format_duration(row.time - start)}", clock, whom, row.text, row.because])
    return ["after", "at", "told", "that", "because"], found


def as_rows(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows for programs."""
    return [
        {
            "time": moment_as_json(row.time),
            "receiver": row.receiver,
            "by": list(row.by),
            "status": row.status,
            "because": row.because,
            "alerts": [dict(labels) for labels in row.alerts],
        }
        for row in rows
    ]


def moment_as_json(milliseconds: int) -> str:
    """A moment as RFC 3339, in UTC."""
    return datetime.fromtimestamp(milliseconds / SECOND, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
