"""What an assertion proves: the rule that fired and not its namesake, quiet with data and not without."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.testing.coverage import Proof
from generator.testing.fixture_run import RuleCache, run_fixture

RULES = """
groups:
  - name: rules
    rules:
      - record: job:errors:ratio
        expr: rate(errors_total[5m]) / rate(requests_total[5m])
      - record: job:errors:day
        expr: avg_over_time(job:errors:ratio[1d])
      - record: job:memory:ratio
        expr: memory_used / memory_limit
      - alert: Errors
        expr: job:errors:day > 0.5
        labels: {step: first}
      - alert: Errors
        expr: errors_total > 100
        for: 10m
        labels: {step: second}
      - alert: Gone
        expr: absent(requests_total)
        for: 5m
      - alert: Full
        expr: memory_used / memory_limit > 0.9 or disk_used > 0.9
      - alert: Slow
        expr: latency > 1 and on () night == 0
"""

Proved = dict[str, set[Proof]]


def proved(folder: Path, series: dict[str, str], *cases: str) -> Proved:
    """What a test proves of each rule; alerts of one name are told apart by their label `step`."""
    inputs = "".join(f"      - {{series: '{name}', values: '{values}'}}\n" for name, values in series.items())
    alerts = [case for case in cases if "alertname" in case]
    exprs = [case for case in cases if "alertname" not in case]
    listed = [("alert_rule_test", alerts), ("promql_expr_test", exprs), ("input_series", [])]
    blocks = "".join(f"    {key}:\n" + "".join(f"      - {{{c}}}\n" for c in some) for key, some in listed if some)
    if inputs:
        blocks += f"    input_series:\n{inputs}"
    (folder / "rules.yml").write_text(RULES, encoding="utf-8")
    text = f"rule_files: [rules.yml]\nevaluation_interval: 1m\ntests:\n  - interval: 1m\n{blocks}"
    (folder / "rules_test.yml").write_text(text, encoding="utf-8")
    cache = RuleCache()
    outcome = run_fixture(folder / "rules_test.yml", cache)
    assert not outcome.unreadable, outcome.problems
    assert not [verdict for verdict in outcome.verdicts if verdict.failed]
    rules = [rule for group in cache.read(str(folder / "rules.yml"))[0].groups for rule in group.rules]
    names = [f"{rule.name} {rule.labels['step']}" if "step" in rule.labels else rule.name for rule in rules]
    return {name: set(point.proved) for name, point in zip(names, outcome.points, strict=True) if point.proved}


QUIET = "exp_alerts: []"
BURNING = {"errors_total": "0+60x60", "requests_total": "0+60x60"}


def test_an_alert_that_fires_proves_itself_and_not_its_namesake(tmp_path: Path) -> None:
    fires = "eval_time: 6m, alertname: Errors, exp_alerts: [{exp_labels: {step: first}}]"
    found = proved(tmp_path, BURNING, fires)
    assert found["Errors first"] == {"firing"}
    assert found["Errors second"] == {"quiet"}, "it is pending"


def test_by_alerts_too_the_namesake_is_left_out(tmp_path: Path) -> None:
    query = 'expr: "count(ALERTS{alertstate=\\"firing\\", step=\\"first\\"})", eval_time: 6m, exp_samples: [{value: 1}]'
    assert "Errors second" not in proved(tmp_path, BURNING, query)
    everyone = 'expr: "count(ALERTS{alertstate=\\"firing\\"})", eval_time: 6m, exp_samples: [{value: 1}]'
    assert proved(tmp_path, BURNING, everyone)["Errors second"] == {"quiet"}
    pending = 'expr: "count(ALERTS{alertstate=\\"pending\\"})", eval_time: 6m, exp_samples: [{value: 1}]'
    assert "Errors second" not in proved(tmp_path, BURNING, pending)


@pytest.mark.parametrize(
    ("alert", "series"),
    [
        ("Errors first", {"job:errors:day": "0.1x10"}),
        ("Errors second", {"errors_total": "1x10"}),
        ("Gone", {"requests_total": "1x10"}),
        ("Gone", {"other": "1x10"}),  # pending: what it waits for is that nothing is there
        ("Full", {"disk_used": "0.5x10"}),
        ("Full", {"memory_used": "1x10", "memory_limit": "2x10"}),
        ("Slow", {"latency": "2x10"}),
    ],
)
def test_quiet_is_proved_where_the_alert_could_have_spoken(alert: str, series: dict[str, str], tmp_path: Path) -> None:
    assert "quiet" in proved(tmp_path, series, f"eval_time: 4m, alertname: {alert.split()[0]}, {QUIET}")[alert]


@pytest.mark.parametrize(
    ("alert", "series"),
    [
        ("Errors first", {}),
        ("Errors first", {"errors_total": "1x10"}),  # what it reads is not recorded without requests
        ("Errors second", {"requests_total": "1x10"}),
        ("Errors second", {"errors_total": "1x1 stale"}),
        ("Full", {"memory_used": "1x10"}),
        ("Slow", {"other": "1x10"}),
    ],
)
def test_quiet_is_not_proved_without_data(alert: str, series: dict[str, str], tmp_path: Path) -> None:
    found = proved(tmp_path, series, f"eval_time: 9m, alertname: {alert.split()[0]}, {QUIET}")
    assert alert not in found


def test_a_recording_is_proved_by_a_query_that_sees_it(tmp_path: Path) -> None:
    samples = "[{labels: job:memory:ratio, value: 0.5}]"
    query = f"expr: job:memory:ratio or job:errors:ratio, eval_time: 1m, exp_samples: {samples}"
    found = proved(tmp_path, {"memory_used": "1x10", "memory_limit": "2x10"}, query)
    assert found == {"job:memory:ratio": {"recorded"}}


def test_a_recording_is_not_proved_by_input_of_its_name(tmp_path: Path) -> None:
    query = "expr: job:memory:ratio, eval_time: 1m, exp_samples: [{labels: job:memory:ratio, value: 0.5}]"
    assert proved(tmp_path, {"job:memory:ratio": "0.5x10"}, query) == {}


def test_an_alert_that_fires_proves_what_it_reads(tmp_path: Path) -> None:
    fires = "eval_time: 6m, alertname: Errors, exp_alerts: [{exp_labels: {step: first}}]"
    found = proved(tmp_path, BURNING, fires)
    assert found["job:errors:day"] == found["job:errors:ratio"] == {"recorded"}
    given = proved(tmp_path, {"job:errors:ratio": "0.7x10"}, fires)
    assert given["job:errors:day"] == {"recorded"}
    assert "job:errors:ratio" not in given


def test_a_query_without_result_proves_no_recording(tmp_path: Path) -> None:
    query = "expr: job:memory:ratio > 1, eval_time: 1m, exp_samples: []"
    assert proved(tmp_path, {"memory_used": "1x10", "memory_limit": "2x10"}, query) == {}
