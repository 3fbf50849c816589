"""Runs promqltest scripts: every evaluation gets a verdict, as Prometheus' own harness would give it.

An instant query is run as written, then pinned with `@` at other times, and each of these also as a range query
whose middle step must give the same answer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from generator.diagnostics import Origin
from generator.engine.settings import Settings
from generator.engine.storage import Storage
from generator.errors import ParseError, PromQLError, TocsinError, Unsupported
from generator.promql.ast import Binary, Call, Expr, MatrixSelector, Subquery, VectorSelector, children
from generator.promql.functions import value_type
from generator.promql.parse import parse
from generator.promql.printer import to_text
from generator.testing.answers import Answer, ask
from generator.testing.judge import Mismatch, judge, judge_annotations
from generator.testing.loading import load
from generator.testing.script import Clear, Command, Eval, Load, ScriptError, parse_script
from generator.testing.verdict import Verdict

_MINUTE: Final = 60_000
_SETTINGS: Final = Settings(delayed_name_removal=True, start_timestamps=True)
_UNSAFE_WITH_AT: Final = frozenset(
    {
        "days_in_month", "day_of_month", "day_of_week", "day_of_year", "hour", "minute", "month", "year",
        "predict_linear", "time", "timestamp", "start", "end", "range", "step", "info",
    }
)  # fmt: skip
_CONTEXT_CALL: Final = re.compile(r"(start|end|range|step)\(\)")

CANNOT_PARSE: Final = "promql-parser cannot parse it"


def run_script(path: Path) -> list[Verdict]:
    """The verdicts of one script. Raises `ScriptError` for a script that cannot be read."""
    return run_commands(parse_script(path.read_text(encoding="utf-8")), str(path))


def run_commands(commands: tuple[Command, ...], file: str) -> list[Verdict]:
    """The verdicts of commands that were read from `file`."""
    run = _Run(file)
    for command in commands:
        run.execute(command)
    return run.verdicts


class _Run:
    def __init__(self, file: str) -> None:
        self.file = file
        self.verdicts: list[Verdict] = []
        self._clear()

    def _clear(self) -> None:
        self.storage = Storage()

    def execute(self, command: Command) -> None:
        match command:
            case Clear():
                self._clear()
            case Load():
                self._load(command)
            case Eval():
                self.verdicts.append(self._verdict(command))

    def _load(self, command: Load) -> None:
        try:
            load(self.storage, command)
        except (ParseError, ValueError) as reason:
            raise ScriptError(command.line, str(reason)) from None

    def _verdict(self, command: Eval) -> Verdict:
        made = Verdict(Origin(self.file, command.line), command.expr, "passed")
        try:
            expr = parse(command.expr)
        except PromQLError as reason:
            return replace(made, status="skipped", message=f"{CANNOT_PARSE}: {reason}")
        try:
            for query in _queries(expr, command):
                _check(query, command, self.storage)
        except (Unsupported, Mismatch) as reason:
            if isinstance(reason, Unsupported):
                return replace(made, status="skipped", message=str(reason))
            return replace(made, status="failed", message=str(reason))
        return made


@dataclass(frozen=True, slots=True)
class _Query:
    """One way to ask what an eval asks; `at` is where the answer is compared."""

    expr: Expr
    start: int
    end: int
    step: int
    note: str = ""
    middle: int | None = None


def _queries(expr: Expr, command: Eval) -> Iterator[_Query]:
    if command.is_range:
        yield _Query(expr, command.start, command.end, command.step)
        return
    for variant, at in _variants(expr, command.end):
        note = "" if variant is expr else f" as {variant} at {at / 1000:g}s"
        yield _Query(variant, at, at, 0, note)
        if _range_comparable(command):
            yield _Query(variant, at - _MINUTE, at + _MINUTE, _MINUTE, note + " in range mode", at)


def _range_comparable(command: Eval) -> bool:
    if command.expected_range is not None or command.string is not None:
        return False
    if command.wanted("ordered") or command.wanted("fail"):
        return False
    return _CONTEXT_CALL.search(command.expr) is None


def _variants(expr: Expr, at: int) -> Iterator[tuple[Expr, int]]:
    """The query itself, and with every selector pinned at the time of evaluation, asked at other times."""
    yield expr, at
    if any(isinstance(node, Call) and node.func in _UNSAFE_WITH_AT for node in _walk_unpinned(expr)):
        return
    pinned = _pin(expr, at)
    for other in (-10 * at, 0, at // 5, at, 10 * at) if at else (-1000, 0, 1000):
        yield pinned, other


def _walk_unpinned(expr: Expr) -> Iterator[Expr]:
    """The nodes that upstream's harness looks at: not those below a subquery, which gets pinned itself."""
    yield expr
    if not isinstance(expr, Subquery):
        for child in children(expr):
            yield from _walk_unpinned(child)


def _pin(expr: Expr, at: int) -> Expr:
    match expr:
        case VectorSelector() | Subquery():
            return expr if expr.at is not None else replace(expr, at=at)
        case MatrixSelector(selector=selector):
            return expr if selector.at is not None else replace(expr, selector=replace(selector, at=at))
        case Call(args=args):
            return replace(expr, args=tuple(_pin(arg, at) for arg in args))
        case Binary():
            return replace(expr, left=_pin(expr.left, at), right=_pin(expr.right, at))
    return _pin_below(expr, at)


def _pin_below(expr: Expr, at: int) -> Expr:
    from generator.promql.ast import Aggregation, Unary

    match expr:
        case Aggregation():
            param = None if expr.param is None else _pin(expr.param, at)
            return replace(expr, expr=_pin(expr.expr, at), param=param)
        case Unary():
            return replace(expr, expr=_pin(expr.expr, at))
    return expr


def _check(query: _Query, command: Eval, storage: Storage) -> None:
    """Raises `Mismatch` when the answer to the query is not as the eval expects."""
    try:
        answer = ask(query.expr, storage, query.start, query.end, query.step, _SETTINGS, is_range=query.step > 0)
    except Unsupported:
        raise
    except TocsinError as reason:
        _check_failure(command, str(reason), query.note)
        return
    if command.wanted("fail"):
        raise Mismatch(f"expected an error{query.note} but got none")
    if query.middle is None:
        places = not query.note and to_text(query.expr) == command.expr
        judge_annotations(command, answer, query.note, places=places)
    if query.middle is not None:
        answer = _at_middle(answer, query.middle, scalar=value_type(query.expr) == "scalar")
    judge(command, answer, query.note)


def _check_failure(command: Eval, reason: str, note: str) -> None:
    wanted = command.wanted("fail")
    if not wanted:
        raise Mismatch(f"error{note}: {reason}")
    if not wanted[0].matches(reason):
        raise Mismatch(f"expected an error matching {wanted[0].text!r}{note} but got: {reason}")


def _at_middle(answer: Answer, at: int, *, scalar: bool) -> Answer:
    """A range answer as an instant one, a scalar where one is wanted."""
    series = [(labels, [point for point in points if point[0] == at]) for labels, points in answer.series]
    series = [pair for pair in series if pair[1]]
    if scalar:
        value = series[0][1][0][1]
        return replace(answer, kind="scalar", scalar=value if isinstance(value, float) else math.nan, series=[])
    return replace(answer, kind="vector", series=series)
