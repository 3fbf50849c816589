"""`tocsin render`: definitions to files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from generator.cli.project import FINDINGS, WRONG_USE, Progress, compiled, paths_argument
from generator.targets import TARGETS, Target


def _targets(_ctx: click.Context, _param: click.Parameter, names: tuple[str, ...]) -> tuple[Target, ...]:
    return tuple(target for target in TARGETS if not names or target.name in names)


@click.command("render")
@paths_argument
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("rendered"), show_default=True,
              help="The folder to write to.")  # fmt: skip
@click.option("--target", "targets", multiple=True, type=click.Choice([target.name for target in TARGETS]),
              callback=_targets, help="Only this target; may be given several times.")  # fmt: skip
@click.option("--check", is_flag=True, help="Write nothing; exit 1 and show a difference when something is stale.")
def command(paths: tuple[Path, ...], out: Path, targets: tuple[Target, ...], check: bool) -> None:
    """Compile definitions into Prometheus rules, an Alertmanager configuration and Grafana dashboards.

    PATH: definitions files or folders; by default alerts/ and dashboards/. Nothing is written when anything is
    wrong. Files that are no longer made are removed, if tocsin wrote them.
    """
    from generator.diagnostics import has_errors
    from generator.pipeline import MANIFEST, changes, render, write
    from generator.report.console import show_changes, show_problems

    project = compiled(paths)
    if project.bundle is None:
        raise SystemExit(FINDINGS)
    progress = Progress()
    rendering = render(project.bundle, targets, progress)
    progress.done()
    show_problems(rendering.problems)
    if has_errors(rendering.problems):
        raise SystemExit(FINDINGS)
    owned = None if targets == TARGETS else [folder for target in targets for folder in target.owns]
    with _writable(out):
        pending = changes(out, rendering.files, owned)
        if not check:
            write(out, pending)
    # The list of what is tocsin's is a file, too, but none that anybody asked for.
    changed = sum(change.path != MANIFEST for change in pending) or len(pending)
    if check and pending:
        show_changes(pending, sys.stdout)
        click.echo(f"{out} is stale: {_files(changed)} would change. Run 'tocsin render'.", err=True)
        raise SystemExit(FINDINGS)
    state = f"{_files(changed)} changed" if pending else "current"
    click.echo(f"{out}: {_files(len(rendering.files))}, {state}")


@contextmanager
def _writable(out: Path) -> Iterator[None]:
    """Ends the command where the folder cannot be read or written."""
    try:
        yield
    except OSError as reason:
        click.echo(f"Error: cannot write to {out}: {reason.strerror or reason}", err=True)
        raise SystemExit(WRONG_USE) from None


def _files(count: int) -> str:
    return f"{count} file{'' if count == 1 else 's'}"
