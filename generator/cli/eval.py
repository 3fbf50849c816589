"""`tocsin eval`: an expression over series that are written down."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from generator.testing.answers import Answer
    from generator.testing.playground import Playground


@click.command("eval")
@click.argument("expr")
@click.option("--series", multiple=True, metavar="'NAME{…} VALUES'", help="A series in the notation of rule tests.")
@click.option("--interval", default="1m", show_default=True, help="Time between two values of a series.")
@click.option("--at", metavar="T", help="Time of evaluation after the start; by default that of the last value.")
@click.option("--range", "span", nargs=3, metavar="A B STEP", help="Evaluate from A to B every STEP and draw it.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    expr: str, series: tuple[str, ...], interval: str, at: str | None, span: tuple[str, str, str] | None, form: str
) -> None:
    """Evaluate EXPR over series, all of which start at time 0.

    Example: tocsin eval 'rate(errors[5m])' --series 'errors{job="a"} 0+3x20' --range 0 20m 1m
    """
    from generator.errors import TocsinError
    from generator.testing.chart import as_json, as_text
    from generator.testing.playground import loaded

    if at is not None and span is not None:
        raise click.UsageError("--at and --range cannot be used together")
    try:
        ground = loaded(series, interval)
        answer = ground.ask(expr, at) if span is None else _range(ground, expr, span)
    except TocsinError as reason:
        raise click.UsageError(str(reason)) from None
    if form == "json":
        click.echo(as_json(answer))
        return
    click.echo(as_text(answer))
    for note in (*answer.warnings, *answer.infos):
        print(note, file=sys.stderr)


def _range(ground: Playground, expr: str, span: tuple[str, str, str]) -> Answer:
    return ground.ask_range(expr, *span)
