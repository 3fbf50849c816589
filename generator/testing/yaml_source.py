"""Where the nodes of a YAML text stand in it, aliases included, which YAML's own tree forgets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from generator.rules.nodes import compose, is_null

Range = tuple[int, int]
"""Characters from the first to the second (exclusive)."""

_BREAK: Final = re.compile(r"\r\n|[\r\n]")
_ANCHOR: Final = re.compile(r"&[^\s,\[\]{}]+")
_DASH: Final = re.compile(r"(?:^|[\r\n]) *-")
_MERGE: Final = "tag:yaml.org,2002:merge"
_MAX_MERGES: Final = 8


class Source:
    """A YAML text without a byte order mark, and its nodes. Raises `UnreadableError`.

    `aliases` has for each node that an alias stands for where those aliases are; `defined` where each node is
    written, and `parents` what it is written in, with its number among the children (keys and values counted).
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.aliases: dict[int, list[Range]] = {}
        self.defined: dict[int, Range] = {}
        self.parents: dict[int, tuple[CollectionNode, int]] = {}
        self._children: dict[int, list[Range]] = {}
        first = _BREAK.search(text)
        self.newline = "\n" if first is None else first[0]
        roots = compose(text)
        found = _aliases(text)
        for root in roots:
            self._place(root, found)
        self.root = next((root for root in roots if not is_null(root)), None)

    def _place(self, node: Node, aliases: Iterator[Range]) -> Range:
        if id(node) in self.defined:
            place = next(aliases)
            self.aliases.setdefault(id(node), []).append(place)
            return place
        start, end = node.start_mark.index, node.end_mark.index
        self.defined[id(node)] = (start, end)
        if isinstance(node, ScalarNode) and node.style in ("|", ">"):
            end = start + len(self.text[start:end].rstrip())
        elif isinstance(node, CollectionNode):
            inside = []
            for number, child in enumerate(children(node)):
                self.parents.setdefault(id(child), (node, number))
                inside.append(self._place(child, aliases))
            self._children[id(node)] = inside
            if inside and not node.flow_style:
                # libyaml's mark of a block lies behind the comments that follow it.
                end = max(place[1] for place in inside)
        self.defined[id(node)] = (start, end)
        return start, end

    def item(self, node: SequenceNode, number: int) -> Range:
        """Where an item of a list stands, or the alias for it."""
        return self._children[id(node)][number]

    def key(self, node: MappingNode, number: int) -> Range:
        """Where the key of an entry stands."""
        return self._children[id(node)][2 * number]

    def value(self, node: MappingNode, number: int) -> Range:
        """Where the value of an entry stands, or the alias for it."""
        return self._children[id(node)][2 * number + 1]

    def parts(self, node: CollectionNode) -> list[Range]:
        """Where the items of a list or the entries of a mapping stand."""
        if isinstance(node, MappingNode):
            return [(self.key(node, number)[0], self.value(node, number)[1]) for number in range(len(node.value))]
        return list(self._children[id(node)])

    def is_alias(self, node: Node, place: Range) -> bool:
        """Whether at this place there is an alias for the node, and not the node."""
        return place in self.aliases.get(id(node), ())

    def is_shared(self, place: Range, touched: Iterable[Range]) -> bool:
        """Whether one of the ranges touches something in a place that aliases elsewhere stand for."""
        touching = list(touched)
        for node, aliases in self.aliases.items():
            start, end = self.defined[node]
            inside = place[0] <= start and end <= place[1]
            elsewhere = any(alias[0] < place[0] or alias[1] > place[1] for alias in aliases)
            if inside and elsewhere and any(each[0] <= end and start <= each[1] for each in touching):
                return True
        return False

    def colon(self, node: MappingNode, number: int) -> int:
        """Just behind the colon of an entry, and behind the anchor of its value if it has one."""
        place = self.value(node, number)
        behind = self.text.find(":", self.key(node, number)[1], place[0]) + 1 or self.key(node, number)[1]
        anchor = _ANCHOR.match(self.text, place[0])
        return anchor.end() if anchor and place == self.defined[id(node.value[number][1])] else behind

    def dash(self, node: SequenceNode, number: int) -> int:
        """Where the dash of an item in a block list stands, which is the first thing on its line."""
        after = self.item(node, number - 1)[1] if number else 0
        found = [match.end() - 1 for match in _DASH.finditer(self.text, after, self.item(node, number)[0])]
        return found[-1] if found else after

    def line_start(self, at: int) -> int:
        """The first character of the line."""
        return max(self.text.rfind("\n", 0, at), self.text.rfind("\r", 0, at)) + 1

    def line_end(self, at: int) -> int:
        """Behind the last character of the line, before its break."""
        found = _BREAK.search(self.text, at)
        return len(self.text) if found is None else found.start()

    def next_line(self, at: int) -> int:
        """The first character of the next line, or the end of the text."""
        found = _BREAK.search(self.text, at)
        return len(self.text) if found is None else found.end()

    def column(self, at: int) -> int:
        """Characters before this one on its line."""
        return at - self.line_start(at)


def _aliases(text: str) -> Iterator[Range]:
    if "*" not in text:
        return
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent) and event.start_mark is not None and event.end_mark is not None:
            yield event.start_mark.index, event.end_mark.index


def children(node: CollectionNode) -> list[Node]:
    """The items of a list, or keys and values of a mapping in turn."""
    if isinstance(node, MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value)


def index(node: Node | None, key: str) -> int | None:
    """The number of the entry with this key in the mapping itself."""
    pairs = node.value if isinstance(node, MappingNode) else []
    return next((number for number, (name, _) in enumerate(pairs) if name.value == key), None)


def merges(node: MappingNode) -> bool:
    """Whether a mapping takes entries from another one with `<<`."""
    return any(key.tag == _MERGE for key, _ in node.value)


def entries(node: Node | None, depth: int = 0) -> dict[str, Node]:
    """The values of a mapping by key, `<<` followed as the reader of fixtures follows it."""
    own: dict[str, Node] = {}
    merged: dict[str, Node] = {}
    for key, value in node.value if isinstance(node, MappingNode) else []:
        if key.tag == _MERGE and depth < _MAX_MERGES:
            for source in value.value if isinstance(value, SequenceNode) else [value]:
                merged = {**entries(source, depth + 1), **merged}
        elif isinstance(key, ScalarNode):
            own[key.value] = value
    return {**merged, **own}


def items(node: Node | None) -> list[Node]:
    """The items of a list; none for anything else."""
    return list(node.value) if isinstance(node, SequenceNode) else []
