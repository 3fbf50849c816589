"""Outcomes as text, JSON and annotations for GitHub."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from generator.diagnostics import Severity
from generator.testing.outcome import Outcome
from generator.testing.verdict import Verdict, tally


def as_text(outcomes: Sequence[Outcome], *, strict: bool = False) -> str:
    """One line a file, what failed below it, and the sums; with `strict` why warnings alone fail the run."""
    lines: list[str] = []
    for outcome in outcomes:
        lines.append(f"{outcome.path}  {_counts(outcome.verdicts)}")
        lines += [f"  {problem}" for problem in outcome.problems]
        lines += [f"  skipped {count}: {why}" for why, count in _skips(outcome.verdicts).items()]
        lines += [f"  {verdict.origin}: {_failure(verdict)}" for verdict in outcome.verdicts if verdict.failed]
    total = [verdict for outcome in outcomes for verdict in outcome.verdicts]
    lines.append(f"{len(outcomes)} {'file' if len(outcomes) == 1 else 'files'}  {_counts(total)}")
    warned = warnings(outcomes)
    if strict and warned:
        lines.append(f"{warned} {'warning fails' if warned == 1 else 'warnings fail'} the run (--strict)")
    return "\n".join(lines)


def warnings(outcomes: Sequence[Outcome]) -> int:
    """How many warnings there are of files that could be run."""
    return sum(len(outcome.problems) for outcome in outcomes if not outcome.unreadable)


def _counts(verdicts: Sequence[Verdict]) -> str:
    counts = tally(verdicts)
    return "  ".join(f"{status} {counts[status]}" for status in ("passed", "failed", "skipped"))


def _skips(verdicts: Sequence[Verdict]) -> Counter[str]:
    """Why assertions were skipped, without what a parser says of each."""
    return Counter(verdict.message.partition(": ")[0] for verdict in verdicts if verdict.status == "skipped")


def _failure(verdict: Verdict) -> str:
    detail = "".join(f"\n      {line}" for line in verdict.detail.splitlines())
    return f"{verdict.title}\n      {verdict.message}{detail}"


def as_objects(outcomes: Sequence[Outcome]) -> list[dict[str, object]]:
    """Every verdict and problem, file by file, as JSON has it."""
    return [_file_as_json(outcome) for outcome in outcomes]


def _file_as_json(outcome: Outcome) -> dict[str, object]:
    verdicts = [
        {
            "line": verdict.origin.line,
            "test": verdict.group,
            "case": verdict.title,
            "status": verdict.status,
            "message": verdict.message,
            "detail": verdict.detail,
        }
        for verdict in outcome.verdicts
    ]
    problems = [
        {
            "file": problem.origin.file,
            "line": problem.origin.line,
            "severity": str(problem.severity),
            "check": problem.check,
            "message": problem.message,
        }
        for problem in outcome.problems
    ]
    counts: dict[str, object] = {str(status): count for status, count in tally(outcome.verdicts).items()}
    return {"file": outcome.path, **counts, "verdicts": verdicts, "problems": problems}


def as_github(outcomes: Sequence[Outcome], *, strict: bool = False) -> str:
    """Workflow commands that GitHub shows on the lines of a pull request; with `strict` warnings are errors."""
    lines = []
    for outcome in outcomes:
        for problem in outcome.problems:
            kind = "error" if strict or problem.severity is Severity.ERROR else "warning"
            lines.append(annotation(kind, problem.origin.file, problem.origin.line, problem.message))
        for verdict in outcome.verdicts:
            if verdict.failed:
                text = f"{verdict.title}\n{verdict.message}\n{verdict.detail}".rstrip()
                lines.append(annotation("error", verdict.origin.file, verdict.origin.line, text))
    return "\n".join(lines)


def annotation(kind: str, file: str, line: int, message: str) -> str:
    """GitHub's command that shows a message of a kind (`error`, `warning`) on a line of a file."""
    escaped = message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::{kind} file={file},line={max(line, 1)}::{escaped}"


_COLOURS: Final = (
    (re.compile(r"\+ |\+ unexpected"), "green"),
    (re.compile(r"- |- missing"), "red"),
    (re.compile(r".*: warning: "), "yellow"),
    (re.compile(r".*: error: "), "red"),
)
_FAILED: Final = re.compile(r"failed [1-9][0-9]*")


def coloured(text: str) -> str:
    """A text report with colours for a terminal: what is missing red, what is too much green."""
    return "\n".join(_coloured(line) for line in text.split("\n"))


def _coloured(line: str) -> str:
    for pattern, colour in _COLOURS:
        if pattern.match(line.strip()):
            return style(line, colour)
    return _FAILED.sub(lambda match: style(match[0], "red"), line)


def style(text: str, colour: str) -> str:
    """A text in one of the terminal's colours."""
    code = {"red": 31, "green": 32, "yellow": 33}[colour]
    return f"\x1b[{code}m{text}\x1b[0m"
