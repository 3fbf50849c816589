"""A simulation for programs: every event and every message, with all labels and texts."""

from __future__ import annotations

import json
from typing import Any

from generator.report.told import moment_as_json
from generator.rules.failure import RuleFailure
from generator.simulate.config import Config
from generator.simulate.messages.render import render_message
from generator.simulate.timeline import Event, Notification, Timeline, ToldAlert


def as_json(timeline: Timeline, config: Config) -> str:
    """Every event and every message, as text."""
    return json.dumps(as_values(timeline, config), indent=2, ensure_ascii=False)


def as_values(timeline: Timeline, config: Config, failure: RuleFailure | None = None) -> dict[str, Any]:
    """Every event and every message. failure: the rule at which all ends too soon."""
    return {
        "start": moment_as_json(timeline.start),
        "end": moment_as_json(timeline.end),
        "failure": None if failure is None else _failure(failure),
        "events": [_event(event) for event in timeline.events],
        "notifications": [_notification(each, config) for each in timeline.notifications],
        "unsent": [_notification(each, config) for each in timeline.unsent],
    }


def _failure(failure: RuleFailure) -> dict[str, Any]:
    return {
        "time": moment_as_json(failure.time),
        "rule": failure.rule.name,
        "file": failure.rule.origin.file,
        "line": failure.rule.origin.line,
        "message": failure.message,
    }


def _event(event: Event) -> dict[str, Any]:
    return {
        "time": moment_as_json(event.time),
        "kind": event.kind,
        "labels": dict(event.labels),
        "reason": type(event.reason).__name__,
        "text": str(event.reason),
    }


def _notification(each: Notification, config: Config) -> dict[str, Any]:
    message = render_message(config, each)
    return {
        "time": moment_as_json(each.time),
        "latest": moment_as_json(each.latest),
        "receiver": each.receiver,
        "integration": each.integration.kind,
        "index": each.integration.index,
        "status": each.status,
        "because": str(each.because),
        "groupKey": each.group_key,
        "alerts": [_alert(alert) for alert in each.alerts],
        "to": message.to,
        "shown": [{"part": part.name, "text": part.text} for part in message.shown],
        "payload": message.payload,
        "error": message.error,
        "warnings": list(message.warnings),
    }


def _alert(alert: ToldAlert) -> dict[str, Any]:
    return {
        "status": alert.status,
        "labels": dict(alert.labels),
        "annotations": dict(alert.annotations),
        "startsAt": moment_as_json(alert.starts_at),
        "endsAt": None if alert.ends_at is None else moment_as_json(alert.ends_at),
        "fingerprint": alert.fingerprint,
    }
