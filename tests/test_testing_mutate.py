"""Mutants are judged as if all rules were evaluated anew with each of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.diagnostics import Origin
from generator.engine.evaluate import evaluate
from generator.engine.storage import Storage
from generator.engine.vector import Vector
from generator.errors import TocsinError
from generator.labels import METRIC_NAME, LabelSet
from generator.promql.ast import Expr, Matcher, VectorSelector
from generator.promql.parse import parse
from generator.promql.rewrite import transform
from generator.rules.group import RecordingRule, RuleGroup
from generator.testing.fixture_run import Prepared, RuleCache, prepare
from generator.testing.mutants import mutants
from generator.testing.mutate import mutate
from generator.testing.namesakes import told_apart
from generator.testing.promtool import RuleSet, run_test
from generator.testing.selection import Selection
from generator.testing.tied import tied
from tests.conftest import CASES

FIXTURES = [
    CASES / "testing" / name for name in ("passing/errors_test.yml", "loops/loops_test.yml", "resource/up_test.yml")
]
EXPLAINED = CASES / "testing" / "mutants" / "memory_test.yml"


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
    reports = mutate([path]).reports
    assert reports
    living = [(report.change, report.fate) for report in reports if report.fate != "killed"]
    assert [change for change, _ in living] == [change for _, change in survivors_by_force(path)]


def test_processes_share_the_rules() -> None:
    assert mutate([EXPLAINED], processes=2) == mutate([EXPLAINED], processes=1)


def test_what_no_chosen_test_reaches_is_untested() -> None:
    assert {report.fate for report in mutate([EXPLAINED], Selection.of_texts(("no such test",), "")).reports} == {
        "untested", "explained"
    }  # fmt: skip


def test_changes_of_a_rule_are_all_different() -> None:
    told = Counter((report.rule, report.origin, report.change) for report in mutate([EXPLAINED, *FIXTURES]).reports)
    assert set(told.values()) == {1}


def mutated(text: str) -> list[str]:
    return [mutant.change for mutant in mutants(RecordingRule("r", parse(text), text))]


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("a > 3 * 0.01", ["comparison: > → <", "threshold: 3 * 0.01 → 0.033", "threshold: 3 * 0.01 → 0.027"]),
        ("a > 0", ["comparison: > → <", "threshold: 0 → 1", "threshold: 0 → -1"]),
        ("a < -2", ["comparison: < → >", "threshold: -2 → -1.8", "threshold: -2 → -2.2"]),
        ("b / (a > 0)", ["comparison: > → <", "threshold: 0 → -1"]),
        ("changes(a[5m]) >= 7", [
            "comparison: >= → <=", "threshold: 7 → 8", "threshold: 7 → 6", "window: 5m → 10m of a"
        ]),
        ("28 < count(a)", ["comparison: < → >", "threshold: 28 → 31", "threshold: 28 → 25"]),
        ("a > 1 / 0", ["comparison: > → <"]),
        ("rate(a[5m]) - rate(a[5m] offset 1h)", [
            "window: 5m → 10m of a", "window: 5m → 10m of a (2)"
        ]),
        ('{__name__=~"x.*"}', []),
        ('a{path=~"/\\\\d+"}', ['matcher dropped: path=~"/\\\\d+" of a']),
        ('a{x="1"} / b{x="1"}', ['matcher dropped: x="1" of a, b']),
    ],
)  # fmt: skip
def test_the_mutants_of_an_expression(text: str, changes: list[str]) -> None:
    assert mutated(text) == changes


TIED = [
    tuple(line.split(" => "))
    for line in (CASES / "mutants" / "tied.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
MATCHER = Matcher("job", "=", "x")
AMBIGUOUS = "several partners"


@pytest.mark.parametrize(("text", "groups"), TIED)
def test_matchers_that_stand_for_each_other(text: str, groups: str) -> None:
    found = tied(parse(text), MATCHER)
    assert "; ".join(" ".join(str(selector.name) for selector in group) for group in found) == groups


def labelled(name: str, job: str, instance: str) -> LabelSet:
    return LabelSet({METRIC_NAME: name, "job": job, "instance": instance})


SERIES = st.sets(
    st.builds(labelled, st.sampled_from("abc"), st.sampled_from(["x", "y", ""]), st.sampled_from("12")), max_size=12
)


@given(st.sampled_from([text for text, groups in TIED if " " in groups.replace("; ", "")]), SERIES)
def test_one_of_them_may_go_and_nothing_changes(text: str, series: set[LabelSet]) -> None:
    expr = parse(text)
    storage = Storage()
    for count, labels in enumerate(sorted(series, key=str)):
        storage.append(labels, np.arange(0, 300_000, 60_000), np.arange(5.0) * (count + 1))
    # The last of a group may always go: the left side of `unless` may not, and is dropped with the others.
    for group in tied(expr, MATCHER):
        if len(group) > 1:
            changed = values(without(expr, group[-1]), storage)
            assert changed in (values(expr, storage), AMBIGUOUS)


def without(expr: Expr, place: VectorSelector) -> Expr:
    bare = replace(place, matchers=tuple(each for each in place.matchers if each != MATCHER))
    return transform(expr, lambda node: bare if node == place else node)


def values(expr: Expr, storage: Storage) -> dict[LabelSet, float] | str:
    try:
        vector = evaluate(expr, storage, np.array([240_000])).value
    except TocsinError as reason:
        if "many-to-many" not in str(reason):
            raise
        return AMBIGUOUS
    assert isinstance(vector, Vector)
    return {labels: float(vector.values[0, at]) for at, labels in enumerate(vector.labels) if vector.present[0, at]}


def test_namesakes_differ_in_as_few_labels_as_will_do() -> None:
    labels = [
        {"team": "a"}, {"team": "a", "level": "P1"}, {"team": "a", "level": "P2"},
        {"team": "b", "level": "P2", "text": "{{ $value }}"},
    ]  # fmt: skip
    rules = [RecordingRule("r", parse("a"), "a", each, Origin("f", at)) for at, each in enumerate(labels)]
    alone = RecordingRule("alone", parse("a"), "a", {"team": "a"})
    assert list(told_apart([*rules, alone]).values()) == [
        'r{level=""}', 'r{level="P1"}', 'r{level="P2", team="a"}', 'r{team="b"}', "alone"
    ]  # fmt: skip


def test_what_is_the_same_in_all_labels_is_not_told_apart() -> None:
    rules = [RecordingRule("r", parse("a"), "a", {"team": "a"}, Origin("f", line)) for line in (1, 2)]
    assert set(told_apart(rules).values()) == {"r"}
