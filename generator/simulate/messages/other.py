"""The products whose payloads are not worked out: their texts are rendered, so that templates that fail are found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from generator.simulate.messages.message import Draft
from generator.simulate.messages.rendering import Rendering

_NOT_SHOWN: Final = frozenset(
    {"http_config", "send_resolved", "sigv4", "api_url", "api_type", "webhook_url", "url_file", "timeout"}
)
_SECRETS: Final = ("token", "secret", "_key", "_file", "corp_id")


def draft(rendering: Rendering) -> Draft:
    """Every text of the settings, rendered. Raises TemplateError."""
    shown = tuple(_texts(rendering, rendering.settings, ""))
    rendering.needs("the message", *(text for _, text in shown))
    return Draft(shown=shown)


def _texts(rendering: Rendering, settings: Mapping[str, Any], above: str) -> Iterator[tuple[str, str]]:
    for key, value in settings.items():
        name = f"{above}{key}"
        if key in _NOT_SHOWN or any(word in key for word in _SECRETS):
            continue
        if isinstance(value, str):
            yield name, rendering.text(value, name)
        elif isinstance(value, Mapping):
            yield from _texts(rendering, value, f"{name}.")
        elif isinstance(value, list):
            for item in value:
                yield from _texts(rendering, item if isinstance(item, Mapping) else {key: item}, f"{above}")
