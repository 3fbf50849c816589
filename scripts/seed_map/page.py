"""The page in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from scripts.seed_map.trace import Traced

_HEAD: Final = """\
<!-- Made by `python -m scripts.seed_map` from the definitions; do not edit. -->
# From the operations guide to the files

Each line of the operations guide (운영 환경 가이드) that monitoring can serve: the definitions that name it in
`guide=`, the files that they compile to, and the tests that prove them. A line that lacks any of the three fails the
tests.

| # | Place in the guide | Definitions | Rendered files | Tests |
| --- | --- | --- | --- | --- |
"""


def page(rows: Sequence[Traced]) -> str:
    """All lines: a table, then a section for each."""
    lines = [_HEAD.rstrip("\n"), *map(_in_table, rows)]
    for row in rows:
        lines += ["", *_section(row)]
    return "\n".join(lines) + "\n"


def _in_table(traced: Traced) -> str:
    row = traced.row
    count = sum(map(len, traced.definitions.values()))
    cells = [str(row.number), "; ".join(row.places), str(count), str(len(traced.rendered)), str(len(traced.tests))]
    return f"| {' | '.join(cells)} |"


def _section(traced: Traced) -> Iterator[str]:
    row = traced.row
    yield f"## {row.number}. {'; '.join(row.places)}"
    yield ""
    yield f"{row.asks}."
    if row.later:
        yield ""
        yield f"Not done yet: {row.later}"
    if traced.definitions:
        yield ""
        yield "Definitions:"
        yield ""
        for path, names in traced.definitions.items():
            yield f"- [`{path}`](../{path}): {', '.join(names)}"
    if traced.rendered:
        yield ""
        yield f"Rendered: {_links(_below_rendered(traced.rendered))}"
    if traced.tests:
        yield ""
        yield f"Tests: {_links((path, path) for path in traced.tests)}"


def _below_rendered(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The files, pages of alerts taken together."""
    pages = [path for path in paths if path.startswith("runbooks/")]
    for path in paths:
        if path not in pages:
            yield path, f"rendered/{path}"
    if pages:
        yield f"runbooks/ ({len(pages)} page{'s' if len(pages) > 1 else ''})", "rendered/runbooks/README.md"


def _links(paths: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"[`{text}`](../{target})" for text, target in paths)
