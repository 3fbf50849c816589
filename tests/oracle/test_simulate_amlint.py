"""The library amlint, which routes in Python, too: the same receivers on random trees."""

from __future__ import annotations

import importlib
import importlib.util
import random
from typing import Any

import pytest
import yaml

from generator.simulate.routing import receivers_for
from tests.oracle.test_simulate_routing import document, labels, read

TREES, PER_TREE = 100, 20


@pytest.fixture(scope="module")
def routing() -> Any:
    """Its module for routing. 0.8 is the version whose answers were compared; its interface is not promised."""
    if importlib.util.find_spec("amlint") is None:
        pytest.skip("amlint is not installed (pip install 'amlint>=0.8,<0.9')")
    return importlib.import_module("amlint.routing")


def test_routes_as_amlint_does(routing: Any) -> None:
    chance = random.Random(20261123)
    for _ in range(TREES):
        text = document(chance)
        config, theirs = read(text), routing.Router(yaml.safe_load(text)["route"])
        for given in (labels(chance) for _ in range(PER_TREE)):
            found = tuple(match.receiver for match in theirs.match(dict(given)))
            assert receivers_for(config, given) == found, f"{given}\n{text}"
