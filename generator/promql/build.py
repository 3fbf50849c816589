"""Nodes without ceremony, for code that makes queries."""

from __future__ import annotations

from typing import Literal

from generator.promql.ast import (
    PLAIN,
    Aggregation,
    Binary,
    Call,
    Expr,
    Matcher,
    Matching,
    MatrixSelector,
    NumberLiteral,
    Span,
    StringLiteral,
    VectorSelector,
)


def number(value: float) -> NumberLiteral:
    """A number."""
    return NumberLiteral(float(value))


def string(value: str) -> StringLiteral:
    """A string."""
    return StringLiteral(value)


def equals(**labels: str) -> tuple[Matcher, ...]:
    """Equality matchers, in the order given."""
    return tuple(Matcher(label, "=", value) for label, value in labels.items())


def metric(name: str, *matchers: Matcher) -> VectorSelector:
    """An instant selector."""
    return VectorSelector(name, matchers)


def over(selector: VectorSelector, window: Span) -> MatrixSelector:
    """The selector's samples over a window (milliseconds or a variable)."""
    return MatrixSelector(selector, window)


def call(func: str, *args: Expr) -> Call:
    """A function call."""
    return Call(func, args)


def aggregate(op: str, expr: Expr, *, by: tuple[str, ...] = (), without: tuple[str, ...] | None = None) -> Expr:
    """`op by (…)`, or `op without (…)` when that is given."""
    return Aggregation(op, expr, by) if without is None else Aggregation(op, expr, without, without=True)


def binary(op: str, left: Expr, right: Expr, matching: Matching = PLAIN, *, return_bool: bool = False) -> Binary:
    """`left op right`."""
    return Binary(op, left, right, matching, return_bool)


def on(*labels: str, group: Literal["", "left", "right"] = "", include: tuple[str, ...] = ()) -> Matching:
    """Match on just these labels."""
    return Matching(True, labels, group, include)


def ignoring(*labels: str, group: Literal["", "left", "right"] = "", include: tuple[str, ...] = ()) -> Matching:
    """Match on all labels but these."""
    return Matching(False, labels, group, include)
