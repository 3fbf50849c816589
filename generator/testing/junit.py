"""Outcomes as JUnit XML: one suite a file, one case an assertion."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from generator.testing.outcome import Outcome
from generator.testing.verdict import Verdict, tally


def as_junit(outcomes: Sequence[Outcome], *, strict: bool = False) -> str:
    """The XML text. What makes a file unreadable is an error, and with `strict` so is a warning."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    for outcome in outcomes:
        counts = tally(outcome.verdicts)
        errors = [problem for problem in outcome.problems if strict or outcome.unreadable]
        lines.append(
            f"  <testsuite name={quoteattr(outcome.path)} tests={_number(len(outcome.verdicts))}"
            f" failures={_number(counts['failed'])} errors={_number(len(errors))}"
            f" skipped={_number(counts['skipped'])}>"
        )
        lines += [_case(verdict) for verdict in outcome.verdicts]
        for problem in errors:
            lines.append(f'    <testcase name="read"><error message={quoteattr(problem.message)}>')
            lines.append(f"{_text(str(problem))}</error></testcase>")
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _number(count: int) -> str:
    return f'"{count}"'


def _case(verdict: Verdict) -> str:
    start = (
        f"    <testcase classname={quoteattr(_printable(verdict.group))} name={quoteattr(_printable(verdict.title))}"
        f" file={quoteattr(verdict.origin.file)} line={_number(verdict.origin.line)}"
    )
    if verdict.status == "passed":
        return start + "/>"
    if verdict.status == "skipped":
        return f"{start}><skipped message={quoteattr(_printable(verdict.message))}/></testcase>"
    text = _text(verdict.detail)
    return f"{start}><failure message={quoteattr(_printable(verdict.message))}>{text}</failure></testcase>"


def _text(text: str) -> str:
    return escape(_printable(text))


def _printable(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(char if char >= " " or char in "\t\n\r" else "�" for char in text)
