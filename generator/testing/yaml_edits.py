"""Changes of a YAML text that leave all the rest of it as it is: comments, order, style and line ends."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

from yaml.nodes import CollectionNode, MappingNode, ScalarNode, SequenceNode

from generator.gotemplate.strconv import format_float
from generator.testing.yaml_source import Range, Source, index, merges
from generator.yamltext import scalar, text_block

Value: TypeAlias = "str | float | Mapping[str, Value] | Sequence[Value]"
"""What is written; an empty mapping or list as `{}` or `[]`."""

_FLOW_PLAIN: Final = re.compile(r"[A-Za-z_/$][\w./$-]*")
_AFTER: Final = re.compile(r",?\s*(?:#.*)?")
_COMMA: Final = re.compile(r"\s*,")
_NUMBERS: Final = {"NaN": ".nan", "+Inf": ".inf", "-Inf": "-.inf"}


@dataclass(frozen=True, slots=True)
class Edit:
    """Characters `start` to `end` (exclusive) of a file are to become `text`."""

    start: int
    end: int
    text: str


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits carried out; they must not overlap. What is put in one place comes in their order."""
    for edit in reversed(_in_order(edits)):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def overlap(edits: Iterable[Edit]) -> bool:
    """Whether two edits want the same characters."""
    return any(later.start < earlier.end for earlier, later in pairwise(_in_order(edits)))


def _in_order(edits: Iterable[Edit]) -> list[Edit]:
    return sorted(edits, key=lambda edit: (edit.start, edit.end))


def set_value(source: Source, owner: MappingNode, key: str, value: Value) -> Iterator[Edit]:
    """Write the value of a key anew, or add the key at the end of its mapping."""
    number = index(owner, key)
    if number is None:
        yield from _inserted(source, owner, range(len(owner.value)), {key: value})
        return
    colon, end = source.colon(owner, number), source.value(owner, number)[1]
    if owner.flow_style or not _is_filled(value):
        yield _replaced(source, owner, number, value)
        return
    indent = " " * source.column(source.key(owner, number)[0])
    block = "".join(f"{source.newline}{indent}  {line}" for line in _lines(value))
    if source.line_end(colon) < end:
        yield Edit(colon, end, block)
        return
    # A comment behind the old value stays on its line.
    at = source.line_end(max(colon, end))
    if colon < end:
        yield Edit(colon, end, "")
    yield Edit(at, at, block)


def _replaced(source: Source, owner: MappingNode, number: int, value: Value) -> Edit:
    """The edit that writes a value on the line of its key."""
    colon, (start, end) = source.colon(owner, number), source.value(owner, number)
    node = owner.value[number][1]
    if isinstance(value, str) and "\n" in value and isinstance(node, ScalarNode) and node.style == "|":
        indent = " " * (source.column(source.key(owner, number)[0]) + 2)
        return Edit(start, end, text_block(value, indent).replace("\n", source.newline))
    text = _flow(value) if owner.flow_style else _on_a_line(value)
    if start < colon or start == end or source.line_end(colon) < start:
        before = "" if source.text[colon - 1] == ":" or start < colon else ":"
        return Edit(colon, max(colon, end), f"{before} {text}")
    return Edit(start, end, text)


def set_entries(source: Source, owner: MappingNode, key: str, wanted: Mapping[str, str]) -> Iterator[Edit]:
    """Make the mapping of texts under a key hold what is wanted, entry by entry where that is possible."""
    number = index(owner, key)
    node = None if number is None else owner.value[number][1]
    if number is None or not isinstance(node, MappingNode) or not is_own(source, node, source.value(owner, number)):
        yield from set_value(source, owner, key, wanted)
        return
    removed = set()
    for place, (name, value) in enumerate(node.value):
        if name.value not in wanted:
            removed.add(place)
        elif not isinstance(value, ScalarNode) or value.value != wanted[name.value]:
            yield _replaced(source, node, place, wanted[name.value])
    known = {name.value for name, _ in node.value}
    added = {name: text for name, text in sorted(wanted.items()) if name not in known}
    yield from alter(source, owner, number, removed, added)


def is_own(source: Source, node: CollectionNode, place: Range) -> bool:
    """Whether the parts of a collection can be changed one by one: it is no alias, not empty and not merged."""
    return (
        bool(node.value) and not source.is_alias(node, place) and not (isinstance(node, MappingNode) and merges(node))
    )


def alter(
    source: Source,
    owner: MappingNode,
    number: int,
    removed: Collection[int],
    added: Mapping[str, Value] | Sequence[Value],
) -> Iterator[Edit]:
    """Take parts out of the list or mapping that is an entry's value, and put others at its end."""
    node: CollectionNode = owner.value[number][1]
    kept = [place for place in range(len(node.value)) if place not in removed]
    if kept:
        yield from _without(source, node, removed, kept[-1])
        if added:
            yield from _inserted(source, node, kept, added)
    elif node.flow_style and (added or source.line_end(source.defined[id(node)][0]) >= source.defined[id(node)][1]):
        yield from set_value(source, owner, owner.value[number][0].value, added)
    else:
        yield from _without(source, node, removed, -1)
        if node.flow_style:
            return
        if added:
            at = source.line_start(_begin(source, node, 0))
            yield Edit(at, at, "".join(line + source.newline for line in _indented(source, node, added)))
        else:
            colon = source.colon(owner, number)
            yield Edit(colon, colon, " []" if isinstance(node, SequenceNode) else " {}")


def _begin(source: Source, node: CollectionNode, number: int) -> int:
    if isinstance(node, SequenceNode):
        return source.dash(node, number)
    return source.parts(node)[number][0]


def _without(source: Source, node: CollectionNode, removed: Collection[int], last: int) -> Iterator[Edit]:
    """Parts taken out, with their commas or their lines; `last` is the last one that stays."""
    parts = source.parts(node)
    if not node.flow_style:
        for number in removed:
            yield Edit(source.line_start(_begin(source, node, number)), source.next_line(parts[number][1]), "")
        return
    for number in removed:
        start, end = parts[number]
        first, behind = source.line_start(start), source.line_end(end)
        if not source.text[first:start].strip() and _AFTER.fullmatch(source.text, end, behind):
            yield Edit(first, source.next_line(end), "")
        elif number < last:
            yield Edit(start, parts[number + 1][0], "")
        elif last < 0:
            comma = _COMMA.match(source.text, end)
            yield Edit(start, end if comma is None else comma.end(), "")
        else:
            before = parts[number - 1][1]
            yield Edit(before if start <= source.line_end(before) else start, end, "")


def _inserted(
    source: Source, node: CollectionNode, kept: Sequence[int], added: Mapping[str, Value] | Sequence[Value]
) -> Iterator[Edit]:
    """Parts put behind the last one that stays."""
    if not node.flow_style:
        # At the start of the next line, as the last line of what stays may itself be taken out.
        at = source.next_line(source.parts(node)[kept[-1]][1])
        block = "".join(line + source.newline for line in _indented(source, node, added))
        yield Edit(
            at, at, block if at == source.line_start(at) else source.newline + block.removesuffix(source.newline)
        )
        return
    at = source.parts(node)[kept[-1]][1] if kept else source.defined[id(node)][1] - 1
    yield Edit(at, at, (", " if kept else "") + _flow(added)[1:-1])


def _indented(source: Source, node: CollectionNode, added: Value) -> list[str]:
    indent = " " * source.column(_begin(source, node, 0))
    return [indent + line for line in _lines(added)]


def replace_item(source: Source, node: SequenceNode, number: int, value: Mapping[str, Value]) -> Edit:
    """Write an item of a list anew."""
    start, end = source.item(node, number)
    if node.flow_style:
        return Edit(start, end, _flow(value))
    dash = source.dash(node, number)
    indent = source.newline + " " * (source.column(dash) + 2)
    return Edit(dash + 1, end, " " + indent.join(_lines(value) if value else ["{}"]))


def _is_filled(value: Value) -> bool:
    return not isinstance(value, str | float) and bool(value)


def _lines(value: Value) -> list[str]:
    """A mapping or list that is not empty as a block."""
    lines: list[str] = []
    if isinstance(value, Mapping):
        for name, each in value.items():
            if _is_filled(each):
                lines += [f"{scalar(name)}:", *(f"  {line}" for line in _lines(each))]
            else:
                lines.append(f"{scalar(name)}: {_on_a_line(each)}")
    elif not isinstance(value, str | float):
        for each in value:
            first, *rest = _lines(each) if _is_filled(each) else [_on_a_line(each)]
            lines += [f"- {first}", *(f"  {line}" for line in rest)]
    return lines


def _on_a_line(value: Value) -> str:
    return scalar(value) if isinstance(value, str) else _flow(value)


def _flow(value: Value) -> str:
    """On one line, where commas and brackets end a plain text."""
    if isinstance(value, str):
        written = scalar(value)
        plain = written == value and not _FLOW_PLAIN.fullmatch(value)
        return "'" + value.replace("'", "''") + "'" if plain else written
    if isinstance(value, float):
        text = format_float(value)
        return _NUMBERS.get(text, text)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_flow(name)}: {_flow(each)}" for name, each in value.items()) + "}"
    return "[" + ", ".join(map(_flow, value)) + "]"
