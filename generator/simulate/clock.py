"""Virtual time: what happens next, by time and, within a moment, by kind and order of arrival."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import Generic, TypeVar

What = TypeVar("What")


@dataclass(slots=True)
class Agenda(Generic[What]):
    """Events to come. Times are milliseconds since 1970; of those at one time the lowest rank comes first.

    Ranks are needed where the real thing is a race: Alertmanager's timers and Prometheus' sending may fall on the
    same millisecond, and a simulation must always decide the same way.
    """

    _heap: list[tuple[int, tuple[int, int], int, What]] = field(default_factory=list)
    _count: int = 0

    def add(self, time: int, rank: tuple[int, int], what: What) -> None:
        """Let something happen at a time."""
        heapq.heappush(self._heap, (time, rank, self._count, what))
        self._count += 1

    def due(self, until: int) -> tuple[int, What] | None:
        """Take the next event at or before a time; None when there is none."""
        if not self._heap or self._heap[0][0] > until:
            return None
        time, _, _, what = heapq.heappop(self._heap)
        return time, what
