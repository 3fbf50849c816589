"""What promtool accepts in silence and is hardly meant: named as warnings, the verdicts stay."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Final

from generator.diagnostics import Origin, Problem, warning
from generator.promql.ast import Expr
from generator.promql.features import features_needed, may_need_features
from generator.rules.group import AlertingRule
from generator.testing.fixture import Fixture, TestGroup
from generator.testing.group_order import left_to_chance
from generator.testing.promtool import RuleSet
from generator.testing.read_fixture import TRAP

_SERVER_URL: Final = re.compile(r"\{\{[^}]*\b(externalURL|pathPrefix)\b")


def traps(fixture: Fixture, rules: RuleSet) -> list[Problem]:
    """The traps that a fixture steps into."""
    found = [trap for test in fixture.tests for trap in _of_test(test, rules)]
    for reader, writer in left_to_chance(rules.groups, fixture.group_order):
        found.append(
            warning(
                TRAP,
                reader.origin,
                f"group {reader.name!r} reads what group {writer.name!r} records, and promtool leaves their order "
                "to chance",
                f"name both in group_eval_order of {fixture.path}; they were evaluated as if {writer.name!r} came "
                "first",
            )
        )
    for placed in rules.graph.rules:
        if may_need_features(placed.rule.text):
            found += _experimental(placed.rule.expr, placed.rule.expr_origin)
    return list(dict.fromkeys(found))


def _of_test(test: TestGroup, rules: RuleSet) -> Iterator[Problem]:
    if not test.cases:
        yield warning(TRAP, test.origin, f"test {test.name!r} asserts nothing")
    for case in test.alerts:
        places = rules.by_alert.get(case.alertname)
        if not places:
            yield warning(TRAP, case.origin, f"no rule is called {case.alertname!r}: its absence is always given")
        for place in places or ():
            rule = rules.graph.rules[place].rule
            if isinstance(rule, AlertingRule):
                yield from _failing_functions(rule)
    for expr in test.exprs:
        if any(math.isnan(sample.value) and sample.histogram is None for sample in expr.expected):
            yield warning(TRAP, expr.origin, "promtool never takes a NaN for equal to the NaN expected")
        if expr.expr is not None:
            yield from _experimental(expr.expr, expr.origin)


def _experimental(expr: Expr, origin: Origin) -> Iterator[Problem]:
    for flag, what in features_needed(expr).items():
        yield warning(
            TRAP,
            origin,
            f"promtool 3.14 refuses {what} in tests, whatever features it is given",
            f"Prometheus knows it with --enable-feature={flag}",
        )


def _failing_functions(rule: AlertingRule) -> Iterator[Problem]:
    for text in (*rule.labels.values(), *rule.annotations.values()):
        match = _SERVER_URL.search(text)
        if match and "$" + match[1] not in match[0]:
            yield warning(
                TRAP,
                rule.origin,
                f"{match[1]} fails in promtool's tests, and the error stands in the annotation",
                "use $externalURL and the test's external_url",
            )
