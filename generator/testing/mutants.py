"""Small changes to rules that good tests notice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from generator.duration import format_duration
from generator.promql.ast import (
    Binary,
    Expr,
    MatrixSelector,
    NumberLiteral,
    Subquery,
    VectorSelector,
    walk,
)
from generator.promql.functions import COMPARISONS
from generator.promql.printer import to_text
from generator.promql.rewrite import transform
from generator.rules.group import AlertingRule, Rule

_OPPOSITE: Final = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "==": "!=", "!=": "=="}
_OTHER_SET: Final = {"and": "or", "or": "and", "unless": "and"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed rule, and what was changed in it."""

    rule: Rule
    change: str


def mutants(rule: Rule) -> Iterator[Mutant]:
    """The mutants of a rule, each different from it and from the others."""
    seen = {rule.expr}
    for expr, change in _expressions(rule.expr):
        if expr not in seen:
            seen.add(expr)
            yield Mutant(replace(rule, expr=expr, text=to_text(expr)), change)
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
    for node in dict.fromkeys(walk(expr)):
        for changed, change in _nodes(node):
            yield _replaced(expr, node, changed), change


def _replaced(expr: Expr, old: Expr, new: Expr) -> Expr:
    return transform(expr, lambda node: new if node == old else node)


def _nodes(node: Expr) -> Iterator[tuple[Expr, str]]:
    match node:
        case Binary(op=op) if op in COMPARISONS:
            yield replace(node, op=_OPPOSITE[op]), f"comparison: {op} → {_OPPOSITE[op]}"
            yield from _thresholds(node)
        case Binary(op=op) if op in _OTHER_SET:
            yield replace(node, op=_OTHER_SET[op]), f"set operator: {op} → {_OTHER_SET[op]}"
        case VectorSelector(matchers=matchers):
            for place, dropped in enumerate(matchers):
                if node.name is not None or len(matchers) > 1:
                    rest = (*matchers[:place], *matchers[place + 1 :])
                    text = f'{dropped.label}{dropped.op}"{dropped.value}"'
                    yield replace(node, matchers=rest), f"matcher dropped: {text} of {node.metric}"
        case MatrixSelector(range=int(window)) | Subquery(range=int(window)):
            change = f"window: {format_duration(window)} → {format_duration(2 * window)}"
            yield replace(node, range=2 * window), change


def _thresholds(node: Binary) -> Iterator[tuple[Expr, str]]:
    for side, make in (("left", _with_left), ("right", _with_right)):
        literal = getattr(node, side)
        if isinstance(literal, NumberLiteral) and isinstance(literal.value, float):
            for value in _moved(literal.value):
                yield make(node, NumberLiteral(value)), f"threshold: {literal.value:g} → {value:g}"


def _with_left(node: Binary, side: Expr) -> Binary:
    return replace(node, left=side)


def _with_right(node: Binary, side: Expr) -> Binary:
    return replace(node, right=side)


def _moved(value: float) -> tuple[float, float]:
    """A threshold a little higher and a little lower: a tenth of it, or one where it is zero."""
    distance = abs(value) / 10 or 1.0
    return round(value + distance, 12), round(value - distance, 12)
