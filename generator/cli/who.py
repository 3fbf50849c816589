"""`tocsin who`: for an alert of the definitions, who is told, at which hours, and when it escalates."""

from __future__ import annotations

import sys
from difflib import get_close_matches
from pathlib import Path

import click

from generator.cli.project import WRONG_USE, compiled, paths_argument


@click.command("who")
@click.argument("alert")
@paths_argument
def command(alert: str, paths: tuple[Path, ...]) -> None:
    """Show who is told of ALERT, in and out of hours, and when it escalates.

    Takes what is known before it fires: labels that come from series are not among it.
    """
    from generator.report.console import table
    from generator.report.who import alert_names, who_rows

    project = compiled(paths)
    if project.bundle is None:
        raise SystemExit(WRONG_USE)
    names = alert_names(project.bundle)
    if alert not in names:
        close = get_close_matches(alert, names, n=3, cutoff=0.5)
        hint = f"; did you mean {', '.join(close)}?" if close else "; see 'tocsin list alerts'"
        raise click.UsageError(f"there is no alert {alert!r}{hint}")
    click.echo(table(*who_rows(project.bundle, alert), sys.stdout))
