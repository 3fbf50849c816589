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
from dataclasses import replace
from typing import Final

from generator.duration import format_duration
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


def escalation_file(catalog: Catalog, module: Module, files: Sequence[RuleFile], name: str) -> RuleFile | None:
    """The file of the policies in a definitions module, apart from its other rules; None when there are none.

    files: those of all alerts. name: the module's file.
    """
    groups = tuple(_groups(catalog, module, files))
    if not groups:
        return None
    # The tests of an alert ask for all alerts of its name; they must not meet its escalations.
    beside = any(file.name == name for file in files)
    return RuleFile(f"{name}-escalation" if beside else name, groups)


def _groups(catalog: Catalog, module: Module, files: Sequence[RuleFile]) -> Iterator[Group]:
    external = dict(catalog.prometheus.external_labels)
    policies = module.of(EscalationPolicy)
    named = _by_name(files) if policies else {}
    for policy in policies:
        made = [
            escalation(policy, step, rule, _telling_apart(rule, alike))
            for alike in named.values()
            for rule in alike
            if covers(policy, {**external, **rule.labels, "alertname": rule.alert})
            for step in policy.chain
        ]
        if made:
            yield Group(f"escalation-{policy.name}", tuple(made), origin=policy.origin)


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
    head, reason = f"Unresolved for {after}", "It is not resolved."
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
