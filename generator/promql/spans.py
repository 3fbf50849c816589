"""Durations that are calculated: `5m * 2`, `step() + 1`, `min_of(range(), 1h)`. Inside they are seconds."""

from __future__ import annotations

import math
import re
from typing import Final

from generator.duration import format_duration
from generator.duration import parse as parse_duration
from generator.errors import ParseError, PromQLError
from generator.promql.ast import CalculatedSpan, Term

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])|Inf\b|NaN\b)"
    r"|(?P<duration>(?:\d+(?:ms|[smhdwy]))+)|(?P<word>[A-Za-z_]+)|(?P<sign>[-+*/%^(),]))",
    re.IGNORECASE,
)
_LEVELS: Final = (frozenset("+-"), frozenset("*/%"))
_CHOICES: Final = ("min_of", "max_of")
_QUERY: Final = ("step", "range")
_MOST_SECONDS: Final = 2**63 / 1e9
_PRECEDENCE: Final = {"+": 1, "-": 1, "*": 2, "/": 2, "%": 2, "^": 4}
_SIGN_PRECEDENCE: Final = 3


def read_span(text: str) -> Term:
    """The term that a text stands for, worked out as far as the query does not matter. Raises `PromQLError`."""
    reader = _Reader(text)
    term = reader.sum()
    if reader.peek() is not None:
        raise PromQLError(f"unexpected {reader.peek()!r} in duration {text.strip()!r}")
    return _folded(term)


def to_milliseconds(seconds: float, *, negative: bool) -> int:
    """Seconds as whole milliseconds; `negative` allows what is not above 0. Raises `PromQLError`."""
    if not math.isfinite(seconds):
        raise PromQLError("duration is NaN or infinite")
    if seconds <= 0 and not negative:
        raise PromQLError("duration must be greater than 0")
    if abs(seconds) > _MOST_SECONDS:
        raise PromQLError("duration is out of range")
    return int(seconds * 1000)


def calculate(term: Term, step: float, query_range: float) -> float:
    """The seconds of a term in a query with this step and range (seconds). Raises `PromQLError` for `/ 0`."""
    if isinstance(term, float):
        return term
    if term.op in _QUERY:
        return step if term.op == "step" else query_range
    return _combine(term.op, [calculate(part, step, query_range) for part in term.terms])


def _combine(op: str, values: list[float]) -> float:
    if len(values) == 1:
        return -values[0]
    left, right = values
    if op in ("/", "%") and right == 0:
        raise PromQLError("division by zero" if op == "/" else "modulo by zero")
    match op:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right
        case "%":
            return math.fmod(left, right) if math.isfinite(left) else math.nan
        case "^":
            return _power(left, right)
    return min(left, right) if op == "min_of" else max(left, right)


def _power(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.inf if base == 0 else math.nan


def term_text(term: Term) -> str:
    """A term as PromQL writes it."""
    if isinstance(term, float):
        return _seconds_text(term)
    if term.op in _QUERY:
        return f"{term.op}()"
    if term.op in _CHOICES:
        return f"{term.op}({', '.join(map(term_text, term.terms))})"
    if len(term.terms) == 1:
        return f"{term.op}{_operand(term.terms[0], _SIGN_PRECEDENCE)}"
    level = _PRECEDENCE[term.op]
    left, right = (level + 1, level) if term.op == "^" else (level, level + 1)
    return f"{_operand(term.terms[0], left)} {term.op} {_operand(term.terms[1], right)}"


def _seconds_text(seconds: float) -> str:
    if not math.isfinite(seconds):
        return repr(seconds).replace("inf", "Inf").replace("nan", "NaN")
    milliseconds = round(seconds * 1000)
    return format_duration(milliseconds) if milliseconds == seconds * 1000 and seconds > 0 else repr(seconds)


def offset_text(term: CalculatedSpan) -> str:
    """A term behind `offset`: with a sign before parentheses, what follows does not belong to the calculation."""
    if term.op in (*_QUERY, *_CHOICES):
        return term_text(term)
    return f"-({term_text(term.terms[0])})" if len(term.terms) == 1 else f"+({term_text(term)})"


def _operand(term: Term, level: int) -> str:
    return f"({term_text(term)})" if _binds(term) < level else term_text(term)


def _binds(term: Term) -> int:
    if isinstance(term, float):
        return 9 if term > 0 else _SIGN_PRECEDENCE
    if len(term.terms) == 1:
        return _SIGN_PRECEDENCE
    return _PRECEDENCE.get(term.op, 9)


def _folded(term: Term) -> Term:
    if isinstance(term, float):
        return term
    terms = tuple(map(_folded, term.terms))
    values = [part for part in terms if isinstance(part, float)]
    if terms and len(values) == len(terms):
        return _combine(term.op, values)
    return CalculatedSpan(term.op, terms)


class _Reader:
    """Reads a term, operators by how tightly they bind."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[tuple[str, str]] = []
        position = 0
        while text[position:].strip():
            match = _TOKEN.match(text, position)
            if match is None or not match.lastgroup:
                raise PromQLError(f"unexpected {text[position:].strip()!r} in duration {text.strip()!r}")
            self._tokens.append((match.lastgroup, match[match.lastgroup]))
            position = match.end()

    def peek(self) -> str | None:
        return self._tokens[0][1] if self._tokens else None

    def sum(self, level: int = 0) -> Term:
        if level == len(_LEVELS):
            return self._signed()
        left = self.sum(level + 1)
        while self.peek() in _LEVELS[level]:
            left = CalculatedSpan(self._take()[1], (left, self.sum(level + 1)))
        return left

    def _signed(self) -> Term:
        if self.peek() == "+":
            self._take()
            return self._signed()
        if self.peek() == "-":
            self._take()
            return CalculatedSpan("-", (self._signed(),))
        return self._power()

    def _power(self) -> Term:
        base = self._operand()
        if self.peek() == "^":
            return CalculatedSpan(self._take()[1], (base, self._signed()))
        return base

    def _operand(self) -> Term:
        kind, text = self._take()
        if kind == "number":
            return float(int(text, 16)) if text[:2].lower() == "0x" else float(text)
        if kind == "duration":
            return _seconds(text)
        if text == "(":
            term = self.sum()
            self._expect(")")
            return term
        word = text.lower()
        if word not in (*_QUERY, *_CHOICES):
            raise PromQLError(f"unexpected {text!r} in duration {self._text.strip()!r}")
        self._expect("(")
        terms: tuple[Term, ...] = ()
        if word in _CHOICES:
            first = self.sum()
            self._expect(",")
            terms = (first, self.sum())
        self._expect(")")
        return CalculatedSpan(word, terms)

    def _take(self) -> tuple[str, str]:
        if not self._tokens:
            raise PromQLError(f"unexpected end of duration {self._text.strip()!r}")
        return self._tokens.pop(0)

    def _expect(self, sign: str) -> None:
        if self._take()[1] != sign:
            raise PromQLError(f"expected {sign!r} in duration {self._text.strip()!r}")


def _seconds(text: str) -> float:
    try:
        return int(parse_duration(text)) / 1000
    except ParseError as reason:
        raise PromQLError(str(reason)) from None
