"""What messages can be asked for before any is sent: the parts that each product shows, and where messages can go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from generator.diagnostics import Problem, error
from generator.simulate.config import Config, Integration
from generator.testing.incident import Expected
from generator.testing.read_fixture import CHECK

PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "slack": (
        "from", "message", "colour", "pretext", "title", "title_link", "text", "field", "button", "image_url",
        "thumb_url", "footer",
    ),
    "email": ("from", "subject", "body"),
    "webhook": ("status", "alert", "body"),
    "pagerduty": ("event", "severity", "summary", "detail"),
    "opsgenie": (
        "action", "priority", "message", "description", "note", "entity", "source", "tags", "responder", "detail",
    ),
    "msteams": ("colour", "title", "summary", "text"),
    "msteamsv2": ("colour", "title", "text"),
    "telegram": ("text",),
    "discord": ("from", "content", "colour", "title", "description"),
}  # fmt: skip
"""By kind of integration, the parts that a message may show; of other kinds they are the names of settings."""

_TEMPLATE: Final = "{{"


def unasked(expected: Expected, config: Config) -> Iterator[Problem]:
    """What is expected of a message and cannot be: parts that it never shows, an address that nothing goes to."""
    integrations = [
        one for one in config.receivers[expected.receiver].integrations if expected.integration in ("", one.kind)
    ]
    kinds = dict.fromkeys(one.kind for one in integrations)
    for text in expected.texts:
        known = dict.fromkeys(part for kind in kinds for part in PARTS.get(kind, ()))
        if text.part and kinds and all(kind in PARTS for kind in kinds) and text.part not in known:
            message = f"a message by {' or '.join(kinds)} has no part {text.part!r}"
            yield error(CHECK, expected.origin, message, f"It has: {', '.join(known)}.")
    if expected.to and not any(may_lead_to(one, expected.to) for one in integrations):
        message = f"no message to {expected.receiver!r} goes to {expected.to!r}"
        yield error(CHECK, expected.origin, message, _addresses(integrations))


def may_lead_to(integration: Integration, to: str) -> bool:
    """Whether a message may go to an address: what a template gives is known only when it is sent."""
    written = address(integration)
    return written == to or _TEMPLATE in written


def _addresses(integrations: Iterable[Integration]) -> str:
    found = dict.fromkeys(filter(None, map(address, integrations)))
    return f"They go to: {', '.join(found)}." if found else "None of its integrations has an address."


def address(integration: Integration) -> str:
    """Where an integration's messages go as the configuration has it, maybe a template; empty where nothing says it."""
    settings = integration.settings
    if integration.kind == "telegram":
        return f"chat {settings.get('chat_id') or ''}"
    if integration.kind in _FIXED:
        return _FIXED[integration.kind]
    return str(settings.get(_KEYS.get(integration.kind, "")) or "")


_KEYS: Final[Mapping[str, str]] = {"email": "to", "slack": "channel", "webhook": "url"}
_FIXED: Final[Mapping[str, str]] = {"pagerduty": "PagerDuty service", "opsgenie": "Opsgenie"}
