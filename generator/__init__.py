"""tocsin: monitoring as code that is proved before it is merged.

Everything a definitions file needs is here: `from generator import SLO, Alert, Service`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generator.model.burn import WORKBOOK as WORKBOOK
    from generator.model.burn import BurnPolicy as BurnPolicy
    from generator.model.burn import BurnRate as BurnRate
    from generator.model.dashboard import Dashboard as Dashboard
    from generator.model.dashboard import Link as Link
    from generator.model.dashboard import Panel as Panel
    from generator.model.dashboard import Row as Row
    from generator.model.dashboard import Variable as Variable
    from generator.model.dashboard import query as query
    from generator.model.dashboard import thresholds as thresholds
    from generator.model.escalation import EscalationPolicy as EscalationPolicy
    from generator.model.escalation import Step as Step
    from generator.model.exporter import ExporterConfig as ExporterConfig
    from generator.model.metrics import Metric as Metric
    from generator.model.naming import Naming as Naming
    from generator.model.receiver import Discord as Discord
    from generator.model.receiver import Email as Email
    from generator.model.receiver import Opsgenie as Opsgenie
    from generator.model.receiver import PagerDuty as PagerDuty
    from generator.model.receiver import Receiver as Receiver
    from generator.model.receiver import Secret as Secret
    from generator.model.receiver import Slack as Slack
    from generator.model.receiver import Teams as Teams
    from generator.model.receiver import Telegram as Telegram
    from generator.model.receiver import Webhook as Webhook
    from generator.model.route import Hours as Hours
    from generator.model.route import InhibitRule as InhibitRule
    from generator.model.route import NotificationTemplate as NotificationTemplate
    from generator.model.route import Route as Route
    from generator.model.route import TimeInterval as TimeInterval
    from generator.model.route import match as match
    from generator.model.rule import Alert as Alert
    from generator.model.rule import RecordingRule as RecordingRule
    from generator.model.rule import RuleGroup as RuleGroup
    from generator.model.runbook import Action as Action
    from generator.model.runbook import Runbook as Runbook
    from generator.model.schedule import Schedule as Schedule
    from generator.model.service import P0 as P0
    from generator.model.service import P1 as P1
    from generator.model.service import P2 as P2
    from generator.model.service import Contact as Contact
    from generator.model.service import Level as Level
    from generator.model.service import Service as Service
    from generator.model.service import Team as Team
    from generator.model.service import Tier as Tier
    from generator.model.settings import AlertmanagerSettings as AlertmanagerSettings
    from generator.model.settings import BlackboxModule as BlackboxModule
    from generator.model.settings import GrafanaSettings as GrafanaSettings
    from generator.model.settings import PrometheusSettings as PrometheusSettings
    from generator.model.settings import Relabel as Relabel
    from generator.model.settings import ScrapeJob as ScrapeJob
    from generator.model.settings import Smtp as Smtp
    from generator.model.sli import SLI as SLI
    from generator.model.sli import Composite as Composite
    from generator.model.sli import Events as Events
    from generator.model.sli import Latency as Latency
    from generator.model.sli import NativeLatency as NativeLatency
    from generator.model.sli import Probe as Probe
    from generator.model.sli import Ratio as Ratio
    from generator.model.sli import TimeSlices as TimeSlices
    from generator.model.sli import Weighted as Weighted
    from generator.model.slo import SLO as SLO
    from generator.model.slo import LowTraffic as LowTraffic
    from generator.model.slo import Page as Page
    from generator.model.slo import Ticket as Ticket
    from generator.model.window import Calendar as Calendar
    from generator.model.window import Rolling as Rolling

# Imported on first use: a command that only prints its help must not pay for the model.
_HOMES = {
    "generator.model.burn": ("WORKBOOK", "BurnPolicy", "BurnRate"),
    "generator.model.dashboard": ("Dashboard", "Link", "Panel", "Row", "Variable", "query", "thresholds"),
    "generator.model.escalation": ("EscalationPolicy", "Step"),
    "generator.model.exporter": ("ExporterConfig",),
    "generator.model.metrics": ("Metric",),
    "generator.model.naming": ("Naming",),
    "generator.model.receiver": (
        "Discord", "Email", "Opsgenie", "PagerDuty", "Receiver", "Secret", "Slack", "Teams", "Telegram", "Webhook",
    ),
    "generator.model.route": ("Hours", "InhibitRule", "NotificationTemplate", "Route", "TimeInterval", "match"),
    "generator.model.rule": ("Alert", "RecordingRule", "RuleGroup"),
    "generator.model.runbook": ("Action", "Runbook"),
    "generator.model.schedule": ("Schedule",),
    "generator.model.service": ("P0", "P1", "P2", "Contact", "Level", "Service", "Team", "Tier"),
    "generator.model.settings": (
        "AlertmanagerSettings", "BlackboxModule", "GrafanaSettings", "PrometheusSettings", "Relabel", "ScrapeJob",
        "Smtp",
    ),
    "generator.model.sli": (
        "SLI", "Composite", "Events", "Latency", "NativeLatency", "Probe", "Ratio", "TimeSlices", "Weighted",
    ),
    "generator.model.slo": ("SLO", "LowTraffic", "Page", "Ticket"),
    "generator.model.window": ("Calendar", "Rolling"),
}  # fmt: skip
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"generator has no name {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME_OF})
