"""What constructors noticed: in the definitions, and in the parts they are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from functools import lru_cache
from typing import Final

from generator.diagnostics import Problem
from generator.model.base import Definition, Part
from generator.model.catalog import Catalog

_WALKED: Final = (tuple, Definition, Part)


def faults(catalog: Catalog) -> Iterator[Problem]:
    """The faults of everything that can be reached from the catalog, each once."""
    seen: set[int] = set()
    for definition in catalog:
        yield from _faults(definition, seen)


def _faults(node: object, seen: set[int]) -> Iterator[Problem]:
    if isinstance(node, tuple):
        for item in node:
            if isinstance(item, _WALKED):
                yield from _faults(item, seen)
        return
    if not isinstance(node, Definition | Part) or id(node) in seen:
        return
    seen.add(id(node))
    yield from node.faults
    for name in _inner(type(node)):  # type: ignore[arg-type]  # mypy does not see that classes are hashable
        value = getattr(node, name)
        if isinstance(value, _WALKED):
            yield from _faults(value, seen)


@lru_cache(maxsize=256)
def _inner(kind: type) -> tuple[str, ...]:
    """The fields that can hold further definitions; asked once a kind, for catalogs hold tens of thousands of each."""
    return tuple(field.name for field in fields(kind) if field.name not in {"origin", "faults"})


def is_sound(node: Definition | Part) -> bool:
    """Whether the definition and its parts have no faults, so that other checks may look inside."""
    return next(_faults(node, set()), None) is None
