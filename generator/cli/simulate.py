"""`tocsin simulate`: play an incident, or an SLO that burns, and see who is told, when, and why not."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.cli.project import WRONG_USE, compiled
from generator.errors import TocsinError

if TYPE_CHECKING:
    from generator.model.slo import SLO
    from generator.testing.incident_run import Played

RATIOS = "0.2%,0.5%,1%,2%,5%,10%,50%,100%"


@click.command("simulate")
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--test", "name", metavar="NAME", help="Only the test whose name contains this.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write a page.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--hide", multiple=True, default=("Heartbeat",), show_default=True, metavar="ALERT",
              help="Leave out what concerns this alert.")  # fmt: skip
@click.option("--slo", metavar="ID", help="Instead of a file: let this SLO of the definitions burn.")
@click.option("--error-ratio", "ratio", metavar="RATIO", help="Share of bad events, such as 2%.")
@click.option("--for", "lasts", default="30m", show_default=True, metavar="TIME", help="How long it burns.")
@click.option("--matrix", is_flag=True, help="Many error ratios: when each alert fires and when it is over.")
def command(file: Path | None, slo: str | None, **options: Any) -> None:
    """Play the incidents of FILE on a virtual clock, or let an SLO burn.

    Examples:

      tocsin simulate tests/incidents/database.yml --test night --html night.html

      tocsin simulate --slo backend-error-rate --error-ratio 2% --for 30m
    """
    if (file is None) == (slo is None):
        raise click.UsageError("give a file of incidents, or an SLO with --slo")
    try:
        if file is not None:
            _file(file, options)
        else:
            _slo(str(slo), options)
    except TocsinError as reason:
        raise click.UsageError(str(reason)) from None


def _file(file: Path, options: dict[str, Any]) -> None:
    from generator.report.console import show_problems
    from generator.testing.fixture_run import RuleCache
    from generator.testing.incident_run import Stage, prepare_incidents

    stage = prepare_incidents(file, RuleCache())
    if not isinstance(stage, Stage):
        show_problems(stage)
        raise SystemExit(WRONG_USE)
    wanted = options["name"] or ""
    chosen = [each for each in stage.file.incidents if wanted in each.test.name]
    if not chosen:
        names = "; ".join(each.test.name for each in stage.file.incidents)
        raise click.UsageError(f"no test of {file} is called {wanted!r}; there are: {names}")
    if options["html"] is not None and len(chosen) > 1:
        raise click.UsageError("--html shows one test: choose it with --test")
    for incident in chosen:
        _show(stage.play(incident), options)


def _show(played: Played, options: dict[str, Any]) -> None:
    from generator.report.timeline import as_json, as_text

    hidden = options["hide"]
    if options["form"] == "json":
        click.echo(as_json(played.timeline, played.config))
    elif options["html"] is None:
        click.echo(played.incident.test.name)
        click.echo(as_text(played.timeline, played.config, hidden))
    if options["html"] is not None:
        from generator.report.timeline_page import as_page
        from generator.testing.incident_run import drawn_series

        page = as_page(played.incident.test.name, played.timeline, played.config, drawn_series(played), hidden)
        options["html"].write_text(page, encoding="utf-8")
        click.echo(f"{options['html']}: {len(played.timeline.notifications)} messages", err=True)


def _slo(name: str, options: dict[str, Any]) -> None:
    from generator.duration import parse
    from generator.model.slo import SLO
    from generator.report.burning import budget_text, matrix_rows, outcome_rows
    from generator.report.console import table
    from generator.testing.burning import Burn, read_ratio

    project = compiled(())
    if project.bundle is None:
        raise SystemExit(WRONG_USE)
    slo = _named(name, project.catalog.of(SLO))
    lasts = int(parse(options["lasts"]))
    if options["matrix"]:
        ratios = [read_ratio(text) for text in (options["ratio"] or RATIOS).split(",")]
        click.echo(table(*matrix_rows(project.bundle, slo, ratios), sys.stdout))
        return
    if options["ratio"] is None:
        raise click.UsageError("--slo needs --error-ratio (or --matrix)")
    burn = Burn(read_ratio(options["ratio"]), lasts)
    click.echo(budget_text(slo, burn))
    click.echo(table(*outcome_rows(project.bundle, slo, burn), sys.stdout))


def _named(name: str, slos: tuple[SLO, ...]) -> SLO:
    found = [slo for slo in slos if name in (slo.id, slo.name)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(slo.id for slo in slos)
    raise click.UsageError(f"{'no' if not found else 'more than one'} SLO is called {name!r}; there are: {names}")
