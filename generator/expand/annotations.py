"""The texts of the alerts of an SLO."""

from __future__ import annotations

from collections.abc import Sequence

from generator.duration import format_duration
from generator.expand.plan import Plan
from generator.model.base import as_duration
from generator.model.burn import BurnRate
from generator.model.slo import AlertKind
from generator.model.window import Calendar
from generator.promql.printer import number_text


def burn_texts(plan: Plan, kind: AlertKind, rates: Sequence[BurnRate]) -> dict[str, str]:
    """Summary and description of a burn-rate alert."""
    slo = plan.slo
    pace = "fast" if kind == "page" else "steadily"
    windows = " or ".join(
        f"{number_text(rate.factor_for(plan.period))} times too fast over {format_duration(as_duration(rate.long))}"
        for rate in rates
    )
    description = (
        f"{{{{ $value | humanizePercentage }}}} of events are bad; {objective_text(plan)} allows "
        f"{percent(slo.budget * 100)}. The budget burns {windows}."
    )
    summary = f"{_title(plan)} {slo.name}: the error budget is burning {pace}"
    return {"summary": summary, "description": description}


def absence_texts(plan: Plan) -> dict[str, str]:
    """Summary and description of the alert for metrics that are gone."""
    slo = plan.slo
    summary = f"{_title(plan)} {slo.name}: nothing is measured"
    description = (
        f"The indicator has had no data for {format_duration(as_duration(slo.absent_for))}: the metrics are missing "
        f"or a recording rule fails. Nobody watches {objective_text(plan)} meanwhile."
    )
    return {"summary": summary, "description": description}


def objective_text(plan: Plan) -> str:
    """`the objective of 99.9% over 30d`."""
    window = plan.slo.span
    span = f"a calendar {window.period}" if isinstance(window, Calendar) else str(window)
    return f"the objective of {percent(plan.slo.objective)} over {span}"


def percent(value: float) -> str:
    """A number of percent without binary noise."""
    return f"{number_text(round(float(value), 10))}%"


def _title(plan: Plan) -> str:
    return plan.slo.service.title or plan.slo.service.name
