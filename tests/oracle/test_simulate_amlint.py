"""The library amlint, which routes in Python, too: the same receivers on random trees."""

from __future__ import annotations

import random

import yaml
from amlint import routing

from generator.simulate.routing import receivers_for
from tests.oracle.test_simulate_routing import document, labels, read

TREES, PER_TREE = 100, 20


def test_routes_as_amlint_does() -> None:
    chance = random.Random(20261123)
    for _ in range(TREES):
        text = document(chance)
        config, theirs = read(text), routing.Router(yaml.safe_load(text)["route"])
        for given in (labels(chance) for _ in range(PER_TREE)):
            found = tuple(match.receiver for match in theirs.match(dict(given)))
            assert receivers_for(config, given) == found, f"{given}\n{text}"
