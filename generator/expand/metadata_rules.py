"""Recording rules that tell dashboards about the SLO: objective, budget, burn rates, what is left."""

from __future__ import annotations

from typing import Final

from generator.duration import DAY
from generator.expand.plan import Plan
from generator.labels import LabelSet
from generator.model.bundle import Group, RecordedRule
from generator.model.burn import NOW
from generator.model.window import Calendar
from generator.promql.ast import Expr, Matching
from generator.promql.build import binary, call, number
from generator.promql.printer import number_text

_INFO: Final = {"sloth_mode": "cli-gen-prom", "sloth_spec": "prometheus/v1", "sloth_version": "tocsin"}
_ONE: Final = call("vector", number(1))


def metadata_rules(plan: Plan) -> Group:
    """The group of everything that is not measured but follows from the definition or the error ratios."""
    slo, naming = plan.slo, plan.naming
    rules: list[tuple[str, Expr, LabelSet]] = [
        (naming.objective, _constant(round(slo.objective / 100, 12)), plan.labels),
        (naming.budget, _constant(slo.budget), plan.labels),
        (naming.period_days, _constant(plan.period / DAY), plan.labels),
        (naming.current_burn, _burn_rate(plan, NOW), plan.labels),
        (naming.period_burn, _burn_rate(plan, plan.period), plan.labels),
        (naming.budget_left, binary("-", number(1), plan.recorded(naming.period_burn)), plan.labels),
        (naming.info, _ONE, _info_labels(plan)),
    ]
    return Group(
        naming.group.format(kind="meta-recordings", id=slo.id),
        tuple(RecordedRule(record, expr, labels, slo.origin) for record, expr, labels in rules),
    )


def _constant(value: float) -> Expr:
    return call("vector", number(value))


def _burn_rate(plan: Plan, window: int) -> Expr:
    """Error ratio over budget. The window label stays, as in Sloth, where dashboards may rely on it."""
    id_label, service, slo = plan.naming.identity
    matching = Matching(on=True, labels=(id_label, slo, service), group="left")
    return binary("/", plan.ratios[window], plan.recorded(plan.naming.budget), matching)


def _info_labels(plan: Plan) -> LabelSet:
    slo = plan.slo
    labels = {**slo.service.labels, **slo.labels, **_INFO, "sloth_objective": number_text(float(slo.objective))}
    if isinstance(slo.span, Calendar):
        labels["slo_window"] = str(slo.span)
    return LabelSet({**labels, **plan.labels})
