"""Why an assertion does not hold: a diff, and what the values and the `for` clock did over time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from generator.duration import format_duration
from generator.engine.evaluate import evaluate
from generator.engine.histogram.value import Histogram
from generator.engine.vector import Scalar, Value, Vector
from generator.errors import TocsinError
from generator.gotemplate.strconv import format_float
from generator.labels import LabelSet
from generator.promql.ast import Binary, Expr
from generator.promql.functions import COMPARISONS, value_type
from generator.promql.printer import to_text
from generator.rules.evaluation import History, Run
from generator.rules.group import AlertingRule
from generator.testing.fixture import AlertCase, ExpectedAlert, ExpectedSample, ExprCase, Partial
from generator.testing.matching import pair_alerts
from generator.testing.text import labels_text, sample_value, series_text, sparkline

MAX_SERIES: Final = 6
"""Series shown over time."""

MAX_STEPS: Final = 60
"""Steps shown over time: the last ones before the assertion."""

FiringAlert = tuple[LabelSet, Mapping[str, str]]


def explain_alert(
    case: AlertCase, got: Sequence[FiringAlert], run: Run, places: Sequence[int], step: int
) -> tuple[str, str]:
    """Message and detail for an alert case that failed."""
    wanted = _count(len(case.expected), "alert")
    message = f"expected {wanted} firing, got {_count(len(got), 'alert')}"
    lines = [*_alert_diff(case.expected, got)]
    for place in places:
        rule = run.graph.rules[place].rule
        if isinstance(rule, AlertingRule):
            lines += _rule_over_time(rule, place, run, min(step, run.grid.count - 1))
    return message, "\n".join(lines)


def _count(number: int, thing: str) -> str:
    return f"{number or 'no'} {thing}{'' if number == 1 else 's'}"


def _alert_diff(expected: Sequence[ExpectedAlert], got: Sequence[FiringAlert]) -> Iterator[str]:
    """What is missing and what is too much; those most alike are set against each other."""
    pairs = pair_alerts(expected, got)
    missing = [alert for alert, place in zip(expected, pairs, strict=True) if place is None]
    surplus = [alert for place, alert in enumerate(got) if place not in pairs]
    for alert in missing:
        if not surplus:
            yield f"- missing: {_wanted_text(alert)}"
            continue
        nearest = min(surplus, key=lambda other: len(list(_differences(alert, other))))
        surplus.remove(nearest)
        yield f"  alert {labels_text(nearest[0])}"
        yield from _differences(alert, nearest)
    for labels, notes in surplus:
        yield f"+ unexpected: {labels_text(labels)} annotations {labels_text(notes)}"


def _wanted_text(alert: ExpectedAlert) -> str:
    parts = []
    for whole, partial in (
        (alert.labels, alert.partial_labels),
        (alert.annotations, alert.partial_annotations),
    ):
        shown = {} if whole is None else dict(whole)
        shown.update({name: text for name, (_, text) in partial.items()})
        parts.append(labels_text(shown))
    return f"{parts[0]} annotations {parts[1]}"


def _differences(expected: ExpectedAlert, got: FiringAlert) -> Iterator[str]:
    for kind, whole, partial, found in (
        ("label", expected.labels, expected.partial_labels, got[0]),
        ("annotation", expected.annotations, expected.partial_annotations, got[1]),
    ):
        wanted = {} if whole is None else dict(whole)
        wanted.update(_unmet(partial, found))
        for name in sorted({*wanted, *(found if whole is not None else ())}):
            if wanted.get(name) != found.get(name):
                yield f"    - {kind} {name}: {_shown(wanted.get(name))}"
                yield f"    + {kind} {name}: {_shown(found.get(name))}"


def _unmet(partial: Partial, found: Mapping[str, str]) -> dict[str, str]:
    from generator.testing.matching import includes

    return {
        name: text if how == "is" else f"/{text}/"
        for name, (how, text) in partial.items()
        if not includes({name: (how, text)}, found)
    }


def _shown(value: str | None) -> str:
    return "(none)" if value is None else repr(value)


def _rule_over_time(rule: AlertingRule, place: int, run: Run, step: int) -> list[str]:
    """The values that the rule compares, and the state of each of its alerts, up to a step."""
    first = max(0, step + 1 - MAX_STEPS)
    times = run.grid.times[first : step + 1]
    lines = [f"  {rule.name}, {_span(run, first, step)}:"]
    lines += _values_over_time(_compared(rule.expr), run, times)
    history = run.histories.get(place)
    if history is not None:
        lines += _clock(rule, history, run, first, step)
    return lines


def _span(run: Run, first: int, step: int) -> str:
    start, end = first * run.grid.step, step * run.grid.step
    return f"{format_duration(start)} to {format_duration(end)} every {format_duration(run.grid.step)}"


def _compared(expr: Expr) -> Expr:
    """The side of a comparison with a number that varies: it shows how far the value is from the threshold."""
    if isinstance(expr, Binary) and expr.op in COMPARISONS and value_type(expr.right) == "scalar":
        return expr.left
    return expr


def _values_over_time(expr: Expr, run: Run, times: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Iterator[str]:
    try:
        value = evaluate(expr, run.storage, times, run.surroundings.settings).value
    except TocsinError as reason:
        yield f"    {to_text(expr)}: {reason}"
        return
    rows = list(_rows(value))
    yield f"    {to_text(expr)}" + ("" if rows else "  gives nothing")
    for labels, values in rows[:MAX_SERIES]:
        last = next((each for each in reversed(values) if each is not None), None)
        shown = "" if last is None else f"  last {format_float(last)}"
        yield f"      {sparkline(values)}{shown}  {labels_text(labels)}"
    if len(rows) > MAX_SERIES:
        yield f"      … and {len(rows) - MAX_SERIES} more series"


def _rows(value: Value) -> Iterator[tuple[LabelSet, list[float | None]]]:
    if isinstance(value, Scalar):
        yield LabelSet(), value.values.tolist()
    elif isinstance(value, Vector):
        for column, labels in enumerate(value.labels):
            present, values = value.present[:, column].tolist(), value.values[:, column].tolist()
            yield labels, [each if there else None for each, there in zip(values, present, strict=True)]


_STATES: Final = {"pending": "p", "firing": "F"}


def _clock(rule: AlertingRule, history: History, run: Run, first: int, step: int) -> Iterator[str]:
    """One line for each alert: a dot where it is inactive, `p` pending, `F` firing."""
    states: dict[LabelSet, dict[int, str]] = {}
    for each in range(first, step + 1):
        for alert in history.at(each):
            states.setdefault(alert.labels, {})[each] = alert.state
    clock = f"for {format_duration(rule.hold)}" if rule.hold else "fires at once"
    if rule.keep_firing_for:
        clock += f", keep_firing_for {format_duration(rule.keep_firing_for)}"
    yield f"    {clock}" + ("" if states else ": never active")
    now = {alert.labels: alert for alert in history.at(step)}
    for labels, seen in list(states.items())[:MAX_SERIES]:
        line = "".join(_STATES.get(seen.get(each, ""), ".") for each in range(first, step + 1))
        active = now.get(labels)
        note = "resolved" if active is None else f"{active.state} since {_ago(active.active_at, run)}"
        if active is not None and active.state == "pending":
            note += f", fires at {_ago(active.active_at + rule.hold, run)} if it lasts"
        yield f"      {line}  {note}  {labels_text(labels)}"


def _ago(time: int, run: Run) -> str:
    return format_duration(time - run.grid.start)


def explain_samples(case: ExprCase, got: Sequence[tuple[LabelSet, float | Histogram]], run: Run) -> tuple[str, str]:
    """Message and detail for an expression case that failed."""
    wanted = _count(len(case.expected), "sample")
    message = f"expected {wanted}, got {_count(len(got), 'sample')}"
    lines = list(_sample_diff(case.expected, got))
    if case.expr is not None and value_type(case.expr) in ("vector", "scalar"):
        step = min(case.eval_time // run.grid.step, run.grid.count - 1)
        first = max(0, step + 1 - MAX_STEPS)
        lines.append(f"  {_span(run, first, step)}:")
        lines += _values_over_time(_compared(case.expr), run, run.grid.times[first : step + 1])
    return message, "\n".join(lines)


def _sample_diff(
    expected: Sequence[ExpectedSample], got: Sequence[tuple[LabelSet, float | Histogram]]
) -> Iterator[str]:
    wanted = sorted((series_text(each.labels), _expected_value(each)) for each in expected)
    found = sorted((series_text(labels), sample_value(value)) for labels, value in got)
    for labels, value in wanted:
        if (labels, value) in found:
            found.remove((labels, value))
            note = "  (NaN never equals NaN in promtool)" if value == "NaN" else ""
            yield f"    {labels} {value}{note}"
        else:
            yield f"  - {labels} {value}"
    for labels, value in found:
        yield f"  + {labels} {value}"


def _expected_value(sample: ExpectedSample) -> str:
    return sample_value(sample.value if sample.histogram is None else sample.histogram)
