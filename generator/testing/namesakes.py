"""Rules that share a name, told apart by their labels: an alert and its escalation, one rule for each SLO."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from generator.diagnostics import Origin
from generator.promql.ast import Matcher, VectorSelector
from generator.promql.printer import to_text
from generator.rules.group import Rule


def told_apart(rules: Iterable[Rule]) -> dict[tuple[str, Origin], str]:
    """For each rule, by name and place, a selector over rules' labels that fits it and no namesake.

    It has as few labels as will do: none where the name is enough, all that differ where nothing tells them apart.
    """
    by_name: dict[str, list[Rule]] = {}
    for rule in rules:
        by_name.setdefault(rule.name, []).append(rule)
    return {
        (rule.name, rule.origin): to_text(VectorSelector(rule.name, _matchers(rule, namesakes)))
        for namesakes in by_name.values()
        for rule in namesakes
    }


def _matchers(rule: Rule, namesakes: Sequence[Rule]) -> tuple[Matcher, ...]:
    labels = _telling(namesakes)
    for count in range(len(labels) + 1):
        for chosen in combinations(labels, count):
            if sum(_values(each, chosen) == _values(rule, chosen) for each in namesakes) == 1:
                return _asked(rule, chosen)
    return _asked(rule, labels)


def _telling(namesakes: Sequence[Rule]) -> tuple[str, ...]:
    """The labels in which namesakes differ, those with templates left out."""
    names = sorted({name for rule in namesakes for name in rule.labels})
    values = {name: {rule.labels.get(name, "") for rule in namesakes} for name in names}
    return tuple(name for name in names if len(values[name]) > 1 and not any("{{" in value for value in values[name]))


def _values(rule: Rule, labels: Iterable[str]) -> tuple[str, ...]:
    return tuple(rule.labels.get(label, "") for label in labels)


def _asked(rule: Rule, labels: Iterable[str]) -> tuple[Matcher, ...]:
    return tuple(Matcher(label, "=", rule.labels.get(label, "")) for label in labels)
