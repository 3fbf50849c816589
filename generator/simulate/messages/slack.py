"""Slack: one attachment, posted to an incoming webhook or to `chat.postMessage`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from generator.simulate.messages.message import Draft
from generator.simulate.messages.rendering import Rendering
from generator.targets.alertmanager.versions import Version

TITLE_LIMIT: Final = 1024
"""Characters of a title, cut by Alertmanager."""

TEXT_LIMIT: Final = 40_000
"""Characters of a message that Slack keeps (docs.slack.dev, chat.postMessage)."""

_MARKDOWN_IN: Final = ("fallback", "pretext", "text")
_LENIENT_SINCE: Final[Version] = (0, 32)
"""Since then a message is sent whatever becomes of its templates."""

# In the order in which they are rendered: after the first that fails there is no more text.
_TEXTS: Final = (
    "title", "title_link", "pretext", "text", "fallback", "callback_id", "image_url", "thumb_url", "footer", "color",
)  # fmt: skip
_ALWAYS: Final = frozenset({"text", "fallback", "callback_id", "footer"})
_ACTION: Final = ("type", "text", "url", "style", "name", "value")
_CONFIRM: Final = ("text", "title", "ok_text", "dismiss_text")


def draft(rendering: Rendering) -> Draft:
    """The message. Raises TemplateError."""
    rendering.lenient = rendering.version >= _LENIENT_SINCE
    attachment = _attachment(rendering)
    request = _request(rendering)
    texts = [attachment.get(name, "") for name in ("title", "pretext", "text")]
    values = [field.get("value", "") for field in attachment.get("fields", ())]
    rendering.needs("the message", request.get("text", ""), *texts, *values)
    for name in ("text", "pretext"):
        rendering.limit(name, attachment.get(name, ""), TEXT_LIMIT, "Slack")
    return Draft(
        to=request.get("channel", ""),
        shown=tuple(_shown(request, attachment)),
        payload={**request, "attachments": [attachment]},
    )


def _request(rendering: Rendering) -> dict[str, Any]:
    found: dict[str, Any] = {key: rendering.setting(key) for key in ("channel", "username", "icon_emoji", "icon_url")}
    found["link_names"] = bool(rendering.settings.get("link_names"))
    found["text"] = rendering.setting("message_text")
    return {key: value for key, value in found.items() if value}


def _attachment(rendering: Rendering) -> dict[str, Any]:
    texts = {key: rendering.setting(key) for key in _TEXTS}
    texts["title"] = rendering.cut("title", texts["title"], TITLE_LIMIT)
    made: dict[str, Any] = {key: text for key, text in texts.items() if text or key in _ALWAYS}
    fields = [_field(rendering, field) for field in rendering.settings.get("fields") or ()]
    actions = [_action(rendering, action) for action in rendering.settings.get("actions") or ()]
    made.update({key: value for key, value in (("fields", fields), ("actions", actions)) if value})
    made["mrkdwn_in"] = list(rendering.settings.get("mrkdwn_in") or _MARKDOWN_IN)
    return made


def _field(rendering: Rendering, field: Mapping[str, Any]) -> dict[str, Any]:
    short = field.get("short")
    texts = {key: rendering.text(field.get(key, ""), f"field {key}") for key in ("title", "value")}
    default = bool(rendering.settings.get("short_fields"))
    return {**{key: text for key, text in texts.items() if text}, "short": default if short is None else short}


def _action(rendering: Rendering, action: Mapping[str, Any]) -> dict[str, Any]:
    # A link takes the place of name, value and confirmation.
    keys = [key for key in _ACTION if not (action.get("url") and key in ("name", "value"))]
    made: dict[str, Any] = {key: rendering.text(action.get(key) or "", f"action {key}") for key in keys}
    confirm = None if action.get("url") else action.get("confirm")
    if confirm:
        made["confirm"] = _filled({key: rendering.text(confirm.get(key) or "", f"confirm {key}") for key in _CONFIRM})
    return _filled(made)


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


def _shown(request: Mapping[str, Any], attachment: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "from", request.get("username", "")
    yield "message", request.get("text", "")
    yield "colour", attachment.get("color", "")
    for name in ("pretext", "title", "title_link", "text"):
        yield name, attachment.get(name, "")
    for field in attachment.get("fields", ()):
        yield "field", f"{field.get('title', '')}: {field.get('value', '')}"
    for action in attachment.get("actions", ()):
        yield "button", f"{action.get('text', '')} {action.get('url', '')}".strip()
    for name in ("image_url", "thumb_url", "footer"):
        yield name, attachment.get(name, "")
