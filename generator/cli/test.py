"""`tocsin test`: rule tests in promtool's format, incidents, and promqltest scripts."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from generator.testing.outcome import Outcome
    from generator.testing.selection import Selection

DEFAULT_PATHS = (Path("tests/rules"), Path("tests/incidents"), Path("rendered/tests"))


@click.command("test")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--run", "names", multiple=True, metavar="RE", help="Only tests whose name matches (as promtool).")
@click.option("-k", "keywords", default="", metavar="WORDS", help="Only assertions: 'slow and not (a or b)'.")
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
@click.option("--junit", type=click.Path(path_type=Path), metavar="FILE", help="Also write JUnit XML.")
@click.option("--strict", is_flag=True, help="Fail on warnings, too.")
@click.option("--all-rules", is_flag=True, help="Evaluate rules that no assertion reaches, too, as promtool does.")
@click.option("--ignore-unknown-fields", "lenient", is_flag=True, help="Of rule files (as promtool).")
@click.option("--update", is_flag=True, help="Rewrite failing expectations in place, then test.")
@click.option("--coverage", is_flag=True, help="List alerts, recording rules and SLOs that no test proves.")
@click.option("--fail-under", type=float, metavar="PERCENT", help="Fail when coverage is lower.")
@click.option("--mutate", is_flag=True, help="Change rules a little; fail if no test notices.")
@click.option("--jobs", type=int, default=0, metavar="N", help="Processes; by default two when it pays.")
def command(paths: tuple[Path, ...], **options: Any) -> None:
    """Run rule tests (promtool fixtures), incidents and PromQL scripts (*.test); PATH may be a file or a folder.

    Exit codes: 0 all passed, 1 something failed, 2 wrong use or a file that cannot be read.
    """
    from generator.testing.outcome import exit_code
    from generator.testing.promtool import Options
    from generator.testing.report import REPORTS, coloured
    from generator.testing.run import run_files, test_files
    from generator.testing.selection import Selection, SelectionError

    try:
        selection = Selection.of_texts(options["names"], options["keywords"])
    except SelectionError as reason:
        raise click.UsageError(str(reason)) from None
    files = test_files(_existing(paths))
    if options["update"]:
        _update(files, lenient=options["lenient"])
    settings = Options(all_rules=options["all_rules"], lenient=options["lenient"])
    outcomes = run_files(files, settings, selection, options["jobs"])
    code = exit_code(outcomes, strict=options["strict"])
    if not (options["mutate"] and options["form"] == "json"):
        text = REPORTS[options["form"]](outcomes)
        click.echo(coloured(text) if options["form"] == "text" and _wants_colour() else text)
    if options["junit"] is not None:
        _write_junit(options["junit"], outcomes)
    if options["mutate"]:
        code = max(code, _mutate(outcomes, files, selection, options, passed=code == 0))
    if options["coverage"] or options["fail_under"] is not None:
        aside = options["form"] != "text"
        code = max(code, _coverage(outcomes, options["fail_under"], aside=aside))
    raise SystemExit(code)


def _existing(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """The paths given, or the default folders that exist."""
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise click.UsageError(f"no such file or folder: {', '.join(map(str, missing))}")
    found = paths or tuple(path for path in DEFAULT_PATHS if path.is_dir())
    if not found:
        raise click.UsageError(f"nothing to test: no {' or '.join(map(str, DEFAULT_PATHS))} in {Path.cwd()}")
    return found


def _wants_colour() -> bool:
    """Whether a person looks at a terminal and has not asked for plain text (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _update(files: list[Path], *, lenient: bool) -> None:
    from generator.testing.run import plain_fixtures
    from generator.testing.update import update

    for file in plain_fixtures(files):
        count = update(file, lenient=lenient)
        if count:
            click.echo(f"{file}: {count} expectations rewritten", err=True)


def _write_junit(path: Path, outcomes: list[Outcome]) -> None:
    from generator.testing.junit import as_junit

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_junit(outcomes), encoding="utf-8")


def _coverage(outcomes: list[Outcome], needed: float | None, *, aside: bool) -> int:
    """Print coverage, `aside` on stderr; 1 when it is lower than needed."""
    from generator.testing.coverage import as_text, coverage

    found = coverage(point for outcome in outcomes for point in outcome.points)
    click.echo(as_text(found), err=aside)
    return 1 if needed is not None and found.percent < needed else 0


def _mutate(
    outcomes: list[Outcome], files: list[Path], selection: Selection, options: dict[str, Any], *, passed: bool
) -> int:
    """Print what became of mutants; 1 when one lives that nobody explains. Of failing tests nothing can be told."""
    from generator.testing import mutation_report
    from generator.testing.mutate import Mutation, mutate
    from generator.testing.report import as_objects
    from generator.testing.run import plain_fixtures

    mutation = Mutation()
    if passed:
        mutation = mutate(plain_fixtures(files), selection, options["jobs"], lenient=options["lenient"])
    if options["form"] == "json":
        import json

        both = {"files": as_objects(outcomes), "mutation": mutation_report.as_objects(mutation)}
        click.echo(json.dumps(both, indent=2, ensure_ascii=False))
    elif passed:
        text = mutation_report.as_github if options["form"] == "github" else mutation_report.as_text
        click.echo(text(mutation))
    return 1 if mutation.failed else 0
