"""What constructors noticed: in the definitions, and in the parts they are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from generator.diagnostics import Problem
from generator.model.base import Definition, Part
from generator.model.catalog import Catalog


def faults(catalog: Catalog) -> Iterator[Problem]:
    """The faults of everything that can be reached from the catalog, each once."""
    seen: set[int] = set()
    for definition in catalog:
        yield from _faults(definition, seen)


def _faults(node: object, seen: set[int]) -> Iterator[Problem]:
    if isinstance(node, tuple):
        for item in node:
            yield from _faults(item, seen)
        return
    if not isinstance(node, Definition | Part) or id(node) in seen:
        return
    seen.add(id(node))
    yield from node.faults
    if is_dataclass(node):
        for field in fields(node):
            if field.name not in {"origin", "faults"}:
                yield from _faults(getattr(node, field.name), seen)


def is_sound(node: Definition | Part) -> bool:
    """Whether the definition and its parts have no faults, so that other checks may look inside."""
    return next(_faults(node, set()), None) is None
