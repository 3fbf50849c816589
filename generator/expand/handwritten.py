"""Rules that an author wrote, as Prometheus has them."""

from __future__ import annotations

from collections.abc import Iterable

from generator.expand.links import Links
from generator.labels import LabelSet
from generator.model.base import as_duration, as_expr
from generator.model.bundle import AlertingRule, Group, RecordedRule
from generator.model.rule import Alert, RecordingRule, Rule, RuleGroup


def loose_rules(name: str, rules: Iterable[Rule], links: Links) -> Group | None:
    """One group of all rules that stand outside groups, None when there are none."""
    made = tuple(_rule(rule, links) for rule in rules)
    return Group(name, made) if made else None


def rule_group(group: RuleGroup, links: Links) -> Group:
    """A group with its rules."""
    return Group(
        group.name,
        tuple(_rule(rule, links) for rule in group.rules),
        None if group.interval is None else as_duration(group.interval),
        group.limit,
        None if group.query_offset is None else as_duration(group.query_offset),
        LabelSet(group.labels),
        origin=group.origin,
    )


def _rule(rule: Rule, links: Links) -> AlertingRule | RecordedRule:
    if isinstance(rule, RecordingRule):
        return RecordedRule(rule.record, as_expr(rule.expr), LabelSet(rule.labels), rule.origin)
    return _alert(rule, links)


def _alert(alert: Alert, links: Links) -> AlertingRule:
    annotations = {"summary": alert.summary, "description": alert.description, **alert.annotations}
    rule = AlertingRule(
        alert.name,
        as_expr(alert.expr),
        as_duration(alert.for_),
        as_duration(alert.keep_firing_for),
        LabelSet(alert.static_labels),
        LabelSet(annotations),
        alert.origin,
    )
    return links.on(rule, alert.service, alert.runbook, links.of_alert(alert))
