"""By which ways somebody is told, as far as it takes to tell one from another: `slack #alerts`, `email ops@x.org`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from generator.report.told import way_of
from generator.simulate.config import Config
from generator.simulate.messages.render import render_message
from generator.simulate.timeline import Notification

_ADDRESSES: Final = ("to", "channel")
_TEMPLATE: Final = "{{"


def way(each: Notification, config: Config) -> str:
    """A way with the address where it is one, as it is for this message; without it where its template fails."""
    integration = each.integration
    written = next((str(text) for key in _ADDRESSES if (text := integration.settings.get(key))), "")
    address = written if _TEMPLATE not in written else render_message(config, each).to
    return way_of(integration.kind, {"to": address})


def ways(notifications: Sequence[Notification], config: Config, numbered: Sequence[str] = ()) -> list[str]:
    """The way of each. Those that look alike have their numbers in the configuration, and so have those of the kinds
    that are `numbered`."""
    found = [way(each, config) for each in notifications]
    many = Counter(found)
    return [
        f"{numbered_kind(each)}{text.removeprefix(each.integration.kind)}"
        if many[text] > 1 or each.integration.kind in numbered
        else text
        for each, text in zip(notifications, found, strict=True)
    ]


def numbered_kind(each: Notification) -> str:
    """`slack[1]`: the second one of its receiver."""
    return f"{each.integration.kind}[{each.integration.index}]"
