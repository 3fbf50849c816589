"""Escalations: an alerting rule for each step of a policy and each alert that it covers.

The rule reads Prometheus' own series of the alert. It has the alert's name and labels, and `escalation` besides, so
that everything in Alertmanager that is said of the alert holds for its escalations: silences first of all.

`ALERTS_FOR_STATE` holds when the alert's condition began, before `for`; so it says how long the trouble has lasted,
but the step's own `for` counts from the moment the alert fired and somebody was told. Prometheus keeps that clock
through a restart, as it does for any rule that waits ten minutes or longer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from generator.duration import Duration, format_duration
from generator.labels import LabelSet
from generator.model.bundle import AlertingRule, Group, RuleFile
from generator.model.catalog import Catalog, Module
from generator.model.escalation import LABEL, RESTORE, EscalationPolicy, Step, carried
from generator.model.routing import covers
from generator.promql import Expr
from generator.promql.ast import Matcher
from generator.promql.build import binary, call, equals, ignoring, metric

_VALUE: Final = re.compile(r"\$value\b|\.Value\b")
_BURNING: Final = "{{ $value | humanizeDuration }}"


@dataclass(frozen=True, slots=True)
class Escalation:
    """A step of a policy for one alert. alert: its own rule; identity: the labels that tell it from its namesakes."""

    policy: EscalationPolicy
    step: Step
    alert: AlertingRule
    identity: Mapping[str, str]

    @property
    def delay(self) -> Duration:
        """After how long the alert is escalated."""
        return self.step.delay(self.policy.level_of(self.alert.labels))

    @property
    def name(self) -> str:
        """The value of the label `escalation`."""
        return self.policy.step_name(self.step)

    @property
    def rule(self) -> AlertingRule:
        """The rule of the step for the alert."""
        return escalation(self.policy, self.step, self.alert, self.identity)


def escalation_file(catalog: Catalog, module: Module, files: Sequence[RuleFile], name: str) -> RuleFile | None:
    """The file of the policies in a definitions module, apart from its other rules; None when there are none.

    files: those of all alerts. name: the module's file.
    """
    groups = tuple(_groups(catalog, module, files))
    return RuleFile(escalation_file_name(files, name), groups) if groups else None


def escalation_file_name(files: Iterable[RuleFile], name: str) -> str:
    """What the file of a module's policies is called; the tests of an alert ask for all alerts of its name, and must
    not meet its escalations.
    """
    return f"{name}-escalation" if any(file.name == name for file in files) else name


def _groups(catalog: Catalog, module: Module, files: Sequence[RuleFile]) -> Iterator[Group]:
    made: dict[int, list[AlertingRule]] = {}
    for each in escalations(catalog, module, files):
        made.setdefault(id(each.policy), []).append(each.rule)
    for policy in module.of(EscalationPolicy):
        if id(policy) in made:
            yield Group(f"escalation-{policy.name}", tuple(made[id(policy)]), origin=policy.origin)


def escalations(catalog: Catalog, module: Module, files: Sequence[RuleFile]) -> Iterator[Escalation]:
    """Each step of the module's policies for each alert that they cover. files: those of all alerts."""
    external = dict(catalog.prometheus.external_labels)
    policies = module.of(EscalationPolicy)
    named = _by_name(files) if policies else {}
    for policy in policies:
        for alike in named.values():
            for rule in alike:
                if covers(policy, {**external, **rule.labels, "alertname": rule.alert}):
                    identity = _telling_apart(rule, alike)
                    yield from (Escalation(policy, step, rule, identity) for step in policy.chain)


def _by_name(files: Iterable[RuleFile]) -> dict[str, list[AlertingRule]]:
    found: dict[str, list[AlertingRule]] = {}
    for file in files:
        for group in file.groups:
            for rule in group.rules:
                if isinstance(rule, AlertingRule):
                    found.setdefault(rule.alert, []).append(rule)
    return found


def _telling_apart(rule: AlertingRule, alike: Iterable[AlertingRule]) -> dict[str, str]:
    """The labels that tell an alert from others of its name."""
    own, others = carried(rule.labels), [carried(other.labels) for other in alike if other is not rule]
    return {name: value for name, value in own.items() if any(other.get(name) != value for other in others)}


def escalation(policy: EscalationPolicy, step: Step, rule: AlertingRule, identity: Mapping[str, str]) -> AlertingRule:
    """The rule of one step for one alert. identity: the labels that tell the alert from others of its name."""
    return replace(
        rule,
        expr=_burning({"alertname": rule.alert, **identity}),
        for_=step.delay(policy.level_of(rule.labels)),
        keep_firing_for=0,
        labels=LabelSet({**carried(rule.labels), LABEL: policy.step_name(step)}),
        annotations=LabelSet({**_kept(rule), **_texts(policy, step, rule), **policy.annotations}),
        origin=step.origin,
    )


def _burning(identity: Mapping[str, str]) -> Expr:
    """For how many seconds the condition of an alert that fires has held; not of escalations, which have its name."""
    alert = (*equals(**identity), Matcher(LABEL, "=", ""))
    lasting = binary("-", call("time"), metric("ALERTS_FOR_STATE", *alert))
    firing = metric("ALERTS", *alert, Matcher("alertstate", "=", "firing"))
    return binary("and", lasting, firing, ignoring("alertstate"))


def _kept(rule: AlertingRule) -> dict[str, str]:
    """The alert's own annotations, links among them, but for those that tell of a value that is not this rule's."""
    return {name: text for name, text in rule.annotations.items() if not _VALUE.search(text)}


def _texts(policy: EscalationPolicy, step: Step, rule: AlertingRule) -> dict[str, str]:
    level, service = rule.labels.get("level", ""), rule.labels.get("service", "")
    after = format_duration(step.delay(policy.level_of(rule.labels)))
    head, reason = f"Unresolved for {after}", f"It was not resolved within {after}."
    if step.after == RESTORE:
        head, reason = f"Not restored within {after}", f"{level} has to be restored within {after}."
    elif step.after == 0:
        head, reason = policy.title or policy.name, "This is told at once."
    kept = _kept(rule)
    about = ", ".join(filter(None, (service, level)))
    runbook = kept.get("runbook_url", "")
    sentences = (
        f"{rule.alert} ({about}) has burned for {_BURNING}." if about else f"{rule.alert} has burned for {_BURNING}.",
        reason,
        _sentence(kept.get("description") or kept.get("summary") or ""),
        f"Runbook: {runbook}" if runbook else "",
    )
    return {"summary": f"{head}: {rule.alert}", "description": " ".join(filter(None, sentences))}


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."
