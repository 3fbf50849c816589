"""Pages as Markdown files: `runbooks/<Alert>.md`, and `runbooks/README.md` that leads to all of them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import PurePosixPath
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from generator.model.bundle import Bundle, Files, Rendering
from generator.model.runbook import Runbook
from generator.targets.runbooks.book import Book
from generator.targets.runbooks.page import Page, pages

ROOT: Final = PurePosixPath("runbooks")
INDEX: Final = ROOT / "README.md"
_FENCE: Final = "```"


def render(bundle: Bundle) -> Rendering:
    """A page for each alert, and the index."""
    made = list(pages(Book(bundle)))
    templates = _templates()
    page = templates.get_template("page.md.jinja")
    files: Files = {ROOT / one.file: page.render(page=one) for one in made}
    index = templates.get_template("index.md.jinja")
    files[INDEX] = index.render(services=_by_service(made), procedures=_by_procedure(bundle, made))
    return Rendering(files)


@cache
def _templates() -> Environment:
    # Markdown is not HTML: escaping would show as it stands in a terminal.
    environment = Environment(
        loader=PackageLoader("generator.targets.runbooks", "templates"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["fenced"] = fenced
    environment.filters["cell"] = cell
    return environment


def fenced(text: str, language: str = "", indent: int = 0) -> str:
    """A block of code; the fence is longer than any in the text."""
    fence = _FENCE
    while fence in text:
        fence += "`"
    lines = [f"{fence}{language}", *text.strip("\n").splitlines(), fence]
    return "\n".join(" " * indent + line if line else "" for line in lines)


def cell(text: str) -> str:
    """A text in a table: on one line, and with no bar that would end it."""
    return " ".join(text.split()).replace("|", r"\|")


def _by_service(made: Iterable[Page]) -> dict[str, list[Page]]:
    found: dict[str, list[Page]] = {}
    for page in made:
        found.setdefault(page.service or "Everything else", []).append(page)
    return found


def _by_procedure(bundle: Bundle, made: Iterable[Page]) -> list[dict[str, Any]]:
    used: dict[Runbook, list[Page]] = {runbook: [] for runbook in bundle.catalog.of(Runbook)}
    for page in made:
        for runbook in page.runbooks:
            used.setdefault(runbook, []).append(page)
    return [{"runbook": runbook, "pages": found} for runbook, found in used.items()]
