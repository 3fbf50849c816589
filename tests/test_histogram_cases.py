"""Histograms against `cases/histogram`: one operation per line, with what Prometheus 3.14 itself gives below it.

Arithmetic, resets, quantiles and fractions were compared with Prometheus' own code when these files were written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
import pytest

from generator.engine.histogram.accumulate import Reduced, average_histograms, sum_histograms
from generator.engine.histogram.algebra import Combined, add, compact, divide, multiply, subtract
from generator.engine.histogram.classic import bucket_fractions, bucket_quantiles
from generator.engine.histogram.compare import histograms_equal, histograms_match
from generator.engine.histogram.convert import convert_classic
from generator.engine.histogram.moments import histogram_average, histogram_deviation, histogram_variance
from generator.engine.histogram.notation import (
    describe_histogram,
    format_float,
    format_histogram,
    parse_histogram,
    parse_histogram_series,
)
from generator.engine.histogram.notes import Note
from generator.engine.histogram.quantile import histogram_fraction, histogram_quantile
from generator.engine.histogram.rate import Change, Window, extrapolated_change, instant_change
from generator.engine.histogram.reset import detect_reset, stored_hint
from generator.engine.histogram.stats import statistics_only
from generator.engine.histogram.value import Histogram
from generator.errors import ParseError
from generator.labels import LabelSet
from tests.conftest import CASES, compare

FILES: Final = ("arithmetic", "classic", "convert", "notation", "quantiles", "rates", "resets", "sums")


def _number(value: float) -> str:
    return format_float(float(f"{value:.12g}"))


def _with(text: str, *remarks: object) -> str:
    return "; ".join([text, *(str(remark) for remark in remarks if remark)])


def _noted(text: str, notes: tuple[Note, ...]) -> str:
    return _with(text, *(f"{note.level}: {note.message}" for note in notes))


def _combined(outcome: Combined | None) -> str:
    if outcome is None:
        return "incompatible"
    return _with(
        format_histogram(compact(outcome.histogram)),
        outcome.reset_collision and "resets collide",
        outcome.bounds_reconciled and "bounds reconciled",
    )


def _reduced(outcome: Reduced) -> str:
    text = f"misfit {outcome.misfit}" if outcome.histogram is None else format_histogram(outcome.histogram)
    return _noted(text, outcome.notes)


def _change(change: Change | None) -> str:
    if change is None:
        return "too few samples"
    text = "nothing" if change.histogram is None else format_histogram(change.histogram)
    return _noted(text, change.notes)


def _extrapolated(span: str, *samples: str, is_counter: bool, is_rate: bool) -> str:
    start, end = map(int, span.split(".."))
    pairs = [sample.partition(": ") for sample in samples]
    window = Window(
        [parse_histogram(text) for _, _, text in pairs], [int(time) for time, _, _ in pairs], start, end, "m"
    )
    return _change(extrapolated_change(window, is_counter=is_counter, is_rate=is_rate))


def _instant(previous: str, current: str, milliseconds: str, *, is_rate: bool) -> str:
    before, now = parse_histogram(previous), parse_histogram(current)
    return _change(instant_change(before, now, int(milliseconds), "m", is_rate=is_rate))


def _buckets(text: str) -> tuple[np.ndarray, np.ndarray]:
    pairs = [item.split(":") for item in text.split()]
    return np.array([float(bound) for bound, _ in pairs]), np.array([[float(count) for _, count in pairs]])


def _classic_quantile(quantile: str, buckets: str) -> str:
    bounds, counts = _buckets(buckets)
    with np.errstate(all="ignore"):
        values, repair = bucket_quantiles(np.array([float(quantile)]), bounds, counts, np.array([60_000]))
    return _noted(_number(values[0]), (repair.note("m"),) if repair else ())


def _classic_fraction(lower: str, upper: str, buckets: str) -> str:
    bounds, counts = _buckets(buckets)
    return _number(bucket_fractions(np.array([float(lower)]), np.array([float(upper)]), bounds, counts)[0])


def _convert(*series: str) -> str:
    parsed = []
    for text in series:
        name, _, values = text.partition(" ")
        metric, _, bound = name.partition("=")
        labels = LabelSet({"__name__": metric, "le": bound, "job": "a"})
        parsed.append((labels, [(time, float(value)) for time, value in enumerate(values.split()) if value != "_"]))
    return "\n".join(
        f"{labels} {' '.join(f'{time}: {format_histogram(histogram)}' for time, histogram in samples)}"
        for labels, samples in convert_classic(parsed)
    )


def _statistics(reach: str, references: str, *samples: str) -> str:
    pairs = [sample.partition(": ") for sample in samples]
    histograms = [None if text == "float" else parse_histogram(text) for _, _, text in pairs]
    times = [int(time) for time, _, _ in pairs]
    read = statistics_only(histograms, times, [int(time) for time in references.split()], int(reach))
    return " ".join("float" if one is None else format_histogram(one) for one in read)


def _series(text: str) -> str:
    series = parse_histogram_series(text)
    return _with(" ".join(map(format_histogram, series.values)), series.states_hint and "states a hint")


def _of_two(judge: Callable[[Histogram, Histogram], bool]) -> Callable[[str, str], str]:
    return lambda one, two: "yes" if judge(parse_histogram(one), parse_histogram(two)) else "no"


def _valued(answer: tuple[float, Note | None]) -> str:
    return _noted(_number(answer[0]), () if answer[1] is None else (answer[1],))


def _quantile(quantile: str, histogram: str) -> str:
    return _valued(histogram_quantile(float(quantile), parse_histogram(histogram), "m"))


def _fraction(lower: str, upper: str, histogram: str) -> str:
    return _valued(histogram_fraction(float(lower), float(upper), parse_histogram(histogram), "m"))


def _moments(text: str) -> str:
    histogram = parse_histogram(text)
    statistics = (histogram_average, histogram_deviation, histogram_variance)
    return " ".join(_number(statistic(histogram)) for statistic in statistics)


def _stored(current: str, previous: str) -> str:
    return stored_hint(parse_histogram(current), None if previous == "-" else parse_histogram(previous))


OPERATIONS: Final[dict[str, Callable[..., str]]] = {
    "add": lambda one, two: _combined(add(parse_histogram(one), parse_histogram(two))),
    "subtract": lambda one, two: _combined(subtract(parse_histogram(one), parse_histogram(two))),
    "multiply": lambda one, factor: format_histogram(multiply(parse_histogram(one), float(factor))),
    "divide": lambda one, divisor: format_histogram(divide(parse_histogram(one), float(divisor))),
    "equal": _of_two(histograms_equal),
    "match": _of_two(histograms_match),
    "sum": lambda *texts: _reduced(sum_histograms([*map(parse_histogram, texts)])),
    "average": lambda *texts: _reduced(average_histograms([*map(parse_histogram, texts)])),
    "reset": _of_two(detect_reset),
    "stored": _stored,
    "statistics": _statistics,
    "quantile": _quantile,
    "fraction": _fraction,
    "moments": _moments,
    "increase": lambda *parts: _extrapolated(*parts, is_counter=True, is_rate=False),
    "rate": lambda *parts: _extrapolated(*parts, is_counter=True, is_rate=True),
    "delta": lambda *parts: _extrapolated(*parts, is_counter=False, is_rate=False),
    "irate": lambda *parts: _instant(*parts, is_rate=True),
    "idelta": lambda *parts: _instant(*parts, is_rate=False),
    "classic-quantile": _classic_quantile,
    "classic-fraction": _classic_fraction,
    "convert": _convert,
    "series": _series,
    "describe": lambda text: describe_histogram(parse_histogram(text)),
}


def _outcome(line: str) -> str:
    operation, _, rest = line.partition(" ")
    try:
        return OPERATIONS[operation](*(part.strip() for part in rest.split(" | ")))
    except ParseError as reason:
        return f"error: {reason}"


def _rendered(text: str) -> Iterator[str]:
    """The file with fresh outcomes: indented lines are outcomes, `#` begins comments, all else is an operation."""
    for line in text.splitlines():
        if line.startswith(" "):
            continue
        yield line
        if line and not line.startswith("#"):
            yield from (f"  {outcome}" for outcome in _outcome(line).splitlines())


@pytest.mark.parametrize("name", FILES)
def test_outcomes(name: str, update: bool) -> None:
    path = CASES / "histogram" / f"{name}.txt"
    text = path.read_text(encoding="utf-8")
    assert any(line and line[0] not in " #" for line in text.splitlines()), "a case file without cases"
    compare(path, "\n".join(_rendered(text)) + "\n", update)


def test_every_file_is_run() -> None:
    assert sorted(path.stem for path in (CASES / "histogram").glob("*.txt")) == sorted(FILES)
