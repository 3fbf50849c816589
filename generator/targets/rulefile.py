"""Rule files as text. A catalog can hold hundreds of thousands of rules, so their fixed shape is printed directly."""

from __future__ import annotations

from typing import Final

from generator.duration import format_duration
from generator.labels import LabelSet
from generator.model.bundle import AlertingRule, Group, RecordedRule, RuleFile
from generator.promql.layout import Typesetter
from generator.yamltext import scalar, text_block

WIDTH: Final = 100
"""Expressions longer than this many characters are broken over lines."""

_GROUPS_AT_ONCE: Final = 300
_EXPR_INDENT: Final = " " * 10


def rule_file_text(rule_file: RuleFile) -> str:
    """A rule file without its head line."""
    if not rule_file.groups:
        return "groups: []\n"
    typesetter = Typesetter(WIDTH)
    lines = ["groups:"]
    for number, group in enumerate(rule_file.groups, 1):
        _group(lines, group, typesetter)
        if number % _GROUPS_AT_ONCE == 0:
            typesetter.forget()
    lines.append("")
    return "\n".join(lines)


def _group(lines: list[str], group: Group, typesetter: Typesetter) -> None:
    lines.append(f"  - name: {scalar(group.name)}")
    if group.interval is not None:
        lines.append(f"    interval: {format_duration(group.interval)}")
    if group.query_offset is not None:
        lines.append(f"    query_offset: {format_duration(group.query_offset)}")
    if group.limit:
        lines.append(f"    limit: {group.limit}")
    if group.labels:
        lines.append("    labels:")
        lines += _pairs(group.labels, "      ")
    lines.append("    rules:" if group.rules else "    rules: []")
    for rule in group.rules:
        _rule(lines, rule, typesetter)


def _rule(lines: list[str], rule: AlertingRule | RecordedRule, typesetter: Typesetter) -> None:
    alerting = isinstance(rule, AlertingRule)
    lines.append(f"      - {'alert' if alerting else 'record'}: {scalar(rule.name)}")
    lines.append(f"        expr: {_expression(typesetter.lines(rule.expr))}")
    if isinstance(rule, AlertingRule):
        if rule.for_:
            lines.append(f"        for: {format_duration(rule.for_)}")
        if rule.keep_firing_for:
            lines.append(f"        keep_firing_for: {format_duration(rule.keep_firing_for)}")
    if rule.labels:
        lines.append("        labels:")
        lines += _pairs(rule.labels, _EXPR_INDENT)
    if isinstance(rule, AlertingRule) and rule.annotations:
        lines.append("        annotations:")
        lines += _pairs(rule.annotations, _EXPR_INDENT)


def _expression(lines: list[str]) -> str:
    if len(lines) == 1:
        return scalar(lines[0])
    if "".join(lines).isprintable():
        return "\n".join(["|-", *(_EXPR_INDENT + line for line in lines)])
    return text_block("\n".join(lines), _EXPR_INDENT)


def _pairs(labels: LabelSet, indent: str) -> list[str]:
    return [f"{indent}{scalar(name)}: {_text(value, indent + '  ')}" for name, value in labels.pairs]


def _text(value: str, indent: str) -> str:
    """A string, as a block whose lines begin with `indent` if it has several."""
    return text_block(value, indent) if "\n" in value else scalar(value)
