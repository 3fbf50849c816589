"""Checks of the tree itself: what Alertmanager would refuse, and routes that no alert can take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from generator.diagnostics import Origin, Problem, error, warning
from generator.labels import is_label_name
from generator.model.catalog import Catalog, descendants
from generator.model.receiver import Receiver
from generator.model.route import InhibitRule, Match, Route
from generator.model.routing.dispatch import Path, compiled, tree
from generator.model.routing.regions import Cell, cells, within
from generator.promql.ast import Matcher
from generator.promql.printer import matcher_text

_ALL_LABELS = "..."


def route_name(route: Route) -> str:
    """`Route(team="db")`, for messages."""
    return f"Route({', '.join(map(matcher_text, route.matchers))})"


def roots(catalog: Catalog) -> tuple[Route, ...]:
    """The routes that no other route holds; a project should have one."""
    routes = catalog.of(Route)
    held = {id(child) for route in routes for child in descendants(route) if child is not route}
    return tuple(route for route in routes if id(route) not in held)


def more_roots(catalog: Catalog) -> Iterator[Problem]:
    """Trees beside the first."""
    first, *others = roots(catalog) or (None,)
    for other in others:
        if first is not None and other is not None:
            message = f"{route_name(other)}: a second routing tree; the first stands in {first.origin}"
            yield error("route/roots", other.origin, message, "Put it among the routes of the first.")


def root_problems(root: Route) -> Iterator[Problem]:
    """What a root may not have, or must have."""
    if not isinstance(root.to, Receiver):
        yield error("route/root", root.origin, "the root of the routing tree has no receiver", "Give it to=….")
    wrong = {
        "matchers": bool(root.matchers),
        "mute": bool(root.muted_in),
        "active": bool(root.active_in),
        "keep_going": root.keep_going,
    }
    for name in (name for name, given in wrong.items() if given):
        why = "Every alert enters here; put it on a route below."
        yield error("route/root", root.origin, f"the root of the routing tree may not have {name}", why)


def node_problems(root: Route) -> Iterator[Problem]:
    """Settings of single nodes that Alertmanager would refuse, or that do not do what they seem to."""
    for path in tree(root):
        yield from _group_by_problems(path.node)
        yield from matcher_problems(path.node.matchers, route_name(path.node), path.node.origin)
        yield from _length_problems(path)


def _group_by_problems(route: Route) -> Iterator[Problem]:
    labels = tuple(route.group_by or ())
    for label in labels:
        if label != _ALL_LABELS and not (isinstance(label, str) and is_label_name(label)):
            message = f"{route_name(route)}: group_by: {label!r} is not a label name"
            yield error("route/group-by", route.origin, message)
    if _ALL_LABELS in labels and len(labels) > 1:
        message = f"{route_name(route)}: group_by: '...' means all labels, so no other can stand beside it"
        yield error("route/group-by", route.origin, message)
    for label in {label for label in labels if labels.count(label) > 1}:
        yield error("route/group-by", route.origin, f"{route_name(route)}: group_by: {label!r} stands twice")


def _length_problems(path: Path) -> Iterator[Problem]:
    route, name = path.node, route_name(path.node)
    for field in ("group_interval", "repeat_interval"):
        if getattr(route, field) == 0 and not route.faults:
            yield error("route/interval", route.origin, f"{name}: {field} cannot be 0")
    said = route.repeat_interval is not None or route.group_interval is not None
    if said and 0 < path.repeat_interval < path.group_interval:
        message = f"{name}: repeat_interval {path.repeat_interval} is shorter than group_interval {path.group_interval}"
        why = "Repeats are looked at once each group_interval, so that is how often they come."
        yield warning("route/repeat", route.origin, message, why)


def matcher_problems(matchers: Iterable[Matcher], name: str, origin: Origin) -> Iterator[Problem]:
    """Regular expressions that are not RE2."""
    for matcher in matchers:
        if matcher.op in ("=~", "!~") and compiled(matcher.value) is None:
            message = f"{name}: {matcher.label}: not an RE2 regular expression: {matcher.value!r}"
            yield error("route/regex", origin, message)


def inhibit_rule_problems(catalog: Catalog) -> Iterator[Problem]:
    """Inhibition rules with a side that is empty or not RE2, or labels that are none."""
    for rule in catalog.of(InhibitRule):
        for side, matchers in (("source", rule.source_matchers), ("target", rule.target_matchers)):
            yield from matcher_problems(matchers, f"InhibitRule: {side}", rule.origin)
            if not matchers and not rule.faults:
                message = f"InhibitRule: {side} has no matchers, so that every alert is one"
                yield error("inhibit/everything", rule.origin, message)
        for label in rule.equal:
            if not (isinstance(label, str) and is_label_name(label)):
                yield error("inhibit/equal", rule.origin, f"InhibitRule: equal: {label!r} is not a label name")


def unreachable(found: Iterable[tuple[Route, tuple[Route, ...]]]) -> Iterator[Problem]:
    """Routes that no alert can take, because earlier ones take it or because their matchers contradict.

    found: those of `shadowed`.
    """
    for route, takers in found:
        if takers:
            names = " and ".join(f"{route_name(taker)} in {taker.origin}" for taker in takers)
            message = f"{route_name(route)}: no alert reaches it: taken first by {names}"
            why = "Put it before, or let the earlier route have keep_going=True."
        else:
            message = f"{route_name(route)}: no alert can match it: its matchers, with those above it, contradict"
            why = ""
        yield error("route/unreachable", route.origin, message, why)


def shadowed(root: Route) -> Iterator[tuple[Route, tuple[Route, ...]]]:
    """The topmost routes that no alert can take, each with the routes that take its alerts (none: no alert matches)."""
    yield from _shadowed((root,), ())


def _shadowed(above: tuple[Route, ...], earlier: tuple[Route, ...]) -> Iterator[tuple[Route, tuple[Route, ...]]]:
    """Below the last of `above`; `earlier` are routes that take alerts before those above can have them."""
    inherited = tuple(matcher for route in above for matcher in route.matchers)
    takers = list(earlier)
    for child in above[-1].routes:
        if not isinstance(child, Route):
            continue
        taken = _taken_by(cells((*inherited, *child.matchers)), takers) if readable(child) else None
        if taken is not None:
            yield child, taken
        else:
            yield from _shadowed((*above, child), tuple(takers))
        if not child.keep_going and readable(child):
            takers.append(child)


def readable(route: Route) -> bool:
    """Whether its matchers are what their author wrote: one that did not parse is missing, and matches too much."""
    faults = (*route.faults, *(route.match.faults if isinstance(route.match, Match) else ()))
    return not faults and all(compiled(m.value) is not None for m in route.matchers if m.op in ("=~", "!~"))


def _taken_by(parts: tuple[Cell, ...], takers: Sequence[Route]) -> tuple[Route, ...] | None:
    """The earlier routes that take all of the parts between them, None when some part is left."""
    found = _all_within(parts, takers)
    for taker in found or ():
        others = [other for other in found or () if other is not taker]
        fewer = _all_within(parts, others) if others else None
        found = found if fewer is None else fewer
    return found


def _all_within(parts: tuple[Cell, ...], takers: Sequence[Route]) -> tuple[Route, ...] | None:
    sets = [taker.matchers for taker in takers]
    found: dict[Route, None] = {}
    for part in parts:
        used = within(part, sets)
        if used is None:
            return None
        found.update(dict.fromkeys(takers[index] for index in used))
    return tuple(found)
