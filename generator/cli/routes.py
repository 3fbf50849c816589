"""`tocsin routes`: to whom alerts go by their labels, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.cli.project import WRONG_USE

if TYPE_CHECKING:
    from generator.labels import LabelSet
    from generator.simulate.config import Config, Dialect
    from generator.simulate.intervals import Quiet
    from generator.simulate.told import Told

DEFAULT_CONFIG = Path("rendered/alertmanager/alertmanager.yml")


@click.command("routes")
@click.argument("labels", nargs=-1, metavar="[NAME=VALUE]…")
@click.option(
    "--config", type=click.Path(path_type=Path), default=DEFAULT_CONFIG, show_default=True, help="Alertmanager's file."
)
@click.option("--explain", is_flag=True, help="Show every route that an alert comes to, with its matchers and line.")
@click.option(
    "--at",
    metavar="TIME",
    help="Also apply time intervals: RFC 3339, 'YYYY-MM-DD HH:MM [ZONE]', or 'Sun HH:MM [ZONE]'; UTC without a zone.",
)
@click.option(
    "--batch", metavar="FILE", type=click.Path(path_type=Path), help="Label sets from a file; they fire together."
)
@click.option("--version", "version", metavar="X.Y", help="Read the file as this Alertmanager does [default: newest].")
@click.option("--classic", is_flag=True, help="Parse matchers as before 0.27.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(labels: tuple[str, ...], config: Path, batch: Path | None, form: str, **options: Any) -> None:
    """Print the receivers of an alert with these labels, in the order of the routes that take it.

    With --batch, alerts also inhibit one another. FILE is a YAML or JSON list of mappings, whose values are taken as
    they are written (1.10 stays 1.10), or a line of NAME=VALUE for each alert.

    Example: tocsin routes --explain severity=critical service=backend --at '2026-11-29 02:30 Asia/Seoul'
    """
    from generator.simulate.intervals import intervals_in_force
    from generator.simulate.told import told

    if labels and batch is not None:
        raise click.UsageError("give labels or --batch, not both")
    dialect = _dialect(options["version"], options["classic"])
    time = None if options["at"] is None else _time(options["at"])
    sets = _label_sets(labels, batch, dialect)
    read = _loaded(config, dialect)
    found = told(read, sets, time)
    if form == "json":
        rows = [_as_json(one, read, options["explain"], time) for one in found]
        click.echo(json.dumps(rows if batch is not None else rows[0], indent=2, ensure_ascii=False))
        return
    for one in found:
        click.echo("\n".join(_as_text(one, read, options["explain"], batch is not None)))
    if time is not None:
        click.echo(f"time intervals in force: {', '.join(intervals_in_force(read, time)) or 'none'}")


def _dialect(version: str | None, classic: bool) -> Dialect:
    from generator.simulate.config import DEFAULT_DIALECT, Dialect
    from generator.targets.alertmanager.versions import NEWEST, OLDEST, read_version, written

    wanted = DEFAULT_DIALECT.version if version is None else read_version(version)
    if wanted is None or not OLDEST <= wanted <= NEWEST:
        raise click.UsageError(f"--version: expected {written(OLDEST)} to {written(NEWEST)}, got {version!r}")
    return Dialect(wanted, "classic" if classic else None)


def _time(text: str) -> int:
    from generator.simulate.moments import MomentError, read_start

    try:
        return read_start(text, UTC)[0]
    except MomentError as reason:
        raise click.UsageError(f"--at: {reason}") from None


def _label_sets(labels: tuple[str, ...], batch: Path | None, dialect: Dialect) -> Sequence[LabelSet]:
    from generator.simulate.told import LabelsError, read_label_sets, read_labels

    try:
        if batch is None:
            return [read_labels(labels, dialect.matchers)]
        return read_label_sets(batch.read_text(encoding="utf-8"), dialect.matchers)
    except LabelsError as reason:
        raise click.UsageError(f"{batch}: {reason}" if batch else str(reason)) from None
    except (OSError, UnicodeDecodeError) as reason:
        raise click.UsageError(f"{batch}: cannot be read: {reason}") from None


def _loaded(path: Path, dialect: Dialect) -> Config:
    """The configuration, its problems shown. Ends the command when there are errors."""
    from generator.report.console import show_problems
    from generator.simulate.config import load_config

    if not path.is_file():
        raise click.UsageError(f"no such file: {path} (run 'tocsin render' first, or name another with --config)")
    config, problems = load_config(path, dialect)
    show_problems(problems)
    if config is None:
        raise SystemExit(WRONG_USE)
    return config


def _as_text(one: Told, config: Config, explain: bool, listed: bool) -> Iterator[str]:
    receivers = ",".join(one.receivers)
    yield f"{one.labels or '{}'} -> {receivers}" if listed else receivers
    lead = "  " if listed else ""
    if one.inhibited is not None:
        rule = one.inhibited.rule
        name = f" {rule.name!r}" if rule.name else ""
        yield f"{lead}inhibited by {one.inhibited.by} (rule{name} at {rule.origin})"
    for route, silent in one.routes:
        if silent:
            yield f"{lead}{route.receiver} {silent} (route at {route.origin})"
    if explain:
        yield from (f"{lead}{line}" for line in _explained(one, config))


def _explained(one: Told, config: Config) -> Iterator[str]:
    """The routes that the alert comes to, indented by depth."""
    from generator.simulate.config.parse_matchers import matcher_text, written
    from generator.simulate.routing import steps

    for step in steps(config.route, one.labels):
        text = f"{'  ' * step.depth}{written(step.route.matchers)}"
        where = f"[{step.route.origin}]"
        if step.refused is not None:
            value = one.labels.get(step.refused.name, "")
            yield f"{text} no: {step.refused.name} is {value!r}, not {matcher_text(step.refused)} {where}"
            continue
        what = f"takes it -> {step.route.receiver}" if step.takes else "passes it on"
        after = "" if step.depth == 0 else ", and ends the search on this level" if step.stops else ", and continues"
        yield f"{text} {what}{after} {where}"


def _as_json(one: Told, config: Config, explain: bool, time: int | None) -> dict[str, Any]:
    from generator.simulate.intervals import intervals_in_force

    inhibited = one.inhibited
    more: dict[str, Any] = {} if time is None else {"intervals_in_force": list(intervals_in_force(config, time))}
    return {
        "labels": dict(one.labels),
        "receivers": list(one.receivers),
        "routes": [_route(route, silent) for route, silent in one.routes],
        "inhibited_by": None
        if inhibited is None
        else {"labels": dict(inhibited.by), "rule": str(inhibited.rule.origin)},
        **more,
        **({"passed": _passed(one, config)} if explain else {}),
    }


def _passed(one: Told, config: Config) -> list[dict[str, Any]]:
    """The routes that the alert comes to, in order, each with why it does not take it, if it does not."""
    from generator.simulate.config.parse_matchers import matcher_text
    from generator.simulate.routing import steps

    return [
        {
            "depth": step.depth,
            "line": step.route.origin.line,
            "matchers": [matcher_text(matcher) for matcher in step.route.matchers],
            "receiver": step.route.receiver,
            "matches": step.refused is None,
            "refused_by": None if step.refused is None else matcher_text(step.refused),
            "takes": step.takes,
            "stops": step.stops,
        }
        for step in steps(config.route, one.labels)
    ]


def _route(route: Any, silent: Quiet) -> dict[str, Any]:
    return {
        "receiver": route.receiver,
        "key": route.key,
        "line": route.origin.line,
        "group_by": ["..."] if route.group_by_all else list(route.group_by),
        "group_wait_seconds": route.group_wait / 1000,
        "group_interval_seconds": route.group_interval / 1000,
        "repeat_interval_seconds": route.repeat_interval / 1000,
        "muted_by": list(silent.muted_by),
        "inactive": list(silent.inactive),
    }
