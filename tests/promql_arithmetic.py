"""A reading of PromQL's arithmetic on single values, to hold generated calendar expressions against Python's clock.

It knows only what those expressions use; `tests/oracle` proves the same expressions under real binaries.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from generator.promql.ast import Binary, Call, Expr, NumberLiteral, VectorSelector

OPERATORS: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,  # the same as Go's for numbers above 0
    "==": operator.eq,
    ">=": operator.ge,
}
CIVIL: Mapping[str, Callable[[datetime], float]] = {
    "day_of_month": lambda at: at.day,
    "day_of_week": lambda at: at.isoweekday() % 7,
    "day_of_year": lambda at: at.timetuple().tm_yday,
    "month": lambda at: at.month,
    "year": lambda at: at.year,
}


def evaluate(expr: Expr, time: float, series: Mapping[VectorSelector, float]) -> float:
    """The value of an expression at a time, where each series has the value given."""
    match expr:
        case NumberLiteral(value=float() as number):
            return number
        case VectorSelector():
            return series[expr]
        case Call(func="time"):
            return time
        case Call(func="vector", args=(inner,)):
            return evaluate(inner, time, series)
        case Call(func=func, args=(inner,)):
            return float(CIVIL[func](datetime.fromtimestamp(evaluate(inner, time, series), UTC)))
        case Binary(op=op, return_bool=return_bool):
            assert return_bool or op not in (">=", "==")
            return float(OPERATORS[op](evaluate(expr.left, time, series), evaluate(expr.right, time, series)))
    raise AssertionError(f"not arithmetic: {expr}")
