"""Alerts by names as short as they can be: with the labels that tell one from another, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from generator.labels import LabelSet
from generator.model.escalation import LABEL
from generator.simulate.timeline import Timeline


class Names:
    """Short names for the alerts of a timeline."""

    def __init__(self, timeline: Timeline) -> None:
        seen = {event.labels for event in timeline.events if event.kind in _OF_ALERTS}
        seen |= {alert.labels for each in timeline.notifications for alert in each.alerts}
        alike: dict[tuple[str, str], list[LabelSet]] = {}
        for labels in seen:
            alike.setdefault(_kind(labels), []).append(labels)
        self._telling = {kind: _telling(sets) for kind, sets in alike.items()}

    def of(self, labels: LabelSet) -> str:
        """`PostgreSQLDown`, `PostgreSQLDown (unresolved-15m)`, `HighCPU{instance="a"}` where there are several.

        Labels without a name are those of a group.
        """
        name, escalation = _kind(labels)
        if not name:
            return f"group {labels}"
        rest = LabelSet({key: labels[key] for key in self._telling.get((name, escalation), ()) if key in labels})
        return f"{name}{rest or ''}{f' ({escalation})' if escalation else ''}"

    def all(self, sets: Iterable[LabelSet]) -> str:
        """Several names, each once."""
        return ", ".join(dict.fromkeys(self.of(labels) for labels in sets))


_OF_ALERTS: Final = frozenset(
    {"pending", "withdrawn", "firing", "resolved", "dropped", "grouped", "held", "released", "unseen"}
)


def _kind(labels: Mapping[str, str]) -> tuple[str, str]:
    return labels.get("alertname", ""), labels.get(LABEL, "")


def _telling(sets: list[LabelSet]) -> list[str]:
    """The labels that all of them have and not all with the same value; one of them, where one is enough."""
    shared = set.intersection(*(set(labels) for labels in sets))
    varied = sorted(label for label in shared if len({labels[label] for labels in sets}) > 1)
    different = len({tuple(labels[label] for label in varied) for labels in sets})
    enough = [label for label in varied if len({labels[label] for labels in sets}) == different]
    return enough[-1:] or varied
