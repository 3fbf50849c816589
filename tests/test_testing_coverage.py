"""What tests prove of rules, and of the SLOs behind them."""

from __future__ import annotations

import pytest

from generator.diagnostics import Origin
from generator.promql.parse import parse
from generator.rules.group import AlertingRule, RecordingRule, Rule
from generator.testing.coverage import Coverage, Point, as_text, coverage, slo_of
from generator.testing.mutants import mutants


def alert(text: str, **labels: str) -> Rule:
    return AlertingRule("A", parse(text), text, labels=labels)


@pytest.mark.parametrize(
    ("rule", "slo"),
    [
        (alert("up"), ""),
        (alert("up", slo="availability"), "availability"),
        (alert("up", sloth_slo="x", sloth_id="shop-x"), "shop-x"),
        (alert('max(ratio{sloth_id="shop-x", sloth_slo="x"}) > 1'), "shop-x"),
        (alert('ratio{slo=~"x|y"}'), ""),
        (RecordingRule("r", parse("up"), "up", {"slo": "x"}), "x"),
    ],
)
def test_the_slo_of_a_rule(rule: Rule, slo: str) -> None:
    assert slo_of(rule) == slo


def test_files_add_up() -> None:
    at = Origin("rules.yml", 3)
    found = coverage(
        [
            Point("alert", "Page", at, "s", frozenset({"firing"})),
            Point("alert", "Ticket", Origin("rules.yml", 9), "s"),
            Point("recording rule", "r", Origin("rules.yml", 1), "s"),
            Point("alert", "Page", at, "s", frozenset({"quiet"})),
        ]
    )
    assert [(point.kind, point.name, point.missing) for point in found.points] == [
        ("alert", "Page", ()),
        ("alert", "Ticket", ("firing", "quiet")),
        ("recording rule", "r", ("recorded",)),
        ("SLO", "s", ()),
    ]
    assert found.percent == pytest.approx(100 * 4 / 7)
    assert as_text(found).splitlines()[0] == "  rules.yml:9: alert Ticket is never asserted firing or quiet"


def test_nothing_to_prove_is_all_proved() -> None:
    assert Coverage(()).percent == 100


def changes(rule: Rule) -> list[str]:
    return [mutant.change for mutant in mutants(rule)]


def test_mutants() -> None:
    text = 'rate(errors{job="a", code=~"5.."}[5m]) > 0.5 and on (job) up == 0'
    rule = AlertingRule("A", parse(text), text, 60_000, 120_000)
    assert changes(rule) == [
        "set operator: and → or",
        "comparison: > → <",
        "threshold: 0.5 → 0.55",
        "threshold: 0.5 → 0.45",
        "window: 5m → 10m of errors",
        'matcher dropped: job="a" of errors',
        'matcher dropped: code=~"5.." of errors',
        "comparison: == → !=",
        "threshold: 0 → 1",
        "threshold: 0 → -1",
        "for: 1m → none",
        "for: 1m → 2m",
        "keep_firing_for: 2m → none",
    ]


def test_mutants_differ_from_the_rule_and_from_each_other() -> None:
    text = "a > 0 or a < 0 or (a > 0)"
    made = [mutant.rule for mutant in mutants(alert(text))]
    assert len({rule.text for rule in made}) == len(made)
    assert parse(text) not in [rule.expr for rule in made]
