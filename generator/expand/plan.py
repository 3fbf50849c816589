"""What all passes need to know of one SLO: its windows, its names, and the selectors of its recorded series."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generator.duration import format_duration
from generator.labels import LabelSet
from generator.model.base import as_duration
from generator.model.burn import NOW, BurnPolicy, BurnRate
from generator.model.catalog import Catalog
from generator.model.naming import Naming
from generator.model.settings import PrometheusSettings
from generator.model.slo import SLO
from generator.promql.ast import Matcher, MatrixSelector, VectorSelector


@dataclass(frozen=True, slots=True)
class Shape:
    """What SLOs of the same policy and the same length of window have in common.

    windows: milliseconds, ascending, without the period. period: the SLO's window, nominal for a calendar.
    ratios: the metric of the error ratio over each window. errors, total: the metrics of the recorded rates.
    """

    naming: Naming
    policy: BurnPolicy
    windows: tuple[int, ...]
    period: int
    ratios: dict[int, str]
    errors: str
    total: str

    @property
    def base(self) -> int:
        """The window of the recorded rates that long windows are added up from."""
        return self.windows[0]


@dataclass(frozen=True, slots=True)
class Plan:
    """One SLO as it will be recorded.

    labels: of all its rules. ratios, errors, total: the selectors of its error ratio over each window, and of its
    bad and all events per second over the base window.
    """

    slo: SLO
    settings: PrometheusSettings
    shape: Shape
    labels: LabelSet
    identity: tuple[Matcher, ...]
    ratios: dict[int, VectorSelector]
    errors: VectorSelector
    total: VectorSelector

    @property
    def naming(self) -> Naming:
        """What the recorded series are called."""
        return self.shape.naming

    @property
    def policy(self) -> BurnPolicy:
        """The burn rates, with factors."""
        return self.shape.policy

    @property
    def period(self) -> int:
        """The SLO's window as the names of its series have it."""
        return self.shape.period

    def window_labels(self, window: int) -> LabelSet:
        """The labels of a series that is reckoned over a window."""
        pair = (self.naming.window_label, format_duration(window))
        return LabelSet.from_sorted(tuple(sorted((*self.labels.pairs, pair))))

    def recorded(self, name: str) -> VectorSelector:
        """The SLO's series of a recorded metric."""
        return VectorSelector(name, self.identity)

    def errors_over(self, window: int) -> MatrixSelector:
        """The recorded bad events per second of the last `window` milliseconds."""
        return MatrixSelector(self.errors, window)

    def total_over(self, window: int) -> MatrixSelector:
        """The recorded events per second of the last `window` milliseconds."""
        return MatrixSelector(self.total, window)


class Planner:
    """Makes plans; what SLOs have in common is worked out once."""

    def __init__(self, catalog: Catalog) -> None:
        self.settings = catalog.prometheus
        self.naming = self.settings.naming
        self._shapes: dict[tuple[int, int], Shape] = {}

    def plan(self, slo: SLO) -> Plan:
        """The plan of one SLO."""
        shape = self.shape(slo)
        pairs = tuple(zip(self.naming.identity, (slo.id, slo.service.name, slo.name), strict=True))
        identity = tuple(Matcher(label, "=", value) for label, value in pairs)
        return Plan(
            slo,
            self.settings,
            shape,
            LabelSet(pairs),
            identity,
            {window: VectorSelector(name, identity) for window, name in shape.ratios.items()},
            VectorSelector(shape.errors, identity),
            VectorSelector(shape.total, identity),
        )

    def shape(self, slo: SLO) -> Shape:
        """What the SLO has in common with others."""
        period = slo.span.nominal
        # By identity, which is quick; the catalog keeps the policies alive.
        key = (id(slo.stated_policy), period)
        if key not in self._shapes:
            self._shapes[key] = make_shape(slo.policy, period, self.naming)
        return self._shapes[key]


def make_shape(policy: BurnPolicy, period: int, naming: Naming) -> Shape:
    """The windows and names of a policy whose factors are known."""
    asked = {window for rate in conditions(policy) for window in (as_duration(rate.short), as_duration(rate.long))}
    windows = tuple(sorted({NOW, *asked} - {period}))
    return Shape(
        naming,
        policy,
        windows,
        period,
        {window: naming.ratio(window) for window in (*windows, period)},
        naming.error_rate(windows[0]),
        naming.total_rate(windows[0]),
    )


def conditions(policy: BurnPolicy) -> Iterator[BurnRate]:
    """All conditions of a policy, those that page first."""
    yield from policy.page
    yield from policy.ticket
