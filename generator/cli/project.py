"""What commands that need a project share: its paths, its progress, its problems."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from generator.pipeline import Project

F = TypeVar("F", bound=Callable[..., Any])

FINDINGS = 1
WRONG_USE = 2


def paths_argument(function: F) -> F:
    """`[PATH…]`: definitions files or folders, by default alerts/ and dashboards/."""
    return click.argument("paths", nargs=-1, type=click.Path(path_type=Path))(function)


def chosen(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """The paths given, or the default folders that exist. Ends the command when there is nothing to read."""
    from generator.pipeline.compile import DEFAULT_PATHS

    if paths:
        missing = [path for path in paths if not path.exists()]
        if missing:
            raise click.UsageError(f"no such file or folder: {', '.join(map(str, missing))}")
        return paths
    found = tuple(path for path in DEFAULT_PATHS if path.is_dir())
    if not found:
        raise click.UsageError(
            f"no alerts/ or dashboards/ in {Path.cwd()}: go to a project, name a path, or run 'tocsin init DIR'"
        )
    return found


class Progress:
    """What is being done, on one line of a terminal that wipes itself; nothing anywhere else."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()

    def __call__(self, step: str) -> None:
        if self._shown:
            print(f"\r\x1b[K{step} …", end="", file=sys.stderr, flush=True)

    def done(self) -> None:
        """Leave the line empty."""
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def compiled(paths: tuple[Path, ...]) -> Project:
    """The project, its problems shown. Ends the command with 1 when there are errors."""
    from generator.pipeline import compile_project, for_good
    from generator.report.console import show_problems

    progress = Progress()
    with for_good():
        project = compile_project(chosen(paths), progress=progress)
    progress.done()
    show_problems(project.problems)
    if project.failed:
        raise SystemExit(FINDINGS)
    return project
