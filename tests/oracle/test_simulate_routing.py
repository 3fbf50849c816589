"""amtool on random trees and label sets: the same receivers, in the same order.

`TOCSIN_ORACLE_ROUTES` says how many label sets are tried (CI: 2,000); amtool takes one of them a call, several calls at
once.
"""

from __future__ import annotations

import os
import random
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

from generator.labels import LabelSet
from generator.simulate.config import Config, Dialect, read_config
from generator.simulate.config.matchers import LabelMatcher
from generator.simulate.config.parse_matchers import matcher_text
from generator.simulate.routing import receivers_for
from generator.targets.alertmanager.versions import OLDEST
from tests.conftest import needs_binary
from tests.routing_trees import LABELS, PATTERNS, VALUES

CASES = int(os.environ.get("TOCSIN_ORACLE_ROUTES", "200"))
PER_TREE = 5
AT_ONCE = 4
OLD = Dialect(OLDEST)
RECEIVERS = tuple(f"r{number}" for number in range(6))
NAMES = tuple(name for name in LABELS if name.isascii())


def matcher(chance: random.Random) -> LabelMatcher:
    op = chance.choice(("=", "=", "!=", "=~", "!~"))
    return LabelMatcher(chance.choice(NAMES), op, chance.choice(VALUES if op in ("=", "!=") else PATTERNS))


def route(chance: random.Random, depth: int) -> dict[str, object]:
    """A node in one of the ways of writing matchers, old and new."""
    made: dict[str, object] = {"continue": chance.random() < 0.4}
    if chance.random() < 0.7:
        made["receiver"] = chance.choice(RECEIVERS)
    texts = [matcher_text(matcher(chance)) for _ in range(chance.choice((0, 1, 1, 2)))]
    made["matchers"] = [",".join(texts)] if chance.random() < 0.3 and texts else texts
    if chance.random() < 0.3:
        made["match"] = {chance.choice(NAMES): chance.choice(VALUES)}
    if chance.random() < 0.2:
        made["match_re"] = {chance.choice(NAMES): chance.choice(PATTERNS) or ".*"}
    if depth:
        made["routes"] = [route(chance, depth - 1) for _ in range(chance.randint(0, 3))]
    return made


def document(chance: random.Random) -> str:
    """A configuration with a random tree."""
    root = {"receiver": "r0", "routes": [route(chance, 2) for _ in range(chance.randint(1, 4))]}
    receivers = [{"name": name} for name in RECEIVERS]
    return yaml.safe_dump({"route": root, "receivers": receivers}, allow_unicode=True, sort_keys=False)


def labels(chance: random.Random) -> LabelSet:
    return LabelSet({name: chance.choice(VALUES) for name in NAMES if chance.random() < 0.7})


def by_amtool(amtool: str, path: Path, given: LabelSet) -> str:
    """What amtool prints for a label set."""
    texts = [matcher_text(LabelMatcher(name, "=", value)) for name, value in given.pairs]
    command = [amtool, "config", "routes", "test", f"--config.file={path}", *texts]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def read(text: str) -> Config:
    config, problems = read_config(text, "alertmanager.yml", OLD)
    assert config is not None, problems
    return config


@pytest.fixture(scope="session")
def amtool() -> str:
    """The path of amtool."""
    return needs_binary("amtool")


def test_routes_as_amtool_does(amtool: str, tmp_path: Path) -> None:
    chance = random.Random(20261123)
    several = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = []
        for number in range(max(1, CASES // PER_TREE)):
            text = document(chance)
            path = tmp_path / f"{number}.yml"
            path.write_text(text, encoding="utf-8")
            config = read(text)
            for given in (labels(chance) for _ in range(PER_TREE)):
                ours = ",".join(receivers_for(config, given))
                several += "," in ours
                asked.append((ours, pool.submit(by_amtool, amtool, path, given), f"{given}\n{text}"))
        for ours, theirs, what in asked:
            assert theirs.result() == ours, what
    # Trees that send everything to one receiver would prove little.
    assert several > CASES / 20
