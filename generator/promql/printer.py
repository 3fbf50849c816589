"""PromQL from nodes, on one line."""

from __future__ import annotations

import math
from typing import Final

from generator.duration import format_duration
from generator.labels import is_label_name, is_metric_name
from generator.promql.ast import (
    PLAIN,
    Aggregation,
    At,
    Binary,
    CalculatedSpan,
    Call,
    Expr,
    Matcher,
    MatrixSelector,
    NumberLiteral,
    Reading,
    Span,
    StringLiteral,
    Subquery,
    Unary,
    Variable,
    VectorSelector,
    children,
)
from generator.promql.functions import PRECEDENCE, UNARY_PRECEDENCE
from generator.promql.spans import offset_text, term_text

Spans = dict[int, tuple[int, int]]
"""Start and end of each node in the printed text, by the node's identity."""

ATOM: Final = 10
_ESCAPES: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def to_text(expr: Expr) -> str:
    """The expression on one line, with no more parentheses than it needs."""
    match expr:
        case VectorSelector():
            return selector_text(expr) + selector_modifiers(expr)
        case MatrixSelector():
            inner = expr.selector
            return f"{selector_text(inner)}[{span_text(expr.range)}]" + selector_modifiers(inner)
        case Subquery():
            return _bound(expr.expr, ATOM) + subquery_tail(expr)
        case Call():
            return f"{expr.func}({', '.join(map(to_text, expr.args))})"
        case Aggregation():
            return f"{aggregation_head(expr)}({', '.join(map(to_text, children(expr)))})"
        case Binary():
            left, right = operand_levels(expr)
            return f"{_bound(expr.left, left)} {operator_text(expr)} {_bound(expr.right, right)}"
        case Unary():
            return f"{expr.op}{_bound(expr.expr, UNARY_PRECEDENCE)}"
        case NumberLiteral():
            return number_text(expr.value)
        case StringLiteral():
            return quote(expr.value)
    raise TypeError(f"not a PromQL node: {expr!r}")


def to_text_with_spans(expr: Expr) -> tuple[str, Spans]:
    """The same text as `to_text`, and where in it each node stands."""
    spans: Spans = {}

    def place(node: Expr, start: int, end: int, text: str) -> None:
        spans[id(node)] = (start, end)
        at = start + _head_length(node)
        for child in children(node):
            piece = to_text(child) if not isinstance(child, VectorSelector) else selector_text(child)
            found = text.index(piece, at, end)
            place(child, found, found + len(piece), text)
            at = found + len(piece)
            if isinstance(node, Binary) and child is node.left:
                at = text.index(f" {operator_text(node)} ", at) + len(operator_text(node)) + 2

    text = to_text(expr)
    place(expr, 0, len(text), text)
    return text, spans


def _head_length(node: Expr) -> int:
    """How much of a node's text stands before its parts, in which these are not to be looked for."""
    match node:
        case Call():
            return len(node.func) + 1
        case Aggregation():
            return len(aggregation_head(node)) + 1
        case Unary():
            return 1
    return 0


def _bound(expr: Expr, level: int) -> str:
    return f"({to_text(expr)})" if needs_parentheses(expr, level) else to_text(expr)


def needs_parentheses(expr: Expr, level: int) -> bool:
    """Whether an operand must stand in parentheses to bind at least as tightly as `level`."""
    match expr:
        case Binary():
            return PRECEDENCE[expr.op] < level
        case Unary():
            return level > UNARY_PRECEDENCE
        case NumberLiteral(value=float() as value):
            # A signed number is a unary expression to the parser: `(-1) ^ 2` is 1 and `-1 ^ 2` is not.
            return level > UNARY_PRECEDENCE and math.copysign(1, value) < 0
        case MatrixSelector() | Subquery():
            return level == ATOM
    return False


def operand_levels(expr: Binary) -> tuple[int, int]:
    """How tightly each operand must bind to go without parentheses; `^` groups to the right."""
    own = PRECEDENCE[expr.op]
    return (own + 1, own) if expr.op == "^" else (own, own + 1)


def operator_text(expr: Binary) -> str:
    """The operator with `bool` and the matching clause."""
    words = [expr.op]
    if expr.return_bool:
        words.append("bool")
    matching = expr.matching
    if matching != PLAIN:
        if matching.on or matching.labels:
            words.append(f"{'on' if matching.on else 'ignoring'} ({_label_list(matching.labels)})")
        if matching.group:
            # Without labels of its own, `group_left` would take a parenthesis that follows for them.
            needed = matching.include or _bound(expr.right, operand_levels(expr)[1]).startswith("(")
            included = f" ({_label_list(matching.include)})" if needed else ""
            words.append(f"group_{matching.group}{included}")
        words += _fills(matching.fill_left, matching.fill_right)
    return " ".join(words)


def _fills(left: float | None, right: float | None) -> list[str]:
    if left is not None and left == right:
        return [f"fill ({number_text(left)})"]
    sides = (("left", left), ("right", right))
    return [f"fill_{side} ({number_text(value)})" for side, value in sides if value is not None]


def aggregation_head(expr: Aggregation) -> str:
    """`sum by (a, b) `, or only the operator when there is nothing to group by."""
    if expr.without:
        return f"{expr.op} without ({_label_list(expr.grouping)}) "
    return f"{expr.op} by ({_label_list(expr.grouping)}) " if expr.grouping else expr.op


def subquery_tail(expr: Subquery) -> str:
    """`[1h:5m] @ … offset …`."""
    step = "" if expr.step is None else span_text(expr.step)
    return f"[{span_text(expr.range)}:{step}]" + modifiers_text(expr.offset, expr.at)


def selector_head(selector: VectorSelector) -> str | None:
    """What stands before the braces, None when the name has to go inside them."""
    name = selector.name
    if name is None:
        return None if not selector.matchers else ""
    return name if is_metric_name(name) else None


def selector_text(selector: VectorSelector) -> str:
    """Name and matchers, without offset and `@`."""
    inside = ", ".join(map(matcher_text, selector.matchers))
    if selector.name is None:
        return f"{{{inside}}}"
    if not is_metric_name(selector.name):
        return f"{{{', '.join(filter(None, (quote(selector.name), inside)))}}}"
    return f"{selector.name}{{{inside}}}" if inside else selector.name


def matcher_text(matcher: Matcher) -> str:
    """`label="value"`."""
    return f"{_label_text(matcher.label)}{matcher.op}{quote(matcher.value)}"


def _label_list(names: tuple[str, ...]) -> str:
    return ", ".join(map(_label_text, names))


def _label_text(name: str) -> str:
    return name if is_label_name(name) else quote(name)


def selector_modifiers(selector: VectorSelector) -> str:
    """` @ … anchored offset …`, empty when there is none."""
    return modifiers_text(selector.offset, selector.at, selector.reading)


def modifiers_text(offset: Span, at: At, reading: Reading = "") -> str:
    """` @ … anchored offset …`, empty when there is none."""
    text = ""
    if at is not None:
        text += f" @ {at}()" if isinstance(at, str) else f" @ {_seconds(at)}"
    if reading:
        text += f" {reading}"
    if isinstance(offset, CalculatedSpan):
        text += f" offset {offset_text(offset)}"
    elif isinstance(offset, Variable) or offset:
        text += f" offset {span_text(offset)}"
    return text


def _seconds(milliseconds: int) -> str:
    whole, rest = divmod(abs(milliseconds), 1000)
    sign = "-" if milliseconds < 0 else ""
    return f"{sign}{whole}.{rest:03d}".rstrip("0").rstrip(".") if rest else f"{sign}{whole}"


def span_text(span: Span) -> str:
    """A duration as PromQL writes it."""
    if isinstance(span, CalculatedSpan):
        return term_text(span)
    return f"${span.name}" if isinstance(span, Variable) else format_duration(span)


def quote(value: str) -> str:
    """A double-quoted PromQL string."""
    return f'"{value.translate(_ESCAPES)}"'


def number_text(value: float | Variable) -> str:
    """The shortest text that reads back as the same number."""
    if isinstance(value, Variable):
        return f"${value.name}"
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Inf" if value > 0 else "-Inf"
    if value == int(value) and abs(value) < 1e15:
        return "-0" if value == 0 and math.copysign(1, value) < 0 else str(int(value))
    return repr(value)
