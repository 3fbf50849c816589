"""Random routing trees as configurations: rendered by the Alertmanager target, read back by the simulator."""

from __future__ import annotations

from generator.model.bundle import Bundle
from generator.model.catalog import Catalog, Module
from generator.model.route import Route
from generator.simulate.config import Config, read_config
from generator.targets.alertmanager import render
from tests.routing_trees import RECEIVERS


def as_text(tree: Route) -> str:
    """A tree as an Alertmanager configuration."""
    files = render(Bundle(Catalog((Module("trees", "trees.py", (*RECEIVERS, tree)),)))).files
    return next(text for path, text in files.items() if path.name == "alertmanager.yml")


def as_config(tree: Route) -> Config:
    """The same, read."""
    config, problems = read_config(as_text(tree), "alertmanager.yml")
    assert config is not None, problems
    return config
