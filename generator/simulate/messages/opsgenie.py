"""Opsgenie: an alert is created, updated if so configured, and closed when all is resolved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

from generator.simulate.messages.message import Draft
from generator.simulate.messages.rendering import Rendering

MESSAGE_LIMIT: Final = 130
"""Characters of a message, cut by Alertmanager."""

_LIMITS: Final = (("description", 15_000), ("note", 25_000), ("entity", 512), ("source", 100))
"""Characters that Opsgenie takes (docs.opsgenie.com, Alert API)."""


def draft(rendering: Rendering) -> Draft:
    """The requests to Opsgenie, as (method, path, body). Raises TemplateError."""
    alias = sha256(rendering.group_key.encode()).hexdigest()
    # Also rendered for a request that closes, which does not hold them.
    given = rendering.settings.get("details") or {}
    details = {name: rendering.text(text, f"details.{name}") for name, text in given.items()}
    source = rendering.setting("source")
    if rendering.data.status == "resolved":
        close = _request("POST", f"v2/alerts/{alias}/close?identifierType=alias", {"source": source})
        return Draft(to="Opsgenie", shown=(("action", "close"), ("source", source)), payload=[close])
    message = rendering.cut("message", rendering.setting("message"), MESSAGE_LIMIT)
    rendering.needs("message", message)
    body = {"alias": alias, "message": message, **_body(rendering, details, source)}
    for name, limit in _LIMITS:
        rendering.limit(name, body.get(name, ""), limit, "Opsgenie")
    requests = [_request("POST", "v2/alerts", body)]
    if rendering.settings.get("update_alerts"):
        requests += [
            _request("PUT", f"v2/alerts/{alias}/{name}?identifierType=alias", _filled({name: body.get(name, "")}))
            for name in ("message", "description")
        ]
    return Draft(to="Opsgenie", shown=tuple(_shown(body)), payload=requests)


def _request(method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"method": method, "path": path, "body": body}


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


def _body(rendering: Rendering, details: Mapping[str, str], source: str) -> dict[str, Any]:
    optional = {
        "description": rendering.setting("description"),
        "responders": list(_responders(rendering)),
        "tags": _split(rendering.setting("tags")),
        "note": rendering.setting("note"),
        "priority": rendering.setting("priority"),
        "entity": rendering.setting("entity"),
        "actions": _split(rendering.setting("actions")),
    }
    labels = {str(name): str(value) for name, value in rendering.data.common_labels.items()}
    return {"details": {**labels, **details}, "source": source, **_filled(optional)}


def _responders(rendering: Rendering) -> Iterator[dict[str, str]]:
    for given in rendering.settings.get("responders") or ():
        keys = ("id", "name", "username", "type")
        texts = {key: rendering.text(given.get(key) or "", f"responder {key}") for key in keys}
        if not any(texts.values()):
            continue
        if texts["type"] == "teams":
            yield from ({"name": team, "type": "team"} for team in _split(texts["name"]))
        else:
            yield {**_filled(texts), "type": texts["type"]}


def _split(text: str) -> list[str]:
    return [part for part in text.strip().split(",") if part]


def _shown(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "action", "create"
    for name in ("priority", "message", "description", "note", "entity", "source"):
        yield name, body.get(name, "")
    yield "tags", ", ".join(body.get("tags", ()))
    for responder in body.get("responders", ()):
        name = next((responder[key] for key in ("name", "username", "id") if key in responder), "")
        yield "responder", f"{responder['type']} {name}".strip()
    for name, value in sorted(body["details"].items()):
        yield "detail", f"{name}: {value}"
