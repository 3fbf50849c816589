"""From definitions files to the texts of all files, with every problem on the way."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from generator.diagnostics import Problem, has_errors, in_order
from generator.expand import expand
from generator.loader import load
from generator.model.bundle import Bundle, Files, Rendering
from generator.model.catalog import Catalog
from generator.model.validate import validate
from generator.pipeline.templates import template_problems
from generator.targets import TARGETS, Target

DEFAULT_PATHS = (Path("alerts"), Path("dashboards"))

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Project:
    """A project as far as it could be compiled: `bundle` is None when there are errors."""

    catalog: Catalog
    problems: tuple[Problem, ...]
    bundle: Bundle | None = None

    @property
    def failed(self) -> bool:
        """Whether there are errors."""
        return has_errors(self.problems)


def _quiet(_step: str) -> None:
    """Progress that nobody looks at."""


@contextmanager
def _no_collections() -> Iterator[None]:
    """No garbage is looked for meanwhile: a catalog is millions of objects that all stay, walked again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def for_good() -> Iterator[None]:
    """What is made meanwhile stays until the process ends, and is never walked in search of garbage."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def compile_project(
    paths: Sequence[Path] = DEFAULT_PATHS, base: Path | None = None, progress: Progress = _quiet
) -> Project:
    """Load, validate and expand. base: the project's folder, by default the current one."""
    with _no_collections():
        progress("load")
        loaded = load(paths, base)
        progress("validate")
        problems = in_order((*loaded.problems, *validate(loaded.catalog)))
        if has_errors(problems):
            return Project(loaded.catalog, tuple(problems))
        progress("expand")
        return Project(loaded.catalog, tuple(problems), expand(loaded.catalog))


def render(bundle: Bundle, targets: Sequence[Target] = TARGETS, progress: Progress = _quiet) -> Rendering:
    """The texts of all files of some targets."""
    files: Files = {}
    problems: list[Problem] = []
    with _no_collections():
        for target in targets:
            progress(f"print {target.name}")
            made = target.render(bundle)
            files.update(made.files)
            problems += made.problems
        if any(target.name == "prometheus" for target in targets):
            problems += template_problems(bundle)
    return Rendering(files, tuple(in_order(problems)))
