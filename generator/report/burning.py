"""What the alerts of an SLO make of error ratios: tables, next to the formula of the SRE Workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from generator.duration import HOUR, MINUTE, SECOND, format_duration
from generator.model.base import as_duration
from generator.model.bundle import Bundle
from generator.model.burn import BurnRate
from generator.model.slo import SLO
from generator.report.told import moment_as_json
from generator.simulate.config import Config
from generator.testing.burning import Burn, Outcome, burn
from generator.testing.burning_told import Burnt, burn_and_tell

Table = tuple[list[str], list[list[str]]]
"""Headers and rows."""

_KINDS: Final = ("page", "ticket")
_MARGIN: Final = 1.1


def played(bundle: Bundle, slo: SLO, what: Burn, start: int, config: Config) -> Burnt:
    """A burning from a moment on, looked at until no alert fires any more."""
    return burn_and_tell(bundle, slo, what, start, _longest(slo) + HOUR, config)


def outcome_rows(slo: SLO, what: Burn, found: Sequence[Outcome]) -> Table:
    """A row for each alert: when it fires and when it is over after a burning."""
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


def spent(slo: SLO, what: Burn) -> float:
    """The share of the budget that a burning takes; more than 1 when it is not enough."""
    return what.ratio / slo.budget * what.lasts / slo.span.nominal


def budget_text(slo: SLO, what: Burn) -> str:
    """How much of the budget a burning takes."""
    return (
        f"{slo.id}: {slo.objective:g}% over {slo.span}; {100 * what.ratio:g}% of events fail for"
        f" {format_duration(what.lasts)}, {what.ratio / slo.budget:.4g} times as fast as the budget allows:"
        f" {100 * spent(slo, what):.3g}% of the budget is gone"
    )


def burning_as_json(slo: SLO, what: Burn, burnt: Burnt, told: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A burning for programs. Times are seconds from its beginning, of `over_after` from its end; None for never."""
    return {
        **_identity(slo),
        "error_ratio": what.ratio,
        "lasts_seconds": what.lasts / SECOND,
        "burn_rate": what.ratio / slo.budget,
        "budget_spent": spent(slo, what),
        "start": moment_as_json(burnt.timeline.start),
        "alerts": [_outcome_as_json(slo, each, what.ratio) for each in burnt.outcomes],
        "told": list(told),
    }


def matrix_as_json(bundle: Bundle, slo: SLO, ratios: Sequence[float]) -> dict[str, Any]:
    """The matrix for programs."""
    rows = [
        {
            "error_ratio": ratio,
            "burn_rate": ratio / slo.budget,
            "alerts": [_outcome_as_json(slo, each, ratio) for each in _long_burn(bundle, slo, ratio)],
        }
        for ratio in ratios
    ]
    return {**_identity(slo), "rows": rows}


def _identity(slo: SLO) -> dict[str, Any]:
    return {"slo": slo.id, "objective": slo.objective, "window": str(slo.span)}


def _outcome_as_json(slo: SLO, each: Outcome, ratio: float) -> dict[str, Any]:
    return {
        "alert": each.labels.get("alertname", ""),
        "severity": each.severity,
        "level": each.labels.get("level", ""),
        "fires_after": _seconds(each.detected),
        "over_after": _seconds(each.reset),
        "workbook_fires_after": _seconds(detection(slo, _rates(slo, each.severity), ratio)),
    }


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / SECOND
