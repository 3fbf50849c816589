"""Which receivers an alert reaches, as Alertmanager's dispatcher decides it: by labels alone, without time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from generator.duration import HOUR, MINUTE, SECOND, Duration
from generator.model.base import as_duration
from generator.model.receiver import Receiver
from generator.model.route import Route
from generator.promql.ast import Matcher

DEFAULT_GROUP_WAIT: Final = Duration(30 * SECOND)
DEFAULT_GROUP_INTERVAL: Final = Duration(5 * MINUTE)
DEFAULT_REPEAT_INTERVAL: Final = Duration(4 * HOUR)


@dataclass(frozen=True, slots=True)
class Path:
    """The routes an alert passes, from the root to the node that takes it.

    What a node leaves open it has from the nearest node above that says it. Time intervals are the exception: only
    those of the last node count, as in Alertmanager.
    """

    routes: tuple[Route, ...]

    @property
    def node(self) -> Route:
        """The route that takes the alert."""
        return self.routes[-1]

    @property
    def receiver(self) -> Receiver | None:
        """Who is told; None where not even the root names anybody."""
        found = self._nearest("to")
        return found if isinstance(found, Receiver) else None

    @property
    def group_by(self) -> tuple[str, ...]:
        """The labels whose values make a group; `("...",)` for all of them."""
        return tuple(self._nearest("group_by") or ())

    @property
    def group_wait(self) -> Duration:
        """How long a new group waits for company."""
        return self._length("group_wait", DEFAULT_GROUP_WAIT)

    @property
    def group_interval(self) -> Duration:
        """How long a group waits before it tells of changes."""
        return self._length("group_interval", DEFAULT_GROUP_INTERVAL)

    @property
    def repeat_interval(self) -> Duration:
        """How long a group waits before it says the same again."""
        return self._length("repeat_interval", DEFAULT_REPEAT_INTERVAL)

    def _length(self, name: str, default: Duration) -> Duration:
        found = self._nearest(name)
        return default if found is None else as_duration(found)

    def _nearest(self, name: str) -> Any:
        said = (getattr(route, name) for route in reversed(self.routes))
        return next((value for value in said if value is not None), None)


def paths_for(root: Route, labels: Mapping[str, str]) -> tuple[Path, ...]:
    """The ways an alert takes, in the order of the tree; the root takes what none of its children takes."""
    return tuple(Path(routes) for routes in _ways((root,), labels))


def receivers_for(root: Route, labels: Mapping[str, str]) -> tuple[Receiver, ...]:
    """Who is told of an alert with these labels, in the order `amtool config routes test` prints them.

    A receiver stands twice when two routes of it take the alert: it is told twice.
    """
    return tuple(path.receiver for path in paths_for(root, labels) if path.receiver is not None)


def _ways(above: tuple[Route, ...], labels: Mapping[str, str]) -> list[tuple[Route, ...]]:
    found: list[tuple[Route, ...]] = []
    for child in above[-1].routes:
        if isinstance(child, Route) and all_match(child.matchers, labels):
            found += _ways((*above, child), labels)
            if not child.keep_going:
                break
    return found or [above]


def all_match(matchers: Iterable[Matcher], labels: Mapping[str, str]) -> bool:
    """Whether every matcher holds for the labels."""
    return all(holds(matcher, labels.get(matcher.label, "")) for matcher in matchers)


def holds(matcher: Matcher, value: str) -> bool:
    """Whether a matcher holds for a label's value; a label that is missing has the empty value.

    An expression that is not RE2 holds for nothing; `routing_problems` reports it.
    """
    if matcher.op in ("=", "!="):
        return (matcher.value == value) == (matcher.op == "=")
    pattern = compiled(matcher.value)
    return pattern is not None and (pattern.fullmatch(value) is not None) == (matcher.op == "=~")


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> Any:
    """The RE2 expression, None when it is not one."""
    import re2  # not at the top: most catalogs route by equality, and the library takes a while to load

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options=options)
    except re2.error:
        return None


def tells_somebody(receiver: Receiver | None) -> bool:
    """Whether a message to the receiver leaves Alertmanager at all."""
    return receiver is not None and bool(receiver.integrations)


def tree(root: Route) -> Iterator[Path]:
    """Every node with the way to it, depth first, in written order."""
    yield from _tree((root,))


def _tree(above: tuple[Route, ...]) -> Iterator[Path]:
    yield Path(above)
    for child in above[-1].routes:
        if isinstance(child, Route):
            yield from _tree((*above, child))
