"""The page in Markdown: the guide from its beginning to its end, and beside each sentence what keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from scripts.seed_map.guide import Names, Section, Sentence, sections
from scripts.seed_map.rows import row_of
from scripts.seed_map.trace import Found, Incident, Traced

_HEAD: Final = """\
<!-- Made by `python -m scripts.seed_map` from the definitions; do not edit. -->
# From the operations guide to the files

The operations guide (운영 환경 가이드) from its beginning to its end: under its own headings its own sentences, and
under each of them the definitions that keep it, what these say now (thresholds, durations, addresses, times), the
files that they compile to, and the tests that prove them. Hold each quotation against the numbers below it; where the
guide's words leave something open, *how we read it* says what was decided. Links lead to lines: `tocsin render` and
`python -m scripts.seed_map` keep them.

The tests fail when a line of the table lacks definitions, rendered files or tests, when a quotation names something
that does not exist, and, where the guide is at hand, when it is not the guide's own or the guide says more.

| # | Place in the guide | Definitions | Rendered files | Tests |
| --- | --- | --- | --- | --- |
"""

_MOST: Final = 3
_PROVED_BY_MANY: Final = "rendered/tests/"


def page(rows: Sequence[Traced], panels: Iterable[Found] = (), played: Sequence[Incident] = ()) -> str:
    """The whole page. rows: all lines; panels: of the dashboards that were written; played: incidents of the tests."""
    names = Names([*(found for row in rows for found in row.found), *panels])
    lines = [_HEAD.rstrip("\n"), *map(_in_table, rows)]
    lines += ["", *(f"Line {row.row.number}: {row.row.later}" for row in rows if row.row.later)]
    before: tuple[str, ...] = ()
    shown: set[str] = set()
    for section in sections():
        lines += _headings(section, before)
        before = section.heading
        if section.place not in shown:
            lines += _played(incident for incident in played if section.place in incident.places)
        shown.add(section.place)
        for sentence in section.sentences:
            lines += ["", *_sentence(sentence, section.place, names)]
    lines += ["", "## What else there is", "", *_rest(rows)]
    return "\n".join(lines) + "\n"


def _in_table(traced: Traced) -> str:
    row = traced.row
    count = sum(map(len, traced.definitions.values()))
    cells = [str(row.number), "; ".join(row.places), str(count), str(len(traced.rendered)), str(len(traced.tests))]
    return f"| {' | '.join(cells)} |"


def _headings(section: Section, before: tuple[str, ...]) -> Iterator[str]:
    """The section's headings, without those that stand already; the last names the line of the table."""
    if section.heading[:1] != before[:1]:
        yield from ("", f"## {section.place.partition(' ')[0]} {section.heading[0]}")
    row = row_of(section.place)
    number = f" (line {row.number})" if row is not None else ""
    yield from ("", f"### {' › '.join(section.heading[1:])}{number}")


def _played(found: Iterable[Incident]) -> Iterator[str]:
    """The incidents that show the whole of it, from samples to messages."""
    told = [f"*{incident.name}* ({_link(incident.path.rpartition('/')[2], incident.path)})" for incident in found]
    if told:
        yield from ("", f"Played from samples to messages: {'; '.join(told)}.")


def _sentence(sentence: Sentence, place: str, names: Names) -> Iterator[str]:
    yield f"> {_quoted(sentence.said)}"
    if sentence.by:
        yield ""
    for name in sentence.by:
        yield from (f"- {_kept_by(found)}" for found in names.of(name, place))
    if sentence.decided:
        yield ""
        label = "How we read it" if sentence.by else "Nothing here"
        yield f"*{label}:* {' '.join(sentence.decided.split())}"


def _quoted(said: str) -> str:
    """The guide's words as they stand there, even where Markdown or a template would read them as something else."""
    plain = said.removeprefix("- ")
    return plain if plain.startswith("**") and "`" in plain else f"`{plain}`" if _is_code(plain) else plain


def _is_code(text: str) -> bool:
    return any(sign in text for sign in ('"', "#", "|", "[", "= ", "* *", "--", "(", "<"))


def _kept_by(found: Found) -> str:
    files, others = _shortened(tuple(found.rendered))
    lines = [(path, found.rendered[path]) for path in files]
    rendered = ", ".join(_link(_named(path, line), _at(f"rendered/{path}", line)) for path, line in lines)
    rendered += f" and {others} more" if others else ""
    few, more = _shortened(found.tests)
    tests = ", ".join(_link(path.rpartition("/")[2], path) for path in few) + (f" and {more} more" if more else "")
    parts = [f"[{found.name}](../{found.where}): {found.says}"]
    parts += [f"in {rendered}"] if rendered else []
    parts += [f"proved by {tests}"] if tests else []
    return " → ".join(parts)


def _shortened(paths: Sequence[str]) -> tuple[Sequence[str], int]:
    """The first few; tests that people wrote before generated ones."""
    ordered = sorted(paths, key=lambda path: path.startswith(_PROVED_BY_MANY))
    return (ordered, 0) if len(ordered) <= _MOST + 1 else (ordered[:_MOST], len(ordered) - _MOST)


def _named(path: str, line: int) -> str:
    name = path.rpartition("/")[2]
    return f"{name}:{line}" if line else name


def _at(path: str, line: int) -> str:
    return f"{path}#L{line}" if line else path


def _link(text: str, target: str) -> str:
    return f"[{text}](../{target})"


def _rest(rows: Sequence[Traced]) -> Iterator[str]:
    """What no sentence asks for by name, but common sense does, by file."""
    quoted = {name for section in sections() for sentence in section.sentences for name in sentence.by}
    yield "Definitions that no sentence names: what watches the watching, what common sense adds, and procedures."
    for path, found in _by_file(found for row in rows for found in row.found if found.name not in quoted).items():
        yield ""
        yield f"- `{path}`: " + ", ".join(f"[{one.name}](../{one.where})" for one in found.values())


def _by_file(found: Iterable[Found]) -> Mapping[str, dict[str, Found]]:
    made: dict[str, dict[str, Found]] = {}
    for one in found:
        made.setdefault(one.path, {})[one.name] = one
    return dict(sorted(made.items()))
