"""Escalation policies to rules, routes and problems: one file of definitions a case.

Beside `<case>.py` stand `<case>.rules.yml` (the rules of its policies) and `<case>.yml` (Alertmanager's
configuration) for cases without errors, and `<case>.txt` (the problems). `--update` rewrites them.
"""

from __future__ import annotations

from functools import cache

import pytest

from generator.diagnostics import has_errors
from generator.duration import HOUR
from generator.labels import LabelSet
from generator.model.bundle import AlertingRule, Bundle, RuleFile
from generator.model.catalog import descendants
from generator.model.escalation import LABEL, EscalationPolicy
from generator.model.routing import paths_for, routing_tree, told
from generator.model.routing.escalated import original
from generator.pipeline import Project, compile_project
from generator.promql import to_text
from generator.rules.graph import Graph, placed
from generator.rules.read import parse_rules
from generator.targets.alertmanager import render
from generator.targets.rulefile import rule_file_text
from tests.conftest import CASES, ROOT, compare

FOLDER = CASES / "escalation"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))


@cache
def case(name: str) -> Project:
    """A case, as far as it can be compiled."""
    return compile_project([FOLDER / f"{name}.py"], FOLDER)


@cache
def reference() -> Bundle:
    """The reference system."""
    bundle = compile_project([ROOT / "alerts"], base=ROOT).bundle
    assert bundle is not None
    return bundle


def escalation_files(bundle: Bundle) -> list[RuleFile]:
    """The files of rules that come from policies."""
    return [file for file in bundle.rule_files if any(group.name.startswith("escalation-") for group in file.groups)]


def rules(bundle: Bundle) -> list[AlertingRule]:
    """All alerting rules."""
    found = [rule for file in bundle.rule_files for group in file.groups for rule in group.rules]
    return [rule for rule in found if isinstance(rule, AlertingRule)]


def name_and_labels(rule: AlertingRule) -> LabelSet:
    """What is known of the alert before it fires, without what tells an escalation from it."""
    known = {name: value for name, value in original(rule.labels).items() if "{{" not in value}
    return LabelSet({**known, "alertname": rule.alert})


@pytest.mark.parametrize("name", NAMES)
def test_case(name: str, update: bool) -> None:
    project = case(name)
    said = "".join(f"{problem}\n" for problem in project.problems)
    if said or (FOLDER / f"{name}.txt").exists():
        compare(FOLDER / f"{name}.txt", said, update)
    assert project.failed == has_errors(project.problems) == (project.bundle is None)
    if project.bundle is not None:
        texts = [rule_file_text(file) for file in escalation_files(project.bundle)]
        compare(FOLDER / f"{name}.rules.yml", "\n".join(texts), update)
        (text,) = (t for path, t in render(project.bundle).files.items() if path.name == "alertmanager.yml")
        compare(FOLDER / f"{name}.yml", text, update)


def test_every_mistake_is_told_at_its_line() -> None:
    source = (FOLDER / "mistakes.py").read_text(encoding="utf-8").splitlines()
    wrong = {number for number, line in enumerate(source, 1) if " = EscalationPolicy(" in line}
    assert wrong <= {problem.origin.line for problem in case("mistakes").problems}


def test_the_written_tree_is_left_as_it_is() -> None:
    catalog = case("chain").catalog
    assert catalog.root is not None
    assert all(matcher.label != LABEL for route in descendants(catalog.root) for matcher in route.matchers)


def test_policies_beside_alerts_have_a_file_of_their_own() -> None:
    bundle = case("chain").bundle
    assert bundle is not None
    assert [file.name for file in bundle.rule_files] == ["chain", "chain-escalation"]


@pytest.mark.parametrize("bundle", [case("chain").bundle, reference()], ids=["chain", "reference"])
class TestEscalation:
    def test_has_the_name_and_all_labels_of_its_alert(self, bundle: Bundle) -> None:
        """So every silence, route and inhibition that asks for equality holds for both."""
        known = {
            LabelSet({**rule.labels, "alertname": rule.alert}) for rule in rules(bundle) if LABEL not in rule.labels
        }
        known = {LabelSet({name: value for name, value in labels.items() if "{{" not in value}) for labels in known}
        escalated = [rule for rule in rules(bundle) if LABEL in rule.labels]
        assert escalated
        assert {LabelSet({**original(rule.labels), "alertname": rule.alert}) for rule in escalated} <= known

    def test_reads_its_alert_and_no_escalation(self, bundle: Bundle) -> None:
        for rule in rules(bundle):
            if LABEL in rule.labels:
                text = to_text(rule.expr)
                assert text.count(f'{LABEL}=""') == 2
                assert text.count(f'alertname="{rule.alert}"') == 2

    def test_is_told_of_as_it_is_printed(self, bundle: Bundle) -> None:
        external = bundle.catalog.prometheus.external_labels
        printed = [LabelSet({**external, **r.labels, "alertname": r.alert}) for r in rules(bundle) if LABEL in r.labels]
        ours = [LabelSet(alert.labels) for alert in told(bundle.catalog) if LABEL in alert.labels]
        assert sorted(map(str, ours)) == sorted(map(str, printed))

    def test_reaches_those_of_its_step_or_those_of_its_alert(self, bundle: Bundle) -> None:
        tree = routing_tree(bundle.catalog)
        assert tree is not None
        steps = {
            policy.step_name(step): step for policy in bundle.catalog.of(EscalationPolicy) for step in policy.chain
        }
        for alert in told(bundle.catalog):
            step = steps.get(alert.labels.get(LABEL, ""))
            if step is not None:
                reached = [path.receiver for path in paths_for(tree, alert.labels)]
                before = [path.receiver for path in paths_for(tree, original(alert.labels))]
                assert reached == (list(step.told) or before)

    def test_is_silent_when_nobody_is_told_of_its_alert(self, bundle: Bundle) -> None:
        tree = routing_tree(bundle.catalog)
        assert tree is not None
        for alert in told(bundle.catalog):
            if LABEL in alert.labels:
                before = [set(path.node.muted_in) for path in paths_for(tree, original(alert.labels))]
                for path in paths_for(tree, alert.labels):
                    assert set.intersection(*before) <= set(path.node.muted_in)

    def test_needs_no_stepping(self, bundle: Bundle) -> None:
        """An alert and its escalations have one name, but none reads what it writes."""
        groups = [
            group for file in bundle.rule_files for group in parse_rules(rule_file_text(file), file.name)[0].groups
        ]
        graph = Graph(placed(groups))
        for component in graph.schedule(range(len(graph.rules))):
            if any(LABEL in graph.rules[place].rule.labels for place in component):
                assert not graph.must_step(component)


def test_every_level_has_its_restore_target() -> None:
    late = [rule for rule in rules(reference()) if rule.labels.get(LABEL) == "not-restored"]
    assert {(rule.labels["level"], rule.for_) for rule in late} == {("P0", HOUR), ("P1", 4 * HOUR), ("P2", 24 * HOUR)}
    alerts = [rule for rule in rules(reference()) if LABEL not in rule.labels]
    of_levels = {rule.alert for rule in alerts if rule.labels["level"] in ("P0", "P1", "P2")}
    assert {rule.alert for rule in late} == of_levels
