"""`tocsin init`: a first project."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath

import click


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
def command(folder: Path) -> None:
    """Make a small project in DIR: a service, two SLOs, an alert, routes, a dashboard and a test.

    Nothing that exists is overwritten.
    """
    from generator.pipeline import changes, compile_project, render, write
    from generator.pipeline.compile import DEFAULT_PATHS

    starter = dict(_starter(files("generator.cli").joinpath("starter"), PurePosixPath()))
    taken = [path for path in starter if (folder / path).exists()]
    if taken:
        names = ", ".join(str(path) for path in taken)
        raise click.UsageError(f"{folder} has {names} already; choose another folder")
    for path, text in starter.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    project = compile_project(DEFAULT_PATHS, folder)
    if project.bundle is None:
        raise RuntimeError(f"the starter project is broken: {project.problems}")
    out = folder / "rendered"
    write(out, changes(out, render(project.bundle).files))
    click.echo(f"{folder}: a project with {len(starter)} files, rendered")
    click.echo(f"Next: cd {folder}; change an objective in alerts/slos.py; tocsin render; tocsin test")


def _starter(folder: Traversable, path: PurePosixPath) -> Iterator[tuple[PurePosixPath, str]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _starter(entry, path / entry.name)
        else:
            yield path / entry.name, entry.read_text(encoding="utf-8")
