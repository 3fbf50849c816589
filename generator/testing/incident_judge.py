"""The messages of an incident judged: what was expected, what was forbidden, and what nobody expected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.duration import format_duration
from generator.gotemplate.regex import match
from generator.rules.failure import RuleFailure
from generator.simulate.config import Config
from generator.simulate.messages.message import Message
from generator.simulate.messages.render import render_message
from generator.simulate.timeline import Event, Notification, NotSent, Sent, Timeline
from generator.testing.incident import Expected, Forbidden, Incident, Text
from generator.testing.message_parts import may_lead_to
from generator.testing.text import labels_text
from generator.testing.verdict import Status, Verdict

_SHOWN = 12
_LONG = 400


def judge(incident: Incident, config: Config, timeline: Timeline, failure: RuleFailure | None = None) -> list[Verdict]:
    """A verdict for each expected and each forbidden message, and one on the rest where it must be empty.

    failure: the rule at which the timeline ends too soon; what is expected of the time from then on fails.
    """
    judged = [_expected(each, incident, config, timeline, failure) for each in incident.expected]
    judged += [_forbidden(each, incident, timeline, failure) for each in incident.forbidden]
    if incident.exclusive:
        judged.append(_exclusive(incident, config, timeline, failure))
    return judged


def _not_played(until: int, timeline: Timeline, failure: RuleFailure | None) -> str:
    """Why the time up to `until`, milliseconds after the start, is not played to its end, if it is not."""
    if failure is None or timeline.start + until < timeline.end:
        return ""
    reached = when(timeline.end - timeline.start)
    return f"not played from {reached} on: rule {failure.rule.name} fails then ({failure.rule.origin})"


def _expected(
    expected: Expected, incident: Incident, config: Config, timeline: Timeline, failure: RuleFailure | None
) -> Verdict:
    title = _title(expected)
    alike = [each for each in timeline.notifications if _concerns(each, expected) and _leads_to(each, expected, config)]
    timely = [each for each in alike if _in_time(each, expected, timeline.start)]
    faults = [_text_faults(each, expected.texts, config) for each in timely]
    if any(not fault for fault in faults):
        return Verdict(expected.origin, title, "passed", group=incident.test.name)
    if faults:
        return Verdict(
            expected.origin, title, "failed", faults[0][0], _says(timely[0], expected, config), incident.test.name
        )
    message = "no such message in that time" if alike else "no such message"
    message = _unsent(expected, config, timeline) or message
    message = _not_played(expected.latest, timeline, failure) or message
    return Verdict(expected.origin, title, "failed", message, _why(expected, timeline), incident.test.name)


def _unsent(expected: Expected, config: Config, timeline: Timeline) -> str:
    """Why the message cannot be made, if that is what keeps it from being sent."""
    for each in timeline.unsent:
        meant = not expected.to or may_lead_to(each.integration, expected.to)
        if meant and each.time <= timeline.start + expected.latest and _concerns(each, expected):
            return f"nothing is sent: {render_message(config, each).error}"
    return ""


def _says(notification: Notification, expected: Expected, config: Config) -> str:
    """What a message says, part by part; of long parts that nothing was asked of only the beginning."""
    message, asked = render_message(config, notification), {text.part for text in expected.texts}
    lines = [
        f"  {shown.name}: {_indented(shown.text, None if {shown.name, ''} & asked else _SHOWN)}"
        for shown in message.shown
    ]
    return "\n".join([f"the message to {notification.integration}:", *lines]) if lines else ""


def _indented(text: str, most: int | None) -> str:
    """A text as it is; if it has several lines, each on one of its own, further in than the name of its part."""
    lines = text.split("\n")
    if len(lines) == 1:
        return text
    more = [f"… and {len(lines) - most} more lines"] if most is not None and len(lines) > most else []
    return "".join(f"\n      {line}".rstrip(" ") for line in [*lines[:most], *more])


def _leads_to(notification: Notification, expected: Expected, config: Config) -> bool:
    """Whether a message goes to the address that is named, if one is."""
    return not expected.to or render_message(config, notification).to == expected.to


def _title(expected: Expected) -> str:
    to = "/".join(part for part in (expected.receiver, expected.integration, expected.to) if part)
    within = f"{format_duration(expected.earliest)} to {format_duration(expected.latest)}"
    return f"{to} {expected.status or 'told'} within {within}: {_names(expected)}"


def _names(expected: Expected | Forbidden) -> str:
    return ", ".join(labels_text(labels) for labels in expected.alerts) or "any alert"


def _concerns(notification: Notification, expected: Expected) -> bool:
    """Whether a message is to whom it should be, of that status, and of exactly the alerts that are named."""
    if notification.receiver != expected.receiver:
        return False
    if expected.integration not in ("", notification.integration.kind):
        return False
    if expected.status not in ("", notification.status):
        return False
    if not expected.alerts:
        return True
    told = [alert.labels for alert in notification.alerts]
    if len(told) != len(expected.alerts):
        return False
    return all(any(wanted.items() <= labels.items() for labels in told) for wanted in expected.alerts) and all(
        any(wanted.items() <= labels.items() for wanted in expected.alerts) for labels in told
    )


def _in_time(notification: Notification, expected: Expected, start: int) -> bool:
    """Whether it comes within the time expected, at the earliest and at the latest."""
    return start + expected.earliest <= notification.time and notification.latest <= start + expected.latest


def _may_be_in_time(notification: Notification, expected: Expected, start: int) -> bool:
    """Whether the times at which it may come and those at which it is expected have one in common."""
    return notification.time <= start + expected.latest and start + expected.earliest <= notification.latest


def _text_faults(notification: Notification, texts: Sequence[Text], config: Config) -> list[str]:
    """What is wrong with what the reader sees, if anything is to be seen."""
    message = render_message(config, notification)
    if message.error:
        return [f"nothing is sent: {message.error}"]
    faults = []
    for text in texts:
        seen = [message.part(text.part)] if text.part else [message.text, *(shown.text for shown in message.shown)]
        if not any(match(text.value, each) if text.pattern else each == text.value for each in seen):
            kind = "a match of" if text.pattern else "the text"
            faults.append(f"{text.part or 'the message'}: expected {kind} {text.value!r}, {_got(message, text)}")
    return faults


def _got(message: Message, text: Text) -> str:
    """What a part says, or which parts there are."""
    parts = dict.fromkeys(shown.name for shown in message.shown)
    if not text.part or text.part in parts:
        seen = message.part(text.part) if text.part else message.text
        # A text as long as the JSON of a webhook is read better where the whole message is shown.
        return f"got {seen!r}" if len(seen) <= _LONG else f"got another one of {len(seen)} characters"
    return f"but {message.integration.kind} has no such part; it shows {', '.join(parts) or 'nothing'}"


def _forbidden(forbidden: Forbidden, incident: Incident, timeline: Timeline, failure: RuleFailure | None) -> Verdict:
    to = forbidden.receiver or "nobody"
    span = f"from {format_duration(forbidden.since)} to {format_duration(forbidden.until)}"
    title = f"nothing to {to} {span}: {_names(forbidden)}" if forbidden.receiver else f"nothing to anybody {span}"
    came = [each for each in timeline.notifications if _is_forbidden(each, forbidden, timeline.start)]
    if not came:
        missing = _not_played(forbidden.until, timeline, failure)
        return Verdict(forbidden.origin, title, "failed" if missing else "passed", missing, group=incident.test.name)
    message = f"{len(came)} came" if len(came) > 1 else "one came"
    return Verdict(forbidden.origin, title, "failed", message, _listed(came, timeline.start), incident.test.name)


def _is_forbidden(notification: Notification, forbidden: Forbidden, start: int) -> bool:
    if forbidden.receiver not in ("", notification.receiver):
        return False
    if forbidden.integration not in ("", notification.integration.kind):
        return False
    if notification.latest < start + forbidden.since or notification.time > start + forbidden.until:
        return False
    told = [alert.labels for alert in notification.alerts]
    return not forbidden.alerts or any(
        wanted.items() <= labels.items() for wanted in forbidden.alerts for labels in told
    )


def _exclusive(incident: Incident, config: Config, timeline: Timeline, failure: RuleFailure | None) -> Verdict:
    rest = [
        each
        for each in timeline.notifications
        if not any(
            _concerns(each, wanted)
            and _may_be_in_time(each, wanted, timeline.start)
            and _leads_to(each, wanted, config)
            for wanted in incident.expected
        )
    ]
    title = "nothing else is sent"
    if not rest:
        missing = _not_played(incident.until, timeline, failure)
        status: Status = "failed" if missing else "passed"
        return Verdict(incident.test.origin, title, status, missing, group=incident.test.name)
    message = f"{len(rest)} more" if len(rest) > 1 else "one more"
    return Verdict(incident.test.origin, title, "failed", message, _listed(rest, timeline.start), incident.test.name)


def _listed(notifications: Sequence[Notification], start: int) -> str:
    lines = [
        f"{when(each.time - start)}  {each.status} to {each.integration}, {each.because}: "
        + ", ".join(str(alert.labels) for alert in each.alerts)
        for each in notifications[:_SHOWN]
    ]
    more = len(notifications) - _SHOWN
    return "\n".join([*lines, *([f"and {more} more"] if more > 0 else [])])


def when(milliseconds: int) -> str:
    """A time after the start."""
    return format_duration(milliseconds)


def _why(expected: Expected, timeline: Timeline) -> str:
    """What the receiver was told instead, and what became of the alerts that are named."""
    to = [each for each in timeline.notifications if each.receiver == expected.receiver]
    told = [each for each in to if _names_any(each, expected)] or to
    lines = (
        [f"sent to {expected.receiver}:", _listed(told, timeline.start)]
        if told
        else [f"nothing was sent to {expected.receiver}"]
    )
    about = [event for event in timeline.events if _is_about(event, expected)]
    if about:
        lines += ["what became of the alerts:", *_events(about, timeline.start)]
    return "\n".join(lines)


def _names_any(notification: Notification, expected: Expected) -> bool:
    names = {labels.get("alertname", "") for labels in expected.alerts}
    return any(alert.labels.get("alertname", "") in names for alert in notification.alerts)


def _is_about(event: Event, expected: Expected) -> bool:
    if isinstance(event.reason, Sent | NotSent):
        return False
    names = {labels.get("alertname", "") for labels in expected.alerts}
    return event.labels.get("alertname", "") in names


def _events(events: Sequence[Event], start: int) -> Iterator[str]:
    for event in events[:_SHOWN]:
        yield f"{when(event.time - start)}  {event.kind} {event.labels}: {event.reason}"
    if len(events) > _SHOWN:
        yield f"and {len(events) - _SHOWN} more"
