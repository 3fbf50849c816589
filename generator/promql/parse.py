"""Text to nodes: the one door to promql-parser, whose own nodes stay behind it.

promql-parser 0.12 has no positions, reads escapes in raw strings, and knows no `$variables`; this module makes up for
that by standing sentinel durations in for variables, and by mending what would be misread. What the parser does not
know at all is taken out before (`extended.py`) and put back here.
"""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, Literal, cast

from generator.errors import PromQLError
from generator.promql.ast import (
    PLAIN,
    Aggregation,
    At,
    Binary,
    Call,
    Expr,
    Matcher,
    Matching,
    MatchOp,
    MatrixSelector,
    NumberLiteral,
    Reading,
    Span,
    StringLiteral,
    Subquery,
    Unary,
    Variable,
    VectorSelector,
)
from generator.promql.depth import with_room
from generator.promql.extended import MARK, Replaced, replace_extensions
from generator.promql.functions import value_type
from generator.promql.printer import quote

# Lengths of time nobody writes, one for each variable of a query: 31 years and some seconds.
_SENTINEL_SECONDS: Final = 987_654_321
_TOKEN: Final = re.compile(
    r"""(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)|(?P<comment>\#[^\n]*)"""
    r"""|(?P<variable>\$(?:\{(?P<braced>\w+)(?::\w+)?\}|(?P<bare>\w+)))"""
)
_PECULIAR: Final = re.compile(r"[$`]|\\x[89a-fA-F]|\\[23][0-7]")
# `\xc5` and `\305` are bytes in Go and characters to promql-parser. Bytes that are no UTF-8 pass it as characters
# that nobody uses (the last of the private planes), and become lone surrogates, as Python marks such bytes.
_BYTES: Final = re.compile(r"\\\\|(?P<bytes>(?:\\x[89a-fA-F][0-9a-fA-F]|\\[23][0-7]{2})+)")
_BYTE: Final = re.compile(r"\\x(?P<hex>..)|\\(?P<octal>...)")
_PASSED: Final = {0xDC00 + byte: 0x10FF00 + byte for byte in range(0x80, 0x100)}
_RESTORED: Final = {passed: surrogate for surrogate, passed in _PASSED.items()}
_OPS: Final[dict[str, MatchOp]] = {"Equal": "=", "NotEqual": "!=", "Re": "=~", "NotRe": "!~"}
_MICROSECOND: Final = timedelta(microseconds=1)
# What is left out of account, and decimal numbers, which Prometheus refuses where they are too large for a float.
_NUMBER: Final = re.compile(
    r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\#[^\n]*)"""
    r"|(?<![\w.])(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\w.])"
)
_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def parse(text: str) -> Expr:
    """The tree of a query. `$window`-like variables may stand where durations or numbers go.

    Raises `PromQLError` with the parser's reason, or for what is nested too deeply (`depth.MOST`).
    """
    return _parse(text)


@lru_cache(maxsize=4096)
def _parse(text: str) -> Expr:
    return with_room(text, lambda: _read(text))


def _read(text: str) -> Expr:
    import promql_parser

    prepared, variables = _replace_variables(text)
    try:
        replaced = replace_extensions(prepared)
        parsed = promql_parser.parse(replaced.text)
    except (ValueError, PromQLError) as reason:
        raise PromQLError(f"{reason} in {text.strip()!r}") from None
    return _Converter(variables, replaced).expr(parsed)


def _replace_variables(text: str) -> tuple[str, dict[int, Variable]]:
    """The text with each variable turned into a length of time that is its own."""
    variables: dict[str, int] = {}

    def replace(match: re.Match[str]) -> str:
        if not match["variable"]:
            # The parser reads escapes in raw strings, too; in PromQL a backslash there is a backslash.
            if match[0][0] == "`":
                return quote(match[0][1:-1])
            return _BYTES.sub(_decode, match[0]) if match["string"] else match[0]
        name = match["braced"] or match["bare"]
        return f"{variables.setdefault(name, _SENTINEL_SECONDS + len(variables))}s"

    prepared = _TOKEN.sub(replace, text) if _PECULIAR.search(text) else text
    return prepared, {seconds: Variable(name) for name, seconds in variables.items()}


def _decode(match: re.Match[str]) -> str:
    """Escaped bytes as the characters that they are in UTF-8."""
    if match["bytes"] is None:
        return match[0]
    values = (int(byte["hex"] or byte["octal"], 16 if byte["hex"] else 8) for byte in _BYTE.finditer(match[0]))
    return bytes(values).decode("utf-8", "surrogateescape").translate(_PASSED)


class _Converter:
    """promql-parser's nodes to ours."""

    def __init__(self, variables: dict[int, Variable], replaced: Replaced) -> None:
        self._variables = variables
        self._replaced = replaced
        # Binary nodes are converted in the order in which their operators are written.
        self._trims = iter(replaced.trims)

    def expr(self, node: Any) -> Expr:
        return cast("Expr", getattr(self, "_" + type(node).__name__)(node))

    def _NumberLiteral(self, node: Any) -> Expr:  # noqa: N802 - named after the parser's class
        if math.isinf(node.val):
            _check_range(self._replaced.text)
        return NumberLiteral(self._variables.get(node.val, float(node.val)))

    def _StringLiteral(self, node: Any) -> Expr:  # noqa: N802
        return StringLiteral(node.val.translate(_RESTORED))

    def _ParenExpr(self, node: Any) -> Expr:  # noqa: N802
        return self.expr(node.expr)

    def _UnaryExpr(self, node: Any) -> Expr:  # noqa: N802
        inner = self.expr(node.expr)
        if isinstance(inner, NumberLiteral) and not isinstance(inner.value, Variable):
            return NumberLiteral(-inner.value)
        return Unary("-", inner)

    def _VectorSelector(self, node: Any) -> VectorSelector:  # noqa: N802
        if node.matchers.or_matchers:
            raise PromQLError("'or' between label matchers is not PromQL of Prometheus")
        matchers = tuple(self._matcher(m) for m in node.matchers.matchers)
        marks = [matcher.value for matcher in matchers if matcher.label == MARK]
        if not marks:
            return VectorSelector(node.name, matchers, self._offset(node.offset), self._at(node.at))
        matchers = tuple(matcher for matcher in matchers if matcher.label != MARK)
        return VectorSelector(node.name, matchers, self._offset(node.offset), self._at(node.at), _reading(marks))

    def _matcher(self, node: Any) -> Matcher:
        return Matcher(node.name, _OPS[str(node.op).rpartition(".")[2]], node.value)

    def _MatrixSelector(self, node: Any) -> Expr:  # noqa: N802
        return MatrixSelector(self._VectorSelector(node.vector_selector), self._span(node.range))

    def _SubqueryExpr(self, node: Any) -> Expr:  # noqa: N802
        step = None if node.step is None else self._span(node.step)
        offset, at = self._offset(node.offset), self._at(node.at)
        return Subquery(self.expr(node.expr), self._span(node.range), step, offset, at)

    def _Call(self, node: Any) -> Expr:  # noqa: N802
        return Call(node.func.name, tuple(self.expr(arg) for arg in node.args))

    def _AggregateExpr(self, node: Any) -> Expr:  # noqa: N802
        grouping: tuple[str, ...] = ()
        without = False
        if node.modifier is not None:
            grouping = tuple(node.modifier.labels)
            without = str(node.modifier.type).endswith("Without")
        param = None if node.param is None else self.expr(node.param)
        return Aggregation(str(node.op), self.expr(node.expr), grouping, without, param)

    def _BinaryExpr(self, node: Any) -> Expr:  # noqa: N802
        modifier = node.modifier
        matching = PLAIN if modifier is None else _matching(modifier)
        return_bool = modifier is not None and modifier.return_bool
        left, op = self.expr(node.lhs), _operator(str(node.op))
        if op in ("<", ">") and next(self._trims, False):
            op += "/"
            if return_bool:
                raise PromQLError("bool modifier can only be used on comparison operators")
        right = self.expr(node.rhs)
        filled = matching.fill_left is not None or matching.fill_right is not None
        if filled and "scalar" in (value_type(left), value_type(right)):
            raise PromQLError("filling in missing series only allowed between instant vectors")
        return Binary(op, left, right, matching, return_bool)

    def _span(self, delta: timedelta) -> Span:
        milliseconds, rest = divmod(delta // _MICROSECOND, 1000)
        if rest:
            raise PromQLError(f"durations have whole milliseconds, got {delta}")
        seconds = milliseconds // 1000
        if seconds in self._replaced.spans:
            return self._replaced.spans[seconds]
        return self._variables.get(seconds, milliseconds)

    def _offset(self, delta: timedelta | None) -> Span:
        return 0 if delta is None else self._span(delta)

    def _at(self, modifier: Any) -> At:
        if modifier is None:
            return None
        kind = str(modifier.type).rpartition(".")[2]
        if kind == "At":
            milliseconds: int = round((modifier.at - _EPOCH) / timedelta(milliseconds=1))
            return self._replaced.times.get(milliseconds // 1000, milliseconds)
        return cast("Literal['start', 'end']", kind.lower())


def _check_range(text: str) -> None:
    """Raises `PromQLError` where infinity is not written as such, but as a number that is too large."""
    for match in _NUMBER.finditer(text):
        if match["number"] and math.isinf(float(match["number"])):
            raise PromQLError(f"error parsing number: {match['number']}: value out of range")


def _reading(marks: list[str]) -> Reading:
    asked = [mark for mark in marks if mark != "info"]
    if len(asked) > 1:
        raise PromQLError("anchored and smoothed modifiers cannot be used together")
    return cast("Reading", asked[0]) if asked else ""


def _operator(token: str) -> str:
    return token.split()[0]


def _matching(modifier: Any) -> Matching:
    on, labels = False, ()
    if modifier.matching is not None:
        on = str(modifier.matching.type).endswith("Include")
        labels = tuple(modifier.matching.labels)
    card = str(modifier.card).rpartition(".")[2]
    group = {"ManyToOne": "left", "OneToMany": "right"}.get(card, "")
    fills = modifier.fill_values
    made = Matching(
        on,
        labels,
        cast("Literal['', 'left', 'right']", group),
        tuple(modifier.group_labels or ()),
        None if fills is None else fills.lhs,
        None if fills is None else fills.rhs,
    )
    return PLAIN if made == PLAIN else made
