"""Who may write the series that a selector asks for, told by names and by the labels that rules set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from generator.engine.matchers import predicate
from generator.labels import METRIC_NAME
from generator.promql.ast import Matcher
from generator.rules.group import AlertingRule, Rule

ALERTS: Final = "ALERTS"
ALERTS_FOR_STATE: Final = "ALERTS_FOR_STATE"
ALERT_NAME: Final = "alertname"


def written_names(rule: Rule) -> tuple[str, ...]:
    """The metric names of the series that a rule writes."""
    return (ALERTS, ALERTS_FOR_STATE) if isinstance(rule, AlertingRule) else (rule.name,)


def known_labels(rule: Rule) -> dict[str, str]:
    """The labels that all series of a rule have, whatever its expression gives."""
    if not isinstance(rule, AlertingRule):
        return dict(rule.labels)
    fixed = {name: value for name, value in rule.labels.items() if value and "{{" not in value}
    return {**fixed, ALERT_NAME: rule.name}


class Writers:
    """The rules that write series, found by selectors. Rules are given by their places."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._known: list[Mapping[str, str]] = [known_labels(rule) for rule in rules]
        self._by_name: dict[str, list[int]] = {}
        self._by_label: dict[tuple[str, str], dict[str, list[int]]] = {}
        self._labelled: Counter[tuple[str, str]] = Counter()
        for place, rule in enumerate(rules):
            for name in written_names(rule):
                self._by_name.setdefault(name, []).append(place)
                for label, value in self._known[place].items():
                    self._by_label.setdefault((name, label), {}).setdefault(value, []).append(place)
                    self._labelled[name, label] += 1

    def of_name(self, name: str) -> Sequence[int]:
        """The rules that write series of a name, in their order."""
        return self._by_name.get(name, ())

    def of(self, matchers: Sequence[Matcher]) -> Iterator[int]:
        """The rules that may write series which satisfy all matchers."""
        name = next((m.value for m in matchers if m.label == METRIC_NAME and m.op == "="), None)
        if name is not None:
            yield from self._named(name, matchers)
            return
        tests = [predicate(m) for m in matchers if m.label == METRIC_NAME]
        for written in self._by_name:
            if all(test(written) for test in tests):
                yield from self._named(written, matchers)

    def _named(self, name: str, matchers: Sequence[Matcher]) -> Iterator[int]:
        tests = [(m.label, predicate(m)) for m in matchers if m.label != METRIC_NAME]
        for place in self._candidates(name, matchers):
            known = self._known[place]
            if all(label not in known or test(known[label]) for label, test in tests):
                yield place

    def _candidates(self, name: str, matchers: Sequence[Matcher]) -> Sequence[int]:
        """The writers of a name, narrowed by a label that all of them set."""
        everyone = self._by_name.get(name, [])
        for matcher in matchers:
            if matcher.op == "=":
                key = (name, matcher.label)
                if key in self._by_label and self._labelled[key] == len(everyone):
                    return self._by_label[key].get(matcher.value, ())
        return everyone
