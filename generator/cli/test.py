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

_SHOWN = 12
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
@click.option("--fail-under", type=click.FloatRange(0, 100), metavar="PERCENT", help="Fail when coverage is lower.")
@click.option("--mutate", is_flag=True, help="Change rules a little; fail if no test notices.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes; by default two when it pays.")
def command(paths: tuple[Path, ...], **options: Any) -> None:
    """Run rule tests (promtool fixtures), incidents and PromQL scripts (*.test); PATH may be a file or a folder.

    Exit codes: 0 all passed, 1 something failed, 2 wrong use or a file that cannot be read.
    """
    from generator.testing.outcome import exit_code
    from generator.testing.promtool import Options
    from generator.testing.run import run_files
    from generator.testing.selection import Selection, SelectionError

    try:
        selection = Selection.of_texts(options["names"], options["keywords"])
    except SelectionError as reason:
        raise click.UsageError(str(reason)) from None
    files = _files(_existing(paths), named=bool(paths))
    refused = options["update"] and not _update(files, lenient=options["lenient"])
    settings = Options(all_rules=options["all_rules"], lenient=options["lenient"])
    outcomes = run_files(files, settings, selection, options["jobs"] or 0)
    _check_selection(outcomes, files, selection)
    code = 2 if refused else exit_code(outcomes, strict=options["strict"])
    if options["form"] != "json":
        _print(outcomes, options["form"], strict=options["strict"])
    if options["junit"] is not None:
        _write_junit(options["junit"], outcomes, strict=options["strict"])
    also: dict[str, object] = {}
    if options["mutate"]:
        code = max(code, _mutate(files, selection, options, also, passed=code == 0))
    if options["coverage"] or options["fail_under"] is not None:
        code = max(code, _coverage(outcomes, options["fail_under"], options["form"], also))
    if options["form"] == "json":
        _print_json(outcomes, also)
    raise SystemExit(code)


def _files(paths: tuple[Path, ...], *, named: bool) -> list[Path]:
    """The test files among paths. It is wrong use to name a folder without any, or to have none at all."""
    from generator.testing.run import test_files

    empty = [path for path in paths if not test_files([path])] if named else list(paths)
    files = test_files(paths)
    if empty and (named or not files):
        raise click.UsageError(
            f"nothing to test in {', '.join(map(str, empty))}: no file with 'tests:' at the start of a line, "
            "none called *_test.yml, no *.test"
        )
    return files


def _check_selection(outcomes: list[Outcome], files: list[Path], selection: Selection) -> None:
    """It is wrong use to choose nothing of files that can be read."""
    from generator.testing.run import test_names
    from generator.testing.selection import EVERYTHING

    chosen = any(outcome.verdicts or outcome.unreadable for outcome in outcomes)
    if selection == EVERYTHING or chosen:
        return
    names = test_names(files)
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    known = f"the tests are called {', '.join(map(repr, names[:_SHOWN]))}{more}" if names else "there are no tests"
    raise click.UsageError(f"--run and -k choose no assertion: {known}")


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


def _update(files: list[Path], *, lenient: bool) -> bool:
    """Rewrite expectations; whether no file had to be refused."""
    from generator.diagnostics import has_errors
    from generator.testing.run import plain_fixtures
    from generator.testing.update import update

    good = True
    for file in plain_fixtures(files):
        done = update(file, lenient=lenient)
        good = good and not has_errors(done.problems)
        if done.count:
            click.echo(f"{file}: {done.count} expectation{'s' if done.count > 1 else ''} rewritten", err=True)
        for problem in done.problems:
            click.echo(str(problem), err=True)
    return good


def _print(outcomes: list[Outcome], form: str, *, strict: bool) -> None:
    from generator.testing.report import as_github, as_text, coloured

    if form == "github":
        click.echo(as_github(outcomes, strict=strict))
        return
    text = as_text(outcomes, strict=strict)
    click.echo(coloured(text) if _wants_colour() else text)


def _print_json(outcomes: list[Outcome], also: dict[str, object]) -> None:
    """The files as a list, or as one of several things when more than that was asked for."""
    import json

    from generator.testing.report import as_objects

    files = as_objects(outcomes)
    click.echo(json.dumps({"files": files, **also} if also else files, indent=2, ensure_ascii=False))


def _write_junit(path: Path, outcomes: list[Outcome], *, strict: bool) -> None:
    from generator.testing.junit import as_junit

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_junit(outcomes, strict=strict), encoding="utf-8")


def _coverage(outcomes: list[Outcome], needed: float | None, form: str, also: dict[str, object]) -> int:
    """Print coverage, or put it to what is printed as JSON; 1 when it is lower than needed."""
    from generator.testing.coverage import as_text, coverage
    from generator.testing.coverage_report import as_github, as_objects

    found = coverage(point for outcome in outcomes for point in outcome.points)
    failed = needed is not None and found.percent < needed
    if form == "json":
        also["coverage"] = as_objects(found)
    else:
        click.echo(as_github(found, failed=failed) if form == "github" else as_text(found))
    return 1 if failed else 0


def _mutate(
    files: list[Path], selection: Selection, options: dict[str, Any], also: dict[str, object], *, passed: bool
) -> int:
    """Print what became of mutants; 1 when one lives that nobody explains. Of failing tests nothing can be told."""
    from generator.testing import mutation_report
    from generator.testing.mutate import Mutation, mutate
    from generator.testing.run import plain_fixtures

    mutation = Mutation()
    if passed:
        mutation = mutate(plain_fixtures(files), selection, options["jobs"] or 0, lenient=options["lenient"])
    if options["form"] == "json":
        also["mutation"] = mutation_report.as_objects(mutation)
    elif passed:
        text = mutation_report.as_github if options["form"] == "github" else mutation_report.as_text
        click.echo(text(mutation))
    return 1 if mutation.failed else 0
