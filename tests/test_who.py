"""`tocsin who` and `tocsin routes`: to whom alerts go, in and out of hours."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from generator.cli.main import root
from generator.duration import HOUR, MINUTE, SECOND
from generator.model.bundle import AlertingRule, Bundle
from generator.pipeline import compile_project
from generator.report.who import Way, Who, alert_names, alike, asked_for, rendered_config, who, who_notes, who_table
from generator.simulate.config import Config
from tests.conftest import ROOT

ALERTMANAGER = ROOT / "rendered" / "alertmanager" / "alertmanager.yml"


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    found = compile_project([Path("alerts")], ROOT).bundle
    assert found is not None
    return found


@pytest.fixture(scope="module")
def config(bundle: Bundle) -> Config:
    return rendered_config(bundle)


@pytest.fixture
def postgres(bundle: Bundle, config: Config) -> Who:
    return who(bundle, "PostgreSQLDown", config)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(root, arguments, prog_name="tocsin")


def test_three_tiers_in_their_hours(postgres: Who) -> None:
    """The database is down: operations at once, the second tier by day, the third after an hour."""
    told = [(way.after // SECOND, way.what, way.receiver, way.active) for way in postgres.ways]
    fires = MINUTE // SECOND + 10
    assert told[:4] == [
        (fires, "fires", "slack-and-email", ()),
        (fires + 15 * 60, "unresolved-15m", "second-tier", ("business-hours",)),
        (fires + 15 * 60, "unresolved-15m", "slack-and-email", ()),
        (fires + 60 * 60, "unresolved-1h", "third-tier", ()),
    ]
    assert "outside business-hours" in [row[-1] for row in who_table(postgres)[1]]


def test_what_the_table_does_not_say(bundle: Bundle, postgres: Who) -> None:
    notes = "\n".join(who_notes(bundle, postgres))
    assert "P0: somebody responds within 15m, restored within 1h" in notes
    assert "business-hours: mon-fri 09:00-18:00 (Asia/Seoul)" in notes
    assert "Nobody is told in weekly-maintenance." in notes


def test_every_alert_tells_somebody(bundle: Bundle, config: Config) -> None:
    """Of each there is a way, no later than its own `for` and the longest escalation allow, and each way has a text."""
    waits = {
        rule.name: rule.for_
        for file in bundle.rule_files
        for group in file.groups
        for rule in group.rules
        if isinstance(rule, AlertingRule) and "escalation" not in rule.labels
    }
    for name in alert_names(bundle):
        found = who(bundle, name, config)
        assert found.ways, name
        assert all(way.by for way in found.ways), name
        first = found.ways[0]
        assert first.after <= waits[name] + MINUTE, name
        assert [way.after for way in found.ways] == sorted(way.after for way in found.ways)
        assert len(who_table(found)[1]) == len(found.ways)


def test_urgent_alerts_reach_somebody_in_time(bundle: Bundle, config: Config) -> None:
    """What `validate` promises of P0 alerts, looked at from the other end."""
    urgent = [found for name in alert_names(bundle) if _urgent(found := who(bundle, name, config))]
    assert len(urgent) >= 5
    for found in urgent:
        always = [way for way in found.ways if not way.active and set(way.mute) <= {"weekly-maintenance"}]
        assert min(way.after for way in always) <= 15 * MINUTE, found.alert


def _urgent(found: Who) -> bool:
    return any(way.level == "P0" for way in found.ways)


def test_an_slo_stands_for_its_alerts(bundle: Bundle) -> None:
    assert asked_for(bundle, "backend-error-rate") == [
        "BackendErrorRateErrorBudgetBurn",
        "BackendErrorRateMetricAbsent",
    ]
    assert asked_for(bundle, "PostgreSQLDown") == ["PostgreSQLDown"]
    assert asked_for(bundle, "Nothing") == []


def test_what_holds_an_alert_back(bundle: Bundle, config: Config) -> None:
    assert "BackendDown" in who(bundle, "BackendUnhealthy", config).held_by
    assert who(bundle, "Heartbeat", config).held_by == ()


@pytest.mark.parametrize(
    ("wrong", "meant"), [("postgresdown", "PostgreSQLDown"), ("backend-eror-rate", "backend-error-rate")]
)
def test_names_that_may_have_been_meant(bundle: Bundle, wrong: str, meant: str) -> None:
    assert alike(bundle, wrong)[0] == meant


def test_common_silence_is_said_once() -> None:
    ways = [Way(0, "fires", "", "a", ("slack",), (), mute, HOUR) for mute in (("night",), ("night", "office"))]
    assert [row[-1] for row in who_table(Who("A", tuple(ways), ()))[1]] == ["always", "outside office"]


def test_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    unknown = run("who", "PostgresDown")
    assert (unknown.exit_code, "did you mean PostgreSQLDown" in unknown.output) == (2, True)
    found = json.loads(run("who", "PostgreSQLDown", "--format", "json").output)
    assert [one["alert"] for one in found] == ["PostgreSQLDown"]
    assert found[0]["ways"][0]["after"] == 70
    text = run("who", "backend-error-rate").output
    assert text.index("BackendErrorRateErrorBudgetBurn") < text.index("BackendErrorRateMetricAbsent")


def test_routes_explained_for_programs() -> None:
    config = ["--config", str(ALERTMANAGER), "--format", "json", "--explain"]
    night = run("routes", *config, "--at", "Sun 02:30 Asia/Seoul", "severity=critical", "service=backend")
    told = json.loads(night.output)
    assert told["intervals_in_force"] == ["weekly-maintenance"]
    assert told["routes"][0]["muted_by"] == ["weekly-maintenance"]
    takers = [step for step in told["passed"] if step["takes"]]
    assert [step["receiver"] for step in takers] == told["receivers"]
    assert all(step["matches"] == (step["refused_by"] is None) for step in told["passed"])
    assert told["passed"][0]["depth"] == 0


def test_a_moment_that_is_none() -> None:
    wrong = run("routes", "--config", str(ALERTMANAGER), "--at", "Someday 10:00", "a=b")
    assert (wrong.exit_code, "Sun 02:30" in wrong.output) == (2, True)


QUIET = """
from generator import SLO, BurnPolicy, Contact, Events, Page, Receiver, Route, Service, Team, Ticket, Webhook
ops = Team("ops", contacts=[Contact(email="ops@example.org")])
auth = Service("auth", team=ops)
root = Route(to=Receiver("mail", Webhook("http://mail.example", people=True)))
events = Events("rate(errors_total[$window])", "rate(requests_total[$window])")
off = SLO("off", service=auth, objective=99.9, sli=events, page=Page(disable=True), ticket=Ticket(disable=True))
calm = SLO("calm", service=auth, objective=99.9, sli=events, burn=BurnPolicy(), absent_for=None)
"""


@pytest.mark.parametrize("name", ["auth-off", "off", "calm"])
def test_an_slo_without_alerts_is_told_from_a_name_that_is_none(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "alerts").mkdir()
    (tmp_path / "alerts" / "quiet.py").write_text(QUIET)
    monkeypatch.chdir(tmp_path)
    valid = run("validate")
    assert valid.exit_code == 0, valid.output
    assert "no problems" in valid.output
    found = run("who", name)
    assert found.exit_code == 2
    assert f"SLO 'auth-{name.removeprefix('auth-')}' (alerts/quiet.py:" in found.output
    assert "has no alerts: all of them are switched off" in found.output
