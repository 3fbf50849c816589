"""amlint behind its door: what is made of each of its checks, and where its findings are told."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest
from amlint import linter
from amlint.explains import EXPLAINS

from generator.diagnostics import Origin, Problem, Severity
from generator.expand import expand
from generator.model.bundle import Bundle
from generator.model.catalog import Catalog
from generator.model.routing import routing_tree
from generator.pipeline import compile_project
from generator.targets.alertmanager import render
from generator.targets.alertmanager.lint import lint_problems
from generator.targets.alertmanager.lint_checks import DECISIONS, SKIPPED
from tests.conftest import CASES, ROOT
from tests.test_alertmanager import load_case

DOCUMENT = PurePosixPath("alertmanager/alertmanager.yml")


def test_every_check_of_amlint_is_decided_on_once() -> None:
    codes = [decision.code for decision in DECISIONS]
    assert sorted(codes) == sorted(EXPLAINS)
    assert all(decision.because for decision in DECISIONS)


def test_what_is_not_called_has_nothing_to_say() -> None:
    functions = {check.__name__: inspect.getsource(check) for check in linter.ALL_CHECKS}
    assert functions.keys() >= SKIPPED
    told = [decision.code for decision in DECISIONS if decision.severity is not None]
    assert [(name, code) for name in SKIPPED for code in told if f'"{code}"' in functions[name]] == []


def test_every_decision_is_explained() -> None:
    page = (ROOT / "docs" / "guarantees.md").read_text(encoding="utf-8")
    rows = [f"| `{one.code}` | {one.severity or 'off'} | {one.because} |" for one in DECISIONS]
    assert [row for row in rows if row not in page] == []


def findings(catalog: Catalog, text: str) -> list[Problem]:
    root = routing_tree(catalog)
    assert root is not None
    return list(lint_problems(Bundle(catalog), root, {DOCUMENT: text}))


def edits() -> Iterator[tuple[str, str, str, str]]:
    """What somebody could do to the file of the case `tree`: the check, what is replaced, by what, and where it is."""
    source = (CASES / "alertmanager" / "tree.yml").read_text(encoding="utf-8")
    assert source.count("receivers:\n") == 1
    yield "undefined-receiver", "receivers:\n", "receivers:\n  - name: left-over\nformer_receivers:\n", "child"
    yield "no-root-route", "route:\n", "former_route:\n", "route"
    yield "bad-regex", "matchers:\n", "matchers:\n        - 'x=~\"(\"'\n", "child"
    yield "stripped-brace", "matchers:\n", "matchers:\n        - x=~[0-9]{3}\n", "child"
    yield "duplicate-receiver", "receivers:\n", "receivers:\n  - name: b\n", "route"


@pytest.mark.parametrize(("check", "before", "after", "where"), list(edits()))
def test_a_wrong_file_is_noticed_whatever_the_definitions_say(check: str, before: str, after: str, where: str) -> None:
    catalog = load_case("tree")[0]
    text = (CASES / "alertmanager" / "tree.yml").read_text(encoding="utf-8").replace(before, after, 1)
    problems = [problem for problem in findings(catalog, text) if problem.check == f"amlint/{check}"]
    assert problems, f"amlint did not say {check}:\n{text}"
    assert all(problem.severity is Severity.ERROR for problem in problems)
    lines = (CASES / "alertmanager" / "tree.py").read_text(encoding="utf-8").splitlines()
    written = {"route": "root = Route(", "child": "Route("}[where]
    assert all(written in lines[problem.origin.line - 1] for problem in problems)


ALERTS = """\
from generator import P1, Alert, InhibitRule, Receiver, Route, Secret, Service, Slack, Team, match

team = Team("ops")
web = Service("web", team=team)
down = Alert("WebDown", service=web, level=P1, expr="up == 0")
ops = Receiver("ops", Slack("#ops", url=Secret("slack")))
root = Route(
    to=ops,
    routes=[
        Route(match(alertname="WebDwon")),
    ],
)
rule = InhibitRule(
    match('alertname=~"WebDown|WebGone"'), match(severity="warning"), equal=["service"])
"""


def test_names_of_alerts_that_nobody_raises_are_told(tmp_path: Path) -> None:
    (tmp_path / "alerts").mkdir()
    (tmp_path / "alerts" / "web.py").write_text(ALERTS, encoding="utf-8")
    project = compile_project([Path("alerts")], tmp_path)
    assert project.bundle is not None, project.problems
    found = {problem.check: problem for problem in render(project.bundle).problems}
    route, rule = found["amlint/route-unknown-alertname"], found["amlint/inhibit-unknown-alertname"]
    assert (route.origin, route.severity) == (Origin("alerts/web.py", 10), Severity.WARNING)
    assert "did you mean 'WebDown'?" in str(route)
    assert rule.origin == Origin("alerts/web.py", 13)
    assert "WebGone" in rule.message


def test_the_reference_system_has_no_findings() -> None:
    project = compile_project([Path("alerts")], ROOT)
    assert project.bundle is not None
    root = routing_tree(project.catalog)
    assert root is not None
    files = render(expand(project.catalog)).files
    assert list(lint_problems(project.bundle, root, files)) == []


def test_a_check_that_amlint_has_since_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def check_of_tomorrow(_config: object) -> Iterator[linter.Finding]:
        yield linter.Finding("warning", "of-tomorrow", "Something new. Think about it.", "route")

    monkeypatch.setattr(linter, "ALL_CHECKS", [check_of_tomorrow])
    (catalog, _), text = load_case("tree"), (CASES / "alertmanager" / "tree.yml").read_text(encoding="utf-8")
    told = [one for one in findings(catalog, text) if one.check == "amlint/of-tomorrow"]
    assert [(one.severity, one.message, one.why) for one in told] == [
        (Severity.WARNING, "Something new", "Think about it.")
    ]
