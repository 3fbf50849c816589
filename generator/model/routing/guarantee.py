"""What is promised of every alert: at whatever time it begins, somebody is told within its level's response time.

The time is counted from when its condition begins: `for`, the group's wait, and, where the first ways are silent, the
escalation or the end of the silence, whichever comes first. Of a P0 alert a person must be told. Alerts of levels
without a response time are nobody's duty. Downtime is excused, where it is what keeps the message back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from generator.diagnostics import Problem, Severity
from generator.duration import format_duration
from generator.labels import LabelSet
from generator.model.base import as_duration
from generator.model.escalation import LABEL, EscalationPolicy, carried
from generator.model.route import TimeInterval
from generator.model.routing.calendar import LAST_YEAR, Calendar, Spans, calendar_of, joined, without
from generator.model.routing.dispatch import Path, tells_somebody
from generator.model.routing.escalated import covers
from generator.model.routing.reach import URGENT, Router, nobody, tells_ever
from generator.model.routing.shape import route_name
from generator.model.routing.told import Told
from generator.model.routing.variants import variants

_NOBODY: Final = "route/nobody"


@dataclass(frozen=True, slots=True)
class Way:
    """A way on which an alert is told. delay: milliseconds from when its condition begins, if nothing is silent."""

    path: Path
    delay: int
    escalated: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """A finding: which check, what is wrong, and what could be done."""

    check: str
    message: str
    why: str = ""
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class Case:
    """An alert with labels that it may have, and the ways that it then takes."""

    alert: Told
    labels: Mapping[str, str]
    ways: tuple[Way, ...]

    @property
    def brought(self) -> LabelSet:
        """The labels that only its series can bring."""
        return LabelSet({name: value for name, value in self.labels.items() if name not in self.alert.labels})


def guarantee_problems(
    alerts: Sequence[Told], policies: Sequence[EscalationPolicy], router: Router
) -> Iterator[Problem]:
    """Alerts of which nobody is told in time, told once for all alerts that go the same ways."""
    judged: dict[tuple[object, ...], Gap | None] = {}
    found: dict[tuple[tuple[object, ...], LabelSet], list[Case]] = {}
    for alert in alerts:
        if as_duration(alert.level.respond) <= 0 or LABEL in alert.labels:
            continue
        for labels in variants(alert, router.matchers):
            ways = ways_of(alert, labels, policies, router)
            key = (alert.level, *((id(way.path.node), way.path.receiver, way.delay) for way in ways))
            if key not in judged:
                judged[key] = gap_in(alert, ways)
            if judged[key] is not None:
                case = Case(alert, labels, ways)
                found.setdefault((key, case.brought), []).append(case)
                break
    for (key, _), cases in found.items():
        gap = judged[key]
        if gap is not None:
            yield from _problems(gap, cases)


def _problems(gap: Gap, cases: Sequence[Case]) -> Iterator[Problem]:
    """One problem for all cases; of alerts that never reach anybody whatever their series bring, one for each."""
    if gap.check == _NOBODY and not cases[0].brought:
        yield from (nobody(case.alert, [way.path for way in case.ways if not way.escalated]) for case in cases)
        return
    alert, brought = cases[0].alert, cases[0].brought
    others = ", ".join(case.alert.labels["alertname"] for case in cases[1:4]) + (" …" if len(cases) > 4 else "")
    more = f" (and {len(cases) - 1} more: {others})" if len(cases) > 1 else ""
    message = f"{alert.name}{more}: {gap.message}"
    if not brought:
        yield Problem(gap.check, gap.severity, alert.origin, message, gap.why)
        return
    # Whether series ever bring such labels cannot be known; and to name nobody is a way of leaving them out.
    severity = Severity.INFO if gap.check == _NOBODY else Severity.WARNING
    why = f"That is if their series have {brought}. {gap.why}".rstrip()
    yield Problem(gap.check, severity, alert.origin, message, why)


def ways_of(
    alert: Told, labels: Mapping[str, str], policies: Sequence[EscalationPolicy], router: Router
) -> tuple[Way, ...]:
    """All ways of an alert, and of its escalations."""
    ways = [Way(path, alert.hold + path.group_wait) for path in router.paths(labels)]
    for policy in policies:
        for step in policy.chain if covers(policy, labels) else ():
            waits = alert.hold + step.delay(policy.level_of(labels))
            escalated = {**carried(labels), LABEL: policy.step_name(step)}
            ways += [Way(path, waits + path.group_wait, escalated=True) for path in router.paths(escalated)]
    return tuple(ways)


def gap_in(alert: Told, ways: Sequence[Way]) -> Gap | None:
    """What is missing for an alert that takes these ways, None when nothing is."""
    if not any(tells_ever(way.path) for way in ways):
        return Gap(_NOBODY, f"{alert.level.name}, and no route sends it to anybody")
    urgent = alert.level.name == URGENT
    telling = [way for way in ways if tells_somebody(way.path.receiver) and (not urgent or _person(way))]
    respond = int(as_duration(alert.level.respond))
    whom = "a person" if urgent else "somebody"
    limit = f"{whom} must be told within {format_duration(respond)} of a {alert.level.name} alert"
    if not telling:
        names = " and ".join(repr(way.path.receiver.name) for way in ways if way.path.receiver and not way.escalated)
        message = f"{limit}, but {names} reaches programs only"
        return Gap("route/person", message, "Send it by chat, mail or pager; a Webhook to one says people=True.")
    soonest = min(way.delay for way in telling)
    if urgent and soonest > respond:
        message = f"{limit}, but the first message comes {format_duration(soonest)} after it begins"
        return Gap("route/late", message, "That is `for` and group_wait, and the escalation if the first tell nobody.")
    if any(interval.faults for way in ways for interval in _intervals(way)):
        return None
    return _unheard(telling, ways, max(respond, soonest), limit)


def _person(way: Way) -> bool:
    return way.path.receiver is not None and way.path.receiver.reaches_people


def _intervals(way: Way) -> tuple[TimeInterval, ...]:
    return (*way.path.node.muted_in, *way.path.node.active_in)


def _unheard(telling: Sequence[Way], ways: Sequence[Way], respond: int, limit: str) -> Gap | None:
    """The times of the week at which an alert may begin without anybody being told in time."""
    if any(way.delay <= respond and not _intervals(way) for way in telling):
        return None
    calendar = calendar_of(interval for way in ways for interval in _intervals(way))
    heard = joined(span for way in telling for span in in_time(way, respond, calendar))
    # What begins at the very end of the years is told after them.
    whole = ((0, calendar.length - (0 if calendar.zone else respond)),)
    bad = without(without(whole, heard), _excused(ways, calendar))
    if not bad:
        return None
    stretches = calendar.stretches(bad)
    start, end = stretches[0]
    when = f"between {calendar.written(start)} and {calendar.written(end)} ({calendar.zone or 'UTC'})"
    often = "a week" if calendar.zone else f"by {LAST_YEAR}"
    times = f", and at {len(stretches) - 1} more times {often}" if len(stretches) > 1 else ""
    own = [way for way in ways if not way.escalated]
    routes = dict.fromkeys(f"{route_name(way.path.node)} is {_silence(way)}" for way in own if _intervals(way))
    message = f"{limit}, and nobody is if it begins {when}{times}: {'; '.join(routes)}"
    return Gap("route/unheard", message, "Tell others at those hours, or say downtime=True of the interval.")


def _silence(way: Way) -> str:
    node = way.path.node
    muted, active = (" and ".join(repr(one.name) for one in named) for named in (node.muted_in, node.active_in))
    parts = [f"muted in {muted}" if muted else "", f"told only in {active}" if active else ""]
    return " and ".join(filter(None, parts))


def in_time(way: Way, respond: int, calendar: Calendar) -> Spans:
    """When an alert may begin so that this way tells of it within the response time.

    A group that was silent is looked at once each group_interval, so a message that waited for the end of a silence
    may come so much later.
    """
    if way.delay > respond:
        return ()
    earliest = max(way.delay, respond - int(way.path.group_interval))
    awake = calendar.awake(way.path.node)
    return calendar.moved((start - earliest, end - way.delay) for start, end in awake)


def _excused(ways: Sequence[Way], calendar: Calendar) -> Spans:
    """When an alert may begin so that its message would fall into a downtime that its own routes are muted in."""
    own = [way for way in ways if not way.escalated]
    spans = [
        (start - way.delay, end)
        for way in own
        for interval in way.path.node.muted_in
        if interval.downtime
        for start, end in calendar.times(interval)
    ]
    return calendar.moved(spans)
