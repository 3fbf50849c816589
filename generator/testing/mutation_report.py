"""What became of mutants, as text, JSON and annotations for GitHub."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import Final

from generator.testing.mutate import Fate, Mutation, Report
from generator.testing.report import annotation

_UNNOTICED: Final[tuple[Fate, ...]] = ("survived", "untested")


def as_text(mutation: Mutation) -> str:
    """The mutants that live, rule by rule, then what is wrong with explanations, and the count."""
    lines: list[str] = []
    for (origin, rule), reports in groupby(mutation.reports, key=lambda report: (report.origin, report.rule)):
        living = [report for report in reports if report.fate != "killed"]
        if living:
            lines.append(f"{origin}: {rule}")
            lines += [line for report in living for line in _lines(report)]
    return "\n".join([*lines, *map(str, mutation.problems), _sums(mutation)])


def _lines(report: Report) -> list[str]:
    reason = [f"             {report.reason}"] if report.reason else []
    return [f"  {report.fate:9}  {report.change}", *reason]


def _sums(mutation: Mutation) -> str:
    counts = Counter(report.fate for report in mutation.reports)
    others = [f"{counts[fate]} {fate}" for fate in ("explained", *_UNNOTICED) if counts[fate]]
    return ", ".join([f"{counts['killed']} of {len(mutation.reports)} mutants killed", *others])


def as_objects(mutation: Mutation) -> dict[str, object]:
    """Every mutant with its fate and the reason of an explanation, and what is wrong with explanations."""
    mutants = [
        {
            "file": report.origin.file,
            "line": report.origin.line,
            "rule": report.rule,
            "change": report.change,
            "fate": report.fate,
            "reason": report.reason,
        }
        for report in mutation.reports
    ]
    problems = [
        {"file": problem.origin.file, "line": problem.origin.line, "message": problem.message}
        for problem in mutation.problems
    ]
    return {"mutants": mutants, "problems": problems}


def as_github(mutation: Mutation) -> str:
    """Errors on the lines of rules that have unexplained mutants, and of explanations that are wrong."""
    lines = []
    for (origin, rule), reports in groupby(mutation.reports, key=lambda report: (report.origin, report.rule)):
        living = [f"{report.change} ({report.fate})" for report in reports if report.fate in _UNNOTICED]
        if living:
            text = "\n".join([f"no test notices these changes of {rule}:", *living])
            lines.append(annotation("error", origin.file, origin.line, text))
    lines += [annotation("error", each.origin.file, each.origin.line, each.message) for each in mutation.problems]
    return "\n".join(lines)
