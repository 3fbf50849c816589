"""Service level indicators: each kind gives the error rate and the total rate over any window.

Both are rates per second of the same thing (events, probes, slices of time), without labels, so that they can be
added up over time: the error ratio of a long window is the sum of errors over the sum of totals, not an average of
ratios.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import ClassVar, Final

from generator.duration import HOUR, MINUTE, SECOND, Duration
from generator.errors import DurationError
from generator.labels import EMPTY
from generator.model.base import (
    NO_QUERY,
    DurationLike,
    Labels,
    Part,
    Query,
    as_duration,
    as_expr,
    expect,
    fault,
    keep,
    normalise_durations,
    normalise_labels,
    normalise_queries,
    normalise_tuples,
)
from generator.promql.ast import Aggregation, Binary, Call, Expr, Matcher, Subquery, Unary, VectorSelector
from generator.promql.build import aggregate, binary, call, metric, number, over
from generator.promql.functions import COMPARISONS, value_type
from generator.promql.rewrite import has_window, with_window

ZERO: Final = number(0)


@dataclass(frozen=True, slots=True)
class SLI(Part):
    """What every kind of indicator gives."""

    counted: ClassVar[bool] = True
    """Whether `total_rate` counts something, so that a minimum number of events can be asked for."""

    windowed: ClassVar[bool] = True
    """Whether the author's queries must contain `$window`."""

    @property
    def straight(self) -> int:
        """The longest window (milliseconds) worth working out from the queries; longer ones add up recorded rates."""
        return 6 * HOUR

    def error_rate(self, window: int) -> Expr:
        """Bad events per second over `window` milliseconds; absent only when the total is."""
        raise NotImplementedError

    def total_rate(self, window: int) -> Expr:
        """All events per second over `window` milliseconds."""
        raise NotImplementedError

    def error_ratio(self, window: int) -> Expr:
        """The share of bad events (0 to 1); 0 when there is no traffic, absent when there is no total."""
        return ratio_of(self.error_rate(window), self.total_rate(window))

    @property
    def queries(self) -> tuple[tuple[str, Expr], ...]:
        """The queries the author wrote, with the field each stands in, for validation."""
        return ()

    @property
    def signal(self) -> Expr:
        """What is empty when the indicator has nothing to read, for the absence alert."""
        raise NotImplementedError


def ratio_of(errors: Expr, total: Expr) -> Expr:
    """`errors / total`, and 0 where the total is 0; absent when errors are, unless nothing happened at all."""
    return binary("or", binary("/", errors, binary(">", total, ZERO)), binary("==", total, ZERO))


def summed(expr: Expr) -> Expr:
    """The expression as one series without labels."""
    return expr if is_bare(expr) else aggregate("sum", expr)


def is_bare(expr: Expr) -> bool:
    """Whether an expression surely gives one series without labels."""
    match expr:
        case Aggregation():
            return not expr.grouping and not expr.without and expr.op not in ("topk", "bottomk", "count_values")
        case Binary():
            return all(value_type(side) == "scalar" or is_bare(side) for side in (expr.left, expr.right))
        case Unary():
            return is_bare(expr.expr)
        case Call():
            return expr.func == "vector"
    return False


def _none_of(expr: Expr) -> Expr:
    """0 while the expression has any result, be it NaN."""
    return binary("*", aggregate("count", expr), ZERO)


@dataclass(frozen=True, slots=True)
class Events(SLI):
    """Bad and all events, as rates with `[$window]`. They are summed, so `sum(…)` need not be written."""

    errors: Query
    total: Query

    def __post_init__(self) -> None:
        normalise_queries(self, "errors", "total")

    def error_rate(self, window: int) -> Expr:
        errors = summed(with_window(as_expr(self.errors), window))
        # A counter that was never incremented does not exist: no errors, but only while the total exists.
        return binary("or", errors, binary("*", self.total_rate(window), ZERO))

    def total_rate(self, window: int) -> Expr:
        return summed(with_window(as_expr(self.total), window))

    def error_ratio(self, window: int) -> Expr:
        # Of the same value as the general form, which would ask for the total once more.
        errors, total = summed(with_window(as_expr(self.errors), window)), self.total_rate(window)
        return binary("or", binary("/", errors, binary(">", total, ZERO)), binary("*", total, ZERO))

    @property
    def queries(self) -> tuple[tuple[str, Expr], ...]:
        return (("errors", as_expr(self.errors)), ("total", as_expr(self.total)))

    @property
    def signal(self) -> Expr:
        return as_expr(self.total)


@dataclass(frozen=True, slots=True)
class Ratio(SLI):
    """An error ratio (0 to 1) that something else works out, with `[$window]`.

    Nothing is counted, so every moment weighs the same over long windows and no minimum of events can be kept. A
    ratio of NaN (nothing divided by nothing) is a moment without traffic, which does not weigh at all. Several
    series are averaged.
    """

    counted: ClassVar[bool] = False

    error: Query

    def __post_init__(self) -> None:
        normalise_queries(self, "error")

    def _real(self, window: int) -> Expr:
        """The ratio where it is a number; a comparison with NaN is false."""
        ratio = with_window(as_expr(self.error), window)
        return binary(">=", ratio if is_bare(ratio) else aggregate("avg", ratio), number(float("-inf")))

    def error_rate(self, window: int) -> Expr:
        return binary("or", self._real(window), _none_of(with_window(as_expr(self.error), window)))

    def total_rate(self, window: int) -> Expr:
        one = binary("+", binary("*", self._real(window), ZERO), number(1))
        return binary("or", one, _none_of(with_window(as_expr(self.error), window)))

    def error_ratio(self, window: int) -> Expr:
        return self.error_rate(window)

    @property
    def queries(self) -> tuple[tuple[str, Expr], ...]:
        return (("error", as_expr(self.error)),)

    @property
    def signal(self) -> Expr:
        return as_expr(self.error)


def _label_matchers(labels: Labels) -> tuple[Matcher, ...]:
    return tuple(Matcher(name, "=", value) for name, value in labels.items())


@dataclass(frozen=True, slots=True)
class Latency(SLI):
    """Requests slower than a bucket boundary of a classic histogram.

    histogram: its name without `_bucket`. below: the boundary, which must be one of the buckets: a duration, or a
    number in the histogram's unit (seconds). labels: matchers that pick the requests that count.
    """

    windowed: ClassVar[bool] = False

    histogram: str
    below: DurationLike | float
    labels: Labels = field(default=EMPTY)

    def __post_init__(self) -> None:
        _normalise_boundary(self)
        normalise_labels(self, "labels")

    def error_rate(self, window: int) -> Expr:
        return binary("-", self.total_rate(window), self.fast_rate(window))

    def total_rate(self, window: int) -> Expr:
        return summed(call("rate", over(self._series("_count"), window)))

    def error_ratio(self, window: int) -> Expr:
        total = self.total_rate(window)
        slow = binary("-", number(1), binary("/", self.fast_rate(window), binary(">", total, ZERO)))
        return binary("or", slow, binary("==", total, ZERO))

    def fast_rate(self, window: int) -> Expr:
        """Requests per second that were quick enough."""
        return summed(call("rate", over(self._series("_bucket", _boundary_matcher(self.boundary)), window)))

    def _series(self, suffix: str, *matchers: Matcher) -> VectorSelector:
        return metric(self.histogram + suffix, *_label_matchers(self.labels), *matchers)

    @property
    def boundary(self) -> float:
        """The boundary in the histogram's unit."""
        return float(self.below)

    @property
    def signal(self) -> Expr:
        return self._series("_count")


def _normalise_boundary(owner: Latency | NativeLatency) -> None:
    value = owner.below
    try:
        seconds = Duration.of(value) / SECOND if isinstance(value, str | Duration) else float(value)
    except (DurationError, TypeError, ValueError) as reason:
        fault(owner, "definition/duration", f"{type(owner).__name__}: below: {reason}")
        seconds = 1.0
    keep(owner, "below", seconds)


def _boundary_matcher(boundary: float) -> Matcher:
    """`le`, as Prometheus 2 (`1`) and Prometheus 3 (`1.0`) write it."""
    if boundary != int(boundary):
        return Matcher("le", "=", f"{boundary!r}")
    return Matcher("le", "=~", rf"{int(boundary)}(\.0)?")


@dataclass(frozen=True, slots=True)
class NativeLatency(SLI):
    """Requests slower than a limit by a native histogram, which needs no bucket at the limit.

    histogram: its name. below: a duration, or a number in the histogram's unit (seconds).
    """

    windowed: ClassVar[bool] = False

    histogram: str
    below: DurationLike | float
    labels: Labels = field(default=EMPTY)

    def __post_init__(self) -> None:
        _normalise_boundary(self)
        normalise_labels(self, "labels")

    def _rate(self, window: int) -> Expr:
        return summed(call("rate", over(self._series, window)))

    def error_rate(self, window: int) -> Expr:
        total = self.total_rate(window)
        # The fraction of no observations is NaN; asking for a positive total keeps it out.
        slow = binary("*", self._slow(window), binary(">", total, ZERO))
        return binary("or", slow, binary("==", total, ZERO))

    def total_rate(self, window: int) -> Expr:
        return call("histogram_count", self._rate(window))

    def error_ratio(self, window: int) -> Expr:
        total = self.total_rate(window)
        return binary("or", binary("and", self._slow(window), binary(">", total, ZERO)), binary("==", total, ZERO))

    def _slow(self, window: int) -> Expr:
        """The share of observations above the limit, NaN when there are none."""
        fast = call("histogram_fraction", number(0), number(float(self.below)), self._rate(window))
        return binary("-", number(1), fast)

    @property
    def _series(self) -> VectorSelector:
        return metric(self.histogram, *_label_matchers(self.labels))

    @property
    def signal(self) -> Expr:
        return self._series


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
        return binary("or", bad, _none_of(self.signal))

    def total_rate(self, window: int) -> Expr:
        return binary("or", self._slices("count_over_time", window), _none_of(self.signal))

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


@dataclass(frozen=True, slots=True)
class Weighted(Part):
    """One part of a composite. weight: its share in relation to the others, above 0."""

    sli: SLI
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Composite(SLI):
    """Several indicators as one: the weighted mean of their error ratios at each moment.

    parts: indicators, `Weighted(sli, weight)`, or a mapping of indicator to weight. When one of them has nothing to
    read, so has the composite, and the absence alert says so.
    """

    counted: ClassVar[bool] = False
    windowed: ClassVar[bool] = False

    parts: Sequence[SLI | Weighted] | Mapping[SLI, float]

    def __post_init__(self) -> None:
        if isinstance(self.parts, Mapping):
            keep(self, "parts", tuple(Weighted(sli, weight) for sli, weight in self.parts.items()))
        normalise_tuples(self, "parts")
        made = tuple(Weighted(part) if isinstance(part, SLI) else part for part in self.parts)
        keep(self, "parts", made)
        expect(self, "parts", Weighted)
        for part in self.weighted:
            if not isinstance(part.sli, SLI) or not part.weight > 0:
                fault(self, "sli/composite", f"Composite: needs indicators with weights above 0, got {part!r}")
        if not self.weighted:
            fault(self, "sli/composite", "Composite: needs at least one indicator")
        keep(self, "faults", (*self.faults, *(p for part in self.weighted for p in part.sli.faults)))

    @property
    def weighted(self) -> tuple[Weighted, ...]:
        """The parts that can be used."""
        return tuple(part for part in self.parts if isinstance(part, Weighted) and isinstance(part.sli, SLI))

    @property
    def straight(self) -> int:
        """As far as each of its parts goes."""
        return min((part.sli.straight for part in self.weighted), default=0)

    def error_rate(self, window: int) -> Expr:
        terms = [
            binary("*", number(part.weight), part.sli.error_ratio(window))
            if part.weight != 1
            else part.sli.error_ratio(window)
            for part in self.weighted
        ]
        total = sum(part.weight for part in self.weighted)
        return binary("/", reduce(lambda left, right: binary("+", left, right), terms), number(total))

    def total_rate(self, window: int) -> Expr:
        return binary("+", binary("*", self.error_rate(window), ZERO), number(1))

    def error_ratio(self, window: int) -> Expr:
        return self.error_rate(window)

    @property
    def queries(self) -> tuple[tuple[str, Expr], ...]:
        return tuple(query for part in self.weighted if part.sli.windowed for query in part.sli.queries)

    @property
    def signal(self) -> Expr:
        first, *others = (part.sli.signal for part in self.weighted)
        return reduce(
            lambda left, right: binary("and", aggregate("count", left), aggregate("count", right)),
            others,
            first,
        )


def lacks_window(expr: Expr) -> bool:
    """Whether a query forgot its `$window`."""
    return expr is not NO_QUERY and not has_window(expr)
