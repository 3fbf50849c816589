"""PagerDuty: events of version 2, or of version 1 where the configuration has a service key."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from generator.gotemplate.errors import TemplateError
from generator.gotemplate.gojson import marshal
from generator.simulate.messages.message import SECRET, Draft
from generator.simulate.messages.rendering import LENGTH, TEXT, Rendering
from generator.targets.alertmanager.versions import Version

SUMMARY_LIMIT: Final = 1024
"""Characters of a summary, cut by Alertmanager."""

EVENT_LIMIT: Final = 512_000
"""Bytes of an event; larger ones lose their details."""

SEVERITIES: Final = ("critical", "error", "warning", "info")
"""What PagerDuty takes as severity (developer.pagerduty.com, PD-CEF)."""

_NESTED_SINCE: Final[Version] = (0, 30)
_REMOVED: Final = "Custom details have been removed because the original event exceeds the maximum size of 512KB"


def draft(rendering: Rendering) -> Draft:
    """The event. Raises TemplateError."""
    settings = rendering.settings
    first = bool(settings.get("service_key") or settings.get("service_key_file"))
    _key(rendering, "service_key" if first else "routing_key")
    summary = rendering.cut("description", rendering.setting("description"), SUMMARY_LIMIT)
    rendering.needs("description", summary)
    details = _details(rendering)
    payload = _version_1(rendering, summary, details) if first else _version_2(rendering, summary, details)
    rows = [("detail", f"{name}: {_plain(value)}") for name, value in sorted(details.items())]
    severity = "" if first else payload["payload"]["severity"]
    head = (("event", _event(rendering)), ("severity", severity), ("summary", summary))
    return Draft(to="PagerDuty service", shown=(*head, *rows), payload=payload)


def _key(rendering: Rendering, name: str) -> None:
    """The key, which may be a template: without one nothing can be sent."""
    text = str(rendering.settings.get(name) or "")
    if "{{" in text and not rendering.text(text, name):
        raise TemplateError(f"{name.replace('_', ' ')} cannot be empty")


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else marshal(value)


def _event(rendering: Rendering) -> str:
    return "resolve" if rendering.data.status == "resolved" else "trigger"


def _details(rendering: Rendering) -> dict[str, Any]:
    given: Mapping[str, Any] = rendering.settings.get("details") or {}
    if rendering.version >= _NESTED_SINCE:
        return {name: rendering.deep(value) for name, value in given.items()}
    return {name: rendering.text(str(value), f"details.{name}") for name, value in given.items()}


def _version_1(rendering: Rendering, description: str, details: dict[str, Any]) -> dict[str, Any]:
    event = _event(rendering)
    made: dict[str, Any] = {
        "service_key": SECRET,
        "incident_key": sha256(rendering.group_key.encode()).hexdigest(),
        "event_type": event,
        "description": description,
        "event_action": "",
        "payload": None,
        "details": details,
    }
    if event == "trigger":
        made |= {"client": rendering.setting("client"), "client_url": rendering.setting("client_url")}
    return _fitting(rendering, _without_empty(made, ("event_action", "payload")), ("details",))


def _version_2(rendering: Rendering, summary: str, details: dict[str, Any]) -> dict[str, Any]:
    severity = rendering.setting("severity") if rendering.settings.get("severity") else "error"
    if severity not in SEVERITIES:
        rendering.warn(TEXT, f"PagerDuty knows no severity {severity!r}", f"It takes {', '.join(SEVERITIES)}.")
    inner: dict[str, Any] = {"summary": summary, "source": rendering.setting("source"), "severity": severity}
    rest = {key: rendering.setting(key) for key in ("class", "component", "group")}
    inner |= _without_empty({**rest, "custom_details": details})
    made = {
        "routing_key": SECRET,
        "dedup_key": sha256(rendering.group_key.encode()).hexdigest(),
        "event_action": _event(rendering),
        "payload": inner,
        "client": rendering.setting("client"),
        "client_url": rendering.setting("client_url"),
        "images": _items(rendering, "images", ("src", "alt", "href")),
        "links": _items(rendering, "links", ("href", "text")),
    }
    return _fitting(rendering, _without_empty(made), ("payload", "custom_details"))


def _items(rendering: Rendering, key: str, names: tuple[str, ...]) -> list[dict[str, str]]:
    """Images or links; those without an address are left out."""
    given = rendering.settings.get(key) or ()
    made = [{name: rendering.text(item.get(name) or "", f"{key} {name}") for name in names} for item in given]
    return [item for item in made if item[names[0]]]


def _without_empty(values: Mapping[str, Any], kept: tuple[str, ...] = ()) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value or key in kept}


def _fitting(rendering: Rendering, event: dict[str, Any], details: tuple[str, ...]) -> dict[str, Any]:
    """The event, without its details where it is too large."""
    size = len(marshal(event).encode()) + 1
    if size > EVENT_LIMIT:
        rendering.warn(LENGTH, f"the event has {size} bytes, PagerDuty takes {EVENT_LIMIT}: its details are removed")
        holder = event
        for key in details[:-1]:
            holder = holder[key]
        holder[details[-1]] = {"error": _REMOVED}
    return event
