"""Rules that may fail on the data of a test, although no assertion reaches them.

promtool evaluates all rules and fails the test when one of them fails. Most rules cannot fail, or have no data to
fail on; those need not be evaluated to give the same verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Final

from generator.engine.storage import Storage
from generator.promql.ast import Aggregation, Binary, Call, Expr, VectorSelector, children, selectors, walk
from generator.promql.functions import SET_OPERATORS, value_type
from generator.rules.graph import Graph
from generator.rules.group import AlertingRule, RecordingRule, Rule
from generator.rules.writers import ALERT_NAME, ALERTS, ALERTS_FOR_STATE

_FROM_NOTHING: Final = frozenset({"absent", "absent_over_time", "vector"})
_RANKINGS: Final = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})
_RELABELLING: Final = frozenset({"label_replace", "label_join", "info", "count_values"})


class Hazards:
    """Which rules of a run may fail, prepared once for all tests."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._readers: dict[str, list[int]] = {}
        self._open: list[int] = []
        self._free: list[int] = []
        self._risky: dict[int, bool] = {}
        self._rivals = _rivals(graph)
        self._of_alerts = _made_of_alerts(graph)
        self._set = frozenset(
            label for placed in graph.rules if isinstance(placed.rule, RecordingRule) for label in placed.rule.labels
        )
        for placed in graph.rules:
            metrics = {selector.metric for selector in selectors(placed.rule.expr)}
            if not metrics or any(_needs_no_data(node) for node in walk(placed.rule.expr)):
                self._free.append(placed.place)
            for metric in metrics:
                if metric is None:
                    self._open.append(placed.place)
                else:
                    self._readers.setdefault(metric, []).append(placed.place)

    def on(self, storage: Storage) -> set[int]:
        """The places of rules that may fail on what is stored, or on what other rules make of it."""
        names = {series.labels.metric for series in storage}
        labels = {label for series in storage for label in series.labels} | self._set
        return {place for place in self._touched(names) if self._dangerous(place, names, labels)}

    def rival_alerts(self, places: set[int]) -> bool:
        """Whether there are alerts among the rules that may clash in `ALERTS`."""
        return any(isinstance(self._graph.rules[place].rule, AlertingRule) for place in self._rivals & places)

    def _touched(self, names: set[str]) -> Iterator[int]:
        """Rules that may find data, or need none."""
        waiting, seen = [*names, ALERTS, ALERTS_FOR_STATE], set(self._open)
        waiting += [self._graph.rules[place].rule.name for place in self._free]
        yield from self._open
        yield from self._free
        while waiting:
            for place in self._readers.get(waiting.pop(), ()):
                if place not in seen:
                    seen.add(place)
                    rule = self._graph.rules[place].rule
                    if isinstance(rule, RecordingRule):
                        waiting.append(rule.name)
                    yield place

    def _dangerous(self, place: int, names: set[str], labels: set[str]) -> bool:
        placed = self._graph.rules[place]
        if placed.group.limit or _overrides(placed.rule, labels):
            return True
        if place in self._rivals or self._written(placed.rule) in names or self._relabels_alerts(placed.rule):
            return True
        risky = self._risky.get(place)
        if risky is None:
            risky = self._risky[place] = is_risky(placed.rule.expr)
        return risky

    def _relabels_alerts(self, rule: Rule) -> bool:
        """Whether a rule gives alerts, or what was recorded of them, labels in the place of those that differ."""
        sets_labels = isinstance(rule, AlertingRule) or bool(rule.labels)
        return sets_labels and any(selector.metric in self._of_alerts for selector in selectors(rule.expr))

    @staticmethod
    def _written(rule: Rule) -> str:
        return rule.name if isinstance(rule, RecordingRule) else ALERTS


def _rivals(graph: Graph) -> set[int]:
    """The places of rules that may write the same series as another rule."""
    by_name: dict[tuple[type[Rule], str], list[int]] = {}
    for placed in graph.rules:
        by_name.setdefault((type(placed.rule), placed.rule.name), []).append(placed.place)
    found: set[int] = set()
    for places in by_name.values():
        for alike in _by_shared_labels(graph, places):
            for one, other in combinations(alike, 2):
                if _may_coincide(graph.rules[one].rule, graph.rules[other].rule):
                    found |= {one, other}
    return found


def _by_shared_labels(graph: Graph, places: Sequence[int]) -> Iterable[list[int]]:
    """The places by the values of the labels that all these rules set: rules with other values never coincide."""
    rules = {place: graph.rules[place].rule for place in places}
    shared = sorted(set[str].intersection(*(set(rule.labels) for rule in rules.values())))
    fixed = [name for name in shared if not any("{{" in rule.labels[name] for rule in rules.values())]
    alike: dict[tuple[str, ...], list[int]] = {}
    for place, rule in rules.items():
        alike.setdefault(tuple(rule.labels[name] for name in fixed), []).append(place)
    return alike.values()


def _may_coincide(one: Rule, other: Rule) -> bool:
    """Whether no label of the rules tells their series apart."""
    return all(
        one.labels[name] == other.labels[name] or "{{" in one.labels[name] + other.labels[name]
        for name in one.labels.keys() & other.labels.keys()
    )


def _made_of_alerts(graph: Graph) -> set[str | None]:
    """The metrics whose series may be told apart by labels of alerts alone: `ALERTS`, and what is recorded of it."""
    found: set[str | None] = {ALERTS, ALERTS_FOR_STATE, None}
    recorded = [placed.rule for placed in graph.rules if isinstance(placed.rule, RecordingRule)]
    while True:
        more = {rule.name for rule in recorded if any(each.metric in found for each in selectors(rule.expr))}
        if more <= found:
            return found
        found |= more


def _overrides(rule: Rule, present: set[str]) -> bool:
    """Whether the rule's labels may take the place of labels that tell its series apart."""
    given = {*rule.labels, ALERT_NAME} if isinstance(rule, AlertingRule) else set(rule.labels)
    overridden = (present & given) - _pinned(rule.expr)
    possible = result_labels(rule.expr) if overridden else frozenset()
    return bool(overridden if possible is None else overridden & possible)


def _pinned(expr: Expr) -> set[str]:
    """Labels for which every selector asks for one value, so that they tell no series apart."""
    asked = [{matcher.label for matcher in each.matchers if matcher.op == "="} for each in selectors(expr)]
    return set.intersection(*asked) if asked else set()


def result_labels(expr: Expr) -> frozenset[str] | None:
    """The only labels that the series of a result may have; None where they may have any."""
    match expr:
        case Aggregation(op="count_values"):
            return None
        case Aggregation(op=op, without=False) if op not in _RANKINGS:
            return frozenset(expr.grouping)
        case Binary() if value_type(expr.left) == "scalar":
            return result_labels(expr.right)
        case Binary(op=op) if op != "or" and expr.matching.group != "right" and not expr.matching.include:
            return result_labels(expr.left)
        case Call(func="histogram_quantile"):
            return result_labels(expr.args[1])
    return None


def _needs_no_data(node: Expr) -> bool:
    return isinstance(node, Call) and node.func in _FROM_NOTHING


def is_risky(expr: Expr) -> bool:
    """Whether evaluating a rule's expression may fail, or give series that are the same but for the name."""
    return not _distinct(expr) or any(_risky_node(node) for node in walk(expr))


def _risky_node(node: Expr) -> bool:
    match node:
        case Binary(op=op) if op not in SET_OPERATORS and _joins(node):
            return not _safe_join(node)
        case Call(func=func):
            return func in _RELABELLING
        case Aggregation(op=op):
            return op == "count_values"
        case VectorSelector():
            return node.metric is None
    return False


def _joins(node: Binary) -> bool:
    return value_type(node.left) == "vector" and value_type(node.right) == "vector"


def _safe_join(node: Binary) -> bool:
    """Whether each side that must have one series for each group is known to have one."""
    matching = node.matching
    if matching.include:
        return False
    if not matching.on and not matching.labels:
        return _distinct(node.left) and _distinct(node.right)
    sides = [node.right if matching.group == "left" else node.left]
    if not matching.group:
        sides = [node.left, node.right]
    return matching.on and all(_grouped_by(side, frozenset(matching.labels)) for side in sides)


def _grouped_by(expr: Expr, labels: frozenset[str]) -> bool:
    return isinstance(expr, Aggregation) and not expr.without and labels.issuperset(expr.grouping)


def _distinct(expr: Expr) -> bool:
    """Whether the series of a result differ in more than their metric names."""
    match expr:
        case VectorSelector():
            return expr.metric is not None
        case Aggregation(op=op):
            return op not in _RANKINGS or _distinct(expr.expr)
        case Binary(op="or"):
            # What the left side has in all labels but the name is not taken from the right side.
            plain = not expr.matching.on and not expr.matching.labels
            return plain and _distinct(expr.left) and _distinct(expr.right)
        case Binary(op=op) if op in SET_OPERATORS:
            return _distinct(expr.left)
    return all(_distinct(child) for child in children(expr))
