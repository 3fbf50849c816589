"""Who is told of an alert: by which products, how soon, how often, and when not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from generator.model.escalation import Step
from generator.model.receiver import Integration, Receiver
from generator.model.route import Hours, TimeInterval
from generator.model.routing import Path
from generator.model.service import Level


@dataclass(frozen=True, slots=True)
class Told:
    """One way on which an alert is told. channels: in words; silent, only: time intervals, in words."""

    receiver: str
    description: str
    channels: tuple[str, ...]
    wait: str
    repeat: str
    silent: tuple[str, ...]
    only: tuple[str, ...]


def told(path: Path) -> Told | None:
    """How the alert is told by a route; None where the route names nobody."""
    receiver = path.receiver
    if receiver is None:
        return None
    return Told(
        receiver.name,
        receiver.description,
        tuple(channel(integration) for integration in receiver.integrations),
        str(path.group_wait),
        str(path.repeat_interval),
        tuple(map(interval_text, path.node.muted_in)),
        tuple(map(interval_text, path.node.active_in)),
    )


_CHANNELS: Final[dict[str, Callable[[Any], str]]] = {
    "slack": lambda slack: f"Slack {slack.channel}",
    "email": lambda email: f"mail to {email.to}",
    "webhook": lambda webhook: f"webhook {webhook.url}" if webhook.url else "webhook",
    "pagerduty": lambda _: "PagerDuty",
    "opsgenie": lambda _: "Opsgenie",
    "msteams": lambda _: "Microsoft Teams",
    "telegram": lambda _: "Telegram",
    "discord": lambda _: "Discord",
}


def channel(integration: Integration) -> str:
    """`Slack #alerts`. Addresses that are secrets are not told."""
    known = _CHANNELS.get(integration.kind)
    return known(integration) if known else integration.kind


def interval_text(interval: TimeInterval) -> str:
    """`weekly-maintenance (sun 02:00-04:00, Asia/Seoul)`."""
    spans = " and ".join(filter(None, map(_span_text, interval.spans)))
    return f"{interval.name} ({', '.join(filter(None, (spans, interval.timezone)))})"


def _span_text(span: Hours) -> str:
    days = f"day {span.days} of the month" if span.days else ""
    return " ".join(filter(None, (span.weekdays, days, span.months, span.years, span.times)))


@dataclass(frozen=True, slots=True)
class Escalated:
    """A step of an escalation. after: how long the alert has been firing by then; to, otherwise: in words."""

    after: str
    to: str
    hours: str
    otherwise: str


def escalated(step: Step, level: Level | None) -> Escalated:
    """What a step means for alerts of a level."""
    delay = step.delay(level)
    return Escalated(
        f"after {delay}" if delay else "at once",
        _who(step.first_choice) or "those who were told first",
        " or ".join(map(interval_text, step.hours)),
        _who(step.stand_in),
    )


def _who(receivers: tuple[Receiver, ...]) -> str:
    return ", ".join(f"**{one.name}** ({'; '.join(map(channel, one.integrations))})" for one in receivers)
