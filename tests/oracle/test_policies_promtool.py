"""Generated tests of burn policies of one's own, under the real promtool."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.burn_policies import NAMED
from tests.promtool_runs import promtool
from tests.slo_projects import rendered


@pytest.mark.parametrize("name", NAMED)
def test_generated_tests_pass_under_promtool(name: str, tmp_path: Path) -> None:
    passed, told = promtool("test", "rules", *sorted((rendered([NAMED[name]], tmp_path) / "tests").iterdir()))
    assert passed, told
