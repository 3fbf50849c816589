"""Indicators by queries of the author: bad and all events, or a ratio that something else works out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from generator.model.base import (
    NO_QUERY,
    Query,
    as_expr,
    described,
    fault,
    normalise_queries,
)
from generator.model.sli.base import SLI, ZERO, is_bare, none_of, summed
from generator.promql.ast import Call, Expr, walk
from generator.promql.build import aggregate, binary, number
from generator.promql.printer import to_text
from generator.promql.rewrite import has_window, with_window

_PER_WINDOW: Final = {
    "increase": "Write rate(…) in its place: the share of bad events is the same.",
    "delta": "Write deriv(…) in its place, or rate(…) if it is a counter.",
    **dict.fromkeys(
        ("changes", "count_over_time", "idelta", "resets", "sum_over_time"),
        "Give rates of counters, or use Probe or TimeSlices for what is sampled.",
    ),
}
"""Functions that count what happens in their whole window, and what to write instead."""


@dataclass(frozen=True, slots=True)
class Events(SLI):
    """Bad and all events, as rates with `[$window]`. They are summed, so `sum(…)` need not be written."""

    errors: Query
    total: Query

    def __post_init__(self) -> None:
        normalise_queries(self, "errors", "total")
        for name in ("errors", "total"):
            for counted in _counted_per_window(as_expr(getattr(self, name) or NO_QUERY)):
                wanted = f"{described(self)}: {name} must be events per second"
                found = f"{counted.func}(…) counts those of $window: {to_text(counted)}"
                fault(self, "sli/rate", f"{wanted}, and {found}", _PER_WINDOW[counted.func])

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


def _counted_per_window(query: Expr) -> Iterator[Call]:
    """What is counted over `$window`, which low-traffic guards would take for events per second."""
    return (node for node in walk(query) if isinstance(node, Call) and node.func in _PER_WINDOW and has_window(node))


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
        return binary("or", self._real(window), none_of(with_window(as_expr(self.error), window)))

    def total_rate(self, window: int) -> Expr:
        one = binary("+", binary("*", self._real(window), ZERO), number(1))
        return binary("or", one, none_of(with_window(as_expr(self.error), window)))

    def error_ratio(self, window: int) -> Expr:
        return self.error_rate(window)

    @property
    def queries(self) -> tuple[tuple[str, Expr], ...]:
        return (("error", as_expr(self.error)),)

    @property
    def signal(self) -> Expr:
        return as_expr(self.error)
