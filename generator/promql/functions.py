"""What PromQL's operators and aggregations are called, how tightly they bind, and what functions return."""

from __future__ import annotations

from typing import Final

from generator.promql.ast import (
    Aggregation,
    Binary,
    Call,
    Expr,
    MatrixSelector,
    NumberLiteral,
    StringLiteral,
    Subquery,
    Unary,
    ValueType,
)

PRECEDENCE: Final = {
    "or": 1, "and": 2, "unless": 2,
    "==": 3, "!=": 3, "<=": 3, "<": 3, ">=": 3, ">": 3, "</": 3, ">/": 3,
    "+": 4, "-": 4, "*": 5, "/": 5, "%": 5, "atan2": 5, "^": 7,
}  # fmt: skip
UNARY_PRECEDENCE: Final = 6
COMPARISONS: Final = frozenset({"==", "!=", "<=", "<", ">=", ">"})
TRIMS: Final = frozenset({"</", ">/"})
SET_OPERATORS: Final = frozenset({"and", "or", "unless"})
PARAMETER_AGGREGATIONS: Final = frozenset({"topk", "bottomk", "quantile", "count_values", "limitk", "limit_ratio"})
SCALAR_FUNCTIONS: Final = frozenset({"time", "pi", "scalar", "start", "end", "range", "step", "max_of", "min_of"})


def value_type(expr: Expr) -> ValueType:
    """What an expression gives: scalar, instant vector, range vector (matrix) or string."""
    match expr:
        case NumberLiteral():
            return "scalar"
        case StringLiteral():
            return "string"
        case MatrixSelector() | Subquery():
            return "matrix"
        case Unary():
            return value_type(expr.expr)
        case Binary():
            # The right side first: that of a long chain is short.
            scalars = value_type(expr.right) == "scalar" and value_type(expr.left) == "scalar"
            return "scalar" if scalars else "vector"
        case Call():
            return "scalar" if expr.func in SCALAR_FUNCTIONS else "vector"
        case Aggregation():
            return "vector"
    return "vector"
