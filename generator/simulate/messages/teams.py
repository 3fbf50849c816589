"""Microsoft Teams: a message card for its old connectors, an adaptive card for its workflows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from generator.gotemplate.gojson import marshal
from generator.simulate.messages.message import Draft
from generator.simulate.messages.rendering import LENGTH, Rendering

SIZE_LIMIT: Final = 28_672
"""Bytes of a message that Teams takes, 28 KB (learn.microsoft.com, connectors and webhooks)."""

_THEME: Final[Mapping[str, str]] = {"firing": "8C1A1A", "resolved": "2DC72D"}
_STYLE: Final[Mapping[str, str]] = {"firing": "Attention", "resolved": "Good"}


def card(rendering: Rendering) -> Draft:
    """A message card (`msteams_configs`). Raises TemplateError."""
    title, text, summary = (rendering.setting(key) for key in ("title", "text", "summary"))
    payload = {
        "@context": "http://schema.org/extensions",
        "type": "MessageCard",
        "title": title,
        "summary": summary,
        "text": text,
        "themeColor": _THEME[rendering.data.status],
    }
    shown = (("colour", payload["themeColor"]), ("title", title), ("summary", summary), ("text", text))
    return _checked(rendering, title, text, Draft(shown=shown, payload=payload))


def adaptive_card(rendering: Rendering) -> Draft:
    """An adaptive card (`msteamsv2_configs`). Raises TemplateError."""
    title, text = (rendering.setting(key) for key in ("title", "text"))
    colour = _STYLE[rendering.data.status]
    heading = {"weight": "Bolder", "size": "Medium", "wrap": True, "style": "heading", "color": colour}
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.2",
        "body": [
            {"type": "TextBlock", "text": title, **heading},
            {"type": "TextBlock", "text": text, "wrap": True},
        ],
        "msteams": {"width": "full"},
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": content}
    payload: dict[str, Any] = {"type": "message", "attachments": [attachment]}
    shown = (("colour", colour), ("title", title), ("text", text))
    return _checked(rendering, title, text, Draft(shown=shown, payload=payload))


def _checked(rendering: Rendering, title: str, text: str, made: Draft) -> Draft:
    rendering.needs("the message", title, text)
    size = len(marshal(made.payload).encode())
    if size > SIZE_LIMIT:
        rendering.warn(LENGTH, f"the message has {size} bytes, but Teams takes {SIZE_LIMIT}")
    return made
