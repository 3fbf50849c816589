"""Sets of alerts, given by matchers: whether one is empty, and whether several others hold all of it between them.

Exact where matchers say `=`, `!=`, or list plain words; for other matchers it claims only what it can show, so that
nothing is called unreachable that could be reached. Label values are taken to have no line breaks: strictly, `.*` does
not match those.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Final

from generator.model.routing.dispatch import all_match, holds
from generator.promql.ast import Matcher, MatchOp

_MOST_CELLS: Final = 1024
_MOST_CUTS: Final = 256
_PLAIN_WORDS: Final = re.compile(r"[\w /:@,%#=-]*(?:\|[\w /:@,%#=-]*)*")
_OPPOSITE: Final[dict[MatchOp, MatchOp]] = {"=": "!=", "!=": "=", "=~": "!~", "!~": "=~"}
_SOME_VALUES: Final = ("", "\ue000")
"""No value, and one that nobody writes."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Alerts of which some labels are known exactly; `open` are the matchers on the other labels."""

    exact: dict[str, str]
    open: tuple[Matcher, ...]

    @property
    def matchers(self) -> tuple[Matcher, ...]:
        """The cell as matchers describe it."""
        return (*(Matcher(label, "=", value) for label, value in self.exact.items()), *self.open)

    def implies(self, matcher: Matcher) -> bool:
        """Whether the matcher holds for every alert of the cell, as far as can be shown."""
        if matcher.label in self.exact:
            return holds(matcher, self.exact[matcher.label])
        return all(map(self._implies, _in_plain_words(matcher)))

    def _implies(self, matcher: Matcher) -> bool:
        if matcher in self.open:
            return True
        same_label = [known for known in self.open if known.label == matcher.label]
        # A regular expression that a value does not match rules that value out.
        return matcher.op == "!=" and any(not holds(known, matcher.value) for known in same_label)

    def some(self, labels: Iterable[str]) -> Iterator[dict[str, str]]:
        """A few of its alerts, perhaps none. labels: those that the alerts should differ in, if they can."""
        values = {}
        for label in dict.fromkeys([*labels, *(matcher.label for matcher in self.open)]):
            own = [matcher for matcher in self.open if matcher.label == label]
            values[label] = [value for value in _SOME_VALUES if all(holds(matcher, value) for matcher in own)]
        if all(values.values()):
            yield {label: known[0] for label, known in values.items()} | self.exact
            yield {label: known[-1] for label, known in values.items()} | self.exact


def cells(matchers: Sequence[Matcher]) -> tuple[Cell, ...]:
    """The set that the matchers describe, cut up by the values it lists; without cells it is empty."""
    plain = [one for matcher in matchers for one in _in_plain_words(matcher)]
    listed: dict[str, list[str]] = {}
    for matcher in plain:
        values = listed_values(matcher)
        if values is not None:
            listed[matcher.label] = [value for value in listed.get(matcher.label, values) if value in values]
    for label, values in listed.items():
        own = [matcher for matcher in plain if matcher.label == label]
        listed[label] = [value for value in dict.fromkeys(values) if all(holds(matcher, value) for matcher in own)]
    while prod(len(values) for values in listed.values()) > _MOST_CELLS:
        del listed[max(listed, key=lambda label: len(listed[label]))]
    rest = dict.fromkeys(matcher for matcher in plain if matcher.label not in listed)
    if any(opposite(matcher) in rest or (matcher.op == "!~" and matcher.value == ".*") for matcher in rest):
        return ()
    return tuple(Cell(dict(zip(listed, values, strict=True)), tuple(rest)) for values in product(*listed.values()))


def is_empty(matchers: Sequence[Matcher]) -> bool:
    """Whether no alert can match, as far as can be shown."""
    return not cells(matchers)


def opposite(matcher: Matcher) -> Matcher:
    """The matcher that holds where this one does not."""
    return Matcher(matcher.label, _OPPOSITE[matcher.op], matcher.value)


def _in_plain_words(matcher: Matcher) -> tuple[Matcher, ...]:
    """The same said by `=` and `!=`, where it can be."""
    if "~" in matcher.op and matcher.value == ".+":
        return (Matcher(matcher.label, "!=" if matcher.op == "=~" else "=", ""),)
    if matcher.op == "=~" and matcher.value == ".*":
        return ()
    if matcher.op == "!~" and _PLAIN_WORDS.fullmatch(matcher.value):
        return tuple(Matcher(matcher.label, "!=", value) for value in matcher.value.split("|"))
    return (matcher,)


def within(cell: Cell, sets: Sequence[Sequence[Matcher]]) -> tuple[int, ...] | None:
    """The indexes of sets that hold the whole cell between them, None when none can be shown to.

    What is outside of the first set that the cell touches must lie within later ones, and so on. Where that takes very
    many cuts, nothing is claimed.
    """
    used: dict[int, None] = {}
    left = [(cell, 0)]
    for _ in range(_MOST_CUTS):
        if not left:
            return tuple(used)
        part, first = left.pop()
        found = _first_that_touches(part, sets, first)
        if found is None or _some_left(part, sets[first:]):
            return None
        used[found] = None
        left += [(outside, found + 1) for outside in _without(part, sets[found])]
    return None


def _first_that_touches(part: Cell, sets: Sequence[Sequence[Matcher]], first: int) -> int | None:
    """The first set that holds the whole part or, if none does, some of it."""
    touching = None
    for index in range(first, len(sets)):
        matchers = sets[index]
        if all(part.implies(matcher) for matcher in matchers):
            return index
        if touching is None and all(part.exact.get(m.label) is None or part.implies(m) for m in matchers):
            touching = None if is_empty((*part.matchers, *matchers)) else index
    return touching


def _some_left(part: Cell, sets: Sequence[Sequence[Matcher]]) -> bool:
    """Whether one of a few alerts of the part is in no set, which spares the cutting."""
    labels = [matcher.label for matchers in sets for matcher in matchers]
    return any(not any(all_match(matchers, alert) for matchers in sets) for alert in part.some(labels))


def _without(part: Cell, matchers: Sequence[Matcher]) -> Iterator[Cell]:
    """What of the part is outside the set that the matchers describe."""
    known = part.matchers
    for place, matcher in enumerate(matchers):
        yield from cells((*known, *matchers[:place], opposite(matcher)))


def listed_values(matcher: Matcher) -> list[str] | None:
    """The values that a matcher lists, None when it is an expression, or says which value it is not."""
    if matcher.op == "=":
        return [matcher.value]
    if matcher.op == "=~" and _PLAIN_WORDS.fullmatch(matcher.value):
        return matcher.value.split("|")
    return None
