"""Burn-rate policies: which multiples of the budget's even pace, over which windows, wake somebody up.

Arithmetic of the SRE Workbook, chapter 5: factor = share of the budget × SLO window / long window.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from generator.diagnostics import Problem, error
from generator.duration import DAY, MINUTE, Duration
from generator.model.base import (
    DurationLike,
    Part,
    as_duration,
    expect,
    fault,
    keep,
    normalise_durations,
    normalise_tuples,
)
from generator.model.sli import SLI, Composite, TimeSlices
from generator.model.window import Calendar

if TYPE_CHECKING:
    from generator.model.slo import SLO


NOW: Final = 5 * MINUTE
"""The window that the public dashboards read as "now"; it is recorded whatever the policy asks for."""


@dataclass(frozen=True, slots=True)
class BurnRate(Part):
    """One condition: the error ratio exceeds `factor` times the budget over both windows.

    long, short: the windows; short is by default a twelfth of long. Give either factor, or budget: the share of
    the whole budget (0 to 1) gone when the condition has held over the long window, from which the factor follows
    for whatever window an SLO has.
    """

    long: DurationLike
    short: DurationLike | None = None
    factor: float | None = None
    budget: float | None = None

    def __post_init__(self) -> None:
        normalise_durations(self, "long", "short")
        if self.short is None:
            keep(self, "short", Duration(as_duration(self.long) // 12))
        if (self.factor is None) == (self.budget is None):
            if not self.faults:
                fault(self, "burn/factor", "BurnRate: give either factor or budget, and not both")
            keep(self, "factor", 1.0)
            keep(self, "budget", None)
        for name, most in (("factor", math.inf), ("budget", 1.0)):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, int | float) or not 0 < value <= most or value == math.inf):
                limits = "above 0" if name == "factor" else "a share above 0 and up to 1"
                fault(self, "burn/factor", f"BurnRate: {name} must be {limits}, got {value!r}")
                keep(self, name, 1.0)
        if as_duration(self.short) >= as_duration(self.long) or as_duration(self.short) <= 0:
            fault(self, "burn/windows", f"BurnRate: short window {self.short} must be between 0 and {self.long}")

    def factor_for(self, window: int) -> float:
        """The burn rate over an SLO window of so many milliseconds."""
        if self.factor is not None:
            return float(self.factor)
        # Rounded because 0.02 × 720 is 14.400000000000002, and people read this number.
        return round((self.budget or 0.0) * window / as_duration(self.long), 10)


@dataclass(frozen=True, slots=True)
class BurnPolicy(Part):
    """The conditions under which an SLO pages and tickets; any one of a kind is enough."""

    page: Sequence[BurnRate] = ()
    ticket: Sequence[BurnRate] = ()

    def __post_init__(self) -> None:
        normalise_tuples(self, "page", "ticket")
        expect(self, "page", BurnRate)
        expect(self, "ticket", BurnRate)

    def scaled(self, window: int) -> BurnPolicy:
        """The policy with each factor worked out for an SLO window of so many milliseconds.

        A ticket below 1 would fire while the SLO is met; the Workbook's shares do that for windows under 30 days,
        so tickets of the default policy are lifted to 1. Pages are left as they come out, for `validate` to judge.
        """
        return replace(
            self,
            page=tuple(replace(rate, factor=rate.factor_for(window), budget=None) for rate in self.page),
            ticket=tuple(
                replace(rate, factor=max(1.0, rate.factor_for(window)), budget=None)
                if self is WORKBOOK
                else replace(rate, factor=rate.factor_for(window), budget=None)
                for rate in self.ticket
            ),
        )


WORKBOOK: Final = BurnPolicy(
    page=(BurnRate("1h", "5m", budget=0.02), BurnRate("6h", "30m", budget=0.05)),
    ticket=(BurnRate("1d", "2h", budget=0.10), BurnRate("3d", "6h", budget=0.10)),
)
"""14.4 and 6 for pages, 3 and 1 for tickets, over 30 days."""

DEFAULT_WINDOW: Final = Duration(30 * DAY)


def burn_problems(slo: SLO) -> list[Problem]:
    """Conditions of an SLO's policy that can never fire, that fire while the SLO is met, or that outlast its window."""
    if not 0 < slo.objective < 100 or slo.span.nominal <= 0:
        return []
    stated, scaled = slo.stated_policy, slo.policy
    pairs = (
        *(("page", rate, made) for rate, made in zip(stated.page, scaled.page, strict=True)),
        *(("ticket", rate, made) for rate, made in zip(stated.ticket, scaled.ticket, strict=True)),
    )
    found = [
        error(f"burn/{check}", slo.origin, f"SLO {slo.name!r}: the {kind} condition over {rate.long} {message}", why)
        for kind, rate, made in pairs
        if not (slo.page if kind == "page" else slo.ticket).disable
        for check, message, why in _faults_of(slo, rate, made.factor or 0.0)
    ]
    return found + [_between(slo, stated, each) for each in _slices(slo.sli) if _base(stated) < as_duration(each.slice)]


def _base(policy: BurnPolicy) -> int:
    """The shortest window over which rates are recorded, which long windows are added up from."""
    return min([NOW, *(as_duration(rate.short) for rate in (*policy.page, *policy.ticket))])


def _slices(sli: SLI) -> Iterator[TimeSlices]:
    if isinstance(sli, TimeSlices):
        yield sli
    elif isinstance(sli, Composite):
        for part in sli.weighted:
            yield from _slices(part.sli)


def _between(slo: SLO, policy: BurnPolicy, sli: TimeSlices) -> Problem:
    base = Duration(_base(policy))
    message = f"SLO {slo.name!r}: slices of {sli.slice} do not fit into its shortest window, {base}"
    why = f"Most of the time there would be no slice to judge. Make slices of {base} or less, or the windows longer."
    return error("sli/slices", sli.origin, message, why)


def _faults_of(slo: SLO, rate: BurnRate, factor: float) -> Iterator[tuple[str, str, str]]:
    """Check, message and advice for each fault of a condition whose factor is known."""
    budget, window = slo.budget, slo.span
    origin = f"{rate.budget:g} of the budget × {window.nominal} / {rate.long} = " if rate.factor is None else "factor "
    if factor * budget >= 1:
        yield (
            "unreachable",
            f"can never fire: it needs an error ratio above {factor:g} × {budget:g} = {factor * budget:.4g}, "
            f"and no ratio is above 1",
            f"With a factor of {factor:g} the objective must be above 1 - 1/{factor:g} = {100 - 100 / factor:.2f}%. "
            f"Give the SLO or its tier a burn policy whose factors are below 1/{budget:g} = {1 / budget:.4g}.",
        )
    if factor < 1:
        yield (
            "harmless",
            f"fires while the SLO is met: {origin}{factor:g}, and a burn rate below 1 leaves budget over",
            "Ask for a larger share of the budget, a shorter window, or a factor of at least 1.",
        )
    limit = window.nominal - 1 if isinstance(window, Calendar) else window.nominal
    if as_duration(rate.long) > limit:
        yield (
            "windows",
            f"looks back further than the SLO's own window, {window}",
            f"Give the SLO or its tier a burn policy with windows below {window.nominal}.",
        )
