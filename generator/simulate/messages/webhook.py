"""The generic webhook: the template data as JSON, version 4, or a payload of one's own."""

from __future__ import annotations

import json
from typing import Any, Final

from generator.gotemplate.errors import TemplateError
from generator.gotemplate.gojson import marshal
from generator.simulate.messages.message import Draft
from generator.simulate.messages.rendering import Rendering
from generator.targets.alertmanager.versions import Version

PROTOCOL: Final = "4"
"""The version of the payload's form."""

_SINCE: Final[dict[str, Version]] = {"notification_reason": (0, 32), "routeLabels": (0, 34)}


def draft(rendering: Rendering, truncated: int) -> Draft:
    """The message. truncated: how many alerts `max_alerts` kept back. Raises TemplateError."""
    url = rendering.setting("url")
    if rendering.settings.get("url") and not url:
        raise TemplateError("webhook URL is empty after templating")
    own = rendering.settings.get("payload")
    payload = _payload(rendering, truncated) if own is None else rendering.deep(own)
    body = json.dumps(payload, indent=2, ensure_ascii=False)
    return Draft(to=url, shown=(*_shown(rendering), ("body", body)), payload=payload)


def _payload(rendering: Rendering, truncated: int) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(marshal(rendering.data))
    known = {key: value for key, value in data.items() if _SINCE.get(key, rendering.version) <= rendering.version}
    return {**known, "version": PROTOCOL, "groupKey": rendering.group_key, "truncatedAlerts": truncated}


def _shown(rendering: Rendering) -> list[tuple[str, str]]:
    """A line for each alert, for those who read on; the other side gets the payload, which is the body."""
    data = rendering.data
    lines = [("alert", f"{alert.status} {alert.labels}") for alert in data.alerts]  # type: ignore[attr-defined]
    return [("status", data.status), *lines]
