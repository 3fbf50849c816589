"""E-mail: headers, and a body as plain text, as HTML, or as both."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from html.parser import HTMLParser
from typing import Final

from generator.gotemplate.errors import TemplateError
from generator.gotemplate.gotime import SECOND
from generator.simulate.config.required import canonical_header
from generator.simulate.messages.message import Draft
from generator.simulate.messages.rendering import TEXT, Rendering

SUBJECT: Final = '{{ template "email.default.subject" . }}'

LINE_LIMIT: Final = 998
"""Characters of a line in a mail's header (RFC 5322, 2.1.1)."""

_BLOCKS: Final = frozenset({"p", "br", "div", "tr", "table", "h1", "h2", "h3", "h4", "li", "hr", "body", "td"})
_UNSEEN: Final = frozenset({"style", "script", "title", "head"})


def draft(rendering: Rendering) -> Draft:
    """The mail. Raises TemplateError when there is none, as for its sender and recipients."""
    settings = rendering.settings
    rendering.text(settings.get("from", ""), "from")
    to = rendering.text(settings["to"], "to")
    # From here on the mail server has the mail: a template that fails leaves it as it is, and it counts as not sent.
    headers: dict[str, str] = {}
    try:
        headers = _headers(rendering)
        text, html = rendering.setting("text"), ""
        if settings.get("html"):
            html = rendering.html(settings["html"], "html")
    except TemplateError as reason:
        rendering.failed = reason
        shown = (("from", headers.get("From", "")), ("subject", headers.get("Subject", "")))
        return Draft(to=to, shown=shown, payload={"headers": headers and _all(rendering, headers)}, noted=False)
    read = visible_text(html) if html else text
    rendering.needs("subject", headers["Subject"])
    rendering.needs("the body", read)
    if "\n" in headers["Subject"]:
        rendering.warn(TEXT, "subject holds a line break", "It breaks the header of the mail; use {{- and -}}.")
    rendering.limit("subject", headers["Subject"], LINE_LIMIT, "a mail's header")
    bodies = {key: body for key, body in (("text", text), ("html", html)) if body}
    return Draft(
        to=to,
        shown=(("from", headers["From"]), ("subject", headers["Subject"]), ("body", read)),
        payload={"headers": _all(rendering, headers), **bodies},
    )


def _headers(rendering: Rendering) -> dict[str, str]:
    """The headers, rendered; the subject, sender and recipients unless they are given."""
    settings = rendering.settings
    given = {canonical_header(name): text for name, text in (settings.get("headers") or {}).items()}
    texts = {"Subject": SUBJECT, "To": settings["to"], "From": settings.get("from", ""), **given}
    return {name: rendering.text(text, f"header {name}") for name, text in texts.items()}


def _all(rendering: Rendering, headers: dict[str, str]) -> dict[str, str]:
    return {**headers, **_threading(rendering)}


def _threading(rendering: Rendering) -> dict[str, str]:
    """Headers by which mail programs put the mails of a group into one conversation (since 0.30)."""
    threading = rendering.settings.get("threading") or {}
    if not threading.get("enabled"):
        return {}
    moment = datetime.fromtimestamp(rendering.now.nanoseconds // SECOND, UTC)
    day = "" if threading.get("thread_by_date") == "none" else f"{moment:%Y-%m-%d}"
    root = f"<alert-{sha256(rendering.group_key.encode()).hexdigest()[:16]}-{day}@alertmanager>"
    return {"References": root, "In-Reply-To": root}


class _Reader(HTMLParser):
    """Collects what a browser would show: text by lines, links with their addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = [""]
        self._unseen = 0
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in _BLOCKS:
            self.lines.append("")
        elif tag == "a":
            self._links.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen -= 1
        elif tag in _BLOCKS:
            self.lines.append("")
        elif tag == "a" and self._links:
            link = self._links.pop()
            self.lines[-1] += f" <{link}>" if link else ""

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.lines[-1] += data


def visible_text(html: str) -> str:
    """What a reader sees of HTML: its text, a line for each block, links with their addresses in angle brackets."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in reader.lines)
    return "\n".join(line for line in lines if line)
