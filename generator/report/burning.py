"""What the alerts of an SLO make of error ratios: tables, next to the formula of the SRE Workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from generator.duration import HOUR, MINUTE, SECOND, format_duration
from generator.model.base import as_duration
from generator.model.bundle import Bundle
from generator.model.burn import BurnRate
from generator.model.slo import SLO
from generator.testing.burning import Burn, Outcome, burn

Table = tuple[list[str], list[list[str]]]
"""Headers and rows."""

_KINDS: Final = ("page", "ticket")
_MARGIN: Final = 1.1


def outcome_rows(bundle: Bundle, slo: SLO, what: Burn) -> Table:
    """A row for each alert: when it fires and when it is over after a burning."""
    step = int(as_duration(bundle.catalog.prometheus.evaluation_interval))
    found = burn(bundle, slo, what, _longest(slo) + HOUR, step)
    rows = [
        [
            each.severity,
            each.labels.get("level", ""),
            after(each.detected),
            _over(each),
            _formula(slo, each, what.ratio),
        ]
        for each in found
    ]
    return ["alert", "level", "fires after", "over, after the end", "Workbook: fires after"], rows


def matrix_rows(bundle: Bundle, slo: SLO, ratios: Sequence[float]) -> Table:
    """A row for each error ratio: for each alert when it fires, by simulation and by formula, and when it is over."""
    headers = ["error ratio", "burn rate"]
    for kind in _KINDS:
        headers += [f"{kind} after", "formula", "over after"]
    rows = []
    for ratio in ratios:
        row = [f"{100 * ratio:g}%", f"{ratio / slo.budget:.4g}"]
        by_kind = {each.severity: each for each in _long_burn(bundle, slo, ratio)}
        for kind in _KINDS:
            each = by_kind.get(kind)
            row += ["-", "-", "-"] if each is None else [after(each.detected), _formula(slo, each, ratio), _over(each)]
        rows.append(row)
    return headers, rows


def _long_burn(bundle: Bundle, slo: SLO, ratio: float) -> list[Outcome]:
    """What becomes of a burning that lasts until every alert that can fire has fired."""
    expected = [detection(slo, _rates(slo, kind), ratio) or 0 for kind in _KINDS]
    lasts = max(HOUR, int(max(expected) * _MARGIN) // MINUTE * MINUTE)
    return burn(bundle, slo, Burn(ratio, lasts), _longest(slo) + HOUR, MINUTE)


def _rates(slo: SLO, kind: str) -> Sequence[BurnRate]:
    return slo.policy.page if kind == "page" else slo.policy.ticket


def _longest(slo: SLO) -> int:
    """The longest of the short windows: after so long no alert fires any more."""
    rates = (*slo.policy.page, *slo.policy.ticket)
    return max((int(as_duration(rate.short or rate.long)) for rate in rates), default=HOUR)


def detection(slo: SLO, rates: Sequence[BurnRate], ratio: float) -> int | None:
    """Milliseconds until the first of some conditions holds, or None for never.

    Source: SRE Workbook, chapter 5: (1 - SLO) / error ratio × long window × burn rate.
    """
    found = [
        slo.budget / ratio * as_duration(rate.long) * (rate.factor or 0.0)
        for rate in rates
        if ratio > slo.budget * (rate.factor or 0.0)
    ]
    return round(min(found)) if found else None


def _formula(slo: SLO, each: Outcome, ratio: float) -> str:
    return after(detection(slo, _rates(slo, each.severity), ratio))


def after(milliseconds: int | None) -> str:
    """A time in seconds at the finest, or that it never comes."""
    return "never" if milliseconds is None else format_duration(milliseconds // SECOND * SECOND)


def _over(each: Outcome) -> str:
    return "" if each.detected is None else after(each.reset)


def budget_text(slo: SLO, what: Burn) -> str:
    """How much of the budget a burning takes."""
    share = what.ratio / slo.budget * what.lasts / slo.span.nominal
    return (
        f"{slo.id}: {slo.objective:g}% over {slo.span}; {100 * what.ratio:g}% of events fail for"
        f" {format_duration(what.lasts)}, {what.ratio / slo.budget:.4g} times as fast as the budget allows:"
        f" {100 * share:.3g}% of the budget is gone"
    )
