"""What every kind of indicator gives, and the arithmetic that all of them share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Final

from generator.duration import HOUR
from generator.model.base import (
    NO_QUERY,
    Part,
)
from generator.promql.ast import Aggregation, Binary, Call, Expr, Subquery, Unary
from generator.promql.build import aggregate, binary, number
from generator.promql.functions import value_type
from generator.promql.rewrite import has_window

ZERO: Final = number(0)


@dataclass(frozen=True, slots=True)
class SLI(Part, ABC):
    """What every kind of indicator gives."""

    counted: ClassVar[bool] = True
    """Whether `total_rate` counts something, so that a minimum number of events can be asked for."""

    windowed: ClassVar[bool] = True
    """Whether the author's queries must contain `$window`."""

    @property
    def straight(self) -> int:
        """The longest window (milliseconds) worth working out from the queries; longer ones add up recorded rates."""
        return 6 * HOUR

    @abstractmethod
    def error_rate(self, window: int) -> Expr:
        """Bad events per second over `window` milliseconds; absent only when the total is."""

    @abstractmethod
    def total_rate(self, window: int) -> Expr:
        """All events per second over `window` milliseconds."""

    def error_ratio(self, window: int) -> Expr:
        """The share of bad events (0 to 1); 0 when there is no traffic, absent when there is no total."""
        return ratio_of(self.error_rate(window), self.total_rate(window))

    @property
    def queries(self) -> tuple[tuple[str, Expr], ...]:
        """The queries the author wrote, with the field each stands in, for validation."""
        return ()

    @property
    @abstractmethod
    def signal(self) -> Expr:
        """What is empty when the indicator has nothing to read, for the absence alert."""


def ratio_of(errors: Expr, total: Expr) -> Expr:
    """`errors / total`, and 0 where the total is 0; absent when errors are, unless nothing happened at all."""
    return binary("or", binary("/", errors, binary(">", total, ZERO)), binary("==", total, ZERO))


def summed(expr: Expr) -> Expr:
    """The expression as one series without labels."""
    return expr if is_bare(expr) else aggregate("sum", expr)


def is_bare(expr: Expr) -> bool:
    """Whether an expression surely gives one series without labels."""
    match expr:
        case Aggregation():
            return not expr.grouping and not expr.without and expr.op not in ("topk", "bottomk", "count_values")
        case Binary():
            return all(value_type(side) == "scalar" or is_bare(side) for side in (expr.left, expr.right))
        case Unary() | Subquery():
            return is_bare(expr.expr)
        case Call():
            read = [arg for arg in expr.args if value_type(arg) in ("vector", "matrix")]
            return not expr.func.startswith("label_") and all(is_bare(arg) for arg in read)
    return False


def none_of(expr: Expr) -> Expr:
    """0 while the expression has any result, be it NaN."""
    return binary("*", aggregate("count", expr), ZERO)


def lacks_window(expr: Expr) -> bool:
    """Whether a query forgot its `$window`."""
    return expr is not NO_QUERY and not has_window(expr)
