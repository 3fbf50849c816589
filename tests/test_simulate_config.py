"""Reading Alertmanager configurations: the valid load, the invalid are refused, each for its own reason."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.diagnostics import Problem, Severity
from generator.simulate.config import Config, Dialect, load_config, read_config
from generator.simulate.config.parse_matchers import written
from generator.simulate.config.read import CHECK
from generator.simulate.config.schema import INTEGRATIONS, SCHEMA
from generator.targets.alertmanager.versions import FIRST, NEWEST, OLDEST, nested_block
from tests.conftest import CASES, ROOT, compare, needs_shared_data

FOLDER = CASES / "simulate" / "configs"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yml"))
OLD, NEW = Dialect(OLDEST), Dialect(NEWEST)
LOADING = json.loads((CASES / "simulate" / "loading.json").read_text(encoding="utf-8"))


def described(config: Config | None, problems: list[Problem], folder: Path) -> Iterator[str]:
    """What came of a configuration, line by line."""
    yield from (str(problem).replace(f"{folder}/", "") for problem in problems)
    if config is None:
        yield "refused"
        return
    for route in config.route.walk():
        groups = "..." if route.group_by_all else ",".join(route.group_by)
        times = f"{route.group_wait}/{route.group_interval}/{route.repeat_interval}"
        flags = [f"mute {name}" for name in route.mute] + [f"active {name}" for name in route.active]
        flags += [f"{name}={text!r}" for name, text in route.labels.items()] + ["continues"] * route.continues
        yield f"route {route.index} {route.id} -> {route.receiver} by [{groups}] {times} {' '.join(flags)}".rstrip()
    for rule in config.inhibit_rules:
        yield f"inhibit {rule.name} {written(rule.sources)} {written(rule.targets)} {rule.equal}"
    for receiver in config.receivers.values():
        told = [f"{one.kind}[{one.index}]{'+' if one.send_resolved else '-'}" for one in receiver.integrations]
        yield f"receiver {receiver.name} {' '.join(told)}".rstrip()
    for interval in config.time_intervals.values():
        yield f"interval {interval.name} {len(interval.spans)}"
    yield f"resolve_timeout {config.global_.resolve_timeout}, {len(config.template_texts)} template files"


@pytest.mark.parametrize("name", NAMES)
def test_what_is_read(name: str, update: bool) -> None:
    path = FOLDER / f"{name}.yml"
    lines: list[str] = []
    for dialect in (OLD, NEW):
        lines += [f"# {dialect}", *described(*load_config(path, dialect), FOLDER)]
    compare(FOLDER / f"{name}.txt", "\n".join(lines) + "\n", update)


def test_upstream_configurations(update: bool) -> None:
    """Every configuration that Alertmanager tests with: loaded or refused, by the oldest and the newest rules."""
    folder = needs_shared_data("alertmanager")
    lines: list[str] = []
    for path in sorted(folder.glob("*/*.yml")):
        for dialect in (OLD, NEW):
            config, problems = load_config(path, dialect)
            said = [f"  line {problem.origin.line}: {problem.message}" for problem in problems]
            verdict = "refused" if config is None else "loads"
            lines += [f"{path.relative_to(folder)} by {dialect}: {verdict}", *said]
    assert len(lines) > 60
    compare(FOLDER / "upstream.txt", "\n".join(lines) + "\n", update)


@pytest.mark.parametrize("number", range(len(LOADING)))
def test_loads_what_alertmanager_loads(number: int) -> None:
    case = LOADING[number]
    _, problems = read_config(json.dumps(case["config"]), "alertmanager.yml")
    errors = [problem for problem in problems if problem.check == CHECK and problem.severity is Severity.ERROR]
    assert bool(errors) == bool(case["error"]), (case["error"], errors)


def test_some_load_and_some_do_not() -> None:
    loaded = sum(not case["error"] for case in LOADING)
    assert 100 < loaded < len(LOADING) - 100


def test_every_fault_has_a_line_of_its_file() -> None:
    path = FOLDER / "wrong_everywhere.yml"
    _, problems = load_config(path)
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert len(problems) > 50
    assert all(problem.origin.file == str(path) and 0 < problem.origin.line <= lines for problem in problems)


def test_keys_agree_with_those_that_are_rendered() -> None:
    """What the Alertmanager target may write is what is read, since the same version."""
    blocks = {"named_interval", "time_range"}
    for block, keys in FIRST.items():
        if block not in blocks:
            ours = {name: key.since for name, key in SCHEMA[block].items() if not name.endswith("_ref")}
            assert ours == dict(keys), block
            for name in keys:
                nested = nested_block(block, name)
                assert nested is None or SCHEMA[block][name].type.strip("[]") == nested


def test_every_kind_of_integration_has_its_block_and_key() -> None:
    assert {f"{kind}_configs" for kind in INTEGRATIONS} == {
        key for key in SCHEMA["receiver"] if key.endswith("_configs")
    }
    assert set(INTEGRATIONS) <= set(SCHEMA)


def test_a_configuration_survives_pickling() -> None:
    config, _ = load_config(FOLDER / "sound.yml")
    assert config is not None
    again = pickle.loads(pickle.dumps(config))
    assert again == config
    (matcher,) = again.inhibit_rules[0].sources
    assert matcher.matches({"severity": "critical"})


def test_a_file_that_is_not_there() -> None:
    config, problems = load_config(FOLDER / "none.yml")
    assert config is None
    assert "cannot be read" in problems[0].message


def test_the_committed_configuration_loads() -> None:
    path = ROOT / "rendered" / "alertmanager" / "alertmanager.yml"
    config, problems = load_config(path)
    assert config is not None, problems
    assert not problems


@pytest.mark.parametrize(("version", "group_by"), [((0, 25), ("a",)), ((0, 30), ("a",)), ((0, 31), ()), ((0, 34), ())])
def test_an_empty_group_by_undoes_the_one_above_since_0_31(version: tuple[int, int], group_by: tuple[str, ...]) -> None:
    text = "route: {receiver: r, group_by: [a], routes: [{group_by: []}]}\nreceivers: [{name: r}]\n"
    config, _ = read_config(text, "a.yml", Dialect(version))
    assert config is not None
    assert config.route.routes[0].group_by == group_by
