"""Strict reading of YAML: every value with its line, every fault in one run, nothing that can be blown up.

The tree comes from libyaml. Its composer recurses on the C stack, so depth is bounded beforehand; aliases share
nodes, so what is read is bounded by the length of the text and not by what the aliases unfold to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from generator.diagnostics import Origin, Problem, error
from generator.duration import Duration, parse
from generator.errors import DurationError, ParseError

MAX_DEPTH: Final = 200
"""Levels of nesting; a rule file has six."""

_SLACK: Final = 100_000
_BRACKETS: Final = re.compile(r"[\[\]{}]")
_INDENT: Final = re.compile(r"^[ \t?-]+", re.MULTILINE)
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SPECIAL: Final = re.compile(r"(?P<sign>[-+]?)\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_BOOLEANS: Final = {
    **dict.fromkeys(("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y"), True),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N"), False),
}
_PLAIN: Final = (None, "")
_PLAIN_TAGS: Final = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:binary")


class UnreadableError(ParseError):
    """YAML that is broken, too deep or too large when its aliases are followed; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def compose(text: str) -> list[Node]:
    """The documents of a YAML text. Raises `UnreadableError`."""
    try:
        _check_depth(text)
        return [node for node in yaml.compose_all(text, Loader=yaml.CSafeLoader) if node is not None]
    except yaml.MarkedYAMLError as reason:
        raise UnreadableError(_line(reason), _reason(reason)) from None
    except yaml.YAMLError as reason:
        raise UnreadableError(0, f"not YAML: {reason}".splitlines()[0]) from None


def _line(reason: yaml.MarkedYAMLError) -> int:
    mark = reason.problem_mark
    return 0 if mark is None else mark.line + 1


def _reason(reason: yaml.MarkedYAMLError) -> str:
    return "not YAML: " + ", ".join(part for part in (reason.context, reason.problem) if part)


def _check_depth(text: str) -> None:
    opened = accumulate(1 if bracket in "[{" else -1 for bracket in _BRACKETS.findall(text))
    indented = max((len(match[0]) for match in _INDENT.finditer(text)), default=0)
    if max(opened, default=0) + 2 * indented < MAX_DEPTH:
        return
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                mark = event.start_mark
                line = 0 if mark is None else mark.line + 1
                raise UnreadableError(line, f"nested deeper than {MAX_DEPTH} levels")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


@dataclass(slots=True)
class Reader:
    """Takes values out of the nodes of one file; what is wrong goes to `problems` under the name `check`.

    `lenient` passes over keys that are not known.
    """

    file: str
    check: str
    limit: int
    problems: list[Problem] = field(default_factory=list)
    lenient: bool = False
    _read: int = 0

    @classmethod
    def of(cls, file: str, check: str, text: str) -> Reader:
        """A reader for the nodes of `text`."""
        return cls(file, check, len(text) + _SLACK)

    def origin(self, node: Node) -> Origin:
        """Where a node stands."""
        return Origin(self.file, node.start_mark.line + 1)

    def fault(self, node: Node, message: str, why: str = "") -> None:
        """Note what is wrong with a node."""
        self.problems.append(error(self.check, self.origin(node), message, why))

    def _count(self, node: Node, size: int = 1) -> None:
        self._read += size
        if self._read > self.limit:
            line = node.start_mark.line + 1
            raise UnreadableError(line, "aliases unfold to far more than the file holds; refused")

    def mapping(self, node: Node, known: Iterable[str], what: str) -> dict[str, Node]:
        """The values of a mapping by key; keys that are not `known` are faults. Empty where it is no mapping."""
        allowed = tuple(known)
        found: dict[str, Node] = {}
        for key, key_node, value in self.pairs(node, what):
            if key not in allowed:
                if self.lenient:
                    continue
                self.fault(key_node, f"unknown key {key!r} in {what}", f"expected one of: {', '.join(allowed)}")
            elif not is_null(value):
                found[key] = value
        return found

    def pairs(self, node: Node, what: str) -> list[tuple[str, Node, Node]]:
        """Key, its node and value for each entry of a mapping, `<<` followed. Faults where it is no mapping."""
        if is_null(node):
            return []
        if not isinstance(node, MappingNode):
            self.fault(node, f"expected a mapping for {what}, got {_kind(node)}")
            return []
        return list(self._entries(node, what, 0).values())

    def _entries(self, node: MappingNode, what: str, depth: int) -> dict[str, tuple[str, Node, Node]]:
        self._count(node, 1 + 2 * len(node.value))
        own: dict[str, tuple[str, Node, Node]] = {}
        merged: dict[str, tuple[str, Node, Node]] = {}
        for key, value in node.value:
            if key.tag == "tag:yaml.org,2002:merge" and depth < 8:
                for source in value.value if isinstance(value, SequenceNode) else [value]:
                    if isinstance(source, MappingNode):
                        merged = {**self._entries(source, what, depth + 1), **merged}
            elif not isinstance(key, ScalarNode):
                self.fault(key, f"expected a name as key in {what}, got {_kind(key)}")
            elif key.value in own:
                self.fault(key, f"key {key.value!r} is given twice in {what}")
            else:
                own[key.value] = (key.value, key, value)
        return {**merged, **own}

    def items(self, node: Node | None, what: str) -> list[Node]:
        """The items of a list; none for an absent one."""
        if node is None or is_null(node):
            return []
        if not isinstance(node, SequenceNode):
            self.fault(node, f"expected a list for {what}, got {_kind(node)}")
            return []
        self._count(node, 1 + len(node.value))
        return list(node.value)

    def string(self, node: Node | None, what: str) -> str:
        """The text of a scalar, whatever type YAML would see in it; empty for an absent one."""
        if node is None:
            return ""
        if not isinstance(node, ScalarNode):
            self.fault(node, f"expected a text for {what}, got {_kind(node)}")
            return ""
        self._count(node)
        return "" if is_null(node) else str(node.value)

    def strings(self, node: Node | None, what: str) -> dict[str, str]:
        """A mapping of names to texts; empty for an absent one."""
        if node is None:
            return {}
        return {key: self.string(value, f"{what} {key!r}") for key, _, value in self.pairs(node, what)}

    def duration(self, node: Node | None, what: str, default: int = 0) -> Duration:
        """Milliseconds of a Prometheus duration."""
        if node is None:
            return Duration(default)
        try:
            return parse(self.string(node, what))
        except DurationError as reason:
            self.fault(node, f"{what}: {reason}")
            return Duration(default)

    def boolean(self, node: Node | None, what: str) -> bool:
        """True or false; false for an absent one."""
        if node is None:
            return False
        text = self.string(node, what)
        if text not in _BOOLEANS or node.tag in _PLAIN_TAGS:
            self.fault(node, f"expected true or false for {what}, got {text!r}")
        return _BOOLEANS.get(text, False)

    def integer(self, node: Node | None, what: str) -> int:
        """A whole number; zero for an absent one."""
        value = self.number(node, what)
        if node is not None and value != int(value):
            self.fault(node, f"expected a whole number for {what}, got {value}")
        return int(value)

    def number(self, node: Node | None, what: str) -> float:
        """A number as Go's YAML reads it (`1e3`, `0x10`, `.inf`; not `Inf`, not in quotes)."""
        if node is None:
            return 0.0
        value = None if not isinstance(node, ScalarNode) or node.style in ("'", '"') else _number(node.value)
        if value is None:
            self.fault(node, f"expected a number for {what}, got {_shown(node)}")
            return 0.0
        self._count(node)
        return value


def is_null(node: Node) -> bool:
    """Whether a node is empty or `null`."""
    return isinstance(node, ScalarNode) and node.style in _PLAIN and node.value in _NULLS


def _number(text: str) -> float | None:
    plain = text.replace("_", "")
    if _FLOAT.fullmatch(plain):
        return float(plain)
    if special := _SPECIAL.fullmatch(text):
        return float((special["sign"] or "") + ("inf" if "nf" in text.lower() else "nan"))
    try:
        return float(int(plain, 0))
    except ValueError:
        return None


def _kind(node: Node) -> str:
    if isinstance(node, MappingNode):
        return "a mapping"
    return "a list" if isinstance(node, SequenceNode) else _shown(node)


def _shown(node: Node) -> str:
    return _kind(node) if isinstance(node, MappingNode | SequenceNode) else repr(node.value[:40])


def documents(text: str) -> Iterator[Node]:
    """The non-empty documents of a text. Raises `UnreadableError`."""
    return (node for node in compose(text) if not is_null(node))
