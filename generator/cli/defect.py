"""What is said when tocsin itself fails: one message, the definition that it was at, and how to see more."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import Final, NoReturn

import click

from generator.model.base import Definition, Part, described

DEBUG: Final = "TOCSIN_DEBUG"
"""The environment variable with which the traceback is shown."""

DEFECT: Final = 2
"""The exit code when tocsin itself fails: nothing was found, and nothing was made."""


def tell(kind: type[BaseException], raised: BaseException, traceback: TracebackType | None) -> NoReturn:
    """Say what happened, in words for somebody who did nothing wrong; with the traceback where that is wanted."""
    if os.environ.get(DEBUG):
        sys.__excepthook__(kind, raised, traceback)
        sys.exit(DEFECT)
    at = _definition(raised)
    where = f"{at.origin}: " if at is not None else ""
    what = f" while it was at {described(at)}" if at is not None else ""
    reason = str(raised).partition("\n")[0]
    click.echo(f"{where}error: tocsin failed{what}: {kind.__name__}: {reason}", err=True)
    click.echo(f"    This is a defect of tocsin. {DEBUG}=1 shows the traceback, which belongs in a report.", err=True)
    sys.exit(DEFECT)


def _definition(raised: BaseException) -> Definition | Part | None:
    """The definition that the innermost function to know one was at, if it stands in a file."""
    found, traceback = None, raised.__traceback__
    while traceback is not None:
        for value in traceback.tb_frame.f_locals.values():
            if isinstance(value, Definition | Part) and value.origin.line:
                found = value
        traceback = traceback.tb_next
    return found
