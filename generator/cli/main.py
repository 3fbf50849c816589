"""The command line: a list of commands that are imported only when they are called."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from types import TracebackType

# Name, module, and the line that `tocsin --help` shows without importing the module.
COMMANDS: Final = (
    ("init", "generator.cli.init", "Make a small project of your own that renders and tests at once."),
    ("render", "generator.cli.render", "Compile definitions into rendered/ (or check that it is current)."),
    ("validate", "generator.cli.validate", "Find everything that is wrong with the definitions."),
    ("preview", "generator.cli.preview", "Draw a dashboard as an HTML page, without Grafana."),
    ("list", "generator.cli.list_", "List services, SLOs, alerts or routes."),
    ("routes", "generator.cli.routes", "Show to whom alerts with given labels go, and why."),
    ("test", "generator.cli.test", "Run rule tests (promtool fixtures) without promtool."),
    ("simulate", "generator.cli.simulate", "Play an incident, or an SLO that burns: who is told, when, and why not."),
    ("who", "generator.cli.who", "Show who is told of an alert, at which hours, and when it escalates."),
    ("eval", "generator.cli.eval", "Evaluate a PromQL expression over series you write down."),
)

_OBJECTS_BETWEEN_COLLECTIONS: Final = 100_000


class _Lazy(click.Group):
    """A group that knows its commands by name and imports the one that is called."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return [name for name, _, _ in COMMANDS]

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        for name, module, _ in COMMANDS:
            if name == cmd_name:
                command: click.Command = import_module(module).command
                return command
        return None

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, _, summary in COMMANDS])


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=True)
@click.version_option(package_name="tocsin", prog_name="tocsin")
def root() -> None:
    """Monitoring as code that is proved before it is merged.

    Python definitions of SLOs, alerts, routes and dashboards compile into Prometheus rules, an Alertmanager
    configuration and Grafana dashboards.

    Exit codes: 0 good, 1 findings, 2 wrong use, or a defect of tocsin itself.
    """


def main() -> None:
    """Entry point of the command, which has the process to itself: what is set here is for short runs."""
    # Nothing multiplies matrices, and NumPy would start a thread for each core to do that with.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Modules and definitions are there to stay: cycles are rarely looked for among them, and not at all at the end.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    sys.excepthook = _in_words
    try:
        root(prog_name="tocsin")
    finally:
        gc.freeze()


def _in_words(kind: type[BaseException], raised: BaseException, traceback: TracebackType | None) -> None:
    """The last resort: what nothing else has caught is told to users in words."""
    from generator.cli.defect import tell

    tell(kind, raised, traceback)
