"""Trees from trees: windows put in, matchers added, names looked up. Nothing here parses or prints."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from generator.promql.ast import (
    WINDOW,
    Aggregation,
    Binary,
    CalculatedSpan,
    Call,
    Expr,
    Matcher,
    MatrixSelector,
    NumberLiteral,
    Span,
    Subquery,
    Unary,
    Variable,
    VectorSelector,
    selectors,
    variables,
)


def transform(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The tree with `change` applied to every node, children first. Unchanged parts are shared."""
    return change(_with_children(expr, change))


def _with_children(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    match expr:
        case MatrixSelector():
            selector = transform(expr.selector, change)
            if not isinstance(selector, VectorSelector):
                raise TypeError(f"a range needs a selector, got {selector!r}")
            return expr if selector is expr.selector else replace(expr, selector=selector)
        case Subquery() | Unary():
            inner = transform(expr.expr, change)
            return expr if inner is expr.expr else replace(expr, expr=inner)
        case Call():
            return Call(expr.func, tuple(transform(arg, change) for arg in expr.args))
        case Aggregation():
            param = None if expr.param is None else transform(expr.param, change)
            return replace(expr, expr=transform(expr.expr, change), param=param)
        case Binary():
            return replace(expr, left=transform(expr.left, change), right=transform(expr.right, change))
    return expr


def substitute(expr: Expr, values: dict[Variable, Span]) -> Expr:
    """The tree with variables replaced by milliseconds (as numbers, by seconds)."""

    def value(span: Span) -> Span:
        return values.get(span, span) if isinstance(span, Variable) else span

    def change(node: Expr) -> Expr:
        match node:
            case VectorSelector() if isinstance(node.offset, Variable):
                return replace(node, offset=value(node.offset))
            case MatrixSelector() if isinstance(node.range, Variable):
                return replace(node, range=value(node.range))
            case Subquery():
                step = None if node.step is None else value(node.step)
                return replace(node, range=value(node.range), step=step, offset=value(node.offset))
            case NumberLiteral(value=Variable() as variable):
                found = value(variable)
                if not isinstance(found, CalculatedSpan):
                    return NumberLiteral(found if isinstance(found, Variable) else found / 1000)
        return node

    return transform(expr, change)


def with_window(expr: Expr, milliseconds: int) -> Expr:
    """The tree with `$window` set."""
    # The usual shapes straight away: every SLO asks for this a dozen times.
    match expr:
        case MatrixSelector(VectorSelector(offset=int()) as selector, span):
            return MatrixSelector(selector, milliseconds) if span == WINDOW else expr
        case Call(func, (arg,)):
            return Call(func, (with_window(arg, milliseconds),))
        case Aggregation(op, inner, grouping, without, None):
            return Aggregation(op, with_window(inner, milliseconds), grouping, without)
    return substitute(expr, {WINDOW: milliseconds})


def has_window(expr: Expr) -> bool:
    """Whether `$window` stands anywhere in the tree."""
    return WINDOW in variables(expr)


def with_matchers(expr: Expr, matchers: Iterable[Matcher]) -> Expr:
    """Every selector gets those matchers whose label it does not constrain already."""
    added = tuple(matchers)

    def change(node: Expr) -> Expr:
        if not isinstance(node, VectorSelector):
            return node
        known = {matcher.label for matcher in node.matchers}
        fresh = tuple(matcher for matcher in added if matcher.label not in known)
        return replace(node, matchers=node.matchers + fresh) if fresh else node

    return transform(expr, change)


def metric_names(expr: Expr) -> set[str]:
    """The metric names that the tree selects by equality."""
    return {selector.metric for selector in selectors(expr) if selector.metric is not None}
