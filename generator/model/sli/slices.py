"""Moments instead of events: probes that succeed, and slices of time in which a condition held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from generator.duration import MINUTE, SECOND
from generator.model.base import (
    NO_QUERY,
    DurationLike,
    Query,
    as_duration,
    as_expr,
    fault,
    normalise_durations,
    normalise_queries,
)
from generator.model.sli.base import SLI, none_of, summed
from generator.promql.ast import Binary, Expr, Subquery, VectorSelector
from generator.promql.build import binary, call, number, over
from generator.promql.functions import COMPARISONS


@dataclass(frozen=True, slots=True)
class Probe(SLI):
    """A gauge that is 1 when a check succeeded and 0 when not, such as `probe_success` or `up`.

    Every scrape is an event; several targets count together.
    """

    windowed: ClassVar[bool] = False

    gauge: Query

    def __post_init__(self) -> None:
        normalise_queries(self, "gauge")

    def error_rate(self, window: int) -> Expr:
        return binary("-", self.total_rate(window), self._per_second("sum_over_time", window))

    def total_rate(self, window: int) -> Expr:
        return self._per_second("count_over_time", window)

    def error_ratio(self, window: int) -> Expr:
        good, every = (summed(call(func, self._ranged(window))) for func in ("sum_over_time", "count_over_time"))
        return binary("-", number(1), binary("/", good, every))

    def _per_second(self, func: str, window: int) -> Expr:
        return binary("/", summed(call(func, self._ranged(window))), number(window / SECOND))

    def _ranged(self, window: int) -> Expr:
        selector = as_expr(self.gauge)
        return over(selector, window) if isinstance(selector, VectorSelector) else Subquery(selector, window)

    @property
    def queries(self) -> tuple[tuple[str, Expr], ...]:
        return (("gauge", as_expr(self.gauge)),)

    @property
    def signal(self) -> Expr:
        return as_expr(self.gauge)


@dataclass(frozen=True, slots=True)
class TimeSlices(SLI):
    """Good minutes: slices of time in which a condition held, however much or little happened in them.

    good: a comparison, such as `histogram_quantile(0.95, …) < 1`; where its left side is absent or NaN (no
    traffic) the slice does not count. slice: the length of a slice.
    """

    windowed: ClassVar[bool] = False

    good: Query
    slice: DurationLike = "1m"

    def __post_init__(self) -> None:
        normalise_queries(self, "good")
        normalise_durations(self, "slice")
        if self.good is not NO_QUERY and not _is_comparison(as_expr(self.good)):
            fault(self, "sli/slices", "TimeSlices: good must be a comparison such as 'latency < 1'")

    @property
    def straight(self) -> int:
        """None: judging every slice of six hours anew at each evaluation would be the dearest query of all."""
        return 0

    def error_rate(self, window: int) -> Expr:
        bad = binary("-", self._slices("count_over_time", window), self._slices("sum_over_time", window))
        return binary("or", bad, none_of(self.signal))

    def total_rate(self, window: int) -> Expr:
        return binary("or", self._slices("count_over_time", window), none_of(self.signal))

    def _slices(self, func: str, window: int) -> Expr:
        slices = Subquery(self._verdict, window, as_duration(self.slice) or MINUTE)
        return binary("/", summed(call(func, slices)), number(window / SECOND))

    @property
    def _verdict(self) -> Expr:
        """1 for a good slice, 0 for a bad one, nothing where there is nothing to judge."""
        good = as_expr(self.good)
        if not isinstance(good, Binary):
            return good
        judged = binary(good.op, good.left, good.right, good.matching, return_bool=True)
        real = binary(">=", good.left, number(float("-inf")))
        return binary("and", judged, real)

    @property
    def queries(self) -> tuple[tuple[str, Expr], ...]:
        return (("good", as_expr(self.good)),)

    @property
    def signal(self) -> Expr:
        good = as_expr(self.good)
        return good.left if isinstance(good, Binary) else good


def _is_comparison(expr: Expr) -> bool:
    return isinstance(expr, Binary) and expr.op in COMPARISONS and not expr.return_bool
