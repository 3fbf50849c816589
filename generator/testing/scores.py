"""How much of Prometheus' own PromQL tests passes: the skip list, and the page about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from generator.testing.script_run import CANNOT_PARSE, run_script
from generator.testing.verdict import Verdict, tally
from generator.yamltext import dump

ALLOWED: Final = (CANNOT_PARSE,)
"""The only reasons for which a case may be skipped."""

_HEAD: Final = """\
# PromQL: what is evaluated

tocsin evaluates PromQL as Prometheus 3 does: left-open ranges and lookback, staleness, native histograms, vector
matching with fills, all aggregations and functions that promql-parser knows, and annotations with their places; also
what is experimental in Prometheus: calculated durations (`[5m * 2]`, `offset step()`), `anchored` and `smoothed`
ranges, histograms trimmed with `</` and `>/`, resets known from start timestamps. What it cannot do is refused by
name (`Unsupported`), never answered with a wrong number.

The table shows how it does on Prometheus' own tests (`promql/promqltest/testdata`), run with `tocsin test FILE.test`:
each evaluation as written, pinned with `@` at other times, and each of these as a range query, too.
"""

_TAIL: Final = """
This page is made by `pytest --update tests/test_promql_corpus.py` from a run and from the skip list in
`tests/cases/promql/skips.yml`, which names every case that is left out.
"""

_WHY: Final = {
    CANNOT_PARSE: "promql-parser 0.12 does not know it, and tocsin does not mend it",
}


def run_corpus(folder: Path) -> dict[str, list[Verdict]]:
    """The verdicts of each script of a folder, by file name."""
    return {path.name: run_script(path) for path in sorted(folder.glob("*.test"))}


def reason(verdict: Verdict) -> str:
    """Why a case is skipped, without the particulars."""
    return next((allowed for allowed in ALLOWED if verdict.message.startswith(allowed)), verdict.message)


def skip_list(corpus: Mapping[str, Sequence[Verdict]]) -> str:
    """The cases that are skipped, as YAML: by file, line, expression and reason."""
    listed = {
        name: [
            {"line": verdict.origin.line, "expr": verdict.title, "reason": reason(verdict)}
            for verdict in verdicts
            if verdict.status == "skipped"
        ]
        for name, verdicts in corpus.items()
    }
    return dump({name: cases for name, cases in listed.items() if cases})


def page(corpus: Mapping[str, Sequence[Verdict]]) -> str:
    """The page for readers, as Markdown."""
    lines = [_HEAD, "| file | cases | passed | failed | skipped |", "| --- | ---: | ---: | ---: | ---: |"]
    lines += [_row(name, verdicts) for name, verdicts in corpus.items()]
    everything = [verdict for verdicts in corpus.values() for verdict in verdicts]
    lines.append(_row("**all**", everything))
    counts = Counter(reason(verdict) for verdict in everything if verdict.status == "skipped")
    lines += ["", "## Left out", ""] if counts else []
    lines += [f"- {why} ({count} cases): {_WHY.get(why, 'see the skip list')}" for why, count in counts.most_common()]
    return "\n".join(lines) + "\n" + _TAIL


def _row(name: str, verdicts: Sequence[Verdict]) -> str:
    counts = tally(verdicts)
    return f"| {name} | {len(verdicts)} | {counts['passed']} | {counts['failed']} | {counts['skipped']} |"
