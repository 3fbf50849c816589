"""Whether an answer is what an eval of a script expects."""

from __future__ import annotations

import re
from typing import Final

from generator.engine.histogram.compare import almost_equal, histograms_match
from generator.engine.histogram.value import Histogram
from generator.engine.storage import HISTOGRAM
from generator.labels import LabelSet
from generator.testing.answers import Answer, Point
from generator.testing.script import Eval
from generator.testing.series import OMITTED, Values
from generator.testing.text import sample_value


class Mismatch(Exception):  # noqa: N818 - it is a verdict, not an error
    """The answer is not as expected; the message says how."""


_PLACE: Final = re.compile(r" \(\d+:\d+\)$")


def judge_annotations(command: Eval, answer: Answer, note: str, *, places: bool) -> None:
    """Raises `Mismatch` when warnings or infos are not the expected ones.

    Without `places`, where they stand in the query does not matter: it depends on how the query is printed.
    """
    for kind, refused, texts in (
        ("warn", "no_warn", answer.warnings),
        ("info", "no_info", answer.infos),
    ):
        wanted = [match for name, match in command.expectations if name == kind]
        if not places:
            wanted = [match.without_place() for match in wanted]
            texts = [_PLACE.sub("", text) for text in texts]
        if any(name == refused for name, _ in command.expectations) and texts:
            raise Mismatch(f"unexpected {kind} annotations{note}: {texts}")
        if wanted and not texts:
            raise Mismatch(f"expected {kind} annotations{note} but there are none")
        for match in wanted:
            if not any(match.matches(text) for text in texts):
                raise Mismatch(f"expected {kind} annotation {match.text!r}{note}, got {texts}")
        for text in texts:
            if wanted and not any(match.matches(text) for match in wanted):
                raise Mismatch(f"unexpected {kind} annotation {text!r}{note}")


def judge(command: Eval, answer: Answer, note: str) -> None:
    """Raises `Mismatch` when the values are not the expected ones."""
    if answer.kind == "string":
        if answer.string != command.string:
            raise Mismatch(f"expected the string {command.string!r}{note} but got {answer.string!r}")
    elif answer.kind == "scalar":
        if command.scalar is None:
            raise Mismatch(f"expected series{note} but got the scalar {answer.scalar}")
        if not almost_equal(command.scalar, answer.scalar):
            raise Mismatch(f"expected the scalar {command.scalar}{note} but got {answer.scalar}")
    elif command.scalar is not None:
        raise Mismatch(f"expected the scalar {command.scalar}{note} but got {len(answer.series)} series")
    else:
        _judge_series(command, answer, note)


def _judge_series(command: Eval, answer: Answer, note: str) -> None:
    expected = {series.labels: series.values for series in command.series}
    ordered = answer.kind == "vector" and bool(command.wanted("ordered"))
    if command.wanted("ordered") and answer.kind == "matrix":
        raise Mismatch(f"an ordered result was expected{note} but the query gives a matrix")
    seen: set[LabelSet] = set()
    for place, (labels, points) in enumerate(answer.series):
        values = expected.get(labels)
        if values is None:
            raise Mismatch(f"unexpected series {labels}{note} with {_text(points)}")
        if ordered and command.series[place].labels != labels:
            raise Mismatch(f"expected {command.series[place].labels} at place {place + 1}{note}, got {labels}")
        seen.add(labels)
        _judge_points(command, answer, labels, values, points, note)
    missing = [str(labels) for labels in expected if labels not in seen and len(expected[labels])]
    if missing:
        raise Mismatch(f"expected series {', '.join(missing)}{note}, not found")


def _judge_points(
    command: Eval, answer: Answer, labels: LabelSet, values: Values, points: list[Point], note: str
) -> None:
    wanted = _expected_points(command, answer, labels, values, points)
    if len(wanted) != len(points):
        raise Mismatch(f"expected {len(wanted)} points of {labels}{note} but got {_text(points)}")
    for (when, value, with_hint), (at, got) in zip(wanted, points, strict=True):
        if when != at:
            raise Mismatch(f"expected a point of {labels} at {when}ms{note} but it is at {at}ms")
        if not _same(value, got, with_hint=with_hint):
            raise Mismatch(f"expected {sample_value(value)} for {labels} at {at}ms{note} but got {_text(points)}")


def _same(expected: float | Histogram, got: float | Histogram, *, with_hint: bool) -> bool:
    if isinstance(expected, Histogram) or isinstance(got, Histogram):
        return (
            isinstance(expected, Histogram)
            and isinstance(got, Histogram)
            and histograms_match(expected, got, with_hint)
        )
    return almost_equal(expected, got)


def _expected_points(
    command: Eval, answer: Answer, labels: LabelSet, values: Values, points: list[Point]
) -> list[tuple[int, float | Histogram, bool]]:
    if answer.kind == "vector":
        grid = [points[0][0] if points else command.end]
    else:
        start, end, step = command.expected_range or (command.start, command.end, command.step)
        grid = [start + place * step for place in range(len(values))]
        if grid and grid[-1] > end:
            raise Mismatch(f"{len(values)} points are expected for {labels}, more than the range has")
    wanted: list[tuple[int, float | Histogram, bool]] = []
    for place, at in enumerate(grid):
        if values.kinds[place] == HISTOGRAM:
            wanted.append((at, values.histograms[place], place in values.hinted))
        elif values.kinds[place] != OMITTED:
            wanted.append((at, float(values.floats[place]), False))
    return wanted


def _text(points: list[Point]) -> str:
    shown = ", ".join(f"{sample_value(value)} @{at}ms" for at, value in points[:6])
    return f"{len(points)} points [{shown}{', …' if len(points) > 6 else ''}]"
