"""Reads blocks of the configuration by their schema: typed values with their nodes, every fault noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from generator.gotemplate.alertmanager import Library
from generator.rules.nodes import Reader, is_null
from generator.simulate.config import scalars
from generator.simulate.config.dialect import Dialect
from generator.simulate.config.schema import SCHEMA, Key
from generator.simulate.config.typed import typed
from generator.targets.alertmanager.versions import written

_PARSED: Final[Mapping[str, Callable[[str], Any]]] = {
    "duration": scalars.duration,
    "gotime": scalars.go_duration,
    "gotext": scalars.go_duration,
    "url": scalars.url,
    "secret_url": scalars.secret_url,
    "hostport": scalars.host_port,
    "tls_version": scalars.tls_version,
    "proxy": scalars.proxy,
}
_EMPTY: Final[Mapping[str, Any]] = {
    "text": "",
    "hostport": "",
    "bool": False,
    "int": 0,
    "count": 0,
    "gotime": 0.0,
    "gotext": 0.0,
    "number": 0.0,
}
"""What null leaves in a field that is no pointer, list or mapping."""

_LARGEST: Final[Mapping[str, int]] = {"int": 2**63 - 1, "gotime": 2**63 - 1, "count": 2**64 - 1}
_NANOSECONDS: Final = 1e6


@dataclass(frozen=True, slots=True)
class Block:
    """The values of one block, with the nodes they were read from. wrong: the keys whose values could not be read."""

    kind: str
    node: Node
    values: dict[str, Any] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)

    def get(self, key: str, default: Any = None) -> Any:
        """A value, or the default where the key is not given or null."""
        value = self.values.get(key)
        return default if value is None else value

    def lacks(self, *keys: str) -> bool:
        """Whether none of these keys has a value; one that could not be read has been reported, and counts."""
        return not any(self.values.get(key) or key in self.wrong for key in keys)

    def at(self, *keys: str) -> Node:
        """The node of the first of these keys that is given, or of the block."""
        return next((self.nodes[key] for key in keys if key in self.nodes), self.node)

    def item(self, key: str, place: int) -> Node:
        """The node of an item of a list."""
        node = self.nodes[key]
        return node.value[place] if isinstance(node, SequenceNode) else node

    def blocks(self, key: str, kind: str = "") -> list[Block]:
        """The blocks of a list; those that are null are left out, or are empty blocks of the kind."""
        items = enumerate(self.get(key, ()))
        found = (Block(kind, self.item(key, place)) if item is None and kind else item for place, item in items)
        return [item for item in found if isinstance(item, Block)]

    def plain(self) -> dict[str, Any]:
        """The values with blocks as plain mappings, to hand on."""
        return {key: _plain(value) for key, value in self.values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Block):
        return value.plain()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


@dataclass(frozen=True, slots=True)
class BlockReader:
    """Reads nodes as blocks; faults go to the reader's problems."""

    reader: Reader
    dialect: Dialect

    def fault(self, node: Node, message: str, why: str = "") -> None:
        """Note what is wrong with a node."""
        self.reader.fault(node, message, why)

    def block(self, kind: str, node: Node, what: str) -> Block:
        """A mapping as a block of a kind."""
        found = Block(kind, node)
        known = SCHEMA[kind]
        for name, key_node, value in self.reader.pairs(node, what):
            key = known.get(name)
            if key is None or key.since > self.dialect.version:
                self._unknown(kind, name, key, key_node, what)
                continue
            found.nodes[name] = value
            kind_now = key.type_in(self.dialect.version)
            faults = len(self.reader.problems)
            found.values[name] = self.value(kind_now, value, name, what)
            if len(self.reader.problems) > faults and not _is_shaped(kind_now, value):
                found.wrong.add(name)
        return found

    def _unknown(self, kind: str, name: str, key: Key | None, node: Node, what: str) -> None:
        if key is not None:
            message = f"unknown key {name!r} in {what}: it needs Alertmanager {written(key.since)}"
            self.fault(node, message, f"The configuration is read as that of {self.dialect}.")
            return
        self.fault(node, f"unknown key {name!r} in {what}", self._hint(kind, name))

    def _hint(self, kind: str, name: str) -> str:
        """The key that is meant, and whether the version has it; or all keys that the version has."""
        keys, version = SCHEMA[kind], self.dialect.version
        if close := get_close_matches(name, keys, n=1):
            since = keys[close[0]].since
            later = f" It needs Alertmanager {written(since)}." if since > version else ""
            return f"Did you mean {close[0]!r}?{later}"
        known = [key.name for key in keys.values() if key.since <= version]
        return f"It has: {', '.join(known)}." if known else "It has no keys."

    def value(self, kind: str, node: Node, name: str, what: str) -> Any:
        """A value of one of the schema's types; None for null where nothing else stands for it."""
        if kind.startswith("["):
            return self._blocks(kind[1:-1], node, name)
        if is_null(node):
            return _EMPTY.get(kind)
        if kind in SCHEMA:
            return self._block_or_text(kind, node, name, what)
        if kind in ("bool", "int", "count", "number"):
            return self._boolean(node, name) if kind == "bool" else self._number(kind, node, name)
        if kind in ("texts", "labels", "any", "headers", "structures", "header_map"):
            return self._collection(kind, node, name)
        if kind == "gotime" and type(_typed(node)) in (int, float):
            return self._number(kind, node, name) / _NANOSECONDS
        text = self.reader.string(node, name)
        if not isinstance(node, ScalarNode):
            return None
        return self._template_url(node, text, name) if kind == "template_url" else self._parsed(kind, node, text, name)

    def _boolean(self, node: Node, name: str) -> bool:
        value = _typed(node)
        if not isinstance(value, bool) or _is_tagged_text(node):
            self.fault(node, f"expected true or false for {name}, got {_shown(node)}")
        return value is True

    def _number(self, kind: str, node: Node, name: str) -> float:
        value = _typed(node)
        if not isinstance(value, int | float) or isinstance(value, bool):
            self.fault(node, f"expected a number for {name}, got {_shown(node)}")
            return 0
        if kind == "number":
            return value
        if not value <= _LARGEST[kind]:  # neither is nan
            self.fault(node, f"{name}: {_shown(node)} is too large")
            return 0
        # The loader cuts fractions off.
        number = int(max(value, -_LARGEST[kind]))
        if kind == "count" and number < 0:
            self.fault(node, f"{name} cannot be negative")
        return number

    def _block_or_text(self, kind: str, node: Node, name: str, what: str) -> Any:
        # A field of Jira may be its template alone.
        if kind == "jira_field" and isinstance(node, ScalarNode):
            return self.reader.string(node, name)
        return self.block(kind, node, f"{name} of {what}" if what else name)

    def _blocks(self, kind: str, node: Node, name: str) -> list[Block | None] | None:
        if is_null(node):
            return None
        items = self.reader.items(node, name)
        return [None if is_null(item) else self.block(kind, item, _naming(kind, item)) for item in items]

    def _collection(self, kind: str, node: Node, name: str) -> Any:
        if kind == "texts":
            return [self.reader.string(item, name) for item in self.reader.items(node, name)]
        if kind == "any":
            return self._anything(node, name)
        # A name that is null is read as an empty one.
        pairs = [("" if is_null(at) else key, value) for key, at, value in self.reader.pairs(node, name)]
        if kind == "labels":
            return {key: self.reader.string(value, f"{name} {key!r}") for key, value in pairs}
        if kind == "headers":
            return {key: self._collection("texts", value, f"{name} {key!r}") for key, value in pairs}
        if kind == "header_map":
            return {key: self.block("header", value, name) for key, value in pairs}
        return {key: self._anything(value, name) for key, value in pairs}

    def _anything(self, node: Node, name: str) -> Any:
        if isinstance(node, MappingNode):
            entries = self.reader.pairs(node, name)
            # The loader keeps names that are no text, and drops them when it makes JSON of the structure.
            return {key: self._anything(value, name) for key, at, value in entries if _is_text(at)}
        if isinstance(node, SequenceNode):
            return [self._anything(item, name) for item in self.reader.items(node, name)]
        return typed(node) if isinstance(node, ScalarNode) else None

    def _parsed(self, kind: str, node: Node, text: str, name: str) -> Any:
        parser = _PARSED.get(kind)
        if parser is None:
            return text
        try:
            return parser(text)
        except ValueError as reason:
            self.fault(node, f"{name}: {reason}")
            return None

    def _template_url(self, node: Node, text: str, name: str) -> str:
        if "{{" not in text:
            return self._parsed("secret_url", node, text, name) or "" if text else ""
        faults = list(Library().validate(text))
        for wrong in faults:
            self.fault(node, f"{name}: invalid template syntax: {wrong}")
        return "" if faults else text


def _naming(kind: str, node: Node) -> str:
    """How messages call an item: by its name where it has one."""
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if isinstance(key, ScalarNode) and key.value == "name" and isinstance(value, ScalarNode):
                return f"{kind.replace('_', ' ')} {value.value!r}"
    return f"the {kind.replace('_', ' ')}"


def _is_text(node: Node) -> bool:
    return isinstance(node, ScalarNode) and isinstance(typed(node), str)


def _typed(node: Node) -> Any:
    return typed(node) if isinstance(node, ScalarNode) else None


def _is_tagged_text(node: Node) -> bool:
    """Whether `!!str` stands before a word that otherwise means true or false; libyaml takes y and n for texts."""
    return bool(node.tag == "tag:yaml.org,2002:str" and node.value not in ("y", "Y", "n", "N"))


def _shown(node: Node) -> str:
    if isinstance(node, ScalarNode):
        return repr(node.value[:40])
    return "a list" if isinstance(node, SequenceNode) else "a mapping"


def _is_shaped(kind: str, node: Node) -> bool:
    """Whether a value is a block or a list of blocks as it should be; then its faults are those of its parts."""
    return isinstance(node, SequenceNode) if kind.startswith("[") else kind in SCHEMA and isinstance(node, MappingNode)
