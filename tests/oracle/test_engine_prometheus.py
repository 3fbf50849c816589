"""The engine against a real Prometheus (Debian's 2.42): random queries over random series, asked both ways.

The engine runs with the closed ranges of Prometheus 2. `TOCSIN_ORACLE_EXPRESSIONS` sets how many queries there are
(10,000 where CI is set, else 1,000), `TOCSIN_ORACLE_SEED` which ones. Finds go to
`tests/cases/promql/oracle_finds.test`.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from generator.engine.evaluate import evaluate
from generator.engine.settings import PROMETHEUS_2
from generator.engine.storage import Storage
from generator.engine.vector import Scalar, Vector
from generator.errors import PromQLError
from generator.labels import LabelSet
from generator.promql.ast import Binary, Expr, walk
from generator.promql.functions import COMPARISONS
from generator.promql.parse import parse
from tests.conftest import needs_binary
from tests.oracle.prometheus_server import Prometheus, serve
from tests.oracle.promql_generator import QueryGenerator, Samples, make_series

EXPRESSIONS = int(os.environ.get("TOCSIN_ORACLE_EXPRESSIONS") or (10_000 if os.environ.get("CI") else 1_000))
SEED = int(os.environ.get("TOCSIN_ORACLE_SEED") or 242)
TOLERANCE = 1e-9
NOISE = 1e-11
"""What is left of rounding where numbers cancel out."""
MOST_SHOWN = 20

Points = dict[int, float]
Answer = dict[LabelSet, Points] | str
"""For each series its values by time in milliseconds; or the reason why there is no answer."""


@dataclass(frozen=True, slots=True)
class Question:
    """One query at one instant (step 0), or over a range. Times are milliseconds."""

    number: int
    expr: Expr
    start: int
    end: int
    step: int

    @property
    def times(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """The times at which the engine is to answer."""
        return np.arange(self.start, self.end + 1, self.step or 1, dtype=np.int64)


@pytest.fixture(scope="module")
def series() -> list[Samples]:
    """The series in both storages."""
    return make_series(Random(SEED))


@pytest.fixture(scope="module")
def storage(series: list[Samples]) -> Storage:
    """The series for the engine."""
    made = Storage()
    for one in series:
        made.append(one.labels, np.array(one.times, np.int64), np.array(one.values))
    return made


@pytest.fixture(scope="module")
def server(series: list[Samples], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """The series in Prometheus."""
    promtool, prometheus = needs_binary("promtool"), needs_binary("prometheus")
    folder: Path = tmp_path_factory.mktemp("prometheus")
    with serve(series, folder, promtool, prometheus) as running:
        yield running


def test_engine_answers_as_prometheus(server: Prometheus, storage: Storage) -> None:
    print(f"seed {SEED}, {EXPRESSIONS} expressions")  # noqa: T201 - to be seen when it fails
    questions = [question for number in range(EXPRESSIONS) for question in _questions(number)]
    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(lambda question: _from_prometheus(server, question), questions, chunksize=64)
        differences = [
            text
            for question, expected in zip(questions, answers, strict=True)
            if (text := _difference(question, expected, _from_engine(storage, question)))
        ]
    shown = "\n".join(differences[:MOST_SHOWN])
    assert not differences, f"{len(differences)} of {len(questions)} answers differ (seed {SEED}):\n{shown}"


def _questions(number: int) -> Iterator[Question]:
    """An instant and a range query with one expression, which is printed and read again on the way."""
    generator = QueryGenerator(Random(f"{SEED}:{number}"))
    expr = parse(str(generator.query()))
    start = generator.moment()
    step, count = generator.steps()
    yield Question(number, expr, start, start, 0)
    yield Question(number, expr, start, start + step * (count - 1), step)


def _from_prometheus(server: Prometheus, question: Question) -> Answer:
    query = str(question.expr).replace("double_exponential_smoothing", "holt_winters")
    if question.step:
        parameters = {"start": _seconds(question.start), "end": _seconds(question.end), "step": _seconds(question.step)}
        answer = server.get("query_range", query=query, **parameters)
    else:
        answer = server.get("query", query=query, time=_seconds(question.start))
    return str(answer["error"]) if answer["status"] == "error" else _points(answer["data"])


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:.3f}"


def _points(data: dict[str, Any]) -> dict[LabelSet, Points]:
    if data["resultType"] == "scalar":
        return {LabelSet(): dict([_point(data["result"])])}
    return {
        LabelSet(one["metric"]): dict(map(_point, one["values"] if "values" in one else [one["value"]]))
        for one in data["result"]
    }


def _point(pair: list[Any]) -> tuple[int, float]:
    return round(pair[0] * 1000), float(pair[1])


def _from_engine(storage: Storage, question: Question) -> Answer:
    times = question.times
    try:
        value = evaluate(question.expr, storage, times, PROMETHEUS_2).value
    except PromQLError as reason:
        return str(reason)
    if isinstance(value, Scalar):
        return {LabelSet(): dict(zip(times.tolist(), value.values.tolist(), strict=True))}
    assert isinstance(value, Vector)
    found = {}
    for column, labels in enumerate(value.labels):
        present = value.present[:, column]
        found[labels] = dict(zip(times[present].tolist(), value.values[present, column].tolist(), strict=True))
    return found


def _difference(question: Question, expected: Answer, got: Answer) -> str:
    """What differs, or nothing."""
    reason = _why(question, expected, got)
    if not reason:
        return ""
    when = f"at {question.start}" if not question.step else f"{question.start}..{question.end} step {question.step}"
    return f"{SEED}:{question.number} {when}\n    {question.expr}\n    {reason}"


def _why(question: Question, expected: Answer, got: Answer) -> str:
    if isinstance(expected, str) or isinstance(got, str):
        if isinstance(expected, str) == isinstance(got, str) or _stricter_now(question, got):
            return ""
        return f"expected {expected!s:.300}\n    got      {got!s:.300}"
    if expected.keys() != got.keys():
        return f"series: missing {[*expected.keys() - got.keys()]}, unexpected {[*got.keys() - expected.keys()]}"
    for labels, points in expected.items():
        if points.keys() != got[labels].keys():
            return f"{labels}: times differ: {sorted(points.keys() ^ got[labels].keys())[:5]}"
        for time, value in points.items():
            if not _close(value, got[labels][time]):
                return f"{labels} @{time}: expected {value!r}, got {got[labels][time]!r}"
    return ""


def _stricter_now(question: Question, got: Answer) -> bool:
    """Prometheus 3 finds ambiguous matches also among pairs whose comparison does not hold; 2.42 did not."""
    comparing = any(isinstance(node, Binary) and node.op in COMPARISONS for node in walk(question.expr))
    return comparing and isinstance(got, str) and "multiple matches for labels" in got


def _close(expected: float, got: float) -> bool:
    if math.isnan(expected) or math.isnan(got):
        return math.isnan(expected) and math.isnan(got)
    return expected == got or abs(expected - got) <= max(TOLERANCE * max(abs(expected), abs(got)), NOISE)
