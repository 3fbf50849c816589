"""An SLO that burns: when its alerts fire and reset, and who is told, at which hours."""

from __future__ import annotations

import json
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from generator.cli.main import root
from generator.duration import DAY, HOUR, MINUTE, SECOND
from generator.model.bundle import Bundle
from generator.model.slo import SLO
from generator.pipeline import compile_project
from generator.report.burning import budget_text, detection, matrix_as_json, matrix_rows, played, spent
from generator.report.told import Row, as_table, told_rows
from generator.report.who import rendered_config
from generator.simulate.moments import MomentError, read_start
from generator.testing.burning import Burn, burn
from tests.conftest import ROOT

SEOUL = ZoneInfo("Asia/Seoul")
STEP = 15 * SECOND


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    found = compile_project([Path("alerts")], ROOT).bundle
    assert found is not None
    return found


@pytest.fixture(scope="module")
def slo(bundle: Bundle) -> SLO:
    return next(slo for slo in bundle.catalog.of(SLO) if slo.id == "backend-error-rate")


def told(bundle: Bundle, slo: SLO, what: Burn, when: str) -> list[Row]:
    start, _ = read_start(when, SEOUL)
    burnt = played(bundle, slo, what, start, rendered_config(bundle))
    return told_rows(burnt.timeline, bundle.catalog.prometheus.naming.severity_label)


def test_who_is_told_by_day(bundle: Bundle, slo: SLO) -> None:
    """The page at once, the ticket while it fires held back, and both ends told."""
    rows = told(bundle, slo, Burn(0.05, 2 * HOUR), "Wed 10:00")
    assert [(row.text, row.receiver, row.because) for row in rows] == [
        ("page fires", "slack-and-email", "first notification"),
        ("page fires", "slack-and-email", "again every 1h, 2 times"),
        ("ticket is held back", "", "inhibited by page"),
        ("ticket is no longer held back", "", "inhibited by page"),
        ("ticket fires, page is over", "slack-and-email", "1 new alert in the group"),
        ("ticket fires", "slack-and-email", "again every 1h, 5 times"),
        ("ticket is over", "slack-and-email", "all resolved"),
    ]
    assert rows[0].by == ("email ops@yourdomain.com", "slack #alerts")


def test_maintenance_holds_it_back(bundle: Bundle, slo: SLO) -> None:
    start, _ = read_start("Sun 02:10", SEOUL)
    rows = told(bundle, slo, Burn(1.0, 150 * MINUTE), "Sun 02:10")
    assert ("page is held back", "muted by weekly-maintenance for slack-and-email") in [
        (row.text, row.because) for row in rows
    ]
    assert next(row.time for row in rows if row.receiver) == start + 110 * MINUTE, "at 04:00, when maintenance is over"


def test_escalation_of_a_page(bundle: Bundle, slo: SLO) -> None:
    rows = told(bundle, slo, Burn(1.0, 5 * HOUR), "Tue 20:00")
    start, _ = read_start("Tue 20:00", SEOUL)
    escalated = next(row for row in rows if "not-restored" in row.text)
    assert escalated.text == "page and page (not-restored) fire"
    assert 4 * HOUR < escalated.time - start < 4 * HOUR + 2 * MINUTE


def test_what_is_too_short_tells_nobody(bundle: Bundle, slo: SLO) -> None:
    assert told(bundle, slo, Burn(0.02, 30 * MINUTE), "Wed 10:00") == []


def test_the_story_and_the_matrix_agree(bundle: Bundle, slo: SLO) -> None:
    """Played through Alertmanager or not, the alerts fire and reset at the same times."""
    for what in (Burn(0.05, 2 * HOUR), Burn(1.0, 10 * MINUTE), Burn(0.003, 30 * HOUR)):
        alone = burn(bundle, slo, what, 7 * HOUR, STEP)
        burnt = played(bundle, slo, what, read_start("Thu 13:00", UTC)[0], rendered_config(bundle))
        assert burnt.step == STEP
        found = {each.severity: (each.detected, each.reset) for each in burnt.outcomes}
        assert found == {each.severity: (each.detected, each.reset) for each in alone}


def test_the_formula_is_met(bundle: Bundle, slo: SLO) -> None:
    """The Workbook's time to detection, up to the step at which the alerts are looked at."""
    for row in matrix_as_json(bundle, slo, [0.002, 0.005, 0.01, 0.02, 0.05, 0.5, 1.0])["rows"]:
        for alert in row["alerts"]:
            formula, found = alert["workbook_fires_after"], alert["fires_after"]
            assert (formula is None) == (found is None), (row, alert)
            assert found is None or 0 <= found - formula <= 2 * MINUTE / SECOND, (row, alert)


def test_budget(slo: SLO) -> None:
    """2 % for 30 minutes, where 0.1 % is allowed over 30 days."""
    what = Burn(0.02, 30 * MINUTE)
    assert spent(slo, what) == pytest.approx(0.02 / 0.001 * 30 * MINUTE / (30 * DAY))
    assert "1.39% of the budget is gone" in budget_text(slo, what)
    assert detection(slo, slo.policy.page, 0.001) is None


def test_tables_are_rectangular(bundle: Bundle, slo: SLO) -> None:
    start, _ = read_start("Wed 10:00", SEOUL)
    rows = told(bundle, slo, Burn(0.05, HOUR), "Wed 10:00")
    for headers, cells in (as_table(rows, start, SEOUL, 80), as_table(rows, start, SEOUL, 200)):
        assert {len(row) for row in cells} == {len(headers)}
    headers, cells = matrix_rows(bundle, slo, [0.01])
    assert [len(row) for row in cells] == [len(headers)]
    assert as_table(rows, start, SEOUL, 80)[1][0][:3] == ["+17m40s", "Wed 10:17:40", "slack-and-email"]


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("Sun 03:00", SEOUL, "2026-01-03T18:00:00+00:00"),
        ("sunday 03:00 UTC", SEOUL, "2026-01-04T03:00:00+00:00"),
        ("Sat", UTC, "2026-01-10T00:00:00+00:00"),
        ("2026-11-29 02:30 Asia/Seoul", UTC, "2026-11-28T17:30:00+00:00"),
        ("2026-11-29T02:30:00+09:00", UTC, "2026-11-28T17:30:00+00:00"),
        ("2026-11-29 02:30", SEOUL, "2026-11-28T17:30:00+00:00"),
    ],
)
def test_starts(text: str, zone: tzinfo, expected: str) -> None:
    start, _ = read_start(text, zone)
    assert datetime.fromtimestamp(start / SECOND, UTC).isoformat() == expected


@pytest.mark.parametrize("text", ["Someday 10:00", "Mo 10:00", "Sun 25:00", "Sun 10:00 Asia/Nowhere", "tomorrow", ""])
def test_what_is_no_start(text: str) -> None:
    with pytest.raises(MomentError):
        read_start(text, UTC)


def test_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(ROOT)
    base = ["simulate", "--slo", "backend-error-rate"]
    page = tmp_path / "page.html"
    options = ["--error-ratio", "5%", "--for", "1h", "--start", "Sun 03:00", "--format", "json", "--html", str(page)]
    done = CliRunner().invoke(root, [*base, *options], prog_name="tocsin")
    found = json.loads(done.stdout)
    assert found["start"] == "2026-01-03T18:00:00.000Z"
    assert [alert["severity"] for alert in found["alerts"]] == ["page", "ticket"]
    assert found["told"][0]["because"] == "muted by weekly-maintenance for slack-and-email"
    assert "muted by weekly-maintenance for slack-and-email" in page.read_text(encoding="utf-8")
    matrix = CliRunner().invoke(root, [*base, "--matrix", "--error-ratio", "1%,5%", "--format", "json"])
    assert [row["error_ratio"] for row in json.loads(matrix.stdout)["rows"]] == [0.01, 0.05]
    wrong = CliRunner().invoke(root, [*base, "--error-ratio", "5%", "--start", "Someday"])
    assert (wrong.exit_code, "Sun 02:30" in wrong.output) == (2, True)
