"""Mutants are judged as if all rules were evaluated anew with each of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.rules.group import RuleGroup
from generator.testing.fixture_run import Prepared, RuleCache, prepare
from generator.testing.mutants import mutants
from generator.testing.mutate import as_text, mutate
from generator.testing.promtool import RuleSet, run_test
from tests.conftest import CASES

FIXTURES = [
    CASES / "testing" / name for name in ("passing/errors_test.yml", "loops/loops_test.yml", "resource/up_test.yml")
]


def survivors_by_force(path: Path) -> list[tuple[str, str]]:
    ready = prepare(path, RuleCache())
    assert isinstance(ready, Prepared)
    found = []
    for placed in ready.rules.graph.rules:
        for mutant in mutants(placed.rule):
            groups = [
                RuleGroup(
                    group.name,
                    tuple(mutant.rule if rule is placed.rule else rule for rule in group.rules),
                    group.interval,
                    group.query_offset,
                    group.limit,
                    group.file,
                )
                for group in ready.rules.groups
            ]
            rules = RuleSet.of(groups)
            results = [run_test(test, rules, ready.fixture) for test in ready.fixture.tests]
            if not any(verdict.failed for result in results for verdict in result.verdicts):
                found.append((placed.rule.name, mutant.change))
    return found


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.parent.name)
def test_survivors_are_those_found_by_force(path: Path) -> None:
    reports = mutate([path])
    assert reports
    assert [(r.name, r.change) for r in reports if r.fate != "killed"] == survivors_by_force(path)


def test_what_no_test_reaches_is_told_apart() -> None:
    reports = mutate([CASES / "testing" / "traps" / "traps_test.yml"])
    assert {report.fate for report in reports if report.name == "recorded"} <= {"killed", "survived"}
    text = as_text(reports)
    assert text.endswith("mutants killed")
