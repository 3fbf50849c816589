"""Renders the texts of one integration for one notification, and notes what a reader would miss."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from generator.diagnostics import Problem, warning
from generator.gotemplate.alertdata import Data
from generator.gotemplate.alertmanager import Library
from generator.gotemplate.errors import TemplateError, UnsupportedContext
from generator.gotemplate.gotime import GoTime
from generator.simulate.config.model import Integration
from generator.simulate.messages.inline import inline_value
from generator.targets.alertmanager.versions import Version

EMPTY: Final = "message/empty"
LENGTH: Final = "message/length"
TEXT: Final = "message/text"

_MARKER: Final = "…"
_READ: Final = frozenset({"title", "text", "message", "description", "summary", "content"})
_NO_VALUE: Final = "<no value>"


@dataclass(slots=True)
class Rendering:
    """One integration's texts for one notification. Methods raise TemplateError where a template fails.

    lenient: they give no text instead, there and from there on, as where Alertmanager sends what it has; `failed` is
    what went wrong first.
    """

    integration: Integration
    data: Data
    group_key: str
    now: GoTime
    library: Library
    version: Version
    problems: list[Problem] = field(default_factory=list)
    lenient: bool = False
    failed: TemplateError | None = None

    @property
    def settings(self) -> Mapping[str, Any]:
        """The integration's settings."""
        return self.integration.settings

    def warn(self, check: str, message: str, why: str = "", key: str = "") -> None:
        """Note something that does not keep the message from being sent. key: the setting it comes from."""
        text = f"{self.integration}: {message}"
        if all(problem.message != text for problem in self.problems):
            self.problems.append(warning(check, self.integration.at(key), text, why))

    def text(self, template: str, name: str = "") -> str:
        """A text template's output."""
        return self._rendered(self.library.render_text, template, name)

    def html(self, template: str, name: str = "") -> str:
        """An HTML template's output; without the escaping that its places ask for where that is not done here."""
        try:
            return self._rendered(self.library.render_html, template, name)
        except UnsupportedContext as reason:
            why = "Alertmanager renders and sends it. Here it is shown as if it were plain text: a limit of tocsin."
            self.warn(TEXT, f"{name or 'HTML'} is shown roughly: {reason}", why, name)
            return self._rendered(self.library.render_text, template, name)

    def _rendered(self, render: Callable[..., str], template: str, name: str) -> str:
        if self.failed is not None:
            return ""
        try:
            return self._seen(name, render(template, self.data, now=self.now))
        except UnsupportedContext:
            raise
        except TemplateError as reason:
            if not self.lenient:
                raise
            self.failed = reason
            return ""

    def setting(self, key: str) -> str:
        """A setting's text, rendered; empty where there is none."""
        template = self.settings.get(key)
        if not template:
            return ""
        text = self.text(template, key)
        # The defaults of some texts are templates that say nothing.
        written = key in _READ and key in self.integration.lines and bool(template.strip())
        if written and not text.strip() and self.failed is None:
            self.warn(EMPTY, f"{key} is empty", "Its template leaves nothing of it for this message.", key)
        return text

    def _seen(self, name: str, text: str) -> str:
        if _NO_VALUE in text:
            why = "A template uses something that is not there."
            self.warn(TEXT, f"{name or 'text'} shows {_NO_VALUE!r}", why, name)
        return text

    def cut(self, name: str, text: str, limit: int) -> str:
        """The text as Alertmanager cuts it to so many characters."""
        if len(text) <= limit:
            return text
        self.warn(LENGTH, f"{name} has {len(text)} characters and is cut to {limit}", key=name)
        return text[: limit - 1] + _MARKER

    def limit(self, name: str, text: str, limit: int, product: str) -> None:
        """Note a text that Alertmanager sends whole although the product takes less."""
        if len(text) > limit:
            self.warn(LENGTH, f"{name} has {len(text)} characters, but {product} takes {limit}", key=name)

    def needs(self, name: str, *texts: str) -> None:
        """Note that none of these texts says anything."""
        if self.failed is None and not any(text.strip() for text in texts):
            self.warn(EMPTY, f"{name} is empty", "Whoever gets the message learns nothing from it.", name)

    def deep(self, value: Any) -> Any:
        """A structure, its texts and keys rendered; what a text gives may be a structure itself (since 0.30)."""
        return deep(value, self._structure, self.text)

    def _structure(self, template: str) -> Any:
        text = self.text(template)
        value = inline_value(text)
        if isinstance(value, Mapping) and not text.lstrip().startswith("{"):
            why = "Alertmanager reads it as YAML. Put it in quotes: '\"…\"'."
            self.warn(TEXT, f"{text.strip()!r} is sent as a structure, not as text", why)
        return value


def deep(value: Any, render: Callable[[str], Any], name: Callable[[str], str]) -> Any:
    """A structure, each text replaced by what `render` gives for it, and each key by what `name` gives."""
    if isinstance(value, str):
        return render(value)
    if isinstance(value, Mapping):
        return {name(key): deep(item, render, name) for key, item in value.items()}
    return [deep(item, render, name) for item in value] if isinstance(value, list) else value
