"""Answers to queries in the terminal: values as lines, ranges as charts."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from typing import Final

from generator.duration import format_duration
from generator.engine.histogram.value import Histogram
from generator.gotemplate.strconv import format_float
from generator.testing.answers import Answer, Point
from generator.testing.text import sample_value

WIDTH: Final = 72
HEIGHT: Final = 8
_EIGHTHS: Final = " ▁▂▃▄▅▆▇█"


def as_text(answer: Answer) -> str:
    """An instant answer as one line a series, a range as one chart a series."""
    match answer.kind:
        case "string":
            return answer.string
        case "scalar":
            return format_float(answer.scalar)
        case "vector":
            lines = [f"{labels}  {sample_value(points[0][1])}" for labels, points in answer.series]
            return "\n".join(lines) or "no series"
    parts = [f"{labels}\n{chart(points)}" for labels, points in answer.series]
    return "\n".join(parts) or "no series"


def as_json(answer: Answer) -> str:
    """The answer in the shape of Prometheus' HTTP API: seconds, and values as texts."""
    if answer.kind in ("string", "scalar"):
        value = answer.string if answer.kind == "string" else format_float(answer.scalar)
        return json.dumps({"resultType": answer.kind, "result": value, **_notes(answer)}, indent=2)
    result = [
        {"metric": dict(labels), "values": [[time / 1000, sample_value(value)] for time, value in points]}
        for labels, points in answer.series
    ]
    return json.dumps({"resultType": answer.kind, "result": result, **_notes(answer)}, indent=2, ensure_ascii=False)


def _notes(answer: Answer) -> dict[str, list[str]]:
    return {"warnings": answer.warnings, "infos": answer.infos}


def chart(points: list[Point]) -> str:
    """A bar chart of floats over time with the scale at its left; histograms are listed instead."""
    if any(isinstance(value, Histogram) for _, value in points):
        return "\n".join(f"  {format_duration(time):>8}  {sample_value(value)}" for time, value in points)
    floats = [(time, float(value)) for time, value in points if not isinstance(value, Histogram)]
    cells = _cells(floats)
    finite = [value for value in cells if value is not None and math.isfinite(value)]
    low, high = min((*finite, 0.0)), max(finite, default=0.0)
    lines = _bars(cells, low, high if high > low else low + 1.0)
    start, end = format_duration(points[0][0]), format_duration(points[-1][0])
    return "\n".join(
        [*lines, f"{'':>10} └{'─' * len(cells)}", f"{'':>12}{start:<{max(1, len(cells) - len(end))}}{end}"]
    )


def _cells(points: list[tuple[int, float]]) -> list[float | None]:
    """At most `WIDTH` values at equal distances in time; nothing where there is no point."""
    first, last = points[0][0], points[-1][0]
    gaps = [later[0] - earlier[0] for earlier, later in pairwise(points)]
    step = max(min(gaps, default=1), math.ceil((last - first + 1) / WIDTH))
    cells: list[float | None] = [None] * ((last - first) // step + 1)
    for time, value in points:
        cells[(time - first) // step] = value
    return cells


def _bars(cells: list[float | None], low: float, high: float) -> list[str]:
    lines = []
    for row in range(HEIGHT, 0, -1):
        scale = {HEIGHT: high, 1: low}.get(row)
        head = f"{'' if scale is None else format_float(round(scale, 6)):>10} ┤"
        lines.append(head + "".join(_cell(value, low, high, row) for value in cells).rstrip())
    return lines


def _cell(value: float | None, low: float, high: float, row: int) -> str:
    """One character of a bar: how much of this row it fills. A value always leaves a trace in the lowest row."""
    if value is None:
        return " "
    if math.isnan(value):
        return "?" if row == 1 else " "
    share = 1.0 if value == math.inf else 0.0 if value == -math.inf else (value - low) / (high - low)
    eighths = round(share * HEIGHT * 8) - (row - 1) * 8
    return _EIGHTHS[max(1 if row == 1 else 0, min(8, eighths))]
