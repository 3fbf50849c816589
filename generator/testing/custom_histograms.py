"""`load_with_nhcb`: classic histograms also loaded as native histograms with custom buckets."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from generator.engine.histogram.compare import almost_equal
from generator.engine.histogram.value import CUSTOM_BUCKETS, Histogram, populated
from generator.engine.storage import FLOAT
from generator.errors import ParseError
from generator.labels import METRIC_NAME, LabelSet
from generator.testing.series import Series

_BUCKET: Final = "le"
_SUFFIXES: Final = ("_bucket", "_count", "_sum")


class HistogramError(ParseError):
    """Classic histogram series that do not make a histogram."""


@dataclass(slots=True)
class _Classic:
    """What the series of a classic histogram say at one time: counts up to each bound, count and sum."""

    buckets: dict[float, float] = field(default_factory=dict)
    count: float | None = None
    sum: float = 0.0


def custom_histograms(series: Iterable[Series]) -> Iterator[tuple[LabelSet, dict[int, Histogram]]]:
    """For each classic histogram among the series its labels and a native histogram for each place."""
    collected: dict[LabelSet, dict[int, _Classic]] = {}
    for each in series:
        suffix = next((end for end in _SUFFIXES if each.labels.metric.endswith(end)), None)
        bound = _bound(each.labels)
        if suffix is None or (suffix == "_bucket" and bound is None):
            continue
        labels = each.labels.without([_BUCKET]) | {METRIC_NAME: each.labels.metric.removesuffix(suffix)}
        moments = collected.setdefault(labels, defaultdict(_Classic))
        for place, kind in enumerate(each.values.kinds):
            if kind == FLOAT:
                _note(moments[place], suffix, bound, float(each.values.floats[place]))
    for labels, moments in collected.items():
        yield labels, {place: _histogram(moments[place], labels) for place in sorted(moments)}


def _bound(labels: LabelSet) -> float | None:
    try:
        bound = float(labels.get(_BUCKET, ""))
    except ValueError:
        return None
    return None if math.isnan(bound) else bound


def _note(moment: _Classic, suffix: str, bound: float | None, value: float) -> None:
    if suffix == "_count":
        moment.count = value
    elif suffix == "_sum":
        moment.sum = value
    elif bound is not None:
        moment.buckets[bound] = value


def _histogram(moment: _Classic, labels: LabelSet) -> Histogram:
    bounds = sorted(moment.buckets)
    counts = [moment.buckets[bound] for bound in bounds]
    count = moment.count if moment.count is not None else (counts[-1] if counts else 0.0)
    if not bounds or bounds[-1] != math.inf:
        bounds.append(math.inf)
        counts.append(count)
    if any(later < earlier for earlier, later in pairwise(counts)):
        raise HistogramError(f"the buckets of {labels} are not cumulative")
    if not almost_equal(counts[-1], count):
        raise HistogramError(f"the count of {labels} is {count}, but its last bucket has {counts[-1]}")
    own = [later - earlier for earlier, later in zip([0.0, *counts], counts, strict=False)]
    return Histogram(
        schema=CUSTOM_BUCKETS,
        count=count,
        sum=moment.sum,
        positive=populated(tuple(enumerate(own))),
        custom_values=tuple(bounds[:-1]),
    )
