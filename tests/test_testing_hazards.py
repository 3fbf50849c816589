"""Leaving out rules that no assertion reaches does not change whether rules fail."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from generator.engine.settings import Settings
from generator.engine.storage import Storage
from generator.promql.parse import parse
from generator.rules.evaluation import Grid, Run, Surroundings, run_rules
from generator.rules.graph import Graph, placed
from generator.rules.read import parse_rules
from generator.testing.hazards import Hazards, is_risky, result_labels
from generator.testing.loading import fill
from generator.testing.series import parse_metric, parse_values
from tests.rule_strategies import SETTINGS, STEP, Setting


def run(setting: Setting, *, everything: bool) -> Run:
    graph = Graph(placed(setting.groups))
    grid = Grid(0, STEP, setting.steps)
    storage = Storage()
    for series in setting.series:
        fill(storage, series.labels, series.values, 0, STEP, int(grid.times[-1]))
    chosen = range(len(graph.rules)) if everything else graph.reachable(Hazards(graph).on(storage))
    return run_rules(graph, chosen, storage, grid, Surroundings(Settings(default_step=STEP)))


@settings(max_examples=300, deadline=None)
@given(SETTINGS)
def test_no_failing_rule_is_left_out(setting: Setting) -> None:
    whole, part = run(setting, everything=True), run(setting, everything=False)
    assert [(f.step, f.rule.name) for f in whole.failures] == [(f.step, f.rule.name) for f in part.failures]


@pytest.mark.parametrize(
    "expr",
    [
        "up == 0",
        "sum(rate(a[5m])) / sum(rate(b[5m])) > 0.1",
        "rate(a[5m]) / rate(b[5m])",
        "sum by (job) (a) / on (job) group_left sum by (job) (b)",
        "a and on (job) b",
        "histogram_quantile(0.9, sum by (le) (rate(a_bucket[5m]))) > 1",
        "absent(up)",
        "a or b",
        "vector(1)",
    ],
)
def test_what_cannot_fail(expr: str) -> None:
    assert not is_risky(parse(expr))


@pytest.mark.parametrize(
    ("expr", "labels"),
    [
        ("a", None),
        ("sum(a)", set()),
        ("sum by (x) (a) / sum by (x, y) (b)", {"x"}),
        ("2 * sum by (x) (a) > 3", {"x"}),
        ("topk by (x) (1, a)", None),
        ("sum without (x) (a)", None),
        ("sum by (x) (a) or sum by (y) (b)", None),
        ("sum by (x) (a) * on (x) group_right b", None),
        ("sum by (x) (a) and b", {"x"}),
        ("histogram_quantile(0.9, sum by (le, x) (a))", {"le", "x"}),
        ('count_values by (x) ("v", a)', None),
    ],
)
def test_labels_of_results(expr: str, labels: set[str] | None) -> None:
    assert result_labels(parse(expr)) == labels


@pytest.mark.parametrize(
    "expr",
    [
        "a + on (job) b",
        "a * on (job) group_left b",
        "a / ignoring (x) b",
        "a or on (x) b",
        "a or ignoring (x) b",
        'label_replace(a, "x", "y", "x", ".*")',
        '{__name__=~"a|b"}',
        'topk(1, {a="b"})',
        'count_values("x", a)',
        "(a or on (x) b) / c",
    ],
)
def test_what_may_fail(expr: str) -> None:
    assert is_risky(parse(expr))


PLACES = ['a{place="1"}', 'a{place="2"}']


@pytest.mark.parametrize(
    ("rules", "series"),
    [
        ("{record: r, expr: ALERTS}, {alert: One, expr: a}, {alert: Two, expr: a}, {alert: Of, expr: r}", ["a"]),
        ("{alert: One, expr: a}", ['a{alertname="x"}', 'a{alertname="y"}']),
        (
            "{record: r, expr: a, labels: {x: b}}, {record: r, expr: c, labels: {x: d}}, "
            "{record: s, expr: r, labels: {x: e}}",
            ["a", "c"],
        ),
        ("{record: r, expr: a, labels: {place: here}}", PLACES),
    ],
    ids=["alerts of recorded alerts", "series with a name of an alert", "labels that rules set", "labels of series"],
)
def test_series_that_only_overridden_labels_tell_apart(rules: str, series: list[str]) -> None:
    made, problems = parse_rules(f"groups: [{{name: g, rules: [{rules}]}}]", "rules.yml")
    assert not problems
    setting = Setting(tuple(made.groups), tuple((name, "1x3") for name in series), 3)
    assert run(setting, everything=True).failures
    assert run(setting, everything=False).failures


def test_labels_that_every_selector_asks_for_tell_nothing_apart() -> None:
    made, _ = parse_rules(
        "groups: [{name: g, rules: [{record: r, expr: 'sum(a)', labels: {id: x}}, "
        "{record: s, expr: 'r{id=\"x\"} * 2', labels: {id: x}}]}]",
        "rules.yml",
    )
    assert not Hazards(Graph(placed(made.groups))).on(Storage())
    storage = Storage()
    fill(storage, parse_metric("a"), parse_values("1x3", 4), 0, STEP, 3 * STEP)
    assert not Hazards(Graph(placed(made.groups))).on(storage)
