"""Hand-written alerts and recording rules."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Problem, error
from generator.model.base import NO_QUERY, described
from generator.model.catalog import Catalog
from generator.model.rule import Alert, RecordingRule, RuleGroup
from generator.model.validate.names import label_names
from generator.promql import Expr, to_text, value_type
from generator.promql.ast import variables


def rules(catalog: Catalog) -> Iterator[Problem]:
    """Every rule by itself."""
    for alert in catalog.alerts:
        yield from _query(alert, {"vector"})
        yield from label_names(alert, alert.labels, "labels")
        yield from label_names(alert, alert.annotations, "annotations")
    for rule in catalog.recording_rules:
        yield from _query(rule, {"vector", "scalar"})
        yield from label_names(rule, rule.labels, "labels")
    for group in catalog.of(RuleGroup):
        yield from label_names(group, group.labels, "labels")
        if not group.rules:
            yield error("rule/empty", group.origin, f"{described(group)}: a group needs rules")


def _query(rule: Alert | RecordingRule, allowed: set[str]) -> Iterator[Problem]:
    query = rule.expr
    if not isinstance(query, Expr) or query is NO_QUERY:
        return
    left = sorted({f"${variable.name}" for variable in variables(query)})
    if left:
        message = f"{described(rule)}: expr has {', '.join(left)}, which only queries of SLIs and panels may have"
        yield error("promql/variable", rule.origin, message, "Write a duration such as 5m.")
    found = value_type(query)
    if found not in allowed:
        names = {"matrix": "a range vector", "scalar": "a scalar", "string": "a string"}
        message = f"{described(rule)}: expr is {names[found]} where an instant vector is needed: {to_text(query)}"
        why = "Put it in rate(…) or another function over time." if found == "matrix" else "Compare a metric."
        yield error("promql/type", rule.origin, message, why)
