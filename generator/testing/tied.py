"""Selectors whose matchers stand for each other: `a{job="x"} / b{job="x"}` asks twice for what it needs once.

Where two sides of an operation meet on a label, a series that only one side lets in finds no partner. A matcher
dropped on one side alone changes nothing then, and no test could notice it (save where what it lets in makes a
one-to-one match ambiguous, which is an error and nobody's intent).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from generator.promql.ast import (
    Aggregation,
    Binary,
    Call,
    Expr,
    Matcher,
    Matching,
    MatrixSelector,
    Subquery,
    Unary,
    VectorSelector,
    walk,
)
from generator.promql.functions import SET_OPERATORS, value_type

Selectors = frozenset[VectorSelector]
_NONE: Final[Selectors] = frozenset()

# These make labels of their own or have none.
_LOSE_LABELS: Final = frozenset(
    {"absent", "absent_over_time", "scalar", "vector", "label_replace", "label_join", "info"}
)
_HISTOGRAM_FUNCTIONS: Final = frozenset({"histogram_quantile", "histogram_fraction"})


def tied(expr: Expr, matcher: Matcher) -> list[tuple[VectorSelector, ...]]:
    """The selectors with a matcher, in the order of the expression, those together that stand for each other."""
    places = [
        node for node in dict.fromkeys(walk(expr)) if isinstance(node, VectorSelector) and matcher in node.matchers
    ]
    groups: dict[VectorSelector, list[VectorSelector]] = {place: [place] for place in places}
    for node in walk(expr):
        if isinstance(node, Binary) and _meets(node, matcher.label):
            sides = [carriers(side, matcher.label) & groups.keys() for side in (node.left, node.right)]
            if all(sides):
                _join(groups, sides[0] | sides[1])
    return [tuple(place for place in places if place in group) for group in _distinct(groups)]


def _meets(node: Binary, label: str) -> bool:
    """Whether series of both sides come together only if they agree on a label."""
    vectors = value_type(node.left) == value_type(node.right) == "vector"
    return vectors and node.op != "or" and _matched(node.matching, label)


def _matched(matching: Matching, label: str) -> bool:
    filled = matching.fill_left is not None or matching.fill_right is not None
    return not filled and (label in matching.labels) == matching.on


def _join(groups: dict[VectorSelector, list[VectorSelector]], members: Iterable[VectorSelector]) -> None:
    union = list(dict.fromkeys(each for member in members for each in groups[member]))
    for each in union:
        groups[each] = union


def _distinct(groups: Mapping[VectorSelector, list[VectorSelector]]) -> list[list[VectorSelector]]:
    return list({id(group): group for group in groups.values()}.values())


def carriers(expr: Expr, label: str) -> Selectors:
    """The selectors whose series give their value of the label to the result, and touch no result with another."""
    match expr:
        case VectorSelector():
            return frozenset({expr})
        case MatrixSelector():
            return carriers(expr.selector, label)
        case Subquery() | Unary():
            return carriers(expr.expr, label)
        case Call(func=func, args=args):
            lost = func in _LOSE_LABELS or (func in _HISTOGRAM_FUNCTIONS and label == "le")
            return _NONE if lost else _NONE.union(*(carriers(arg, label) for arg in args))
        case Aggregation(op=op, grouping=grouping, without=without):
            kept = (label in grouping) != without and op != "count_values"
            return carriers(expr.expr, label) if kept else _NONE
        case Binary():
            return _of_binary(expr, label)
    return _NONE


def _of_binary(node: Binary, label: str) -> Selectors:
    left, right = carriers(node.left, label), carriers(node.right, label)
    if "vector" not in (value_type(node.left), value_type(node.right)):
        return _NONE
    if value_type(node.left) != value_type(node.right) or _matched(node.matching, label):
        return left | right
    if node.op in SET_OPERATORS:
        return _NONE if node.op == "or" else left
    many = {"left": left, "right": right}.get(node.matching.group, _NONE)
    return _NONE if label in node.matching.include else many
