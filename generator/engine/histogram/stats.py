"""What `histogram_count`, `histogram_sum` and `histogram_avg` read of native histograms: no buckets, but better hints.

Prometheus decodes no buckets where only count and sum are asked for, and works out counter resets while reading; that
shows in what is reported of resets and of bucket layouts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from generator.engine.histogram.reset import detect_reset
from generator.engine.histogram.value import CounterResetHint, Histogram
from generator.promql.ast import Binary, Call, Expr, Subquery, VectorSelector, children
from generator.promql.functions import TRIMS

_STATISTICS: Final = frozenset({"histogram_count", "histogram_sum", "histogram_avg"})
_NEED_BUCKETS: Final = frozenset({"histogram_quantile", "histogram_quantiles", "histogram_fraction"})


def statistics_selectors(query: Expr) -> frozenset[int]:
    """The `id` of each selector in a query of which count and sum are enough.

    It is an argument, at any depth, of a function of those and of none that needs buckets; and no subquery lies
    between it and the root, because resets that a subquery steps over can be seen in buckets only.
    """
    return frozenset(_statistics_below(query, False))


def _statistics_below(expr: Expr, wanted: bool) -> list[int]:
    match expr:
        case VectorSelector():
            return [id(expr)] if wanted else []
        case Subquery():
            return []
        case Binary(op=op) if op in TRIMS:
            return []
        case Call(func=name):
            if name in _NEED_BUCKETS:
                return []
            wanted = wanted or name in _STATISTICS
    return [found for child in children(expr) for found in _statistics_below(child, wanted)]


def statistics_only(
    samples: Sequence[Histogram | None], times: Sequence[int], references: Sequence[int], reach: int
) -> list[Histogram | None]:
    """Histograms of one series (None for a float or a stale marker) as they are read for count and sum.

    `references` are the ascending times at which the query looks, each with the samples from `reach` milliseconds
    before it (inclusive). Where the sample before was not among those, nothing is known of a reset.
    """
    read: list[Histogram | None] = []
    last: Histogram | None = None
    for place, (time, sample) in enumerate(zip(times, samples, strict=True)):
        step = bisect_left(references, time)
        if place and step < len(references) and times[place - 1] < references[step] - reach:
            last = None
        read.append(None if sample is None else _statistics_view(sample, last))
        last = last if sample is None else sample
    return read


def _statistics_view(histogram: Histogram, previous: Histogram | None) -> Histogram:
    hint: CounterResetHint = histogram.counter_reset_hint
    if hint == "unknown" and previous is not None:
        hint = "reset" if detect_reset(histogram, previous) else "not_reset"
    return Histogram(schema=histogram.schema, count=histogram.count, sum=histogram.sum, counter_reset_hint=hint)
