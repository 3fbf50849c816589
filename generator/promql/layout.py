"""PromQL broken over lines for people who review rule files, quickly enough for hundreds of thousands of rules.

An expression stays on one line as long as that line is not longer than `width` characters, indentation not counted.
Where it is broken, `and`, `or` and `unless` stand on lines of their own; other operators begin the line of their
right side when that fits there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from generator.promql.ast import (
    PLAIN,
    Aggregation,
    Binary,
    Call,
    Expr,
    MatrixSelector,
    StringLiteral,
    Subquery,
    Unary,
    VectorSelector,
    children,
)
from generator.promql.functions import PRECEDENCE, SET_OPERATORS, UNARY_PRECEDENCE
from generator.promql.printer import (
    ATOM,
    aggregation_head,
    needs_parentheses,
    operand_levels,
    operator_text,
    selector_head,
    selector_modifiers,
    selector_text,
    span_text,
    subquery_tail,
    to_text,
)

_INDENT: Final = "  "


def to_lines(expr: Expr, width: int = 100) -> str:
    """The expression broken over lines where one line would be longer than `width` characters."""
    return "\n".join(Typesetter(width).lines(expr))


class Typesetter:
    """Breaks expressions over lines, and remembers the text of every node it has met, by the node's identity.

    Rules of one SLO share most of their nodes, so this is most of the work saved. `forget` lets go of them.
    """

    def __init__(self, width: int = 100) -> None:
        self.width = width
        self._texts: dict[int, str | None] = {}
        self._long: dict[int, str] = {}
        self._braces: dict[int, str] = {}
        self._alive: list[Expr] = []

    def forget(self) -> None:
        """Start anew, so that memory does not grow with the catalog."""
        self._texts.clear()
        self._long.clear()
        self._braces.clear()
        self._alive.clear()

    def lines(self, expr: Expr) -> list[str]:
        """The lines of an expression, which is kept so that identities stay what they are."""
        self._alive.append(expr)
        return self._lines(expr)

    def _lines(self, expr: Expr) -> list[str]:
        text = self._text(expr)
        if text is not None:
            return [text]
        layout = _LAYOUTS.get(type(expr))
        return [self._long[id(expr)]] if layout is None else layout(self, expr)

    def _text(self, expr: Expr) -> str | None:
        """The expression on one line, None when that would be too long."""
        key = id(expr)
        texts = self._texts
        if key in texts:
            return texts[key]
        make = _ONE_LINE.get(type(expr))
        text = to_text(expr) if make is None else make(self, expr)
        if text is not None and len(text) > self.width:
            # Kept, because what has no layout cannot be broken.
            self._long[key] = text
            text = None
        texts[key] = text
        return text

    def _bound(self, expr: Expr, level: int) -> str | None:
        text = self._text(expr)
        return f"({text})" if text is not None and _needs_parentheses(expr, level) else text

    def _selector(self, expr: VectorSelector) -> str:
        """Name and braces; the braces of an SLO's recorded series are the same tuple of matchers throughout."""
        key = id(expr.matchers)
        braces = self._braces.get(key)
        if braces is None:
            braces = self._braces[key] = selector_text(VectorSelector(None, expr.matchers))
        head = selector_head(expr)
        return selector_text(expr) if head is None else head + (braces if expr.matchers else "")

    def _selector_line(self, expr: VectorSelector) -> str:
        return self._selector(expr) + selector_modifiers(expr)

    def _matrix_line(self, expr: MatrixSelector) -> str:
        inner = expr.selector
        return f"{self._selector(inner)}[{span_text(expr.range)}]{selector_modifiers(inner)}"

    def _binary_line(self, expr: Binary) -> str | None:
        left_level, right_level = _LEVELS[expr.op]
        left = self._bound(expr.left, left_level)
        right = None if left is None else self._bound(expr.right, right_level)
        return None if right is None else f"{left} {_operator(expr)} {right}"

    def _call_line(self, expr: Call | Aggregation) -> str | None:
        inside = []
        for child in children(expr):
            text = self._text(child)
            if text is None:
                return None
            inside.append(text)
        return f"{_head(expr)}({', '.join(inside)})"

    def _subquery_line(self, expr: Subquery) -> str | None:
        inner = self._bound(expr.expr, ATOM)
        return None if inner is None else inner + subquery_tail(expr)

    def _binary_layout(self, expr: Binary) -> list[str]:
        left, right = _LEVELS[expr.op]
        below = self._bound_lines(expr.right, right)
        operator = _operator(expr)
        if len(below) == 1 and expr.op not in SET_OPERATORS and len(operator) + len(below[0]) < self.width:
            below = [f"{operator} {below[0]}"]
        else:
            below = [operator, *below]
        return self._bound_lines(expr.left, left) + below

    def _call_layout(self, expr: Call | Aggregation) -> list[str]:
        lines = [_head(expr) + "("]
        *others, last = children(expr)
        for child in others:
            inner = self._lines(child)
            lines += [_INDENT + line for line in inner[:-1]]
            lines.append(f"{_INDENT}{inner[-1]},")
        lines += [_INDENT + line for line in self._lines(last)]
        lines.append(")")
        return lines

    def _subquery_layout(self, expr: Subquery) -> list[str]:
        inner = self._bound_lines(expr.expr, ATOM)
        return [*inner[:-1], inner[-1] + subquery_tail(expr)]

    def _unary_layout(self, expr: Unary) -> list[str]:
        inner = self._bound_lines(expr.expr, UNARY_PRECEDENCE)
        return [expr.op + inner[0], *inner[1:]]

    def _bound_lines(self, expr: Expr, level: int) -> list[str]:
        if not _needs_parentheses(expr, level):
            return self._lines(expr)
        text = self._text(expr)
        if text is not None:
            return [f"({text})"]
        return ["(", *(_INDENT + line for line in self._lines(expr)), ")"]


def _needs_parentheses(expr: Expr, level: int) -> bool:
    """The same as the printer's answer, quickly for the nodes that are most of every rule."""
    kind = type(expr)
    if kind is Binary:
        return PRECEDENCE[expr.op] < level  # type: ignore[attr-defined]
    return kind not in _NEVER_BOUND and needs_parentheses(expr, level)


def _operator(expr: Binary) -> str:
    return expr.op if expr.matching is PLAIN and not expr.return_bool else operator_text(expr)


def _head(expr: Call | Aggregation) -> str:
    return expr.func if isinstance(expr, Call) else aggregation_head(expr)


_NEVER_BOUND: Final = frozenset({VectorSelector, Call, Aggregation})
_LEVELS: Final = {op: operand_levels(Binary(op, StringLiteral(""), StringLiteral(""))) for op in PRECEDENCE}
_ONE_LINE: Final[dict[type[Expr], Callable[[Typesetter, Any], str | None]]] = {
    VectorSelector: Typesetter._selector_line,
    MatrixSelector: Typesetter._matrix_line,
    Binary: Typesetter._binary_line,
    Call: Typesetter._call_line,
    Aggregation: Typesetter._call_line,
    Subquery: Typesetter._subquery_line,
}
_LAYOUTS: Final[dict[type[Expr], Callable[[Typesetter, Any], list[str]]]] = {
    Binary: Typesetter._binary_layout,
    Call: Typesetter._call_layout,
    Aggregation: Typesetter._call_layout,
    Subquery: Typesetter._subquery_layout,
    Unary: Typesetter._unary_layout,
}
