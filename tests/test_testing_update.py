"""`--update` rewrites what fails, keeps comments, and the file passes afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.testing.fixture_run import RuleCache, run_fixture
from generator.testing.update import Edit, apply, update

RULES = """\
groups:
- name: g
  rules:
  - alert: Down
    expr: up == 0
    labels: {severity: page}
    annotations:
      summary: '{{ $labels.job }} is "down": 한국'
      long: "two\\nlines"
  - {record: ups, expr: count(up)}
"""

HEAD = """\
# at the top
rule_files: [rules.yml]
tests:
# about the test
- interval: 1m
  input_series:
  - {series: 'up{job="a"}', values: '0 0 0 1'} # trailing 한국
  - {series: 'up{job="b"}', values: '1x5'}
"""


def updated(tmp_path: Path, body: str) -> tuple[str, int]:
    (tmp_path / "rules.yml").write_text(RULES, encoding="utf-8")
    path = tmp_path / "x_test.yml"
    path.write_text(HEAD + body, encoding="utf-8")
    count = update(path)
    outcome = run_fixture(path, RuleCache())
    assert not outcome.unreadable
    assert not outcome.failed
    assert update(path) == 0
    return path.read_text(encoding="utf-8").removeprefix(HEAD), count


def test_a_value_is_replaced_where_it_stands(tmp_path: Path) -> None:
    body = """\
  promql_expr_test:
  - expr: ups # how many
    eval_time: 1m
    exp_samples:
    # all of them
    - labels: ups
      value: 7 # not so
    # after it
  - {expr: up == 1, eval_time: 5m, exp_samples: [{labels: 'up{job="a"}', value: 5}, {labels: 'up{job="b"}', value: 1}]}
"""
    text, count = updated(tmp_path, body)
    assert count == 2
    assert text == body.replace("value: 7 ", "value: 2 ").replace("value: 5}", "value: 1}")


def test_alerts_are_written_anew(tmp_path: Path) -> None:
    text, count = updated(
        tmp_path,
        """\
  alert_rule_test:
  - eval_time: 1m
    alertname: Down
    exp_alerts: []
  # before the second
  - eval_time: 5m
    alertname: Down
    exp_alerts:
    - exp_labels: {severity: page, job: a}
  # at the end
""",
    )
    assert count == 2
    assert (
        text
        == """\
  alert_rule_test:
  - eval_time: 1m
    alertname: Down
    exp_alerts:
      - exp_labels:
          job: a
          severity: page
        exp_annotations:
          long: "two\\nlines"
          summary: 'a is "down": 한국'
  # before the second
  - eval_time: 5m
    alertname: Down
    exp_alerts: []
  # at the end
"""
    )


def test_expectations_are_added_where_there_are_none(tmp_path: Path) -> None:
    text, count = updated(
        tmp_path,
        """\
  promql_expr_test:
  - expr: sum(up) / 0
    eval_time: 0
  - expr: up{job="b"} * 0.5
    eval_time: 0
    exp_samples: [] # none
""",
    )
    assert count == 2
    assert (
        text
        == """\
  promql_expr_test:
  - expr: sum(up) / 0
    eval_time: 0
    exp_samples:
      - value: .inf
  - expr: up{job="b"} * 0.5
    eval_time: 0
    exp_samples:
      - labels: '{job="b"}'
        value: 0.5 # none
"""
    )


def test_partial_expectations_and_broken_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(RULES, encoding="utf-8")
    path = tmp_path / "x_test.yml"
    partial = """\
  alert_rule_test:
  - {eval_time: 1m, alertname: Down, exp_alerts: [{exp_labels_include: {severity: ticket}}]}
"""
    for text in (HEAD + partial, HEAD + "  nothing: known\n"):
        path.write_text(text, encoding="utf-8")
        assert update(path) == 0
        assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("order", [1, -1])
def test_edits_do_not_move_each_other(order: int) -> None:
    edits = [Edit(0, 1, "xyz"), Edit(2, 2, "-"), Edit(3, 6, "")]
    assert apply("abcdef", edits[::order]) == "xyzb-c"


def test_a_case_in_braces_stays_in_braces(tmp_path: Path) -> None:
    text, count = updated(
        tmp_path,
        """\
  alert_rule_test:
  - {eval_time: 1m, alertname: Down, exp_alerts: []} # down already
  - {eval_time: 5m, alertname: Down, exp_alerts: [{exp_labels: {severity: page}}]}
  promql_expr_test:
  - {expr: ups, eval_time: 1m}
""",
    )
    assert count == 3
    assert 'exp_alerts: [{"exp_labels": {"job": "a", "severity": "page"}, "exp_annotations": {' in text
    assert "}}]} # down already" in text
    assert 'exp_samples: [{"labels": "ups{}", "value": 2}]}' in text
