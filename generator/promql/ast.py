"""PromQL as frozen nodes, equal by value. Times are milliseconds; parentheses are only printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Final, Literal

from generator.labels import METRIC_NAME

ValueType = Literal["scalar", "vector", "matrix", "string"]
MatchOp = Literal["=", "!=", "=~", "!~"]


@dataclass(frozen=True, slots=True)
class Variable:
    """A `$name` that stands where a duration or a number goes, such as `$window` or `$__rate_interval`."""

    name: str


@dataclass(frozen=True, slots=True)
class CalculatedSpan:
    """A duration that depends on the query: `step()` and `range()` (without terms), or a calculation with terms."""

    op: str
    terms: tuple[Term, ...] = ()


Term = float | CalculatedSpan
"""A part of a calculated duration: seconds, or a calculation."""

Span = int | Variable | CalculatedSpan
"""Milliseconds, or what stands for them."""

Reading = Literal["", "anchored", "smoothed"]
"""How a range is read at its ends, where samples outside of it may count too."""

WINDOW: Final = Variable("window")
"""The window of an SLI query, which expansion puts in."""

At = int | Literal["start", "end"] | None
"""Where `@` pins an evaluation: milliseconds since 1970, `start()`, `end()`, or nowhere."""


class Expr:
    """Base of all nodes."""

    __slots__ = ()

    def __str__(self) -> str:
        from generator.promql.printer import to_text

        return to_text(self)


@dataclass(frozen=True, slots=True)
class NumberLiteral(Expr):
    """A number, or a duration used as one (`5m` is 300)."""

    value: float | Variable

    __str__ = Expr.__str__

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NumberLiteral):
            return NotImplemented
        return self.value == other.value or (self.value != self.value and other.value != other.value)

    def __hash__(self) -> int:
        return hash("NaN" if self.value != self.value else self.value)


@dataclass(frozen=True, slots=True)
class StringLiteral(Expr):
    """A string."""

    value: str

    __str__ = Expr.__str__


@dataclass(frozen=True, slots=True)
class Matcher:
    """One label matcher; regular expressions are RE2 and anchored at both ends."""

    label: str
    op: MatchOp
    value: str


@dataclass(frozen=True, slots=True)
class VectorSelector(Expr):
    """An instant selector. `name` is the metric written before the braces; `offset` is milliseconds back.

    `reading` is the extended reading of ranges (experimental upstream) that a selector asks for.
    """

    name: str | None
    matchers: tuple[Matcher, ...] = ()
    offset: Span = 0
    at: At = None
    reading: Reading = ""

    __str__ = Expr.__str__

    @property
    def metric(self) -> str | None:
        """The metric name that the selector asks for, wherever it is written."""
        if self.name is not None:
            return self.name
        return next((m.value for m in self.matchers if m.label == METRIC_NAME and m.op == "="), None)

    def all_matchers(self) -> tuple[Matcher, ...]:
        """The matchers, with the metric name among them."""
        if self.name is None:
            return self.matchers
        return (Matcher(METRIC_NAME, "=", self.name), *self.matchers)


@dataclass(frozen=True, slots=True)
class MatrixSelector(Expr):
    """A range selector: the samples of `selector` over the last `range` milliseconds."""

    selector: VectorSelector
    range: Span

    __str__ = Expr.__str__


@dataclass(frozen=True, slots=True)
class Subquery(Expr):
    """`expr[range:step]`; a step of None is the default evaluation interval."""

    expr: Expr
    range: Span
    step: Span | None = None
    offset: Span = 0
    at: At = None

    __str__ = Expr.__str__


@dataclass(frozen=True, slots=True)
class Call(Expr):
    """A function call."""

    func: str
    args: tuple[Expr, ...] = ()

    __str__ = Expr.__str__


@dataclass(frozen=True, slots=True)
class Aggregation(Expr):
    """`op by/without (grouping) (param, expr)`; plain aggregation over everything is `by ()`."""

    op: str
    expr: Expr
    grouping: tuple[str, ...] = ()
    without: bool = False
    param: Expr | None = None

    __str__ = Expr.__str__


@dataclass(frozen=True, slots=True)
class Matching:
    """How two sides of a binary operation meet: `on`/`ignoring`, `group_left`/`group_right`, fills."""

    on: bool = False
    labels: tuple[str, ...] = ()
    group: Literal["", "left", "right"] = ""
    include: tuple[str, ...] = ()
    fill_left: float | None = None
    fill_right: float | None = None


PLAIN: Final = Matching()


@dataclass(frozen=True, slots=True)
class Binary(Expr):
    """A binary operation. `matching` is `PLAIN` unless written; `return_bool` is the `bool` modifier."""

    op: str
    left: Expr
    right: Expr
    matching: Matching = PLAIN
    return_bool: bool = False

    __str__ = Expr.__str__


@dataclass(frozen=True, slots=True)
class Unary(Expr):
    """`-expr`."""

    op: Literal["-", "+"]
    expr: Expr

    __str__ = Expr.__str__


def children(expr: Expr) -> tuple[Expr, ...]:
    """The direct parts of a node, in written order."""
    match expr:
        case MatrixSelector():
            return (expr.selector,)
        case Subquery() | Unary():
            return (expr.expr,)
        case Call():
            return expr.args
        case Aggregation():
            return (expr.expr,) if expr.param is None else (expr.param, expr.expr)
        case Binary():
            return (expr.left, expr.right)
    return ()


def walk(expr: Expr) -> Iterator[Expr]:
    """The node and everything below it, parents first."""
    waiting = [expr]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))


def selectors(expr: Expr) -> Iterator[VectorSelector]:
    """Every selector in the tree."""
    return (node for node in walk(expr) if isinstance(node, VectorSelector))


def variables(expr: Expr) -> Iterator[Variable]:
    """Every `$variable` that stands for a duration or a number."""
    for node in walk(expr):
        for field in fields(node):  # type: ignore[arg-type]
            value = getattr(node, field.name)
            if isinstance(value, Variable):
                yield value
