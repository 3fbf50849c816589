"""Every fixture of the reference system, hand-written and generated, in process: the suite stands on our own engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.testing.fixture_run import RuleCache, run_fixture
from tests.conftest import ROOT

FIXTURES = sorted(path for folder in ("tests/rules", "rendered/tests") for path in (ROOT / folder).glob("*_test.yml"))


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
def test_fixture_passes(fixture: Path) -> None:
    outcome = run_fixture(fixture, RuleCache())
    assert not outcome.unreadable
    assert outcome.verdicts
    failed = [verdict for verdict in outcome.verdicts if verdict.failed]
    assert not failed, failed


def test_there_are_fixtures_of_both_kinds() -> None:
    assert {path.parent.parent.name for path in FIXTURES} == {"tests", "rendered"}
