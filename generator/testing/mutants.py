"""Small changes to rules that good tests notice."""

from __future__ import annotations

import math
import operator
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from generator.duration import format_duration
from generator.promql.ast import (
    Aggregation,
    Binary,
    Call,
    Expr,
    Matcher,
    MatrixSelector,
    NumberLiteral,
    Subquery,
    Unary,
    VectorSelector,
    selectors,
    walk,
)
from generator.promql.functions import COMPARISONS, SET_OPERATORS
from generator.promql.printer import matcher_text, to_text
from generator.promql.rewrite import transform
from generator.rules.group import AlertingRule, Rule
from generator.testing.tied import tied

_OPPOSITE: Final = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "==": "!=", "!=": "=="}
_OTHER_SET: Final = {"and": "or", "or": "and", "unless": "and"}
_COUNTS: Final = frozenset({"count_over_time", "changes", "resets"})
_ARITHMETIC: Final[Mapping[str, Callable[[float, float], float]]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed rule, and what was changed in it; no two mutants of a rule have the same `change`."""

    rule: Rule
    change: str


def mutants(rule: Rule) -> Iterator[Mutant]:
    """The mutants of a rule, each different from it and from the others."""
    seen = {rule.expr}
    told: Counter[str] = Counter()
    for expr, change in _expressions(rule.expr):
        if expr not in seen:
            seen.add(expr)
            told[change] += 1
            count = f" ({told[change]})" if told[change] > 1 else ""
            yield Mutant(replace(rule, expr=expr, text=to_text(expr)), change + count)
    if isinstance(rule, AlertingRule):
        yield from _clocks(rule)


def _clocks(rule: AlertingRule) -> Iterator[Mutant]:
    hold, keep = rule.hold, rule.keep_firing_for
    if hold:
        yield Mutant(replace(rule, hold=0), f"for: {format_duration(hold)} → none")
        doubled = f"for: {format_duration(hold)} → {format_duration(2 * hold)}"
        yield Mutant(replace(rule, hold=2 * hold), doubled)
    if keep:
        yield Mutant(replace(rule, keep_firing_for=0), f"keep_firing_for: {format_duration(keep)} → none")


def _expressions(expr: Expr) -> Iterator[tuple[Expr, str]]:
    """Changed expressions; a part that stands several times is changed in all its places."""
    guards = _guards(expr)
    for node in dict.fromkeys(walk(expr)):
        for changed, change in _nodes(node, guard=node in guards):
            yield _replaced(expr, node, changed), change
        if isinstance(node, VectorSelector):
            for matcher in node.matchers:
                yield from _dropped(expr, node, matcher)


def _replaced(expr: Expr, old: Expr, new: Expr) -> Expr:
    return transform(expr, lambda node: new if node == old else node)


def _guards(expr: Expr) -> set[Expr]:
    """The comparisons with whose result something is calculated, such as the divisor in `used / (limit > 0)`."""
    calculations = (node for node in walk(expr) if isinstance(node, Binary) and not _chooses(node))
    return {side for node in calculations for side in (node.left, node.right) if _chooses(side)}


def _chooses(node: Expr) -> bool:
    return isinstance(node, Binary) and (node.op in COMPARISONS or node.op in SET_OPERATORS)


def _nodes(node: Expr, *, guard: bool) -> Iterator[tuple[Expr, str]]:
    match node:
        case Binary(op=op) if op in COMPARISONS:
            yield replace(node, op=_OPPOSITE[op]), f"comparison: {op} → {_OPPOSITE[op]}"
            yield from _thresholds(node, guard=guard)
        case Binary(op=op) if op in _OTHER_SET:
            yield replace(node, op=_OTHER_SET[op]), f"set operator: {op} → {_OTHER_SET[op]}"
        case MatrixSelector(range=int(window)) | Subquery(range=int(window)):
            change = f"window: {format_duration(window)} → {format_duration(2 * window)} of {_metrics(selectors(node))}"
            yield replace(node, range=2 * window), change


def _dropped(expr: Expr, node: VectorSelector, matcher: Matcher) -> Iterator[tuple[Expr, str]]:
    """The expression without a matcher, in all selectors that would make up for it (see `tied`)."""
    group = next(group for group in tied(expr, matcher) if node in group)
    if any(each.name is None and len(each.matchers) == 1 for each in group):
        return
    change = f"matcher dropped: {matcher_text(matcher)} of {_metrics(group)}"

    def without(part: Expr) -> Expr:
        if not isinstance(part, VectorSelector) or part not in group:
            return part
        return replace(part, matchers=tuple(each for each in part.matchers if each != matcher))

    yield transform(expr, without), change


def _metrics(nodes: Iterable[VectorSelector]) -> str:
    return ", ".join(dict.fromkeys(node.metric or to_text(node) for node in nodes))


def _thresholds(node: Binary, *, guard: bool) -> Iterator[tuple[Expr, str]]:
    sides: tuple[tuple[Expr, Expr, Callable[[Expr], Binary]], ...] = (
        (node.left, node.right, lambda side: replace(node, left=side)),
        (node.right, node.left, lambda side: replace(node, right=side)),
    )
    for written, other, make in sides:
        threshold = _constant(written)
        if threshold is not None:
            text = f"{threshold:g}" if isinstance(written, NumberLiteral) else to_text(written)
            for value in _moved(threshold, guard=guard, counted=_is_count(other)):
                yield make(NumberLiteral(value)), f"threshold: {text} → {value:g}"


def _is_count(expr: Expr) -> bool:
    """Whether an expression gives whole numbers for certain."""
    return (isinstance(expr, Call) and expr.func in _COUNTS) or (isinstance(expr, Aggregation) and expr.op == "count")


def _constant(expr: Expr) -> float | None:
    """The value of a number, or of a calculation with numbers alone such as `14.4 * 0.001`."""
    match expr:
        case NumberLiteral(value=float(value)):
            return value
        case Unary(op=sign, expr=inner) if (positive := _constant(inner)) is not None:
            return -positive if sign == "-" else positive
        case Binary(op=op, left=left, right=right) if op in _ARITHMETIC:
            first, second = _constant(left), _constant(right)
            if first is not None and second is not None and (second or op != "/"):
                return _ARITHMETIC[op](first, second)
    return None


def _moved(value: float, *, guard: bool, counted: bool) -> tuple[float, ...]:
    """A threshold a little higher and a little lower: a tenth of it, or one where it is zero.

    A guard against zero is moved down only: nobody means the values between zero and one. What is counted moves by
    whole numbers: between seven and six nothing lies.
    """
    if value == 0:
        return (-1.0,) if guard else (1.0, -1.0)
    distance = abs(value) / 10
    if counted:
        distance = float(math.ceil(distance))
    return round(value + distance, 12), round(value - distance, 12)
