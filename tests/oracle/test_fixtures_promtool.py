"""Every fixture, hand-written and generated, under the real promtool, as a user of promtool would run it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT, needs_binary

FIXTURES = sorted(path for folder in ("tests/rules", "rendered/tests") for path in (ROOT / folder).glob("*_test.yml"))


def test_there_are_fixtures() -> None:
    assert len(FIXTURES) > 20


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
def test_fixture_passes(fixture: Path) -> None:
    command = [needs_binary("promtool"), "test", "rules", str(fixture)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SUCCESS" in done.stdout


@pytest.mark.parametrize("check", [("check", "config", "rendered/prometheus/prometheus.yml")], ids=" ".join)
def test_what_is_committed_is_valid(check: tuple[str, ...]) -> None:
    done = subprocess.run(
        [needs_binary("promtool"), *check], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
