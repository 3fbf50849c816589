"""The life of an alert, step by step: facts of Prometheus' alerting rules."""

from __future__ import annotations

import pytest

from generator.engine.settings import Settings
from generator.engine.storage import Storage
from generator.promql.parse import parse
from generator.rules.evaluation import Grid, Run, Surroundings, run_rules
from generator.rules.graph import Graph, placed
from generator.rules.group import AlertingRule, RecordingRule, Rule, RuleGroup
from generator.testing.loading import fill
from generator.testing.series import parse_series

MINUTE = 60_000


def run(rules: list[Rule], *series: str, steps: int = 10, stepwise: bool = False, **group: int) -> Run:
    storage = Storage()
    for text in series:
        made = parse_series(text)
        fill(storage, made.labels, made.values, 0, MINUTE, (steps - 1) * MINUTE)
    graph = Graph(placed([RuleGroup("g", tuple(rules), **group)]))  # type: ignore[arg-type]
    around = Surroundings(Settings(default_step=MINUTE), {"site": "eqiad"}, "http://prometheus")
    return run_rules(graph, range(len(rules)), storage, Grid(0, MINUTE, steps), around, stepwise=stepwise)


def states(found: Run, steps: int = 10) -> str:
    return "".join(
        {"": ".", "pending": "p", "firing": "F"}["".join(alert.state for alert in found.histories[0].at(step))]
        for step in range(steps)
    )


@pytest.mark.parametrize("stepwise", [False, True])
@pytest.mark.parametrize(
    ("values", "hold", "keep", "expected"),
    [
        # `for: 0` fires at once; a `for` below the step at the second evaluation.
        ("_ 1 1 1 stale _x5", 0, 0, ".FFF......"),
        ("_ 1 1 1 stale _x5", 30_000, 0, ".pFF......"),
        ("_ 1x8", 3 * MINUTE, 0, ".pppFFFFFF"),
        ("_ 1 1 1 stale 1x5", 3 * MINUTE, 0, ".ppp.pppFF"),
        # keep_firing_for counts from the first evaluation without the series, and only for what fired.
        ("1 1 1 stale _x6", 0, 3 * MINUTE, "FFFFFF...."),
        ("1 1 1 stale _x6", 5 * MINUTE, 3 * MINUTE, "ppp......."),
        ("1 1 1 stale _ 1 1 stale _ _", 0, 3 * MINUTE, "FFFFFFFFFF"),
        ("1 stale 1 stale 1 stale _x4", 0, 30_000, "FFFFFF...."),
    ],
)
def test_states(values: str, hold: int, keep: int, expected: str, stepwise: bool) -> None:
    rule = AlertingRule("A", parse("x > 0"), "x > 0", hold, keep)
    assert states(run([rule], f"x {values}", stepwise=stepwise)) == expected


@pytest.mark.parametrize("stepwise", [False, True])
def test_a_kept_alert_keeps_its_value_and_the_time_it_became_active(stepwise: bool) -> None:
    rule = AlertingRule("A", parse("x > 0"), "x > 0", 0, 5 * MINUTE)
    found = run([rule], "x 0 3 4 stale 7", stepwise=stepwise)
    seen = [(alert.active_at, alert.seen, alert.value) for step in range(1, 5) for alert in found.histories[0].at(step)]
    assert seen == [(MINUTE, 1, 3), (MINUTE, 2, 4), (MINUTE, 2, 4), (MINUTE, 4, 7)]


@pytest.mark.parametrize("stepwise", [False, True])
def test_labels_that_follow_the_value_make_other_alerts(stepwise: bool) -> None:
    labels = {"severity": "{{ if gt $value 5.0 }}page{{ else }}ticket{{ end }}", "gone": "{{ $labels.nothing }}"}
    rule = AlertingRule("A", parse("x"), "x", MINUTE, 0, labels)
    found = run([rule], 'x{a="b"} 1 1 9 9', stepwise=stepwise)
    seen = [[(alert.labels["severity"], alert.state) for alert in found.histories[0].at(step)] for step in range(4)]
    assert seen == [[("ticket", "pending")], [("ticket", "firing")], [("page", "pending")], [("page", "firing")]]
    assert set(found.histories[0].at(1)[0].labels) == {"a", "severity", "alertname"}


@pytest.mark.parametrize("stepwise", [False, True])
def test_rules_later_in_the_group_see_this_step_and_earlier_ones_the_last(stepwise: bool) -> None:
    rules: list[Rule] = [
        RecordingRule("before", parse("now"), "now"),
        RecordingRule("now", parse("vector(time())"), "vector(time())"),
        RecordingRule("after", parse("now"), "now"),
    ]
    found = run(rules, steps=3, stepwise=stepwise)
    values = {series.labels.metric: series.values.tolist() for series in found.storage}
    assert values == {"before": [0, 60], "now": [0, 60, 120], "after": [0, 60, 120]}


@pytest.mark.parametrize("stepwise", [False, True])
def test_query_offset_looks_back_and_writes_back(stepwise: bool) -> None:
    rule = RecordingRule("r", parse("x"), "x", {"added": "yes"})
    found = run([rule], "x 1 2 3 4", steps=4, stepwise=stepwise, query_offset=MINUTE)
    (series,) = [series for series in found.storage if series.labels.metric == "r"]
    assert dict(series.labels) == {"__name__": "r", "added": "yes"}
    assert (series.times.tolist(), series.values.tolist()) == ([0, MINUTE, 2 * MINUTE], [1, 2, 3])


@pytest.mark.parametrize("stepwise", [False, True])
@pytest.mark.parametrize(
    ("rule", "step", "message"),
    [
        (AlertingRule("A", parse("x"), "x"), 2, "exceeded limit of 1 with 2 alerts"),
        (RecordingRule("r", parse("x"), "x"), 2, "exceeded limit of 1 with 2 series"),
        (RecordingRule("r", parse('"text"'), '"text"'), 0, "rule result is not a vector or scalar"),
        (RecordingRule("r", parse("x + on () x"), "x + on () x"), 2, "many-to-many"),
    ],
)
def test_failures(rule: Rule, step: int, message: str, stepwise: bool) -> None:
    (failure,) = run([rule], 'x{i="1"} 1x9', 'x{i="2"} _ _ 1x7', stepwise=stepwise, limit=1).failures
    assert (failure.step, failure.time) == (step, step * MINUTE)
    assert message in failure.message


@pytest.mark.parametrize("stepwise", [False, True])
def test_input_and_rule_may_write_the_same_series_but_not_different_values(stepwise: bool) -> None:
    rule = RecordingRule("x", parse("y"), "y")
    same = run([rule], "x _ _ 5", "y 5 5 5", steps=3, stepwise=stepwise)
    assert not same.failures
    other = run([rule], "x _ _ 6", "y 5 5 5", steps=3, stepwise=stepwise)
    assert [(f.step, f.message) for f in other.failures] == [(2, "duplicate sample for timestamp")]


def test_annotations_ask_the_data_that_the_rule_saw() -> None:
    rules: list[Rule] = [
        RecordingRule("early", parse("vector(time())"), "vector(time())"),
        AlertingRule("A", parse("x"), "x", 0, 0, {}, {"e": "{{ query `early` }}", "l": "{{ query `late` }}"}),
        RecordingRule("late", parse("vector(time())"), "vector(time())"),
    ]
    found = run(rules, "x 1x9", steps=3)
    expander = found.annotator(1, 2)
    alert = found.histories[1].at(2)[0]
    ask = "{{ range query `%s` }}{{ .Value }}{{ end }} {{ $externalLabels.site }} {{ $externalURL }}"
    texts = [expander.expand(ask % name, "A", alert.series, alert.value, 2 * MINUTE) for name in ("early", "late")]
    assert texts == ["120 eqiad http://prometheus", "60 eqiad http://prometheus"]
