"""What the series and labels of SLOs are called. The default is Sloth's, so that its dashboards and UI work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from generator.duration import format_duration
from generator.model.base import Part


@dataclass(frozen=True, slots=True)
class Naming(Part):
    """A style. `{window}` in `error_ratio` is the window as Prometheus prints it, so 28 days are `4w`.

    `errors` and `total` are the rates that long windows are built from; Sloth has none, so the names follow its way.
    `calendar` is when the running week, month or quarter began, `local_time` the clock of a time zone;
    `calendar_errors` and `calendar_total` are the rates labelled with the period they belong to.
    """

    error_ratio: str = "slo:sli_error:ratio_rate{window}"
    errors: str = "slo:sli_errors:rate{window}"
    total: str = "slo:sli_total:rate{window}"
    objective: str = "slo:objective:ratio"
    budget: str = "slo:error_budget:ratio"
    period_days: str = "slo:time_period:days"
    current_burn: str = "slo:current_burn_rate:ratio"
    period_burn: str = "slo:period_burn_rate:ratio"
    budget_left: str = "slo:period_error_budget_remaining:ratio"
    calendar: str = "slo:calendar_period:start_seconds"
    calendar_errors: str = "slo:sli_errors:calendar_rate{window}"
    calendar_total: str = "slo:sli_total:calendar_rate{window}"
    local_time: str = "slo:calendar_local_time:seconds"
    info: str = "sloth_slo_info"
    id_label: str = "sloth_id"
    service_label: str = "sloth_service"
    slo_label: str = "sloth_slo"
    window_label: str = "sloth_window"
    severity_label: str = "sloth_severity"
    group: str = "sloth-slo-{kind}-{id}"

    def ratio(self, window: int) -> str:
        """The metric of the error ratio over `window` milliseconds."""
        return self.error_ratio.format(window=format_duration(window))

    def error_rate(self, window: int) -> str:
        """The metric of bad events per second over `window` milliseconds."""
        return self.errors.format(window=format_duration(window))

    def total_rate(self, window: int) -> str:
        """The metric of all events per second over `window` milliseconds."""
        return self.total.format(window=format_duration(window))

    def calendar_rates(self, window: int) -> tuple[str, str]:
        """The metrics of bad and of all events per second that are labelled with their calendar period."""
        text = format_duration(window)
        return self.calendar_errors.format(window=text), self.calendar_total.format(window=text)

    @property
    def identity(self) -> tuple[str, str, str]:
        """The labels that tell one SLO from another."""
        return (self.id_label, self.service_label, self.slo_label)


SLOTH: Final = Naming()
