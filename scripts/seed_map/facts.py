"""What a definition says, in a line, so that it can be held against the guide's sentence without opening the file."""

from __future__ import annotations

from typing import Final

from generator.duration import format_duration
from generator.model.base import Definition, as_duration, as_expr
from generator.model.dashboard import Dashboard
from generator.model.escalation import EscalationPolicy
from generator.model.exporter import ExporterConfig
from generator.model.metrics import Metric
from generator.model.receiver import Receiver
from generator.model.route import InhibitRule, NotificationTemplate, Route, TimeInterval
from generator.model.rule import Alert, RecordingRule, RuleGroup
from generator.model.runbook import Runbook
from generator.model.schedule import Schedule
from generator.model.service import Level, Service, Team
from generator.model.settings import (
    AlertmanagerSettings,
    BlackboxModule,
    GrafanaSettings,
    PrometheusSettings,
    ScrapeJob,
)
from generator.model.sli import Events, Latency, TimeSlices
from generator.model.slo import SLO
from generator.promql import to_text
from generator.targets.runbooks.meaning import looks
from generator.targets.runbooks.people import channel, escalated, interval_text

_LONGEST: Final = 200


def fact(item: Definition) -> str:
    """The definition in words and numbers, as Markdown."""
    match item:
        case Alert():
            return alert_fact(item)
        case RecordingRule():
            return code(to_text(as_expr(item.expr)))
        case SLO():
            return f"{item.objective:g} % over {item.span}: {item.description}{sli_fact(item.sli)}"
        case Receiver():
            return "; ".join(map(channel, item.integrations))
        case Route():
            return route_fact(item)
        case TimeInterval():
            return interval_text(item)
        case Schedule():
            return f"due {item}, done within {item.slack}"
        case ScrapeJob():
            return job_fact(item)
        case BlackboxModule():
            return f"{item.prober}, {item.timeout} at most"
        case Team():
            return "; ".join(filter(None, (", ".join(filter(None, reach(one))) for one in item.contacts)))
        case EscalationPolicy():
            return policy_fact(item)
        case Level():
            return f"{item.meaning}: begun within {time(item.respond)}, restored within {time(item.restore)}"
    return _plain_fact(item)


def _plain_fact(item: Definition) -> str:
    match item:
        case Service():
            return f"{item.title}, by {item.exporter}"
        case InhibitRule():
            return item.description
        case Dashboard():
            return " ".join(row.title for row in item.rows)
        case Runbook():
            return f"{item.title}, {len(item.steps)} steps"
        case ExporterConfig():
            return f"for {item.product}"
        case Metric():
            return f"{item.type}, labels {', '.join(item.labels) or 'none'}: {item.help}"
        case NotificationTemplate():
            return "title and text of messages"
        case PrometheusSettings():
            return f"{item.url}, scraping every {item.scrape_interval}"
        case AlertmanagerSettings() | GrafanaSettings():
            return item.url
        case RuleGroup():
            return f"{len(item.rules)} rules"
    return ""


def alert_fact(alert: Alert) -> str:
    """When it fires, how grave that is, and who is told."""
    asked = looks(as_expr(alert.expr), "")
    limits = [one.limit.partition(":")[0] if one.limit.startswith("gone") else one.limit for one in asked]
    conditions = [
        f"{code(one.query)} {limit}".strip() + ("" if one.whole else " and more")
        for one, limit in zip(asked, limits, strict=True)
    ]
    shown = conditions if len(conditions) <= 2 else [*conditions[:2], f"{len(conditions) - 2} more like it"]
    lasting = f" for {time(alert.for_)}" if as_duration(alert.for_) else ""
    labels = alert.static_labels
    grave = ", ".join(dict.fromkeys((labels["level"], labels["severity"])))
    receivers = (alert.receiver,) if isinstance(alert.receiver, Receiver) else alert.receiver
    told = ", ".join(one.name for one in receivers)
    return f"{' or '.join(shown)}{lasting}; {grave}; to {told}"


def sli_fact(sli: object) -> str:
    """What is counted, where it is written as queries."""
    match sli:
        case Events():
            return f"; bad are {code(_query(sli.errors))} of {code(_query(sli.total))}"
        case Latency():
            return f"; good is `{sli.histogram}` of {sli.below} s at most"
        case TimeSlices():
            return f"; good is {code(_query(sli.good))}"
    return ""


def _query(query: object) -> str:
    return query if isinstance(query, str) else to_text(as_expr(query))  # type: ignore[arg-type]


def route_fact(route: Route) -> str:
    """How alerts are grouped and how often they are told."""
    grouped = ", ".join(route.group_by or ())
    return (
        f"group_by {grouped}, group_wait {route.group_wait}, group_interval {route.group_interval}, "
        f"repeat_interval {route.repeat_interval}, {len(route.routes)} routes below it"
    )


def job_fact(job: ScrapeJob) -> str:
    """What is scraped or visited."""
    what = ", ".join(code(target) for target in job.targets)
    return f"visits {what} by `{job.probe.name}`" if job.probe is not None else f"scrapes {what} {code(job.path)}"


def policy_fact(policy: EscalationPolicy) -> str:
    """The steps, and whom they concern."""
    levels = (policy.levels,) if isinstance(policy.levels, Level) else policy.levels
    whom = ", ".join(level.name for level in levels) or str(policy.alerts)
    steps = []
    for step in policy.chain:
        if step.after == "restore":
            steps.append("after the level's restore target: those who were told first")
            continue
        one = escalated(step, None)
        hours = f" in {one.hours}; otherwise {one.otherwise}" if one.hours else ""
        steps.append(f"{one.after}: {one.to}{hours}")
    return f"{whom}: {'; '.join(steps)}"


def reach(contact: object) -> tuple[str, ...]:
    """Name, address, telephone and hours of a contact."""
    return tuple(str(getattr(contact, name)) for name in ("name", "email", "phone", "hours"))


def time(duration: object) -> str:
    """`10m`."""
    return format_duration(as_duration(duration))  # type: ignore[arg-type]


def code(text: str) -> str:
    """PromQL and the like on one line, cut where nobody would read on."""
    line = " ".join(text.split())
    return f"`{line if len(line) <= _LONGEST else line[:_LONGEST] + '…'}`"
