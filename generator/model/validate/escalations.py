"""Escalation policies against the alerts there are: for none of them, for all, to somebody at any time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from generator.diagnostics import Problem, error, warning
from generator.model.base import described
from generator.model.catalog import Catalog
from generator.model.escalation import LABEL, EscalationPolicy
from generator.model.receiver import Receiver
from generator.model.routing import covers, tells_somebody
from generator.model.routing.calendar import calendar_of, joined, without
from generator.model.routing.reach import URGENT
from generator.model.routing.told import Told, raised
from generator.model.validate.faults import is_sound
from generator.model.validate.names import label_names


def escalations(catalog: Catalog) -> Iterator[Problem]:
    """Every policy by itself, and the alerts that miss one."""
    policies = [policy for policy in catalog.of(EscalationPolicy) if is_sound(policy)]
    alerts = list(raised(catalog)) if policies else []
    for policy in policies:
        yield from label_names(policy, policy.annotations, "annotations")
        yield from _chain(policy)
        yield from _end(policy, alerts)
        if not any(covers(policy, alert.labels) for alert in alerts):
            message = f"{described(policy)}: no alert is of its levels and matches"
            yield warning("escalation/alerts", policy.origin, message, "It would never escalate anything.")
    yield from _same_steps(policies)
    for alert in alerts:
        if LABEL in alert.labels:
            message = f"{alert.name}: the label {LABEL!r} tells escalations from alerts; no alert can have it"
            yield error("escalation/label", alert.origin, message, "Give the label another name.")
    yield from _left_out(policies, alerts)


def _chain(policy: EscalationPolicy) -> Iterator[Problem]:
    for step in policy.chain:
        for receiver in step.told:
            if not tells_somebody(receiver):
                message = f"{described(policy)}: receiver {receiver.name!r} has no integration, so it tells nobody"
                yield error("escalation/nobody", step.origin, message)


def _end(policy: EscalationPolicy, alerts: Iterable[Told]) -> Iterator[Problem]:
    """Times at which the last step tells nobody, or of an alert that a person must be told of, programs only."""
    last = policy.chain[-1]
    if not any(map(tells_somebody, last.told)) or any(interval.faults for interval in last.hours):
        return
    urgent = any(alert.level.name == URGENT and covers(policy, alert.labels) for alert in alerts)
    enough = _reaches_a_person if urgent else tells_somebody
    hours = " and ".join(repr(interval.name) for interval in last.hours)
    calendar = calendar_of(last.hours)
    within = joined(span for interval in last.hours for span in calendar.times(interval))
    outside = without(((0, calendar.length),), within)
    parts = (
        (last.first_choice, f"in {hours} ", within if last.hours else ((0, calendar.length),)),
        (last.stand_in, f"outside {hours} ", outside if last.hours else ()),
    )
    for told, when, times in parts:
        if times and not any(map(enough, told)):
            whom = "programs only" if any(map(tells_somebody, told)) else "nobody"
            message = f"{described(policy)}: {when if last.hours else ''}the chain ends with {whom}"
            why = "Say otherwise=…, or add a step that is always told."
            if whom != "nobody":
                why = f"Of {URGENT} alerts a person must be told; a Webhook to one says people=True."
            yield warning("escalation/end", last.origin, message, why)


def _reaches_a_person(receiver: Receiver) -> bool:
    return receiver.reaches_people


def _same_steps(policies: Iterable[EscalationPolicy]) -> Iterator[Problem]:
    """Steps of one name: Alertmanager would take their escalations for one alert."""
    first: dict[str, EscalationPolicy] = {}
    for policy in policies:
        for step in policy.chain:
            name = policy.step_name(step)
            earlier = first.get(name)
            if earlier is not None:
                message = f"{described(policy)}: the step {name!r} stands already in {earlier.origin}"
                yield error("name/duplicate", step.origin, message, "Give one of them another name.")
            first.setdefault(name, policy)


def _left_out(policies: Sequence[EscalationPolicy], alerts: Iterable[Told]) -> Iterator[Problem]:
    """Alerts without a policy, of a level of which others have one."""
    levels = {level.name for policy in policies for level in policy.for_levels}
    for alert in alerts:
        if alert.level.name in levels and not any(covers(policy, alert.labels) for policy in policies):
            message = (
                f"{alert.name}: no escalation policy is for it, but others of its level {alert.level.name} have one"
            )
            why = "Widen the alerts=… of a policy, or write one for it."
            yield warning("escalation/left-out", alert.origin, message, why)
