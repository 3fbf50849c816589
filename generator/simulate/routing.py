"""Who is told of an alert, by its labels alone: the routes it takes, and why it takes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from generator.simulate.config.matchers import LabelMatcher
from generator.simulate.config.model import Config, Route


def matching(route: Route, labels: Mapping[str, str]) -> list[Route]:
    """The routes that take an alert, in the order of the tree; none when it does not pass this route.

    A route takes what none of its children takes. A child that takes an alert stops its later siblings unless it
    continues. Source: `Route.Match` of Alertmanager's dispatcher.
    """
    return _below(route, labels) if passes(route, labels) else []


def _below(route: Route, labels: Mapping[str, str]) -> list[Route]:
    found: list[Route] = []
    for child in route.routes:
        if passes(child, labels):
            found += _below(child, labels)
            if not child.continues:
                break
    return found or [route]


def passes(route: Route, labels: Mapping[str, str]) -> bool:
    """Whether all matchers of a route hold; a label that is missing has the empty value."""
    return all(matcher.matches(labels) for matcher in route.matchers)


def receivers_for(config: Config, labels: Mapping[str, str]) -> tuple[str, ...]:
    """The names of the receivers, in the order in which `amtool config routes test` prints them.

    A receiver stands twice when two routes to it take the alert: it is told twice.
    """
    return tuple(route.receiver for route in matching(config.route, labels))


@dataclass(frozen=True, slots=True)
class Step:
    """A route that an alert came to.

    depth: 0 for the root. refused: the first matcher that does not hold, None when all hold. takes: whether the alert
    goes to this route's receiver. stops: whether later siblings do not see the alert because of this route.
    """

    route: Route
    depth: int
    refused: LabelMatcher | None
    takes: bool
    stops: bool


def steps(root: Route, labels: Mapping[str, str]) -> Iterator[Step]:
    """Every route that an alert comes to, in order; routes that an earlier sibling hides are left out."""
    yield from _steps(root, labels, 0)


def _steps(route: Route, labels: Mapping[str, str], depth: int) -> Iterator[Step]:
    refused = next((matcher for matcher in route.matchers if not matcher.matches(labels)), None)
    if refused is not None:
        yield Step(route, depth, refused, takes=False, stops=False)
        return
    takes = not any(passes(child, labels) for child in route.routes)
    yield Step(route, depth, None, takes=takes, stops=depth > 0 and not route.continues)
    for child in route.routes:
        yield from _steps(child, labels, depth + 1)
        if passes(child, labels) and not child.continues:
            return
