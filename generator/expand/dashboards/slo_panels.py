"""One SLO at a glance: what is left, how fast it goes, how near the alerts are."""

from __future__ import annotations

from typing import Any, Final

from generator.diagnostics import NOWHERE
from generator.duration import DAY, HOUR, SECOND, format_duration
from generator.expand.dashboards.panels import BUDGET, TIMES, bars, dashed, graph, stat, timeline
from generator.expand.dashboards.series import Series
from generator.expand.plan import Plan, conditions
from generator.model.base import as_duration
from generator.model.burn import NOW, BurnPolicy
from generator.model.dashboard import Panel, Target, query, thresholds
from generator.model.window import Calendar
from generator.promql.printer import number_text

BURNING: Final = "How fast does the budget burn?"
RATIO: Final = "Are more events bad than allowed?"
_PAGE: Final = "red"
_TICKET: Final = "orange"


def slo_panels(plan: Plan, series: Series) -> list[Panel]:
    """How one SLO does: numbers, burn rates, alerts, ratios. plan: of any SLO with the same window and policy."""
    return [
        *_numbers(plan, series),
        _burning(plan, series),
        *([_near(plan, series)] if any(conditions(plan.policy)) else []),
        _firing(series),
        _ratio(plan, series),
        _left(plan, series),
        *([_traffic(plan, series)] if plan.slo.sli.counted else []),
    ]


def _numbers(plan: Plan, series: Series) -> list[Panel]:
    naming, pace = series.naming, _pace(plan.policy)
    lasts = f"clamp_min({series.budget_left}, 0) * {number_text(plan.period / SECOND)}"
    lasts = f"{lasts} / on ({naming.id_label}) ({series.burn(pace)} > 0)"
    over = format_duration(pace)
    return [
        stat("Objective", "Share of events that shall be good.", _now(series.of(naming.objective)), "percentunit",
             thresholds("blue"), decimals=3),
        stat("Budget left", "Share of the allowed errors that is unspent; below 0 the objective is missed.",
             _now(series.budget_left), "percentunit", BUDGET, decimals=1),
        stat("Burns now", "Multiples of the even pace over the last five minutes.", _now(series.burn(NOW)), TIMES,
             _factors(plan.policy), decimals=2),
        stat("Budget lasts", f"Until nothing is left, if errors go on as over the last {over}.", _now(lasts), "s",
             thresholds("red", orange=DAY // SECOND, yellow=3 * DAY // SECOND, green=plan.period // SECOND),
             noValue="nothing burns"),
    ]  # fmt: skip


def _now(expr: str) -> Target:
    return query(expr, instant=True)


def _pace(policy: BurnPolicy) -> int:
    """The window that "as it goes now" means: long enough to be calm, short enough to be now."""
    windows = sorted(as_duration(rate.long) for rate in conditions(policy))
    return windows[0] if windows else NOW


def _factors(policy: BurnPolicy) -> list[dict[str, Any]]:
    """Steps at the factors: orange from those that ticket, red from those that page."""
    found = {1.0: "yellow"}
    found.update({rate.factor or 0.0: _TICKET for rate in policy.ticket})
    found.update({rate.factor or 0.0: _PAGE for rate in policy.page})
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    return steps + [{"color": color, "value": factor} for factor, color in sorted(found.items())]


def _burning(plan: Plan, series: Series) -> Panel:
    targets = [query(series.burn(window), legend=format_duration(window)) for window in plan.shape.windows]
    factors = ", ".join(
        f"{number_text(rate.factor or 0.0)}× over {rate.long} and {rate.short}" for rate in conditions(plan.policy)
    )
    description = "Multiples of the even pace over each window."
    if factors:
        description += f" Lines: the factors that alert ({factors})."
    return _sized(graph(BURNING, description, targets, TIMES, steps=_factors(plan.policy)), 12)


def _near(plan: Plan, series: Series) -> Panel:
    naming, targets = series.naming, []
    for kind, rates in (("page", plan.policy.page), ("ticket", plan.policy.ticket)):
        for rate in rates:
            both = " or ".join(series.of(naming.ratio(as_duration(window))) for window in (rate.short, rate.long))
            budget = f"max({series.of(naming.budget)})"
            expr = f"min({both}) / ({budget} * {number_text(rate.factor or 0.0)})"
            targets.append(query(expr, legend=f"{kind} {rate.long}/{rate.short}", instant=True))
    description = "How much of what each condition needs is reached over both its windows; it holds at 100 %, "
    description += "and may ask for a minimum of bad events as well."
    steps = thresholds("green", yellow=0.5, red=1)
    return _sized(bars("How near are the alerts?", description, targets, "percentunit", steps, top=1), 6)


def _firing(series: Series) -> Panel:
    naming = series.naming
    expr = f"max by (alertname, {naming.severity_label}) ({series.firing()})"
    target = query(expr, legend=f"{{{{alertname}}}} {{{{{naming.severity_label}}}}}")
    return _sized(timeline("Which alerts fired?", "Alerts of this SLO while they were firing.", target), 6)


def _ratio(plan: Plan, series: Series) -> Panel:
    naming = series.naming
    hour = next((window for window in plan.shape.windows if window >= HOUR), plan.shape.base)
    windows = dict.fromkeys((plan.shape.base, hour, plan.period))
    targets = [query(series.of(naming.ratio(window)), legend=format_duration(window)) for window in windows]
    targets.append(query(series.of(naming.budget), legend="allowed"))
    description = f"Share of bad events; the objective is missed while that over {_window(plan)} is above the dashes."
    look = [dashed("allowed", _PAGE)]
    return graph(RATIO, description, targets, "percentunit", overrides=look, min=0)


def _left(plan: Plan, series: Series) -> Panel:
    target = query(series.budget_left, legend="budget left")
    description = f"Share of the budget of {_window(plan)} that is unspent; below 0 the objective is missed."
    back = format_duration(plan.period)
    return graph("How did the budget go?", description, [target], "percentunit", steps=BUDGET, time_from=back, max=1)


def _window(plan: Plan) -> str:
    span = plan.slo.span
    return f"the running {span.period} ({span.timezone})" if isinstance(span, Calendar) else str(span)


def _traffic(plan: Plan, series: Series) -> Panel:
    naming = series.naming
    targets = [
        query(series.of(naming.total_rate(plan.shape.base)), legend="all"),
        query(series.of(naming.error_rate(plan.shape.base)), legend="bad"),
    ]
    description = "Events per second, and how many of them are bad. Ratios of few events say little."
    return graph("How much happens at all?", description, targets, "cps", overrides=[], min=0)


def _sized(panel: Panel, width: int) -> Panel:
    return Panel(panel.panel, width=width, height=8, origin=NOWHERE)
