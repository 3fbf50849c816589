"""Which rules read what which rules write, and in what order they can be evaluated over a whole time grid.

Prometheus evaluates rule by rule at every step, so a rule sees what earlier rules wrote at this step and what
later rules wrote at the step before. A rule over whole columns must not see more. Rules that read only what
earlier rules write can be evaluated column by column; the others, and loops, go step by step together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Final

from generator.labels import METRIC_NAME
from generator.promql.ast import (
    CalculatedSpan,
    Call,
    Expr,
    MatrixSelector,
    Span,
    Subquery,
    VectorSelector,
    selectors,
    walk,
)
from generator.rules.group import AlertingRule, Rule, RuleGroup
from generator.rules.writers import Writers

ALERTS: Final = "ALERTS"
ALERTS_FOR_STATE: Final = "ALERTS_FOR_STATE"
ALERT_NAME: Final = "alertname"
ALERT_STATE: Final = "alertstate"

_WORD: Final = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_QUERY: Final = re.compile(r"\bquery\b")
_TRAVELLING: Final = re.compile(r"@|offset\s*[-+(]|smoothed|\b(?:step|range)\s*\(", re.IGNORECASE)
_QUERY_RANGE_CALLS: Final = frozenset({"start", "end", "range", "step"})


@dataclass(frozen=True, slots=True)
class PlacedRule:
    """A rule with its group and its place in the order of evaluation."""

    place: int
    rule: Rule
    group: RuleGroup


def placed(groups: Iterable[RuleGroup]) -> tuple[PlacedRule, ...]:
    """The rules of groups in the order of evaluation."""
    pairs = ((rule, group) for group in groups for rule in group.rules)
    return tuple(PlacedRule(place, rule, group) for place, (rule, group) in enumerate(pairs))


def time_travels(expr: Expr) -> bool:
    """Whether a query can look beyond its own time, or asks for the range of the query: `@`, `offset -5m`, `step()`."""
    return any(_travels(node) for node in walk(expr))


def _travels(node: Expr) -> bool:
    match node:
        case VectorSelector(offset=offset, at=at, reading=reading):
            return at is not None or reading == "smoothed" or _goes_forward(offset)
        case MatrixSelector(range=span):
            return isinstance(span, CalculatedSpan)
        case Subquery(range=span, step=step, offset=offset, at=at):
            calculated = isinstance(span, CalculatedSpan) or isinstance(step, CalculatedSpan)
            return at is not None or calculated or _goes_forward(offset)
        case Call(func=func):
            return func in _QUERY_RANGE_CALLS
    return False


def _goes_forward(offset: Span) -> bool:
    return isinstance(offset, CalculatedSpan) or (isinstance(offset, int) and offset < 0)


class Graph:
    """Readers and writers among the rules of a run."""

    def __init__(self, rules: Sequence[PlacedRule]) -> None:
        self.rules = list(rules)
        self._writers = Writers([rule.rule for rule in rules])
        self._reads: dict[int, set[int]] = {}

    def with_rule(self, place: int, rule: Rule) -> Graph:
        """The same rules with another of the same name and kind at a place."""
        changed = copy(self)
        changed.rules = [*self.rules]
        changed.rules[place] = replace(self.rules[place], rule=rule)
        changed._reads = {each: reads for each, reads in self._reads.items() if each != place}
        return changed

    def writers(self, expr: Expr) -> set[int]:
        """The places of the rules whose series the query may read."""
        return {place for selector in selectors(expr) for place in self._writers.of(selector.all_matchers())}

    def asks(self, place: int) -> bool:
        """Whether the annotations of a rule use `query`."""
        rule = self.rules[place].rule
        return isinstance(rule, AlertingRule) and any(_QUERY.search(text) for text in rule.annotations.values())

    def template_writers(self, texts: Iterable[str]) -> set[int]:
        """The places of the rules that `query` in templates may read: those whose names stand in the texts."""
        found: set[int] = set()
        for text in texts:
            if "{{" in text and _QUERY.search(text):
                words = set(_WORD.findall(text))
                if METRIC_NAME in words:
                    return set(range(len(self.rules)))
                found.update(place for word in words for place in self._writers.of_name(word))
        return found

    def reads(self, place: int) -> set[int]:
        """The places of the rules that the rule may read, its label templates included."""
        found = self._reads.get(place)
        if found is None:
            rule = self.rules[place].rule
            found = self.writers(rule.expr)
            if isinstance(rule, AlertingRule):
                found |= self.template_writers(rule.labels.values())
            self._reads[place] = found
        return found

    def reachable(self, wanted: Iterable[int]) -> set[int]:
        """The rules wanted and all that they read, directly or not, annotations included."""
        reached: set[int] = set()
        waiting = list(wanted)
        while waiting:
            place = waiting.pop()
            if place in reached:
                continue
            reached.add(place)
            waiting.extend(self.reads(place))
            rule = self.rules[place].rule
            if isinstance(rule, AlertingRule):
                waiting.extend(self.template_writers(rule.annotations.values()))
        return reached

    def schedule(self, chosen: Iterable[int]) -> list[tuple[int, ...]]:
        """The rules chosen in an order in which each comes after what it reads.

        Rules that must be stepped together come together. A single rule is stepped too if it reads itself or
        travels in time (`time_travels`).
        """
        places = sorted(chosen)
        edges: dict[int, set[int]] = {place: set() for place in places}
        for place in places:
            for writer in self.reads(place):
                if writer in edges:
                    edges[place].add(writer)
                    if writer > place or self._too_late(place, writer):
                        edges[writer].add(place)
        return [tuple(sorted(component)) for component in _components(edges)]

    def affected(self, place: int, chosen: Iterable[int]) -> set[int]:
        """The rules among those chosen that a change of one rule may reach, and those that step with them."""
        places = set(chosen)
        together = [set(c) for c in self.schedule(places) if len(c) > 1]
        found = {place}
        while True:
            larger = found | {reader for reader in places if not found.isdisjoint(self.reads(reader))}
            for component in together:
                if not component.isdisjoint(larger):
                    larger |= component
            if larger == found:
                return found
            found = larger

    def _too_late(self, reader: int, writer: int) -> bool:
        """Whether the writer stores samples that the reader would have seen, had they been there by then.

        A rule with `query_offset` writes into the past. Templates are expanded without the offset of their group.
        """
        offset = self.rules[writer].group.query_offset
        if offset <= 0:
            return False
        rule = self.rules[reader].rule
        if isinstance(rule, AlertingRule) and any(_QUERY.search(text) for text in rule.labels.values()):
            return True
        return offset > self.rules[reader].group.query_offset

    def must_step(self, component: tuple[int, ...]) -> bool:
        """Whether the rules of a component cannot be evaluated over whole columns."""
        if len(component) > 1:
            return True
        return self.travels(component[0]) or component[0] in self.reads(component[0])

    def travels(self, place: int) -> bool:
        """Whether a rule can look beyond the time of its evaluation, with its expression or its label templates."""
        rule = self.rules[place].rule
        labels = rule.labels.values() if isinstance(rule, AlertingRule) else ()
        return time_travels(rule.expr) or any(_QUERY.search(text) and _TRAVELLING.search(text) for text in labels)


def _components(edges: Mapping[int, set[int]]) -> list[list[int]]:
    """Strongly connected components, each after those it points to."""
    search = _Search(edges)
    for root in edges:
        if root not in search.order:
            search.explore(root)
    return search.found


class _Search:
    """Tarjan's algorithm, without recursion: chains of rules may be long."""

    def __init__(self, edges: Mapping[int, set[int]]) -> None:
        self.edges = edges
        self.order: dict[int, int] = {}
        self.found: list[list[int]] = []
        self._low: dict[int, int] = {}
        self._open: dict[int, None] = {}

    def explore(self, root: int) -> None:
        """Visit all that can be reached from `root`."""
        work = [self._enter(root)]
        while work:
            node, rest = work[-1]
            child = next(rest, None)
            if child is None:
                work.pop()
                if work:
                    parent = work[-1][0]
                    self._low[parent] = min(self._low[parent], self._low[node])
                if self._low[node] == self.order[node]:
                    self._close(node)
            elif child not in self.order:
                work.append(self._enter(child))
            elif child in self._open:
                self._low[node] = min(self._low[node], self.order[child])

    def _enter(self, node: int) -> tuple[int, Iterator[int]]:
        self.order[node] = self._low[node] = len(self.order)
        self._open[node] = None
        return node, iter(sorted(self.edges[node]))

    def _close(self, node: int) -> None:
        component: list[int] = []
        while not component or component[-1] != node:
            component.append(self._open.popitem()[0])
        self.found.append(component)
