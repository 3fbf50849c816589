"""Generated tests of escalation policies: what they hold, and that they notice a rule that is wrong."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.duration import DAY, HOUR, MINUTE, SECOND, parse
from generator.expand.fixtures.escalating import step_of
from generator.expand.fixtures.texts import Unknown, expanded, humanized, labels_asked_for
from generator.gotemplate.humanize import humanize_duration
from generator.model.bundle import Bundle
from generator.pipeline import compile_project
from generator.targets import prometheus
from generator.targets import tests as fixtures
from generator.testing.coverage import coverage
from generator.testing.run import run_files
from tests.conftest import CASES, compare

FOLDER = CASES / "escalation"


def bundle_of(path: Path) -> Bundle:
    bundle = compile_project([path], path.parent).bundle
    assert bundle is not None
    return bundle


def written(bundle: Bundle, folder: Path) -> list[Path]:
    """Rules and fixtures below a folder; the fixtures of escalations."""
    files = {**prometheus.render(bundle).files, **fixtures.render(bundle).files}
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return sorted((folder / "tests").glob("*escalation*_test.yml"))


def test_generated_tests(update: bool) -> None:
    files = fixtures.render(bundle_of(FOLDER / "chain.py")).files
    texts = [f"# {path}\n{text}" for path, text in files.items() if "escalation" in path.name]
    compare(FOLDER / "chain.tests.yml", "".join(texts), update)


def test_generated_tests_pass_and_prove_every_escalation(tmp_path: Path) -> None:
    outcomes = run_files(written(bundle_of(FOLDER / "chain.py"), tmp_path))
    assert not [verdict for outcome in outcomes for verdict in outcome.verdicts if verdict.failed]
    found = coverage(point for outcome in outcomes for point in outcome.points)
    assert len(found.points) > 10
    assert not [point for point in found.gaps() if point.kind == "alert"]


CHANGES = {
    "a step that comes too early": ("for: 15m", "for: 14m"),
    "a step that comes too late": ("for: 1h", "for: 1h5m"),
    "another step's name": ("escalation: unresolved-15m", "escalation: unresolved-16m"),
    "an alert that is only pending": (', alertstate="firing"', ""),
    "escalations of escalations": (', escalation=""', ""),
    "another alert": ('alertname="Down"', 'alertname="Full"'),
    "another level": ("unresolved-15m\n          level: P0", "unresolved-15m\n          level: P2"),
    "another text": ("It was not resolved", "It was resolved"),
    "no runbook": ("Runbook: https", "Book: https"),
    "how long it has fired, not burned": ("time() - ALERTS_FOR_STATE", "time() - 60 - ALERTS_FOR_STATE"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_generated_tests_notice(change: str, tmp_path: Path) -> None:
    tests = written(bundle_of(FOLDER / "chain.py"), tmp_path)
    rules = tmp_path / "prometheus" / "rules" / "chain-escalation.yml"
    text = rules.read_text(encoding="utf-8")
    before, after = CHANGES[change]
    assert before in text
    rules.write_text(text.replace(before, after), encoding="utf-8")
    outcomes = run_files(tests)
    assert not any(outcome.unreadable for outcome in outcomes)
    assert any(verdict.failed for outcome in outcomes for verdict in outcome.verdicts)


UNSAYABLE = """
from generator import P0, Alert, EscalationPolicy, Receiver, Route, Service, Step, Team, Webhook

chief = Receiver("chief", Webhook("http://chief/", people=True))
ops = Team("ops")
web = Service("web", team=ops)
full = Alert("Full", service=web, level=P0, expr="full > 1", summary="{{ if eq 1 1 }}full{{ end }}")
policy = EscalationPolicy("late", levels=[P0], steps=[Step(after="10m", to=chief)])
root = Route(to=chief)
"""


def test_texts_that_nobody_can_foresee_are_left_out_and_named(tmp_path: Path) -> None:
    (tmp_path / "web.py").write_text(UNSAYABLE, encoding="utf-8")
    rendering = fixtures.render(bundle_of(tmp_path / "web.py"))
    (text,) = rendering.files.values()
    assert "alert_rule_test" not in text
    assert 'escalation="late-10m"' in text
    (problem,) = rendering.problems
    assert (problem.check, problem.origin.line) == ("tests/underivable", 8)


def test_the_files_are_named_by_their_rules() -> None:
    names = fixtures.render(bundle_of(FOLDER / "chain.py")).files
    assert PurePosixPath("tests/chain-escalation_every_30s_test.yml") in names


@pytest.mark.parametrize(
    ("delay", "step"),
    [
        ("0s", "1m"),
        ("15m", "30s"),
        ("1h", "2m"),
        ("4h", "10m"),
        ("1d", "1h"),
        ("7m", "15s"),
        ("1m", "2s"),
        ("7s", "1s"),
    ],
)
def test_evaluations_suit_the_delay(delay: str, step: str) -> None:
    assert step_of(parse(delay)) == parse(step)


@given(seconds=st.integers(1, 3 * DAY // SECOND))
def test_a_delay_is_a_whole_number_of_evaluations(seconds: int) -> None:
    delay = seconds * SECOND
    assert delay % step_of(delay) == 0
    assert delay // step_of(delay) >= min(24, seconds)


@given(seconds=st.integers(0, 400 * DAY // SECOND))
def test_durations_are_written_as_prometheus_writes_them(seconds: int) -> None:
    assert humanized(seconds) == humanize_duration(float(seconds))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("plain", "plain"),
        ("{{ $labels.a }} and {{.Labels.b}}", "x and "),
        ("for {{ $value | humanizeDuration }}", f"for {humanized((HOUR + MINUTE) // SECOND)}"),
    ],
)
def test_texts_are_expanded(text: str, said: str) -> None:
    assert expanded(text, {"a": "x"}, 3660) == said


@pytest.mark.parametrize("text", ["{{ $value }}", '{{ with query "up" }}x{{ end }}', "{{ $labels.a | toUpper }}"])
def test_other_templates_are_not_guessed(text: str) -> None:
    assert isinstance(expanded(text, {"a": "x"}, 1), Unknown)


def test_labels_that_texts_ask_for() -> None:
    assert labels_asked_for(["{{ $labels.b }}", "{{ .Labels.a | title }} {{ $labels.b }}"]) == ["a", "b"]
