"""What can be said of a panel without knowing whose object it is: its title, its id, and what it asks.

Panel ids do not move: they are made from what a panel is called, not from where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from generator.errors import PromQLError
from generator.model.dashboard import Dashboard, Panel, Row, Target
from generator.promql import Expr, parse


def panel_id(key: str) -> int:
    """A number from 1 to 2**31 - 1, always the same for a key."""
    digest = int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big")
    return 1 + digest % (2**31 - 1)


def panel_key(row: Row, panel: Any, kind: str = "") -> str:
    """What the id of a panel is made from. kind: Grafana's type of it, which names one that has no title."""
    own = panel.key if isinstance(panel, Panel) else ""
    return own or f"{row.title}/{title_of(panel) or kind}"


def title_of(panel: Any) -> str:
    """The title, however the object keeps it."""
    title = field_of(panel, "title")
    return title if isinstance(title, str) else ""


def queries_of(panel: Any) -> Iterator[Expr]:
    """The PromQL that a panel asks; what does not parse is passed over."""
    targets = field_of(panel, "targets")
    for target in targets if isinstance(targets, list | tuple) else ():
        written = target.expr if isinstance(target, Target) else field_of(target, "expr")
        if isinstance(written, Expr):
            yield written
        elif isinstance(written, str):
            with suppress(PromQLError):
                yield parse(written)


def field_of(given: Any, name: str) -> object:
    """A field of a mapping, of a grafanalib object, or of what a builder of the Foundation SDK holds."""
    inner = given.panel if isinstance(given, Panel) else given
    if isinstance(inner, Mapping):
        return inner.get(name)
    return getattr(getattr(inner, "_internal", inner), name, None)


@dataclass(frozen=True, slots=True)
class PlacedPanel:
    """A panel of a dashboard that can be linked to."""

    dashboard: Dashboard
    row: Row
    panel: Any

    @property
    def title(self) -> str:
        """Its title."""
        return title_of(self.panel)

    @property
    def id(self) -> int:
        """Its id in Grafana."""
        return panel_id(panel_key(self.row, self.panel))


def titled_panels(dashboard: Dashboard) -> Iterator[PlacedPanel]:
    """The dashboard's panels that have a title, in the order in which they stand."""
    for row in dashboard.rows:
        for panel in row.panels:
            if title_of(panel):
                yield PlacedPanel(dashboard, row, panel)
