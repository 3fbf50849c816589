"""`tocsin list`: what is defined, as tables or JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from generator.cli.project import compiled, paths_argument

_WHAT = ("services", "slos", "alerts", "routes")


@click.command("list")
@click.argument("what", type=click.Choice(_WHAT))
@paths_argument
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def command(what: str, paths: tuple[Path, ...], form: str) -> None:
    """List services, SLOs, alerts (generated ones, too) or routes."""
    from generator.report.listing import LISTINGS

    project = compiled(paths)
    if project.bundle is None:
        return
    headers, rows = LISTINGS[what](project.bundle)
    if form == "json":
        keys = [header.lower().replace(" ", "_") for header in headers]
        click.echo(json.dumps([dict(zip(keys, row, strict=True)) for row in rows], indent=2, ensure_ascii=False))
        return
    from generator.report.console import table

    click.echo(table(headers, rows, sys.stdout))
