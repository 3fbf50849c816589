"""`tocsin render`: definitions to files."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from generator.cli.project import FINDINGS, Progress, compiled, paths_argument
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
    from generator.pipeline import changes, render, write
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
    pending = changes(out, rendering.files, owned)
    if check and pending:
        show_changes(pending, sys.stdout)
        click.echo(f"{out} is stale: {_files(len(pending))} would change. Run 'tocsin render'.", err=True)
        raise SystemExit(FINDINGS)
    if not check:
        write(out, pending)
    state = "current" if check or not pending else f"{_files(len(pending))} changed"
    click.echo(f"{out}: {_files(len(rendering.files))}, {state}")


def _files(count: int) -> str:
    return f"{count} file{'' if count == 1 else 's'}"
