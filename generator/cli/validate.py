"""`tocsin validate`: everything that is wrong, nothing written."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.project import FINDINGS, chosen, paths_argument


@click.command("validate")
@paths_argument
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(paths: tuple[Path, ...], form: str) -> None:
    """Find everything that is wrong with the definitions, in one run, with file and line.

    Also renders into memory, so that what a target cannot express is found, too.
    """
    from generator.diagnostics import Severity, has_errors
    from generator.pipeline import compile_project, render
    from generator.report.console import problems_as_json, show_problems

    project = compile_project(chosen(paths))
    problems = list(project.problems)
    if project.bundle is not None:
        problems += render(project.bundle).problems
    if form == "json":
        click.echo(problems_as_json(problems))
    else:
        show_problems(problems, least=Severity.INFO)
        if all(problem.severity is Severity.INFO for problem in problems):
            count = sum(1 for _ in project.catalog)
            click.echo(f"{count} definitions, no problems")
    if has_errors(problems):
        raise SystemExit(FINDINGS)
