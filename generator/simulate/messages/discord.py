"""Discord: one embed with a title and a description, and content above it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from generator.simulate.messages.message import Draft
from generator.simulate.messages.rendering import Rendering

TITLE_LIMIT: Final = 256
DESCRIPTION_LIMIT: Final = 4096
CONTENT_LIMIT: Final = 2000
"""Characters, cut by Alertmanager."""

EMBED_LIMIT: Final = 6000
NAME_LIMIT: Final = 80
"""Characters that Discord takes of an embed and of a name (discord.com, message object, webhook resource)."""

_COLOURS: Final[Mapping[str, int]] = {"firing": 0x992D22, "resolved": 0x2ECC71}


def draft(rendering: Rendering) -> Draft:
    """The message. Raises TemplateError."""
    title = rendering.cut("title", rendering.setting("title"), TITLE_LIMIT)
    description = rendering.cut("message", rendering.setting("message"), DESCRIPTION_LIMIT)
    content = rendering.cut("content", rendering.setting("content"), CONTENT_LIMIT)
    rendering.needs("the message", title, description, content)
    rendering.limit("the embed", title + description, EMBED_LIMIT, "Discord")
    # Neither of these two is a template.
    name = str(rendering.settings.get("username") or "")
    avatar = str(rendering.settings.get("avatar_url") or "")
    rendering.limit("username", name, NAME_LIMIT, "Discord")
    colour = _COLOURS[rendering.data.status]
    payload: dict[str, Any] = {
        "content": content,
        "embeds": [{"title": title, "description": description, "color": colour}],
    }
    payload |= {key: value for key, value in (("username", name), ("avatar_url", avatar)) if value}
    parts = (("from", name), ("content", content), ("colour", f"#{colour:06X}"), ("title", title))
    return Draft(shown=(*parts, ("description", description)), payload=payload)
