"""Routes that alerts take by their labels: what must hold for all trees, and what `tocsin routes` prints."""

from __future__ import annotations

import shlex

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.cli.main import root
from generator.labels import LabelSet
from generator.model.route import Route as Definition
from generator.model.routing import receivers_for as by_definition
from generator.simulate.config import Route
from generator.simulate.routing import matching, passes, receivers_for, steps
from tests.conftest import CASES, compare
from tests.routing_trees import alerts, equalities, expressions, trees
from tests.simulate_trees import as_config

FOLDER = CASES / "simulate" / "routes"
any_tree = trees(st.one_of(equalities, expressions))


@settings(max_examples=300, derandomize=True, deadline=None)
@given(any_tree, alerts)
def test_files_route_as_definitions_do(tree: Definition, labels: LabelSet) -> None:
    config = as_config(tree)
    assert list(receivers_for(config, labels)) == [receiver.name for receiver in by_definition(tree, labels)]


@settings(max_examples=200, derandomize=True, deadline=None)
@given(any_tree, alerts)
def test_steps_tell_the_same_story(tree: Definition, labels: LabelSet) -> None:
    config = as_config(tree)
    told = list(steps(config.route, labels))
    assert [step.route for step in told if step.takes] == matching(config.route, labels)
    assert all((step.refused is None) == passes(step.route, labels) for step in told)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(any_tree)
def test_identities_are_unique_and_keys_follow_the_tree(tree: Definition) -> None:
    config = as_config(tree)
    every = list(config.route.walk())
    assert len({route.id for route in every}) == len({route.index for route in every}) == len(every)
    assert config.route.key == "{}"
    check_keys(config.route)


def check_keys(route: Route) -> None:
    """Keys grow downwards, and a route's number is above those below it."""
    for child in route.routes:
        assert child.key.startswith(f"{route.key}/{{")
        assert child.index < route.index
        check_keys(child)


def test_commands(monkeypatch: pytest.MonkeyPatch, update: bool) -> None:
    monkeypatch.chdir(FOLDER)
    said: list[str] = []
    for line in (FOLDER / "commands.txt").read_text(encoding="utf-8").splitlines():
        done = CliRunner().invoke(root, shlex.split(line), catch_exceptions=False, prog_name="tocsin")
        said += [f"$ tocsin {line}", done.output.rstrip("\n"), f"exit {done.exit_code}", ""]
    compare(FOLDER / "expected.txt", "\n".join(said), update)
