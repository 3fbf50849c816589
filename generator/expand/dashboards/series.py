"""The recorded series of some SLOs as PromQL."""

from __future__ import annotations

from dataclasses import dataclass

from generator.model.escalation import LABEL as ESCALATION
from generator.model.naming import Naming
from generator.promql.ast import Matcher, VectorSelector
from generator.promql.printer import to_text


@dataclass(frozen=True, slots=True)
class Series:
    """Recorded series with the matchers that pick SLOs."""

    naming: Naming
    matchers: tuple[Matcher, ...] = ()

    def of(self, metric: str, *more: Matcher) -> str:
        """A selector of one metric."""
        return to_text(VectorSelector(metric, (*self.matchers, *more)))

    def pick(self, metric: str, *, at_end: bool = False) -> str:
        """One value for each SLO, whatever other labels there are; at_end: the value at the graph's right edge."""
        _, service, slo = self.naming.identity
        return f"max by ({service}, {slo}) ({self.of(metric)}{' @ end()' if at_end else ''})"

    @property
    def budget_left(self) -> str:
        """Share of the budget that is left: 1 when nothing was spent, below 0 when the objective is missed."""
        return self.of(self.naming.budget_left)

    def burn(self, window: int) -> str:
        """Multiples of the even pace at which the budget was spent over the last `window` milliseconds."""
        naming = self.naming
        return f"{self.of(naming.ratio(window))} / on ({naming.id_label}) {self.of(naming.budget)}"

    def firing(self, severity: str = "") -> str:
        """Alerts of the SLOs that are firing; their escalations, which have the same names, are not counted again."""
        named = Matcher(self.naming.id_label, "!=", "")
        firing = Matcher("alertstate", "=", "firing"), Matcher(ESCALATION, "=", "")
        severities = (Matcher(self.naming.severity_label, "=", severity),) if severity else ()
        return self.of("ALERTS", named, *firing, *severities)
