"""Explained mutants: comment lines of fixtures that say why no test can or should notice a change.

`# mutant NAME: CHANGE -- reason`, where NAME is a rule as a selector over its labels and CHANGE is as printed. The
reason may go on in comment lines that are indented further.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from generator.diagnostics import Origin, Problem, error
from generator.engine.matchers import predicate
from generator.errors import TocsinError
from generator.labels import METRIC_NAME
from generator.promql.ast import VectorSelector
from generator.promql.parse import parse
from generator.rules.group import Rule

CHECK: Final = "test/mutant"
_FORM: Final = "# mutant NAME: CHANGE -- reason"
_QUOTED: Final = r'"(?:[^"\\]|\\.)*"'
_LINE: Final = re.compile(
    rf"(?P<rule>(?:[\w:]*\w)?(?:\{{(?:[^\"}}]|{_QUOTED})*\}})?):\s+(?P<change>(?:[^\"]|{_QUOTED})+?)\s+--\s+(?P<reason>.+)"
)
_START: Final = re.compile(r"\s*#\s?mutant\s")
_MORE: Final = re.compile(r"\s*#\s{2,}\S")


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a change of some rules goes unnoticed. `selector` chooses the rules by name and labels."""

    selector: VectorSelector
    change: str
    reason: str
    text: str
    origin: Origin

    def fits(self, rule: Rule, change: str) -> bool:
        """Whether it speaks of this change of this rule."""
        if change != self.change:
            return False
        labels = {**rule.labels, METRIC_NAME: rule.name}
        return all(predicate(matcher)(labels.get(matcher.label, "")) for matcher in self.selector.all_matchers())


def read_explanations(files: Sequence[Path]) -> tuple[list[Explanation], list[Problem]]:
    """The explanations in the comments of fixtures, and an error for each that cannot be read."""
    found: list[Explanation] = []
    problems: list[Problem] = []
    for file in files:
        for origin, text in _comments(file):
            made = _explanation(text, origin)
            if isinstance(made, Explanation):
                found.append(made)
            else:
                problems.append(made)
    return found, problems


def _comments(file: Path) -> Iterator[tuple[Origin, str]]:
    """The comments about mutants, each on one line."""
    lines = file.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, start=1):
        if _START.match(line):
            parts = [_START.sub("", line, count=1)]
            for further in lines[number:]:
                if not _MORE.match(further) or _START.match(further):
                    break
                parts.append(further.strip(" \t#"))
            yield Origin(str(file), number), " ".join(" ".join(parts).split())


def _explanation(text: str, origin: Origin) -> Explanation | Problem:
    match = _LINE.fullmatch(text)
    if match is None:
        return error(CHECK, origin, f"not an explanation of a mutant: {text!r}", f"expected {_FORM!r}")
    try:
        selector = parse(match["rule"])
    except TocsinError as reason:
        return error(CHECK, origin, f"not a rule: {match['rule']!r}: {reason}", f"expected {_FORM!r}")
    if not isinstance(selector, VectorSelector):
        return error(CHECK, origin, f"not a rule: {match['rule']!r}", f"expected {_FORM!r}")
    change = match["change"].replace("->", "→")
    return Explanation(selector, change, match["reason"], f"{match['rule']}: {change}", origin)
