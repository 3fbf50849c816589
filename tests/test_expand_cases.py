"""Definitions and the rules they become, and what holds of all of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path, PurePosixPath

import pytest
import yaml

from generator.duration import HOUR
from generator.expand import expand
from generator.labels import is_label_name, is_metric_name
from generator.loader import load
from generator.model.bundle import AlertingRule, Bundle, RecordedRule
from generator.model.slo import SLO
from generator.model.validate.slos import slos
from generator.promql import parse, to_text
from generator.promql.ast import MatrixSelector, selectors, walk
from generator.targets import prometheus
from generator.targets import tests as fixtures
from tests.conftest import CASES, compare
from tests.slo_projects import SHOP, events
from tests.slo_projects import bundle_of as slos_bundle

FOLDER = CASES / "expand"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))


def bundle_of(name: str) -> Bundle:
    loaded = load([Path(f"{name}.py")], FOLDER)
    assert not loaded.problems
    assert not list(slos(loaded.catalog))
    return expand(loaded.catalog)


@pytest.fixture(params=NAMES)
def case(request: pytest.FixtureRequest) -> tuple[str, Bundle]:
    return request.param, bundle_of(request.param)


Case = tuple[str, Bundle]


def rules_text(bundle: Bundle) -> str:
    rendering = prometheus.render(bundle)
    assert not rendering.problems
    return "".join(text for path, text in rendering.files.items() if PurePosixPath("prometheus/rules") in path.parents)


def test_rules(case: Case, update: bool) -> None:
    name, bundle = case
    compare(FOLDER / f"{name}.yml", rules_text(bundle), update)


def test_rendering_twice_gives_the_same(case: Case) -> None:
    name, bundle = case
    assert rules_text(bundle) == rules_text(bundle_of(name))


def test_the_text_says_what_the_rules_are(case: Case) -> None:
    document = yaml.safe_load(rules_text(case[1]))
    groups = [group for file in case[1].rule_files for group in file.groups]
    for group, read in zip(groups, document["groups"], strict=True):
        assert read["name"] == group.name
        for rule, written in zip(group.rules, read["rules"], strict=True):
            assert parse(written["expr"]) == rule.expr
            assert written.get("labels", {}) == dict(rule.labels)
            if isinstance(rule, AlertingRule):
                assert written["alert"] == rule.alert
                assert written.get("annotations", {}) == dict(rule.annotations)
            else:
                assert written["record"] == rule.record


def test_every_rule_could_be_loaded(case: Case) -> None:
    groups = [group for file in case[1].rule_files for group in file.groups]
    assert max(Counter(group.name for group in groups).values()) == 1
    rules = [rule for group in groups for rule in group.rules]
    assert max(Counter((rule.name, rule.labels) for rule in rules).values()) == 1
    for rule in rules:
        assert parse(to_text(rule.expr)) == rule.expr
        assert all(is_label_name(name) for name in rule.labels)
        assert isinstance(rule, AlertingRule) or is_metric_name(rule.record)


def test_nobody_reads_what_nobody_records(case: Case) -> None:
    """Every recorded SLO series that a rule reads is recorded, by a rule that comes before it."""
    known: set[str] = set()
    rules = [rule for file in case[1].rule_files for group in file.groups for rule in group.rules]
    records = {rule.record for rule in rules if isinstance(rule, RecordedRule)}
    for rule in rules:
        read = {selector.metric for selector in selectors(rule.expr)} & records
        assert read <= known, rule.name
        if isinstance(rule, RecordedRule):
            known.add(rule.record)


def test_long_windows_read_recorded_rates_only(case: Case) -> None:
    for file in case[1].rule_files:
        for group in file.groups:
            for rule in group.rules:
                for node in walk(rule.expr):
                    if isinstance(node, MatrixSelector) and int(node.range) > 6 * HOUR:  # type: ignore[arg-type]
                        assert ":sli_" in str(node.selector.name)


def test_generated_tests(update: bool) -> None:
    files: dict[PurePosixPath, str] = fixtures.render(bundle_of("events")).files
    text = "".join(f"# {path}\n{text}" for path, text in files.items())
    compare(FOLDER / "events.tests.yml", text, update)


def test_changing_an_objective_changes_that_slo_only() -> None:
    def texts(objective: float) -> list[str]:
        definitions = [SLO(n, service=SHOP, objective=o, sli=events(n)) for n, o in (("a", objective), ("b", 99.9))]
        return rules_text(slos_bundle(definitions)).split("  - name: ")

    before, after = texts(99.9), texts(99.8)
    changed = [one.splitlines()[0] for one, other in zip(before, after, strict=True) if one != other]
    assert changed == ["sloth-slo-meta-recordings-shop-a", "sloth-slo-alerts-shop-a"]


def test_slos_without_a_generated_test_are_named() -> None:
    noted = [problem.message for problem in fixtures.render(bundle_of("kinds")).problems]
    assert [name for name in ("native", "ratios", "slices") if not any(f"'{name}'" in text for text in noted)] == []
    assert len(noted) == 3
