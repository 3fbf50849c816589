"""Templates in the labels and annotations of alerts: what Prometheus would refuse is told at the definition."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Problem, error
from generator.model.bundle import AlertingRule, Bundle
from generator.model.escalation import LABEL
from generator.rules.plain_templates import is_plain


def template_problems(bundle: Bundle) -> Iterator[Problem]:
    """Templates that do not parse, as `promtool check rules` finds them. Nothing else can be known before they run."""
    told: set[str] = set()  # names of alerts
    alerts = [rule for file in bundle.rule_files for group in file.groups for rule in group.rules]
    # An escalation repeats what its alert says, and who wrote that has been told then.
    for rule in sorted((rule for rule in alerts if isinstance(rule, AlertingRule)), key=_escalates):
        for kind, texts in (("label", rule.labels), ("annotation", rule.annotations)):
            for name, text in texts.items():
                if is_plain(text) or (rule.alert in told and _escalates(rule)):
                    continue
                for wrong in _faults(rule, text):
                    told.add(rule.alert)
                    message = f"Alert {rule.alert!r}: {kind} {name!r} is not a template: line {wrong}"
                    yield error("alert/template", rule.origin, message, _advice(wrong))


def _advice(wrong: str) -> str:
    if "unclosed action" in wrong:
        return "Close each {{ with }}."
    return "Close each if, range and with by {{ end }}." if "unexpected EOF" in wrong else ""


def _escalates(rule: AlertingRule) -> bool:
    return LABEL in rule.labels


def _faults(rule: AlertingRule, text: str) -> list[str]:
    # The engine is imported for templates that need it: most alerts have none.
    from generator.gotemplate.prometheus import alert_template_name, validate

    name = alert_template_name(rule.alert)
    return [wrong.removeprefix(f"template: {name}:") for wrong in validate(text, name=name)]
