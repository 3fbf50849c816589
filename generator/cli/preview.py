"""`tocsin preview`: dashboards as an HTML page, without Grafana."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.project import FINDINGS, compiled, paths_argument

if TYPE_CHECKING:
    from generator.model.bundle import Bundle
    from generator.model.dashboard import Dashboard

ALL = "all"


@click.command("preview")
@click.argument("name", metavar="DASHBOARD")
@paths_argument
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="The page to write; by default DASHBOARD.html, here.")  # fmt: skip
def command(name: str, paths: tuple[Path, ...], out: Path | None) -> None:
    """Draw a dashboard as one HTML page: every panel in its place, with its queries, unit and thresholds.

    DASHBOARD: its uid or title, or 'all'. PATH: definitions files or folders; by default alerts/ and dashboards/.
    The page needs no network, no script, and no Grafana. It shows what is asked, and nothing that was measured.
    """
    from generator.diagnostics import has_errors
    from generator.report.console import show_problems
    from generator.targets.grafana.preview import preview_page

    project = compiled(paths)
    if project.bundle is None:
        raise SystemExit(FINDINGS)
    chosen = _named(project.bundle, name)
    page, problems = preview_page(project.bundle, chosen)
    show_problems(problems)
    if has_errors(problems):
        raise SystemExit(FINDINGS)
    file = out or Path(f"{chosen[0].uid if len(chosen) == 1 else ALL}.html")
    try:
        file.write_text(page, encoding="utf-8")
    except OSError as reason:
        raise click.UsageError(f"{file} cannot be written: {reason.strerror}") from None
    click.echo(f"{file}: {', '.join(dashboard.title for dashboard in chosen)}")


def _named(bundle: Bundle, name: str) -> tuple[Dashboard, ...]:
    """The dashboards of a name. Ends the command when there are none."""
    found = tuple(one for one in bundle.dashboards if name.lower() in (one.uid.lower(), one.title.lower()))
    if found:
        return found
    if name == ALL and bundle.dashboards:
        return bundle.dashboards
    known = [text for one in bundle.dashboards for text in (one.uid, one.title)]
    close = get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(one.uid for one in bundle.dashboards)}"
    raise click.UsageError(f"no dashboard {name!r}; {hint}")
