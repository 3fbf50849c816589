"""The labels that an alert may turn out to have: the known ones, and those that its series may bring."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Final

from generator.model.escalation import LABEL
from generator.model.routing.dispatch import holds
from generator.model.routing.regions import listed_values
from generator.model.routing.told import Told
from generator.promql import Expr
from generator.promql.ast import Call, Matcher, StringLiteral, selectors, walk

_MOST: Final = 256
_META: Final = re.compile(r"\\.|\[[^]]*\]\S?|\(\?\w+\)|[.*+?^$(){}|]")


def variants(alert: Told, matchers: Sequence[Matcher]) -> Iterator[Mapping[str, str]]:
    """An alert's labels, first as they are known, then with every value that the matchers of a tree can tell apart.

    Of a label that only the series can give, those are the values that matchers list, one that fits each expression
    (as far as one is found), and none at all. A query's own matchers rule values out. Where there are very many
    combinations, one label at a time is varied.
    """
    yield alert.labels
    open_labels = [label for label in dict.fromkeys(matcher.label for matcher in matchers) if brings(alert, label)]
    values = {label: list(_values(label, matchers, alert.expr)) for label in open_labels}
    values = {label: known for label, known in values.items() if known}
    if prod(len(known) + 1 for known in values.values()) > _MOST:
        for label, known in values.items():
            yield from ({**alert.labels, label: value} for value in known)
        return
    for chosen in product(*(["", *known] for known in values.values())):
        given = {label: value for label, value in zip(values, chosen, strict=True) if value}
        if given:
            yield {**alert.labels, **given}


def brings(alert: Told, label: str) -> bool:
    """Whether only the series can give an alert the label, and may do so."""
    return label not in alert.labels and label != LABEL and (alert.open is None or label in alert.open)


def _values(label: str, matchers: Iterable[Matcher], expr: Expr | None) -> Iterator[str]:
    own = [matcher for matcher in matchers if matcher.label == label]
    found = dict.fromkeys(value for matcher in own for value in _examples(matcher))
    yield from (value for value in found if value and _fits(expr, label, value))


def _examples(matcher: Matcher) -> Iterator[str]:
    """Values that a matcher tells from others."""
    positive = Matcher(matcher.label, "=~" if "~" in matcher.op else "=", matcher.value)
    known = listed_values(positive)
    if known is not None:
        yield from known
        return
    for piece in [*matcher.value.split("|"), matcher.value]:
        word = _META.sub("", piece)
        yield from (text for text in (word, f"{word}x", f"{word}0") if holds(positive, text))


def from_series(matchers: Iterable[Matcher], alerts: Iterable[Told]) -> tuple[Matcher, ...]:
    """The matchers that ask for labels which only series bring: no alert of the definitions has them by itself."""
    own = {label for alert in alerts for label in alert.labels}
    return tuple(dict.fromkeys(matcher for matcher in matchers if matcher.label not in own))


def told_apart(matchers: Iterable[Matcher]) -> dict[str, frozenset[str]]:
    """The values that matchers tell from others, of each label that they ask for."""
    found: dict[str, set[str]] = {}
    for matcher in matchers:
        found.setdefault(matcher.label, set()).update(value for value in _examples(matcher) if value)
    return {label: frozenset(values) for label, values in found.items()}


def pinned(alert: Told, label: str) -> frozenset[str] | None:
    """The values that a query's selectors list of a label; None where one of them leaves it open."""
    expr = alert.expr
    if expr is None or any(_writes(node, label) for node in walk(expr)):
        return None
    found: set[str] = set()
    for selector in selectors(expr):
        listed = [values for one in selector.matchers if one.label == label and (values := listed_values(one))]
        if not listed:
            return None
        found.update(*listed)
    return frozenset(found) or None


def _fits(expr: Expr | None, label: str, value: str) -> bool:
    """Whether a query can give a series with the label, by what its selectors ask for."""
    if expr is None or any(_writes(node, label) for node in walk(expr)):
        return True
    asked = [[one for one in selector.matchers if one.label == label] for selector in selectors(expr)]
    return not asked or any(all(holds(matcher, value) for matcher in one) for one in asked)


def _writes(node: Expr, label: str) -> bool:
    if not isinstance(node, Call) or node.func not in {"label_replace", "label_join"}:
        return False
    target = node.args[1]
    return not isinstance(target, StringLiteral) or target.value == label
