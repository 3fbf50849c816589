"""Recording rules of the indicator: rates over the base window, and error ratios over every window.

Ratios over short windows are worked out from the author's queries. Longer ones add up the recorded rates: errors
over totals, so that an hour with many requests weighs more than one with few, and no rule reads a month of raw
series.
"""

from __future__ import annotations

from generator.expand.calendar import labelled, so_far
from generator.expand.plan import Plan
from generator.model.bundle import Group, RecordedRule
from generator.model.sli import ZERO, ratio_of
from generator.model.window import Calendar
from generator.promql.ast import Expr
from generator.promql.build import binary, call


def sli_rules(plan: Plan) -> Group:
    """The group of the indicator's recordings; later rules of it read what earlier ones have just recorded."""
    sli, shape = plan.slo.sli, plan.shape
    rules = [
        _rule(plan, shape.errors, shape.base, sli.error_rate(shape.base)),
        _rule(plan, shape.total, shape.base, sli.total_rate(shape.base)),
        *_calendar_rates(plan),
        *(_rule(plan, shape.ratios[window], window, error_ratio(plan, window)) for window in shape.windows),
        _rule(plan, shape.ratios[shape.period], shape.period, period_ratio(plan)),
    ]
    return Group(plan.naming.group.format(kind="sli-recordings", id=plan.slo.id), tuple(rules))


def _rule(plan: Plan, record: str, window: int, expr: Expr) -> RecordedRule:
    return RecordedRule(record, expr, plan.window_labels(window), plan.slo.origin)


def _calendar_rates(plan: Plan) -> list[RecordedRule]:
    """The rates once more, labelled with the week, month or quarter they belong to."""
    window, base = plan.slo.span, plan.shape.base
    if not isinstance(window, Calendar):
        return []
    names = plan.naming.calendar_rates(base)
    return [
        _rule(plan, name, base, labelled(series, window, plan.naming))
        for name, series in zip(names, (plan.errors, plan.total), strict=True)
    ]


def error_ratio(plan: Plan, window: int) -> Expr:
    """The error ratio over one of the policy's windows."""
    if window == plan.shape.base:
        return ratio_of(plan.errors, plan.total)
    if window <= plan.slo.sli.straight:
        return plan.slo.sli.error_ratio(window)
    return _added_up(plan, window)


def _added_up(plan: Plan, window: int) -> Expr:
    return ratio_of(call("sum_over_time", plan.errors_over(window)), call("sum_over_time", plan.total_over(window)))


def period_ratio(plan: Plan) -> Expr:
    """The error ratio over the SLO's window: so far, when it is a calendar's."""
    window = plan.slo.span
    if not isinstance(window, Calendar):
        return _added_up(plan, plan.period)
    errors, total = (
        so_far(plan.recorded(name), window, plan.naming) for name in plan.naming.calendar_rates(plan.shape.base)
    )
    share = binary("/", errors, binary(">", total, ZERO))
    # Before anything has happened in a period its budget is whole.
    return binary("or", share, binary("*", plan.errors, ZERO))
