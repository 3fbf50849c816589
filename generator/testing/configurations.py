"""The Alertmanager configurations of incidents, and the receivers that incidents name held against them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from generator.diagnostics import Problem, error
from generator.rules.nodes import UnreadableError, documents
from generator.simulate.config import Config, Dialect, load_config
from generator.testing.incident import Expected, Forbidden, Incident
from generator.testing.message_parts import unasked
from generator.testing.read_fixture import CHECK


@dataclass(slots=True)
class Configurations:
    """Each file is read once. loaded: those that are right, by their paths."""

    dialect: Dialect
    loaded: dict[Path, Config] = field(default_factory=dict)
    _names: dict[Path, tuple[str, ...]] = field(default_factory=dict)

    def problems(self, incident: Incident) -> list[Problem]:
        """What is wrong with the configuration of an incident, if it is new, and with the receivers that it names."""
        path = incident.config
        if path is None or not path.is_file():
            return []
        found: list[Problem] = []
        if path not in self._names:
            config, found = load_config(path, self.dialect)
            if config is not None:
                self.loaded[path] = config
            # Of a configuration that is wrong elsewhere the receivers are known all the same.
            self._names[path] = tuple(declared(path) if config is None else config.receivers)
        return [*found, *self._unknown(incident, path)]

    def _unknown(self, incident: Incident, path: Path) -> Iterator[Problem]:
        named: tuple[Expected | Forbidden, ...] = (*incident.expected, *incident.forbidden)
        for each in named:
            if each.receiver and each.receiver not in self._names[path]:
                known = ", ".join(sorted(self._names[path])) or "none"
                yield error(CHECK, each.origin, f"there is no receiver {each.receiver!r}", f"Receivers are: {known}.")
            elif path in self.loaded:
                faults = list(_without(each, self.loaded[path])) if each.integration else []
                yield from faults
                if isinstance(each, Expected) and each.receiver and not faults:
                    yield from unasked(each, self.loaded[path])


def _without(each: Expected | Forbidden, config: Config) -> Iterator[Problem]:
    receivers = [config.receivers[each.receiver]] if each.receiver else config.receivers.values()
    kinds = dict.fromkeys(one.kind for receiver in receivers for one in receiver.integrations)
    if each.integration in kinds:
        return
    known = ", ".join(kinds) or "none"
    if each.receiver:
        message, why = f"receiver {each.receiver!r} has no integration {each.integration!r}", f"It has: {known}."
    else:
        message, why = f"no receiver has an integration {each.integration!r}", f"There are: {known}."
    yield error(CHECK, each.origin, message, why)


def declared(path: Path) -> Iterator[str]:
    """The names of the receivers of a file, as far as it can be read."""
    try:
        root = next(documents(path.read_text(encoding="utf-8")), None)
    except (OSError, UnicodeDecodeError, UnreadableError):
        return
    receivers = _value(root, "receivers")
    for receiver in receivers.value if isinstance(receivers, SequenceNode) else ():
        name = _value(receiver, "name")
        if isinstance(name, ScalarNode):
            yield name.value


def _value(node: Node | None, key: str) -> Node | None:
    pairs = node.value if isinstance(node, MappingNode) else ()
    return next((value for name, value in pairs if isinstance(name, ScalarNode) and name.value == key), None)
