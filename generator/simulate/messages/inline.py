"""Values that a rendered text holds: Alertmanager reads custom payloads and details as YAML once more (since 0.30)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any, Final

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from generator.rules.nodes import UnreadableError, compose
from generator.simulate.config.typed import typed

MAX_NODES: Final = 100_000
"""Values that one text may hold, aliases followed."""


def inline_value(text: str) -> Any:
    """What YAML makes of a text; the text itself where that is text, too, or where it is no YAML."""
    try:
        nodes = compose(text)
    except UnreadableError:
        return text
    if not nodes:
        return None
    try:
        value = _value(nodes[0], count(1))
    except UnreadableError:
        return text
    return text if isinstance(value, str) else value


def _value(node: Node, seen: Iterator[int]) -> Any:
    if next(seen) > MAX_NODES:
        raise UnreadableError(0, "aliases unfold to far too much")
    if isinstance(node, MappingNode):
        pairs = ((_value(key, seen), _value(value, seen)) for key, value in node.value)
        # Only names that are text survive the way into JSON.
        return {key: value for key, value in pairs if isinstance(key, str)}
    if isinstance(node, SequenceNode):
        return [_value(item, seen) for item in node.value]
    return typed(node) if isinstance(node, ScalarNode) else None
