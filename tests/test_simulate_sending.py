"""What is read from `prometheus.yml`: external labels, and what alerts go through before they are sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.simulate.alerts_sender import Sending
from generator.simulate.prometheus_config import load_sending

TEAM = "{target_label: team, replacement: all}"
OWN = "{target_label: own, replacement: one}"
OTHER = "{target_label: own, replacement: two}"


def read(tmp_path: Path, text: str) -> tuple[Sending, list[str]]:
    """How the Prometheus of a text sends, and what is said of it, with lines."""
    path = tmp_path / "prometheus.yml"
    path.write_text(text, encoding="utf-8")
    sending, problems = load_sending(path)
    return sending, [f"{problem.origin.line}: {problem.severity}: {problem.message}" for problem in problems]


@pytest.mark.parametrize(
    ("alerting", "targets"),
    [
        (f"alert_relabel_configs: [{TEAM}]", ["team"]),
        (f"alertmanagers: [{{alert_relabel_configs: [{OWN}]}}]", ["own"]),
        # What is for all comes first.
        (f"alertmanagers: [{{alert_relabel_configs: [{OWN}]}}], alert_relabel_configs: [{TEAM}]", ["team", "own"]),
        (f"alertmanagers: [{{alert_relabel_configs: [{OWN}]}}, {{alert_relabel_configs: [{OWN}]}}]", ["own"]),
        ("alertmanagers: [{scheme: https, static_configs: []}]", []),
        ("alertmanagers: []", []),
    ],
)
def test_steps_are_those_for_all_and_those_of_the_alertmanager(
    alerting: str, targets: list[str], tmp_path: Path
) -> None:
    sending, said = read(tmp_path, f"alerting: {{{alerting}}}")
    assert [step.target_label for step in sending.relabel] == targets
    assert said == []


@pytest.mark.parametrize("second", [f"{{alert_relabel_configs: [{OTHER}]}}", "{scheme: https}"])
def test_steps_that_differ_from_one_alertmanager_to_another_are_left_out(second: str, tmp_path: Path) -> None:
    text = f"alerting:\n  alert_relabel_configs: [{TEAM}]\n  alertmanagers:\n    - alert_relabel_configs: [{OWN}]\n"
    sending, said = read(tmp_path, f"{text}    - {second}\n")
    assert [step.target_label for step in sending.relabel] == ["team"]
    assert said == ["5: warning: the groups of Alertmanagers have alert_relabel_configs that differ"]


def test_a_fault_in_a_step_of_one_alertmanager_is_told(tmp_path: Path) -> None:
    _, said = read(tmp_path, "alerting:\n  alertmanagers:\n    - alert_relabel_configs: [{action: shuffle}]\n")
    assert said == ["3: error: unknown relabel action 'shuffle'"]


@pytest.mark.parametrize(
    ("text", "name"),
    [("${REGION}", "${REGION}"), ("eu-$ZONE", "$ZONE"), ("$${A}$B", "$B"), ("plain", ""), ("10$", ""), ("a$$b", "")],
)
def test_external_labels_from_the_environment_are_told(text: str, name: str, tmp_path: Path) -> None:
    sending, said = read(tmp_path, f"global:\n  external_labels:\n    region: '{text}'\n")
    assert sending.external_labels == {"region": text}
    message = f"3: warning: external label 'region': what {name} stands for depends on Prometheus' environment"
    assert said == ([message] if name else [])
