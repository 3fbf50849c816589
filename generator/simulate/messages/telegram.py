"""Telegram: one text, as HTML unless another parse mode is set."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final

from generator.simulate.messages.message import Draft
from generator.simulate.messages.rendering import LENGTH, Rendering
from generator.targets.alertmanager.versions import Version

TEXT_LIMIT: Final = 4096
"""Characters of a message."""

_TOO_LONG: Final = (
    "Alertmanager notification could not be sent: message length exceeds Telegram limits.\n\t\t\t"
    "Please check the template used for producing the message content."
)
_REPLACED_SINCE: Final[Version] = (0, 32)
_STRICT_SINCE: Final[Version] = (0, 29)
"""Before, a message is sent even when its template fails."""


def draft(rendering: Rendering) -> Draft:
    """The message. Raises TemplateError."""
    rendering.lenient = rendering.version < _STRICT_SINCE
    mode = rendering.settings.get("parse_mode", "")
    template = rendering.settings.get("message", "")
    text = rendering.html(template, "message") if mode == "HTML" else rendering.text(template, "message")
    rendering.needs("message", as_read(text) if mode == "HTML" else text)
    if mode == "HTML" and rendering.version >= _REPLACED_SINCE and len(text) > TEXT_LIMIT:
        rendering.warn(LENGTH, f"message has {len(text)} characters, Telegram takes {TEXT_LIMIT}: it is replaced")
        text = _TOO_LONG
    text = rendering.cut("message", text, TEXT_LIMIT)
    chat = str(rendering.settings.get("chat_id") or "")
    payload = {"chat_id": chat, "text": text, "disable_web_page_preview": "true"}
    if mode:
        payload["parse_mode"] = mode
    if rendering.settings.get("disable_notifications"):
        payload["disable_notification"] = "true"
    if rendering.settings.get("message_thread_id"):
        payload["message_thread_id"] = str(rendering.settings["message_thread_id"])
    return Draft(to=f"chat {chat}", shown=(("text", as_read(text) if mode == "HTML" else text),), payload=payload)


class _Reader(HTMLParser):
    """Collects the text between tags, line breaks as they are, and where links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._links.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        link = self._links.pop() if tag == "a" and self._links else ""
        self.text += f" <{link}>" if link else ""

    def handle_data(self, data: str) -> None:
        self.text += data


def as_read(html: str) -> str:
    """What a reader sees of Telegram's HTML, in which tags only mark up; links with their addresses."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text
