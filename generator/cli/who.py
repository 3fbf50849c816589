"""`tocsin who`: for an alert of the definitions, who is told, at which hours, and when it escalates."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from generator.cli.project import WRONG_USE, compiled, paths_argument


@click.command("who")
@click.argument("alert")
@paths_argument
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(alert: str, paths: tuple[Path, ...], form: str) -> None:
    """Show who is told of ALERT, in and out of hours, and when it escalates.

    ALERT may also be the name of an SLO. Times count from when the condition begins, and there is no more than what is
    known before it fires: labels that come from series are not among it.
    """
    from generator.errors import TocsinError
    from generator.model.slo import SLO
    from generator.report.console import table
    from generator.report.who import alike, asked_for, rendered_config, who, who_as_json, who_notes, who_table

    project = compiled(paths)
    if project.bundle is None:
        raise SystemExit(WRONG_USE)
    names = asked_for(project.bundle, alert)
    if not names:
        slo = next((slo for slo in project.bundle.catalog.of(SLO) if alert in (slo.id, slo.name)), None)
        if slo is not None:
            raise click.UsageError(f"SLO {slo.id!r} ({slo.origin}) has no alerts: all of them are switched off")
        close = alike(project.bundle, alert)
        hint = f"; did you mean {', '.join(close)}?" if close else "; see 'tocsin list alerts'"
        raise click.UsageError(f"there is no alert {alert!r}{hint}")
    try:
        config = rendered_config(project.bundle)
    except TocsinError as reason:
        raise click.UsageError(str(reason)) from None
    found = [who(project.bundle, name, config) for name in names]
    if form == "json":
        click.echo(json.dumps([who_as_json(one) for one in found], indent=2, ensure_ascii=False))
        return
    for number, one in enumerate(found):
        click.echo("\n" * bool(number) + one.alert)
        click.echo(table(*who_table(one), sys.stdout))
        click.echo("\n".join(who_notes(project.bundle, one)))
