"""Every fixture of the reference system, hand-written and generated, in process: the suite stands on our own engine."""

from __future__ import annotations

from pathlib import Path

from generator.testing.coverage import as_text, coverage
from generator.testing.run import run_files
from tests.conftest import ROOT

FIXTURES = sorted(path for folder in ("tests/rules", "rendered/tests") for path in (ROOT / folder).glob("*_test.yml"))


def test_fixtures_pass_and_prove_every_rule() -> None:
    """One test: coverage is what all fixtures prove together, and to run them twice would cost as much again."""
    outcomes = run_files(FIXTURES)
    unusable = [outcome.path for outcome in outcomes if outcome.unreadable or not outcome.verdicts]
    failed = [verdict for outcome in outcomes for verdict in outcome.verdicts if verdict.failed]
    assert not unusable
    assert not failed, failed
    found = coverage(point for outcome in outcomes for point in outcome.points)
    assert not found.gaps(), as_text(found)
    # Rules that no fixture loads are not among those that could be proved.
    loaded = {Path(point.origin.file).name for outcome in outcomes for point in outcome.points}
    assert loaded == {path.name for path in (ROOT / "rendered" / "prometheus" / "rules").glob("*.yml")}


def test_there_are_fixtures_of_both_kinds() -> None:
    assert {path.parent.parent.name for path in FIXTURES} == {"tests", "rendered"}
