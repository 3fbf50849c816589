"""Sets of alerts, given by matchers: whether one is empty, and whether one lies within another.

Exact where labels are held to listed values (`=`, or `=~` with an alternation of plain words); for other matchers
it claims only what it can show, so that nothing is called unreachable that could be reached. Label values are taken
to have no line breaks: strictly, `.*` does not match those.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Final

from generator.model.routing.dispatch import holds
from generator.promql.ast import Matcher

_MOST_CELLS: Final = 1024
_PLAIN_WORDS: Final = re.compile(r"[\w /:@,%#=-]*(?:\|[\w /:@,%#=-]*)*")


@dataclass(frozen=True, slots=True)
class Cell:
    """Alerts of which some labels are known exactly; `open` are the matchers on the other labels."""

    exact: dict[str, str]
    open: tuple[Matcher, ...]

    def implies(self, matcher: Matcher) -> bool:
        """Whether the matcher holds for every alert of the cell, as far as can be shown."""
        if matcher.label in self.exact:
            return holds(matcher, self.exact[matcher.label])
        if matcher in self.open or (matcher.op == "=~" and matcher.value == ".*"):
            return True
        same_label = [known for known in self.open if known.label == matcher.label]
        # A regular expression that a value does not match rules that value out.
        return matcher.op == "!=" and any(known.op == "=~" and not holds(known, matcher.value) for known in same_label)


def cells(matchers: Sequence[Matcher]) -> tuple[Cell, ...]:
    """The set that the matchers describe, cut up by the values it lists; without cells it is empty."""
    listed: dict[str, list[str]] = {}
    for matcher in matchers:
        values = listed_values(matcher)
        if values is not None:
            listed[matcher.label] = [value for value in listed.get(matcher.label, values) if value in values]
    for label, values in listed.items():
        own = [matcher for matcher in matchers if matcher.label == label]
        listed[label] = [value for value in dict.fromkeys(values) if all(holds(matcher, value) for matcher in own)]
    while prod(len(values) for values in listed.values()) > _MOST_CELLS:
        del listed[max(listed, key=lambda label: len(listed[label]))]
    rest = tuple(matcher for matcher in matchers if matcher.label not in listed)
    return tuple(Cell(dict(zip(listed, values, strict=True)), rest) for values in product(*listed.values()))


def is_empty(matchers: Sequence[Matcher]) -> bool:
    """Whether no alert can match, as far as can be shown."""
    return not cells(matchers)


def within_one_of(cell: Cell, sets: Iterable[Sequence[Matcher]]) -> int | None:
    """The index of the first set that holds the whole cell, None when none can be shown to."""
    for index, matchers in enumerate(sets):
        if all(cell.implies(matcher) for matcher in matchers):
            return index
    return None


def listed_values(matcher: Matcher) -> list[str] | None:
    """The values that a matcher lists, None when it is an expression, or says which value it is not."""
    if matcher.op == "=":
        return [matcher.value]
    if matcher.op == "=~" and _PLAIN_WORDS.fullmatch(matcher.value):
        return matcher.value.split("|")
    return None
