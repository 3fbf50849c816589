"""What a rule asks, taken apart: the query to run now, and the limit from which on it fires."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from generator.promql import Expr, to_lines, to_text
from generator.promql.ast import Aggregation, Binary, Call, NumberLiteral
from generator.promql.printer import number_text

_WORDS: Final = {
    ">": "above",
    "<": "below",
    ">=": "at or above",
    "<=": "at or below",
    "==": "equal to",
    "!=": "other than",
}
_MIRRORED: Final = {">": "<", "<": ">", ">=": "<=", "<=": ">="}
_LABEL: Final = re.compile(r"\{\{-?\s*\$labels\.(\w+)[^}]*\}\}")
_VALUE: Final = re.compile(r"\{\{-?\s*\$value\b[^}]*\}\}")
_ACTION: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_WIDTH: Final = 90
_READABLE: Final = 60
_OTHER_SIDE: Final = "what the other side of the rule gives"
"""Stands for a limit that is worked out by more than people can read in a sentence; the whole rule is shown then."""


@dataclass(frozen=True, slots=True)
class Look:
    """A query that shows how it stands.

    limit: from where on the alert fires, in words; empty when any result is it. whole: whether that is all the rule
    asks, with nothing more behind `and` or `unless`.
    """

    query: str
    limit: str
    url: str
    whole: bool


def looks(expr: Expr, prometheus: str) -> tuple[Look, ...]:
    """The queries to run for a rule, one for each of its alternatives. prometheus: where people reach it."""
    return tuple(_look(part, prometheus) for part in _alternatives(expr))


def _alternatives(expr: Expr) -> list[Expr]:
    if isinstance(expr, Binary) and expr.op == "or":
        return [*_alternatives(expr.left), *_alternatives(expr.right)]
    return [expr]


def _look(expr: Expr, prometheus: str) -> Look:
    first = _first_condition(expr)
    shown, limit = _measured(first)
    address = f"{prometheus.rstrip('/')}/graph?g0.expr={quote(to_text(shown), safe='')}&g0.tab=0"
    return Look(to_lines(shown, _WIDTH), limit, address, first is expr and _OTHER_SIDE not in limit)


def _first_condition(expr: Expr) -> Expr:
    while isinstance(expr, Binary) and expr.op in {"and", "unless"}:
        expr = expr.left
    return expr


def _measured(expr: Expr) -> tuple[Expr, str]:
    """What is compared, and with what, in words."""
    if isinstance(expr, Aggregation) and expr.op in {"max", "min"} and _compares(expr.expr):
        return _measured(expr.expr)
    if isinstance(expr, Call) and expr.func in {"absent", "absent_over_time"}:
        return expr.args[0], "gone: the query gives nothing"
    if isinstance(expr, Binary) and _compares(expr):
        if isinstance(expr.left, NumberLiteral):
            return expr.right, _limit(_MIRRORED.get(expr.op, expr.op), expr.left)
        return expr.left, _limit(expr.op, expr.right)
    return expr, ""


def _compares(expr: Expr) -> bool:
    return isinstance(expr, Binary) and expr.op in _WORDS and not expr.return_bool


def _limit(op: str, limit: Expr) -> str:
    number = _number(limit)
    if number is not None:
        return f"{_WORDS[op]} {number_text(float(f'{number:.12g}'))}"
    text = to_text(limit)
    return f"{_WORDS[op]} {f'`{text}`' if len(text) <= _READABLE else _OTHER_SIDE}"


def _number(expr: Expr) -> float | None:
    """What a product of numbers is, as the limits of burn rates are; None for anything else."""
    if isinstance(expr, NumberLiteral) and isinstance(expr.value, int | float):
        return expr.value
    if isinstance(expr, Binary) and expr.op == "*":
        left, right = _number(expr.left), _number(expr.right)
        return None if left is None or right is None else left * right
    return None


def rule_text(expr: Expr) -> str:
    """The whole expression, broken over lines."""
    return to_lines(expr, _WIDTH)


def plain(template: str) -> str:
    """An annotation's template for people: labels and the value by their names, as code."""
    text = _VALUE.sub("`value`", _LABEL.sub(r"`\1`", template))
    return _ACTION.sub("…", text)
