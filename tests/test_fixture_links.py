"""The links of alerts in `tests/rules`: set by a script, and nothing else touched."""

from __future__ import annotations

from generator.labels import LabelSet
from generator.model.bundle import AlertingRule
from generator.promql import parse
from scripts.fixture_links import mended

BEFORE = """\
tests:
  # kept
  - alert_rule_test:
      - {eval_time: 1m, alertname: Down, exp_alerts: []}
      - eval_time: 2m
        alertname: Down
        exp_alerts:
          - exp_labels: {severity: page, job: web}
            exp_annotations:
              summary: >-
                It is
                down
              runbook_url: "https://old"
          - exp_labels: {severity: ticket}
            exp_annotations: {summary: Down}
          - exp_labels: {severity: other}
            exp_annotations: {summary: Down}
          - exp_labels: {severity: page}
"""

AFTER = BEFORE.replace('"https://old"', "https://page\n              dashboard_url: https://panel").replace(
    "{severity: ticket}\n            exp_annotations: {summary: Down}",
    "{severity: ticket}\n            exp_annotations: {summary: Down, runbook_url: https://ticket}",
)


def rule(severity: str, **links: str) -> AlertingRule:
    """A rule of the alert."""
    labels, annotations = LabelSet({"severity": severity}), LabelSet(links)
    return AlertingRule("Down", parse("up == 0"), labels=labels, annotations=annotations)


RULES = [
    rule("page", runbook_url="https://page", dashboard_url="https://panel"),
    rule("ticket", runbook_url="https://ticket", dashboard_url="https://{{ $labels.x }}"),
]


def test_links_are_set_and_everything_else_stays() -> None:
    assert mended(BEFORE, RULES) == AFTER


def test_doing_it_again_changes_nothing() -> None:
    assert mended(AFTER, RULES) == AFTER
