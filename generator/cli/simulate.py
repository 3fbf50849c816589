"""`tocsin simulate`: play an incident, or an SLO that burns, and see who is told, when, and why not."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import click

from generator.cli.project import WRONG_USE, compiled
from generator.errors import TocsinError

if TYPE_CHECKING:
    from generator.model.bundle import Bundle
    from generator.model.slo import SLO
    from generator.testing.burning import Burn
    from generator.testing.incident_run import Played

FORMAT = "%Y-%m-%d %H:%M"
DEFAULT_START = "2026-01-07 10:00"
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
@click.option("--start", metavar="TIME",
              help="When it begins: '2026-01-11 03:00 Asia/Seoul', or 'Sun 03:00'; the zone is that of the definitions'"
              " time intervals.  [default: Wednesday 2026-01-07 10:00]")  # fmt: skip
@click.option("--matrix", is_flag=True, help="Many error ratios: when each alert fires and when it is over.")
def command(file: Path | None, slo: str | None, **options: Any) -> None:
    """Play the incidents of FILE on a virtual clock, or let an SLO burn.

    Examples:

    \b
      tocsin simulate tests/incidents/database.yml --test night --html night.html
      tocsin simulate --slo backend-error-rate --error-ratio 2% --for 2h --start 'Sun 03:00'
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
    if options["form"] == "json":
        from generator.report.timeline_json import as_values

        played = [(incident.test.name, stage.play(incident)) for incident in chosen]
        stories = [{"test": name, **as_values(one.timeline, one.config)} for name, one in played]
        click.echo(json.dumps(stories, indent=2, ensure_ascii=False))
    for incident in chosen if options["form"] == "text" or options["html"] is not None else ():
        _show(stage.play(incident), options)


def _show(played: Played, options: dict[str, Any]) -> None:
    from generator.report.console import paint, wrap
    from generator.report.timeline import as_text, zone_of

    hidden, zone = options["hide"], zone_of(played.config, played.incident.zone)
    if options["html"] is None:
        width = get_terminal_size().columns
        click.echo("\n".join(paint(line, "bold", sys.stdout) for line in wrap(played.incident.test.name, width)))
        click.echo(as_text(played.timeline, played.config, hidden, width, zone=zone))
    if options["html"] is not None:
        from generator.report.timeline_page import as_page
        from generator.testing.incident_run import drawn_series

        series = drawn_series(played)
        page = as_page(played.incident.test.name, played.timeline, played.config, series, hidden, zone)
        options["html"].write_text(page, encoding="utf-8")
        click.echo(f"{options['html']}: {len(played.timeline.notifications)} messages", err=True)


def _slo(name: str, options: dict[str, Any]) -> None:
    from generator.duration import parse
    from generator.model.slo import SLO
    from generator.testing.burning import Burn, read_ratio

    project = compiled(())
    if project.bundle is None:
        raise SystemExit(WRONG_USE)
    slo = _named(name, project.catalog.of(SLO))
    if options["matrix"]:
        ratios = [read_ratio(text) for text in (options["ratio"] or RATIOS).split(",")]
        _matrix(project.bundle, slo, ratios, options["form"])
        return
    if options["ratio"] is None:
        raise click.UsageError("--slo needs --error-ratio (or --matrix)")
    _burn(project.bundle, slo, Burn(read_ratio(options["ratio"]), int(parse(options["lasts"]))), options)


def _matrix(bundle: Bundle, slo: SLO, ratios: list[float], form: str) -> None:
    from generator.report.burning import matrix_as_json, matrix_rows
    from generator.report.console import table

    if form == "json":
        click.echo(json.dumps(matrix_as_json(bundle, slo, ratios), indent=2))
    else:
        click.echo(table(*matrix_rows(bundle, slo, ratios), sys.stdout))


def _burn(bundle: Bundle, slo: SLO, burn: Burn, options: dict[str, Any]) -> None:
    from generator.report.burning import budget_text, burning_as_json, outcome_rows, played
    from generator.report.console import table
    from generator.report.told import as_rows, as_table, told_rows
    from generator.report.who import rendered_config

    start, zone = _start(bundle, options["start"])
    config = rendered_config(bundle)
    burnt = played(bundle, slo, burn, start, config)
    told = told_rows(burnt.timeline, bundle.catalog.prometheus.naming.severity_label)
    if options["html"] is not None:
        from generator.report.timeline_page import as_page

        title = budget_text(slo, burn)
        options["html"].write_text(as_page(title, burnt.timeline, config, burnt.series, zone=zone), encoding="utf-8")
        click.echo(f"{options['html']}: {len(burnt.timeline.notifications)} messages", err=True)
    if options["form"] == "json":
        click.echo(json.dumps(burning_as_json(slo, burn, burnt, as_rows(told)), indent=2, ensure_ascii=False))
        return
    click.echo(budget_text(slo, burn))
    click.echo(table(*outcome_rows(slo, burn, burnt.outcomes), sys.stdout))
    begins = datetime.fromtimestamp(start / 1000, zone).strftime(f"%A {FORMAT}")
    width = get_terminal_size().columns
    click.echo(f"\nIf it begins on {begins} ({zone}):")
    click.echo(table(*as_table(told, start, zone, width), sys.stdout) if told else "nobody is told")


def _start(bundle: Bundle, text: str | None) -> tuple[int, tzinfo]:
    """The moment at which it begins to burn; a working day's morning where nobody says."""
    from zoneinfo import ZoneInfo

    from generator.simulate.moments import MomentError, read_start

    zones = {interval.timezone for interval in bundle.catalog.intervals}
    zone = ZoneInfo(zones.pop()) if len(zones) == 1 else UTC
    try:
        return read_start(text or DEFAULT_START, zone)
    except MomentError as reason:
        raise click.UsageError(f"--start: {reason}") from None


def _named(name: str, slos: tuple[SLO, ...]) -> SLO:
    found = [slo for slo in slos if name in (slo.id, slo.name)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(slo.id for slo in slos)
    raise click.UsageError(f"{'no' if not found else 'more than one'} SLO is called {name!r}; there are: {names}")
