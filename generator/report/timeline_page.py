"""A simulation as one self-contained HTML page: a drawing on one time axis, the messages, and what held others back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from html import escape
from typing import Final

from generator.duration import SECOND, format_duration
from generator.labels import LabelSet
from generator.report.names import Names
from generator.report.page_axis import Axis
from generator.report.page_drawing import drawing, why_held
from generator.report.page_messages import cards, messages_of
from generator.report.page_style import KEPT, KEY, STYLE
from generator.report.timeline import failed, not_fired, too_short, zone_of
from generator.rules.failure import RuleFailure
from generator.simulate.config import Config
from generator.simulate.timeline import Ended, Event, Notification, NotSent, Timeline
from generator.testing.incident_run import Drawn

_ROWS: Final = 200
_WORDS: Final = {
    "held": "held back",
    "released": "no longer held back",
    "unseen": "over unseen",
    "dropped": "dropped",
    "quiet": "not told",
}


def as_page(
    title: str,
    timeline: Timeline,
    config: Config,
    series: Sequence[Drawn],
    hidden: Sequence[str] = (),
    zone: tzinfo | None = None,
    failure: RuleFailure | None = None,
) -> str:
    """The page.

    hidden: alerts that are left out, by name. zone: whose clock is shown, if not the configuration's. failure: the
    rule at which all ends too soon.
    """
    names = Names(timeline)
    axis = Axis(timeline.start, timeline.end, zone or zone_of(config))
    told, unsent = (
        [each for each in some if not _all_hidden(each, hidden)] for some in (timeline.notifications, timeline.unsent)
    )
    events = [event for event in timeline.events if event.labels.get("alertname", "") not in hidden]
    messages = messages_of(told, unsent, names, config)
    begins = datetime.fromtimestamp(timeline.start / SECOND, axis.zone).strftime("%A, %Y-%m-%d %H:%M")
    length = format_duration(timeline.end - timeline.start)
    sent = [each for each in messages if each.sent]
    receivers = len({each.receiver for each in sent})
    count = f"{_count(len(sent), 'message')} to {_count(receivers, 'receiver')}" if sent else "Nobody is told"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{STYLE}</style><main>'
        f"<h1>{escape(title)}</h1><p>{begins} {escape(str(axis.zone))}, {length}. {count}.</p>"
        f"{_broken_off(failure)}{_key(events)}"
        f"{drawing(timeline, events, sent, series, config, axis)}"
        f"<h2>Messages</h2>{''.join(cards(messages, config, axis)) or '<p>None.</p>'}"
        f"<h2>Why nobody was told</h2>{_why_not(events, axis, names)}"
        f"{_never(timeline, hidden, names)}</main></html>\n"
    )


def _key(events: Sequence[Event]) -> str:
    """What the colours and signs mean; of an end that is put off only where there is one."""
    kept = any(isinstance(event.reason, Ended) and event.reason.kept for event in events)
    return f'<p class="key">{KEY}{KEPT if kept else ""}</p>'


def _broken_off(failure: RuleFailure | None) -> str:
    return "" if failure is None else f'<p class="error">Error: {escape(failed(failure))}</p>'


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _all_hidden(notification: Notification, hidden: Sequence[str]) -> bool:
    return all(alert.labels.get("alertname", "") in hidden for alert in notification.alerts)


def _why_not(events: Sequence[Event], axis: Axis, names: Names) -> str:
    """Every time that something was held back, with the reason; what happened alike at one moment is one row."""
    alike: dict[tuple[int, str, str], list[LabelSet]] = {}
    for event in events:
        if event.kind in ("held", "released", "unseen", "dropped"):
            alike.setdefault((event.time, _WORDS[event.kind], why_held(event, names)), []).append(event.labels)
        elif isinstance(event.reason, NotSent) and str(event.reason.why).startswith("resolved"):
            reason = f"{event.reason.why} ({event.reason.receiver.partition('/')[0]})"
            alike.setdefault((event.time, _WORDS["quiet"], reason), []).append(event.labels)
    rows = "".join(
        f"<tr><td>{axis.offset(time)}</td><td>{axis.clock(time)}</td><td>{word}</td>"
        f"<td>{escape(names.all(sets))}</td><td>{escape(why)}</td></tr>"
        for (time, word, why), sets in list(alike.items())[:_ROWS]
    )
    more = f"<p>{len(alike) - _ROWS} more.</p>" if len(alike) > _ROWS else ""
    head = "<tr><th>after</th><th>at</th><th></th><th>alert</th><th>reason</th></tr>"
    return f"<table>{head}{rows}</table>{more}" if rows else "<p>Nothing was held back.</p>"


def _never(timeline: Timeline, hidden: Sequence[str], names: Names) -> str:
    rows = "".join(
        f"<tr><td>{escape(names.all(sets))}</td><td>{too_short(lasted, hold)}</td></tr>"
        for (lasted, hold), sets in not_fired(timeline, hidden).items()
    )
    return f"<h2>Conditions that did not last</h2><table>{rows}</table>" if rows else ""
