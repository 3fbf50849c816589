"""A simulation for programs: every event and every message, with all labels and texts."""

from __future__ import annotations

import json
from typing import Any

from generator.report.told import moment_as_json
from generator.simulate.config import Config
from generator.simulate.messages.render import render_message
from generator.simulate.timeline import Event, Notification, Timeline


def as_json(timeline: Timeline, config: Config) -> str:
    """Every event and every message, as text."""
    return json.dumps(as_values(timeline, config), indent=2, ensure_ascii=False)


def as_values(timeline: Timeline, config: Config) -> dict[str, Any]:
    """Every event and every message."""
    return {
        "start": moment_as_json(timeline.start),
        "end": moment_as_json(timeline.end),
        "events": [_event(event) for event in timeline.events],
        "notifications": [_notification(each, config) for each in timeline.notifications],
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
        "alerts": [{"status": a.status, "labels": dict(a.labels)} for a in each.alerts],
        "to": message.to,
        "shown": [{"part": part.name, "text": part.text} for part in message.shown],
        "error": message.error,
        "warnings": list(message.warnings),
    }
