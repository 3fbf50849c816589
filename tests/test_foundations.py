"""Durations, labels, places and drawings: the algebra everything stands on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.diagnostics import Origin, Problem, Severity, Span, here, in_order
from generator.duration import DAY, HOUR, MINUTE, SECOND, WEEK, YEAR, Duration, format_duration, parse
from generator.errors import DurationError
from generator.labels import LabelSet, is_label_name, is_metric_name

NAMES = st.text(alphabet="abc_", min_size=1, max_size=3)
LABELS = st.dictionaries(NAMES, st.text(max_size=3))


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [("0", 0), ("5m", 5 * MINUTE), ("1h30m", 90 * MINUTE), ("28d", 28 * DAY), ("1y2w3d4h5m6s7ms",
      YEAR + 2 * WEEK + 3 * DAY + 4 * HOUR + 5 * MINUTE + 6 * SECOND + 7)],
)  # fmt: skip
def test_durations_are_read_as_prometheus_reads_them(text: str, milliseconds: int) -> None:
    assert parse(text) == milliseconds


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(28 * DAY, "4w"), (30 * DAY, "30d"), (36 * HOUR, "1d12h"), (8 * DAY, "8d"), (365 * DAY, "1y"), (0, "0s"),
     (90 * SECOND, "1m30s"), (1500, "1s500ms"), (-MINUTE, "-1m")],
)  # fmt: skip
def test_durations_are_printed_as_prometheus_prints_them(milliseconds: int, text: str) -> None:
    assert format_duration(milliseconds) == text


@given(st.integers(1, 10 * YEAR))
def test_a_printed_duration_reads_back(milliseconds: int) -> None:
    assert parse(format_duration(milliseconds)) == milliseconds


@pytest.mark.parametrize("text", ["", "5", "m", "5 m", "1m1h", "-5m", "1.5h", "5min", "５m"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(DurationError, match="not a duration"):
        Duration.of(text)


@pytest.mark.parametrize("value", [True, 1.5, None, [5]])
def test_values_that_are_no_durations_are_refused(value: object) -> None:
    with pytest.raises(DurationError, match="expected a duration"):
        Duration.of(value)  # type: ignore[arg-type]


@given(LABELS)
def test_label_sets_forget_order_and_empty_values(labels: dict[str, str]) -> None:
    made = LabelSet(labels)
    assert made == LabelSet(reversed(list(labels.items())))
    assert hash(made) == hash(LabelSet(reversed(list(labels.items()))))
    assert dict(made) == {name: value for name, value in labels.items() if value}


@given(LABELS, LABELS)
def test_labels_laid_over_others_win(under: dict[str, str], over: dict[str, str]) -> None:
    both = LabelSet(under) | over
    assert all(both.get(name, "") == value for name, value in over.items())
    assert set(both) <= set(under) | set(over)


@given(LABELS, st.sets(NAMES))
def test_keeping_and_dropping_part_a_label_set(labels: dict[str, str], names: set[str]) -> None:
    made = LabelSet(labels)
    assert made.keep(names) | made.without(names) == made
    assert not set(made.keep(names)) & set(made.without(names))


def test_a_label_set_prints_as_a_series() -> None:
    assert str(LabelSet({"__name__": "up", "job": 'a"b\n'})) == 'up{job="a\\"b\\n"}'
    assert str(LabelSet({"__name__": "up"})) == "up"
    assert str(LabelSet()) == "{}"


def test_names_that_are_not_ascii_names_are_printed_in_quotes() -> None:
    assert str(LabelSet({"__name__": "up", "host.name": "a"})) == 'up{"host.name"="a"}'
    assert str(LabelSet({"__name__": 'my"metric', "job": "a"})) == '{"my\\"metric", job="a"}'
    assert str(LabelSet({"__name__": "my.metric"})) == '{"my.metric"}'


@pytest.mark.parametrize(
    ("name", "label", "metric"),
    [("job", True, True), ("a:b", False, True), ("9a", False, False), ("", False, False), ("a-b", False, False),
     ("job\n", False, False), ("é", False, False)],
)  # fmt: skip
def test_names(name: str, label: bool, metric: bool) -> None:
    assert is_label_name(name) == label
    assert is_metric_name(name) == metric


def test_a_place_is_where_the_caller_stands() -> None:
    assert here().file == __file__


def test_a_span_is_drawn_under_its_line() -> None:
    assert Span("sum(\n  rate(x)\n)", 7, 14).draw() == "  rate(x)\n  ^^^^^^^"
    assert Span("a", 1, 1).draw() == "a\n ^"


def test_problems_come_by_place_and_once() -> None:
    first = Problem("b", Severity.ERROR, Origin("a.py", 2), "x", why="do y", span=Span("up", 0, 2))
    second = Problem("a", Severity.WARNING, Origin("a.py", 10), "x")
    assert in_order([second, first, second]) == [first, second]
    assert str(first) == "a.py:2: error: x [b]\n    up\n    ^^\n    do y"
