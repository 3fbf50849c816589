"""Definitions files run as modules that can import one another, one mistake not hiding the next.

A file is run whole. If that raises, it is run again statement by statement, so that each wrong statement is one
problem and everything that does not depend on it is still defined. Definitions are collected afterwards and
constructors have no side effects, so running twice is harmless.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module, invalidate_caches
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from generator.diagnostics import Origin, Problem, error
from generator.loader.explain import explain, place_of
from generator.loader.sources import Source

ANYTHING = "*"
"""Stands in a set of names for every name: the file could not be read at all."""


@dataclass(frozen=True, slots=True)
class LoadedModule:
    """A file that was run, and the names it defined."""

    source: Source
    namespace: dict[str, Any]


@dataclass
class _Run:
    """One load: what finished, what is missing because of a problem, and the problems."""

    sources: dict[str, Source]
    finished: list[LoadedModule] = field(default_factory=list)
    missing: dict[str, set[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def load_modules(sources: Sequence[Source]) -> tuple[list[LoadedModule], list[Problem]]:
    """Run the files; the modules in the order they finished."""
    run = _Run({source.name: source for source in sources})
    with _importable(run, sources):
        for source in sources:
            import_module(source.name)
    return run.finished, run.problems


@contextmanager
def _importable(run: _Run, sources: Sequence[Source]) -> Iterator[None]:
    """While this lasts, the folders of definitions are packages; afterwards no trace of them is left."""
    packages = {source.package for source in sources}
    before = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in packages}
    roots = list(dict.fromkeys(str(source.root) for source in sources))
    path, finder = list(sys.path), _Finder(run, {source.package: source.root for source in sources})
    for name in before:
        del sys.modules[name]
    sys.meta_path.insert(0, finder)
    sys.path[:0] = roots
    invalidate_caches()
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        sys.path[:] = path
        for name in [name for name in sys.modules if name.partition(".")[0] in packages]:
            del sys.modules[name]
        sys.modules.update(before)


class _Finder(MetaPathFinder):
    """Finds definitions files by their place, with or without an `__init__.py`."""

    def __init__(self, run: _Run, roots: dict[str, Path]) -> None:
        self._run = run
        self._roots = roots

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        root = self._roots.get(name.partition(".")[0])
        if root is None:
            return None
        place = root.joinpath(*name.split("."))
        file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
        if not place.is_dir() and not file.is_file():
            return None
        source = self._run.sources.get(name) or Source(name, file, str(file))
        spec = ModuleSpec(name, _Runner(self._run, source), origin=str(file), is_package=place.is_dir())
        spec.submodule_search_locations = [str(place)] if place.is_dir() else None
        return spec


class _Runner(Loader):
    """Runs one file; what it raises becomes problems, never an exception for the importer."""

    def __init__(self, run: _Run, source: Source) -> None:
        self._run = run
        self._source = source

    def create_module(self, _spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        if not self._source.path.is_file():
            return
        tree = self._tree()
        if tree is None:
            self._run.missing[self._source.name] = {ANYTHING}
            return
        module.__file__ = self._source.shown
        start = dict(module.__dict__)
        if not self._succeeds(compile(tree, self._source.shown, "exec"), module.__dict__):
            module.__dict__.clear()
            module.__dict__.update(start)
            self._run_piecemeal(tree, module)
        self._run.finished.append(LoadedModule(self._source, module.__dict__))

    def _tree(self) -> ast.Module | None:
        try:
            return ast.parse(self._source.path.read_bytes(), self._source.shown)
        except (SyntaxError, UnicodeDecodeError, ValueError) as reason:
            line = getattr(reason, "lineno", None) or 1
            message = f"cannot be read as Python: {getattr(reason, 'msg', None) or reason}"
            self._run.problems.append(error("load/syntax", Origin(self._source.shown, line), message))
            return None

    def _succeeds(self, code: CodeType, namespace: dict[str, Any]) -> bool:
        try:
            exec(code, namespace)  # noqa: S102 - definitions are Python that their author asks us to run
        except (Exception, SystemExit):  # whatever an author's code may raise is told in the second run
            return False
        return True

    def _run_piecemeal(self, tree: ast.Module, module: ModuleType) -> None:
        missing = self._run.missing.setdefault(self._source.name, set())
        future = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
        for statement in _statements(tree):
            piece = ast.Module([*future, statement], [])
            try:
                exec(compile(piece, self._source.shown, "exec"), module.__dict__)  # noqa: S102 - see above
            except (Exception, SystemExit) as raised:  # an author's code may raise anything; it becomes a problem
                if not self._is_consequence(statement, raised):
                    origin = place_of(raised, self._files()) or Origin(self._source.shown, statement.lineno)
                    message, why = explain(raised)
                    self._run.problems.append(error("load/raised", origin, message, why))
                missing.update(_bound(statement))

    def _files(self) -> frozenset[str]:
        return frozenset(source.shown for source in self._run.sources.values())

    def _is_consequence(self, statement: ast.stmt, raised: BaseException) -> bool:
        """Whether the statement failed only because of one that failed before and was told already."""
        own = self._run.missing[self._source.name]
        if isinstance(raised, NameError):
            return raised.name in own
        if isinstance(raised, ImportError) and isinstance(statement, ast.ImportFrom):
            gone = self._run.missing.get(raised.name or "", set())
            return ANYTHING in gone or any(alias.name in gone for alias in statement.names)
        if isinstance(raised, AttributeError) and isinstance(raised.obj, ModuleType):
            gone = self._run.missing.get(raised.obj.__name__, set())
            return ANYTHING in gone or raised.name in gone
        return False


def _statements(tree: ast.Module) -> Iterator[ast.stmt]:
    """The statements of a file, with `from x import a, b` taken apart so that one missing name costs only itself."""
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom) and len(statement.names) > 1:
            for alias in statement.names:
                yield ast.copy_location(ast.ImportFrom(statement.module, [alias], statement.level), statement)
        else:
            yield statement


def _bound(statement: ast.stmt) -> set[str]:
    """The names that a statement would have given a meaning to."""
    names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        names.add(statement.name)
    if isinstance(statement, ast.Import | ast.ImportFrom):
        names.update((alias.asname or alias.name).partition(".")[0] for alias in statement.names)
    return names
