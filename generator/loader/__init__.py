"""Definitions files to a catalog. Whatever goes wrong in them is a problem with file and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.diagnostics import NOWHERE, Origin, Problem, error
from generator.loader.modules import LoadedModule, load_modules
from generator.loader.sources import find_sources
from generator.model.base import Definition
from generator.model.catalog import KINDS, Catalog, Module

__all__ = ["Loaded", "load"]

# Lists of lists are taken apart; anything deeper is data of the author's own.
_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was defined, and what stood in the way."""

    catalog: Catalog
    problems: tuple[Problem, ...]


def load(paths: Sequence[Path], base: Path | None = None) -> Loaded:
    """Run definitions files and collect what they define.

    paths: files, or folders whose Python files are all run. base: where paths in messages are seen from, by default
    the current folder. Values of known kinds at the top level of a file count, and lists, tuples and mappings of
    them, each once, in the file that made them; names that begin with an underscore do not.
    """
    base = (base or Path.cwd()).resolve()
    sources, problems = find_sources(paths, base)
    loaded, faults = load_modules(sources)
    problems += faults
    if not sources and not problems:
        where = ", ".join(map(str, paths))
        problems.append(error("load/empty", Origin(where), "no Python files to take definitions from"))
    return Loaded(_catalog(loaded), tuple(problems))


def _catalog(loaded: Sequence[LoadedModule]) -> Catalog:
    seen: set[int] = set()
    modules = []
    for module in loaded:  # in the order they finished, so the file that made a value comes before its importers
        items = []
        for name, value in module.namespace.items():
            if name.startswith("_"):
                continue
            for item in _definitions(value, _DEPTH):
                if id(item) not in seen and item.origin is not NOWHERE:  # generator's own, such as P0
                    seen.add(id(item))
                    items.append(item)
        modules.append(Module(module.source.name, module.source.shown, tuple(items)))
    return Catalog(tuple(sorted(modules, key=lambda module: module.name)))


def _definitions(value: object, depth: int) -> Iterator[Definition]:
    if isinstance(value, KINDS):
        yield value
        return
    inner: Iterable[object] = ()
    if isinstance(value, list | tuple | set | frozenset):
        inner = value
    elif isinstance(value, Mapping) and not isinstance(value, Definition):
        inner = value.values()
    if depth:
        for item in inner:
            yield from _definitions(item, depth - 1)
