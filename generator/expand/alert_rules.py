"""Alerts of an SLO: multi-window, multi-burn-rate as in the SRE Workbook, chapter 5, and metrics that are gone.

A burn-rate condition holds when the error ratio is above `factor × budget` over both its windows: the long one so
that a blip does not page, the short one so that the alert ends soon after the errors do.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, reduce
from typing import Final

from generator.duration import HOUR, SECOND
from generator.expand.annotations import absence_texts, burn_texts
from generator.expand.links import Links
from generator.expand.plan import Plan
from generator.labels import LabelSet
from generator.model.base import as_duration
from generator.model.bundle import AlertingRule, Group
from generator.model.burn import BurnRate
from generator.model.slo import AlertKind, Notice
from generator.promql.ast import Expr, Subquery, VectorSelector
from generator.promql.build import aggregate, binary, call, ignoring, number

FINE: Final = 6 * HOUR
"""The longest window in which events are counted at fine steps."""


def alert_rules(plan: Plan, links: Links) -> Group | None:
    """The group of the SLO's alerts, None when all of them are switched off."""
    slo, policy = plan.slo, plan.policy
    rules = [
        *_burning(plan, links, "page", policy.page),
        *_burning(plan, links, "ticket", policy.ticket),
        *_blind(plan, links),
    ]
    return Group(plan.naming.group.format(kind="alerts", id=slo.id), tuple(rules)) if rules else None


def _burning(plan: Plan, links: Links, kind: AlertKind, rates: Sequence[BurnRate]) -> list[AlertingRule]:
    notice = plan.slo.notice(kind)
    if notice is None or not rates:
        return []
    terms = [burn_condition(plan, rate) for rate in rates]
    expr = reduce(lambda left, right: binary("or", left, right), terms)
    texts = LabelSet({**burn_texts(plan, kind, rates), **notice.annotations})
    labels = _labels(plan, kind, notice)
    rule = AlertingRule(plan.slo.alert_name, expr, labels=labels, annotations=texts, origin=plan.slo.origin)
    return [_linked(plan, links, kind, notice, rule)]


def _blind(plan: Plan, links: Links) -> list[AlertingRule]:
    slo, notice = plan.slo, plan.slo.notice("absent")
    if notice is None:
        return []
    # Not of the raw metrics: a recording that fails blinds the alerts just as well.
    expr = call("absent", plan.errors)
    wait = as_duration(slo.absent_for)
    texts = LabelSet({**absence_texts(plan), **notice.annotations})
    labels = _labels(plan, "absent", notice)
    rule = AlertingRule(slo.absence_alert_name, expr, wait, labels=labels, annotations=texts, origin=slo.origin)
    return [_linked(plan, links, "absent", notice, rule)]


def _labels(plan: Plan, kind: AlertKind, notice: Notice) -> LabelSet:
    severity = "ticket" if notice is plan.slo.ticket else "page"
    return LabelSet({**plan.slo.alert_labels(kind), **plan.labels, plan.naming.severity_label: severity})


def _linked(plan: Plan, links: Links, kind: AlertKind, notice: Notice, rule: AlertingRule) -> AlertingRule:
    return links.on(rule, plan.slo.service, notice.runbook, links.of_slo(plan.slo, kind))


def burn_condition(plan: Plan, rate: BurnRate) -> Expr:
    """One condition of a policy, with the guard against low traffic when the SLO has one."""
    limit = _limit(rate.factor_for(plan.period), plan.slo.budget)
    long = as_duration(rate.long)
    parts = [
        _exceeds(plan, plan.ratios[as_duration(rate.short)], limit),
        _exceeds(plan, plan.ratios[long], limit),
        *_guards(plan, long),
    ]
    return reduce(lambda left, right: binary("and", left, right), parts)


@lru_cache(maxsize=1024)
def _limit(factor: float, budget: float) -> Expr:
    """The error ratio at which the budget burns so many times too fast; one node for all SLOs alike."""
    return binary("*", number(factor), number(budget))


def _exceeds(plan: Plan, ratio: VectorSelector, limit: Expr) -> Expr:
    return aggregate("max", binary(">", ratio, limit), without=(plan.naming.window_label,))


def guard_step(base: int, window: int) -> int:
    """How far apart (milliseconds) the recorded rates are read that the guard adds up over a window."""
    # Fine steps see single events in a short window; over a long one that would only cost time.
    return base if window > FINE else max(SECOND, base // 5)


def _guards(plan: Plan, window: int) -> list[Expr]:
    """Enough bad events, and enough events, over the long window.

    Bad events are the ratio times the events. The ratio comes straight from the queries and knows of an outage at
    once; counting recorded bad events instead would lag behind by the base window and make every page later. Events
    are recorded rates added up at even steps, so that neither a rule group's interval nor a short history matters.
    """
    guard = plan.slo.low_traffic
    if guard is None or not plan.slo.sli.counted:
        return []
    without_window = ignoring(plan.naming.window_label)
    step = guard_step(plan.shape.base, window)
    steps = Subquery(plan.total, window, step)
    events = binary("*", call("sum_over_time", steps), number(step / SECOND))
    found: list[Expr] = []
    if guard.errors > 0:
        bad = binary("*", plan.ratios[window], events, without_window)
        found.append(binary(">=", bad, number(guard.errors)))
    if guard.total > 0:
        enough = binary(">=", events, number(guard.total))
        found.append(aggregate("max", enough, without=(plan.naming.window_label,)))
    return found
