"""`tocsin simulate`: play an incident, or an SLO that burns, and see who is told, when, and why not."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import click

from generator.cli.project import FINDINGS, WRONG_USE, compiled
from generator.errors import TocsinError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.model.bundle import Bundle
    from generator.model.slo import SLO
    from generator.testing.burning import Burn
    from generator.testing.incident import Incident
    from generator.testing.incident_run import Played, Stage

FORMAT = "%Y-%m-%d %H:%M"
DEFAULT_START = "2026-01-07 10:00"
_OF_FILE = (("name", "--test"), ("hide", "--hide"))
_OF_SLO = (("ratio", "--error-ratio"), ("lasts", "--for"), ("start", "--start"), ("matrix", "--matrix"))
_OF_BURN = (("lasts", "--for"), ("start", "--start"), ("html", "--html"))
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
    _check_options(file, slo, options)
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
    show_problems(stage.problems)
    chosen = _chosen(stage, options["name"] or "")
    if options["html"] is not None and len(chosen) > 1:
        raise click.UsageError("--html shows one test: choose it with --test")
    _check_hidden(stage, options["hide"])
    played = [stage.play(incident) for incident in chosen]
    if options["form"] == "json":
        from generator.report.timeline_json import as_values

        stories = [
            {"test": one.incident.test.name, **as_values(one.timeline, one.config, one.failure)} for one in played
        ]
        click.echo(json.dumps(stories, indent=2, ensure_ascii=False))
    for one in played if options["form"] == "text" or options["html"] is not None else ():
        _show(one, options)
    failed = [one.problem for one in played if one.problem is not None]
    if failed:
        show_problems(failed)
        raise SystemExit(FINDINGS)


def _chosen(stage: Stage, wanted: str) -> list[Incident]:
    """The incidents whose names hold what is wanted. Raises click.UsageError where there is none."""
    found = [each for each in stage.file.incidents if wanted in each.test.name]
    if not found:
        names = "; ".join(each.test.name for each in stage.file.incidents) or "none at all"
        raise click.UsageError(f"no test of {stage.file.fixture.path} is called {wanted!r}; there are: {names}")
    return found


def _check_hidden(stage: Stage, hidden: Sequence[str]) -> None:
    """Say which alerts are to be hidden that no rule gives, unless nobody asked for it."""
    missing = [name for name in hidden if name not in stage.rules.by_alert] if _given("hide") else []
    if missing:
        click.echo(f"--hide: no rule gives an alert {', '.join(map(repr, missing))}", err=True)


def _check_options(file: Path | None, slo: str | None, options: dict[str, Any]) -> None:
    """Refuse what does not go together, rather than take no notice of it. Raises click.UsageError."""
    if file is None and slo is None:
        raise click.UsageError("give a file of incidents, or an SLO with --slo")
    if file is not None and slo is not None:
        raise click.UsageError("give either a file of incidents or --slo, not both")
    wrong, why = [*_OF_FILE], "goes with a file of incidents, not with --slo"
    if file is not None:
        wrong, why = [*_OF_SLO], "goes with --slo, not with a file of incidents"
    elif options["matrix"]:
        wrong, why = [*_OF_FILE, *_OF_BURN], "does not go with --matrix"
    for name, option in wrong:
        if _given(name):
            raise click.UsageError(f"{option} {why}")
    if options["form"] == "json" and options["html"] is None and _given("hide"):
        raise click.UsageError("--hide does not go with --format json, which has everything")


def _given(name: str) -> bool:
    """Whether somebody gave an option, so that it is not the default."""
    source = click.get_current_context().get_parameter_source(name)
    return source not in (None, click.core.ParameterSource.DEFAULT)


def _show(played: Played, options: dict[str, Any]) -> None:
    from generator.report.console import paint, wrap
    from generator.report.timeline import as_text, zone_of

    hidden, zone = options["hide"], zone_of(played.config, played.incident.zone)
    if options["html"] is None:
        width = get_terminal_size().columns
        click.echo("\n".join(paint(line, "bold", sys.stdout) for line in wrap(played.incident.test.name, width)))
        click.echo(as_text(played.timeline, played.config, hidden, width, zone=zone, failure=played.failure))
    else:
        from generator.report.timeline_page import as_page
        from generator.testing.incident_run import drawn_series

        title, series = played.incident.test.name, drawn_series(played)
        page = as_page(title, played.timeline, played.config, series, hidden, zone, played.failure)
        _write(options["html"], page)


def _write(path: Path, page: str) -> None:
    """Write a page and say so. Raises click.UsageError where that cannot be."""
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as reason:
        raise click.UsageError(f"--html: cannot write {path}: {reason.strerror or reason}") from None
    click.echo(f"wrote {path}", err=True)


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
        _write(options["html"], as_page(title, burnt.timeline, config, burnt.series, zone=zone))
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
