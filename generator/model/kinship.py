"""What queries have in common: which series they read, down to those that are scraped, and how alike two are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from generator.promql import Expr
from generator.promql.ast import VectorSelector, selectors

Fact = tuple[str, ...]
"""What a query asks for: `(metric,)`, or `(metric, label, operator, value)` for a matcher on it."""

_MOST_ROUNDS: Final = 8
_MOST_WRITERS: Final = 20


@dataclass(frozen=True, slots=True)
class Written:
    """A recording rule as far as kinship goes: what it records, with which labels, from what."""

    name: str
    labels: Mapping[str, str]
    expr: Expr


@dataclass(frozen=True)
class Asked:
    """What a query reads: its own selectors, and those of the recorded series among them."""

    selectors: tuple[VectorSelector, ...]

    @cached_property
    def facts(self) -> frozenset[Fact]:
        """The metrics, and the matchers on them."""
        metrics = {(selector.metric or "",) for selector in self.selectors}
        matchers = {(s.metric or "", m.label, m.op, m.value) for s in self.selectors for m in s.matchers}
        return frozenset({*metrics, *matchers})

    @cached_property
    def metrics(self) -> tuple[str, ...]:
        """The names of the metrics, each once."""
        return tuple(dict.fromkeys(selector.metric for selector in self.selectors if selector.metric))

    def likeness(self, other: Asked) -> float:
        """The share (0 to 1) of all facts that both have; 0 when no series can be among both."""
        common = len(self.facts & other.facts)
        return common / len(self.facts | other.facts) if common and self.meets(other) else 0.0

    def meets(self, other: Asked) -> bool:
        """Whether a series can be among both: the same metric, and no label that must be two things at once."""
        return any(
            one.metric == another.metric and _agree(one, another)
            for one in self.selectors
            for another in other.selectors
            if one.metric is not None
        )


def _agree(one: VectorSelector, other: VectorSelector) -> bool:
    equal = _equalities(one)
    return all(equal.get(label, value) == value for label, value in _equalities(other).items())


def _equalities(selector: VectorSelector) -> dict[str, str]:
    return {matcher.label: matcher.value for matcher in selector.matchers if matcher.op == "="}


class Reader:
    """Follows queries through recording rules."""

    def __init__(self, rules: Iterable[Written]) -> None:
        self._by_name: dict[str, list[Written]] = {}
        self._by_label: dict[tuple[str, str, str], list[Written]] = {}
        for rule in rules:
            self._by_name.setdefault(rule.name, []).append(rule)
            for label, value in rule.labels.items():
                self._by_label.setdefault((rule.name, label, value), []).append(rule)

    def asked(self, *queries: Expr) -> Asked:
        """All selectors of the queries, and of the rules that write what they read."""
        todo, seen = list(queries), dict[VectorSelector, None]()
        for _ in range(_MOST_ROUNDS):
            fresh = dict.fromkeys(selector for query in todo for selector in selectors(query))
            new = [selector for selector in fresh if selector not in seen]
            if not new:
                break
            seen.update(dict.fromkeys(new))
            todo = [rule.expr for selector in new for rule in self._writers(selector)]
        return Asked(tuple(seen))

    def _writers(self, selector: VectorSelector) -> Iterator[Written]:
        """The rules that record what a selector reads; a name that very many rules write is not followed."""
        name = selector.metric or ""
        if name not in self._by_name:
            return
        labelled = [
            self._by_label[name, label, value]
            for label, value in _equalities(selector).items()
            if (name, label, value) in self._by_label
        ]
        found = min((self._by_name[name], *labelled), key=len)
        if len(found) <= _MOST_WRITERS:
            yield from found
