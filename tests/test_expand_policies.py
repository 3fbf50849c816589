"""Generated tests pass for burn policies of one's own, by Prometheus 2's rules of windows and by Prometheus 3's."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from generator.expand.fixtures.sampled import Sampling, Seen
from generator.model.slo import SLO
from generator.testing.promtool import Options
from generator.testing.run import run_files
from tests.burn_policies import NAMED, promises
from tests.slo_projects import rendered


def failed(slo: SLO, folder: Path) -> list[str]:
    """What does not hold of an SLO's generated tests."""
    files = sorted((rendered([slo], folder) / "tests").iterdir())
    return [
        f"{'open' if left_open else 'closed'}: {verdict.group}: {verdict.title}: {verdict.message}"
        for left_open in (True, False)
        for outcome in run_files(files, Options(left_open=left_open), processes=1)
        for verdict in outcome.verdicts
        if verdict.failed
    ]


@pytest.mark.parametrize("name", NAMED)
def test_generated_tests_of_a_policy_pass(name: str, tmp_path: Path) -> None:
    assert failed(NAMED[name], tmp_path) == []


@settings(deadline=None, max_examples=15)
@given(slo=promises())
def test_generated_tests_of_any_policy_pass(slo: SLO) -> None:
    with TemporaryDirectory() as folder:
        assert failed(slo, Path(folder)) == []


MINUTES = 60_000


@pytest.mark.parametrize(
    ("seen", "at", "shares"),
    [
        # Samples at 0, 2, … minutes; the outage is from after that at 10 up to that at 20. Windows of 5 minutes.
        (Seen(2 * MINUTES, increases=True), 10, (0.0, 0.0)),
        (Seen(2 * MINUTES, increases=True), 13, (0.5, 1.0)),
        (Seen(2 * MINUTES, increases=False), 13, (1 / 3, 0.5)),
        (Seen(2 * MINUTES, increases=True), 24, (0.0, 0.0)),
        (Seen(2 * MINUTES, increases=False), 24, (1 / 3, 1 / 3)),
        (Seen(1 * MINUTES, increases=False), 22, (0.8, 5 / 6)),
    ],
)
def test_what_a_window_sees_of_an_outage(seen: Seen, at: int, shares: tuple[float, float]) -> None:
    sampling = Sampling(2 * MINUTES, MINUTES, 5 * MINUTES, 360 * MINUTES, frozenset({seen}))
    found = sampling.shares(5 * MINUTES, at * MINUTES, 10 * MINUTES, 20 * MINUTES)
    assert found == pytest.approx(shares)


def test_outages_are_whole_numbers_of_samples() -> None:
    sampling = Sampling(2 * MINUTES, MINUTES, 5 * MINUTES, 360 * MINUTES, frozenset())
    assert sampling.sampled(11 * MINUTES, 16 * MINUTES) == (10 * MINUTES, 14 * MINUTES)
