"""Reading Alertmanager configurations: the valid load, the invalid are refused, each for its own reason."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.diagnostics import Problem, Severity
from generator.simulate.config import Config, Dialect, load_config, read_config
from generator.simulate.config.parse_matchers import written
from generator.simulate.config.read import CHECK
from generator.simulate.config.schema import INTEGRATIONS, SCHEMA
from generator.targets.alertmanager.versions import FIRST, NEWEST, OLDEST, nested_block, read_version
from tests.conftest import CASES, ROOT, compare, needs_shared_data

FOLDER = CASES / "simulate" / "configs"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yml"))
OLD, NEW = Dialect(OLDEST), Dialect(NEWEST)
PIECES = FOLDER / "pieces"
REFUSED_BY = {"both": {OLD, NEW}, "old": {OLD}, "new": {NEW}, "none": set()}
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


def pieces(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The configurations that a file of pieces stands for, with what else it says of each."""
    frames = yaml.safe_load((PIECES / "frames.yml").read_text(encoding="utf-8"))
    for piece in yaml.safe_load((PIECES / name).read_text(encoding="utf-8")):
        (frame,) = piece.keys() & frames.keys()
        yield frames[frame].replace("PIECE", piece[frame]), piece


def test_refuses_what_amtool_refuses(tmp_path: Path) -> None:
    path = tmp_path / "alertmanager.yml"
    wrong: list[str] = []
    count = 0
    for text, piece in pieces("pieces.yml"):
        count += 1
        for dialect in (OLD, NEW):
            config, problems = read_config(text, path, dialect)
            if (config is None) != (dialect in REFUSED_BY[piece["refused"]]):
                wrong.append(f"{dialect}, refused by {piece['refused']}: {text!r}: {[*map(str, problems)]}")
    assert count > 400
    assert not wrong, "\n".join(wrong)


def test_one_mistake_is_told_once(tmp_path: Path, update: bool) -> None:
    path = tmp_path / "alertmanager.yml"
    lines: list[str] = []
    for text, piece in pieces("mistakes.yml"):
        version = read_version(piece["version"])
        assert version is not None
        config, problems = read_config(text, path, Dialect(version))
        assert config is None, text
        assert len(problems) == piece.get("said", 1), (text, problems)
        lines += [f"# {piece['version']}: {text.strip().splitlines()}", *described(config, problems, tmp_path)]
    compare(PIECES / "mistakes.txt", "\n".join(lines) + "\n", update)


@pytest.mark.parametrize(
    ("version", "frame", "piece"),
    [
        ((0, 26), "receiver", "webhook_configs: [{url: <secret>}]"),
        ((0, 26), "whole", "{route: {receiver: a}, receivers: [{name: a}, null]}"),
        ((0, 28), "http", "oauth2: {client_id: a, token_url: http://t}"),
        ((0, 28), "top", 'inhibit_rules: [{equal: ["a b"]}]'),
        ((0, 28), "route", """matchers: ['a=~"(?<n>x)"']"""),
        ((0, 30), "receiver", "pagerduty_configs: [{routing_key: a, details: {a: [b]}}]"),
        ((0, 31), "receiver", 'webhook_configs: [{url: "{{ .GroupLabels.x }}"}]'),
    ],
)
def test_loads_since(version: tuple[int, int], frame: str, piece: str) -> None:
    assert not refused(frame, piece, version)
    assert refused(frame, piece, (0, version[1] - 1))


@pytest.mark.parametrize(
    ("version", "frame", "piece"),
    [
        ((0, 26), "http", "tls_config: {cert_file: /c}"),
        ((0, 28), "top", "inhibit_rules: [{equal: [null]}]"),
        ((0, 31), "receiver", 'webhook_configs: [{url: "http://a/{{ .Status"}]'),
    ],
)
def test_is_refused_since(version: tuple[int, int], frame: str, piece: str) -> None:
    assert refused(frame, piece, version)
    assert not refused(frame, piece, (0, version[1] - 1))


def refused(frame: str, piece: str, version: tuple[int, int]) -> bool:
    frames = yaml.safe_load((PIECES / "frames.yml").read_text(encoding="utf-8"))
    return read_config(frames[frame].replace("PIECE", piece), "a.yml", Dialect(version))[0] is None


def test_an_empty_receiver_is_taken_with_a_warning_since_0_26() -> None:
    text = "route: {receiver: r}\nreceivers:\n- {name: r}\n- null\n"
    config, problems = read_config(text, "a.yml", Dialect((0, 26)))
    assert config is not None
    assert [(problem.severity, problem.origin.line) for problem in problems] == [(Severity.WARNING, 4)]


def test_numbers_are_read_as_the_loader_reads_them() -> None:
    text = (
        "route: {receiver: r}\nreceivers:\n- name: r\n"
        "  webhook_configs: [{url: http://a, max_alerts: 1.9, timeout: 2.5e9}, {url: http://a, timeout: 0x10}]\n"
        "  telegram_configs: [{bot_token: a, chat_id: -100_1.5}]\n"
    )
    config, problems = read_config(text, "a.yml")
    assert config is not None, problems
    first, second, telegram = config.receivers["r"].integrations
    assert (first.settings["max_alerts"], first.settings["timeout"]) == (1, 2500.0)
    assert second.settings["timeout"] == 16e-6
    assert telegram.settings["chat_id"] == -1001


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
