"""The same verdict as promtool for every fixture: the one installed, and by name where Prometheus 3 differs."""

from __future__ import annotations

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest

from generator.testing.fixture_run import RuleCache, run_fixture
from generator.testing.promtool import Options
from generator.testing.run import is_fixture
from tests.conftest import needs_binary, needs_shared_data

# promtool's own fixtures, with what promtool 3.14 says to them in its own tests.
PROMTOOL_3: Final = {
    "at-modifier-test.yml": True,
    "bad-input-series.yml": False,
    "bad-promql.yml": False,
    "bad-rules-error-test.yml": False,
    "bad-rules-syntax-test.yml": False,
    "failing.yml": False,
    "long-period.yml": True,
    "negative-offset-test.yml": True,
    "no-test-group-interval.yml": True,
    "rules_run.yml": False,
    "rules_run_extrafields.yml": False,
    "rules_run_fuzzy.yml": False,
    "rules_run_no_fuzzy.yml": False,
    "start-time-test.yml": True,
    "unittest.yml": True,
}

# Of these promtool 2.42 thinks otherwise.
NOT_IN_2: Final = {
    "no-test-group-interval.yml": "a test without interval takes evaluation_interval since 2.49",
    "start-time-test.yml": "start_timestamp came with 3.9",
    "unittest.yml": "ranges are left-open since 3.0, and input series may hold histograms",
}

# Fixtures that pass with the closed ranges and lookback of Prometheus 2 and fail with the left-open ones of 3:
# their last sample is needed at the moment at which it is exactly as old as the lookback or the range.
LEFT_OPEN_FAILS: Final = {
    "team-data-engineering/eventgate_local_test.yaml",
    "team-data-engineering/mw-page-content-change-enrich_test.yaml",
    "team-data-platform/datahub-availability_test.yaml",
    "team-data-platform/hadoop-hdfs_test.yaml",
    "team-data-platform/spark-history-availability_test.yaml",
    "team-data-platform/turnilo-availability_test.yaml",
    "team-o11y/global_test.yaml",
    "team-search-platform/cirrus_streaming_updater_test.yaml",
    "team-sre/resources_test.yaml",
}


def passes(path: Path, *, left_open: bool = True) -> bool:
    outcome = run_fixture(path, RuleCache(), Options(left_open=left_open))
    return not outcome.failed and not outcome.unreadable


@pytest.mark.parametrize(("name", "verdict"), PROMTOOL_3.items())
def test_promtools_own_fixtures(name: str, verdict: bool) -> None:
    folder = needs_shared_data("promtool", "promtool-testdata")
    assert passes(folder / name) is verdict


def test_all_of_promtools_own_fixtures_are_listed() -> None:
    folder = needs_shared_data("promtool", "promtool-testdata")
    found = {path.name for path in folder.glob("*.yml") if is_fixture(path)}
    assert found - set(PROMTOOL_3) <= {path.name for path in folder.glob("*test*")} - set(PROMTOOL_3)
    assert set(PROMTOOL_3) <= {path.name for path in folder.glob("*.yml")}


def test_production_fixtures_pass_but_where_prometheus_3_differs() -> None:
    folder = needs_shared_data("promtool", "wikimedia")
    files = sorted(folder.rglob("*_test.yaml"))
    closed = {str(path.relative_to(folder)) for path in files if not passes(path, left_open=False)}
    left_open = {str(path.relative_to(folder)) for path in files if not passes(path)}
    assert closed == set()
    assert left_open == LEFT_OPEN_FAILS


def promtool_passes(binary: str, path: Path) -> bool:
    return subprocess.run([binary, "test", "rules", str(path)], capture_output=True, check=False).returncode == 0


def test_the_installed_promtool_says_the_same() -> None:
    binary = needs_binary("promtool")
    testdata = needs_shared_data("promtool", "promtool-testdata")
    wikimedia = needs_shared_data("promtool", "wikimedia")
    files = [testdata / name for name in PROMTOOL_3 if name not in NOT_IN_2]
    files += sorted(wikimedia.rglob("*_test.yaml"))
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        theirs = list(pool.map(lambda path: promtool_passes(binary, path), files))
    different = [
        str(path) for path, verdict in zip(files, theirs, strict=True) if passes(path, left_open=False) is not verdict
    ]
    assert different == []
