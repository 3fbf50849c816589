"""Samples in memory: one append-only set of columns per series, and selection by label matchers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from generator.engine.arrays import Flags, Floats, Kinds, Objects, Times
from generator.engine.histogram.algebra import with_hint
from generator.engine.histogram.reset import stored_hint
from generator.engine.histogram.value import Histogram
from generator.engine.matchers import predicate
from generator.engine.postings import Postings
from generator.labels import METRIC_NAME, LabelSet
from generator.promql.ast import Matcher

FLOAT: Final = 0
STALE: Final = 1
HISTOGRAM: Final = 2

_Cell = TypeVar("_Cell", bound=np.generic)


class Series:
    """The samples of one series, ascending in time. Views that it gives out are not to be written to.

    `kinds` and `histograms` are None as long as all samples are floats, which is how most series stay.
    """

    __slots__ = ("_histograms", "_kinds", "_length", "_times", "_values", "labels")

    def __init__(self, labels: LabelSet) -> None:
        self.labels = labels
        self._length = 0
        self._times: Times = np.empty(0, np.int64)
        self._values: Floats = np.empty(0, np.float64)
        self._kinds: Kinds | None = None
        self._histograms: Objects | None = None

    def __len__(self) -> int:
        return self._length

    @property
    def times(self) -> Times:
        """Milliseconds of each sample."""
        times = self._times
        return times if len(times) == self._length else times[: self._length]

    @property
    def values(self) -> Floats:
        """Float values; 0 where the sample is stale or a histogram."""
        values = self._values
        return values if len(values) == self._length else values[: self._length]

    @property
    def kinds(self) -> Kinds | None:
        """`FLOAT`, `STALE` or `HISTOGRAM` for each sample; None when all are floats."""
        return None if self._kinds is None else self._kinds[: self._length]

    @property
    def histograms(self) -> Objects | None:
        """A `Histogram` for each sample of that kind, else None; None when there is no such sample."""
        return None if self._histograms is None else self._histograms[: self._length]

    def extend(self, times: Times, values: Floats, kinds: Kinds | None, histograms: Objects | None) -> None:
        """Append columns of equal length, later than all that is there. The first are kept without a copy."""
        count = len(times)
        if count == 0:
            return
        self._check_order(times)
        if histograms is not None:
            histograms = self._all_stored(histograms)
        if kinds is not None and self._kinds is None:
            self._kinds = np.zeros(len(self._times), np.int8)
        if histograms is not None and self._histograms is None:
            self._histograms = np.full(len(self._times), None, object)
        if self._length == 0:
            self._times, self._values = times, values
            self._kinds, self._histograms = kinds, histograms
            self._length = count
            return
        start, end = self._length, self._length + count
        self._reserve(end)
        self._times[start:end] = times
        self._values[start:end] = values
        if self._kinds is not None:
            self._kinds[start:end] = FLOAT if kinds is None else kinds
        if self._histograms is not None:
            self._histograms[start:end] = None if histograms is None else histograms
        self._length = end

    def append(self, time: int, value: float | Histogram | None) -> None:
        """Append one sample: a float, a histogram, or a stale marker (None)."""
        end = self._length
        if end and time <= self._times[end - 1]:
            raise ValueError(f"samples of {self.labels} must be appended in ascending order of time")
        kind = STALE if value is None else HISTOGRAM if isinstance(value, Histogram) else FLOAT
        if isinstance(value, Histogram):
            value = _stored(value, self._last_histogram())
        if kind != FLOAT and self._kinds is None:
            self._kinds = np.zeros(len(self._times), np.int8)
        if kind == HISTOGRAM and self._histograms is None:
            self._histograms = np.full(len(self._times), None, object)
        self._reserve(end + 1)
        self._times[end] = time
        self._values[end] = 0.0 if value is None or isinstance(value, Histogram) else value
        if self._kinds is not None:
            self._kinds[end] = kind
        if self._histograms is not None:
            self._histograms[end] = value if kind == HISTOGRAM else None
        self._length = end + 1

    def _last_histogram(self) -> Histogram | None:
        """The newest sample, if it is a histogram."""
        cell = None if self._histograms is None or not self._length else self._histograms[self._length - 1]
        return cell if isinstance(cell, Histogram) else None

    def _all_stored(self, histograms: Objects) -> Objects:
        previous = self._last_histogram()
        stored = np.full(len(histograms), None, object)
        for place, histogram in enumerate(histograms):
            previous = None if histogram is None else _stored(histogram, previous)
            stored[place] = previous
        return stored

    def _check_order(self, times: Times) -> None:
        late = self._length and times[0] <= self._times[self._length - 1]
        if late or (len(times) > 1 and not (times[1:] > times[:-1]).all()):
            raise ValueError(f"samples of {self.labels} must be appended in ascending order of time")

    def _reserve(self, needed: int) -> None:
        if needed <= len(self._times):
            return
        room = max(16, needed + needed // 2)
        self._times = _grown(self._times, self._length, room)
        self._values = _grown(self._values, self._length, room)
        if self._kinds is not None:
            self._kinds = _grown(self._kinds, self._length, room)
        if self._histograms is not None:
            self._histograms = _grown(self._histograms, self._length, room)


def _stored(histogram: Histogram, previous: Histogram | None) -> Histogram:
    """The histogram with the hint about counter resets that Prometheus' storage gives it."""
    return with_hint(histogram, stored_hint(histogram, previous))


def _grown(column: npt.NDArray[_Cell], length: int, room: int) -> npt.NDArray[_Cell]:
    larger = np.empty(room, column.dtype)
    larger[:length] = column[:length]
    return larger


class Storage:
    """All series, found by their labels or by matchers."""

    def __init__(self) -> None:
        self.starts: dict[LabelSet, dict[int, int]] = {}
        """Since when each sample of a series counts, by the time of the sample, where that is told; milliseconds."""
        self._series: dict[LabelSet, Series] = {}
        self._by_name: dict[str, Postings] = {}
        self._selections: dict[str, dict[tuple[Matcher, ...], tuple[Series, ...]]] = {}

    def __len__(self) -> int:
        return len(self._series)

    def __iter__(self) -> Iterator[Series]:
        return iter(self._series.values())

    def get(self, labels: LabelSet) -> Series | None:
        """The series with exactly these labels, if there is one."""
        return self._series.get(labels)

    def append(
        self,
        labels: LabelSet,
        times: npt.ArrayLike,
        values: npt.ArrayLike,
        *,
        stale: npt.ArrayLike | None = None,
        histograms: Sequence[Histogram | None] | None = None,
    ) -> None:
        """Append samples to a series, which is made when it is not there yet.

        `times` are milliseconds, ascending and later than all samples of the series (`ValueError` otherwise). A
        sample is stale where `stale` is true, a histogram where `histograms` holds one, and else the float in
        `values`. Arrays of the right type may be kept as they are: they belong to the storage from here on.
        """
        moments = np.asarray(times, np.int64)
        floats = np.asarray(values, np.float64)
        kinds, objects = _kinds(len(moments), stale, histograms)
        if kinds is not None:
            floats = np.where(kinds == FLOAT, floats, 0.0)
        self._at(labels).extend(moments, floats, kinds, objects)

    def append_sample(self, labels: LabelSet, time: int, value: float | Histogram | None) -> None:
        """Append one sample: a float, a histogram, or a stale marker (None). `ValueError` if it is too early."""
        self._at(labels).append(time, value)

    def select(self, matchers: tuple[Matcher, ...]) -> tuple[Series, ...]:
        """The series that satisfy all matchers, in the order of their labels."""
        name = next((m.value for m in matchers if m.label == METRIC_NAME and m.op == "="), "")
        selections = self._selections.setdefault(name, {})
        found = selections.get(matchers)
        if found is None:
            found = selections[matchers] = self._find(name, matchers)
        return found

    def _find(self, name: str, matchers: tuple[Matcher, ...]) -> tuple[Series, ...]:
        candidates: Iterable[Series] = self
        if name:
            matchers = tuple(m for m in matchers if (m.label, m.op, m.value) != (METRIC_NAME, "=", name))
            postings = self._by_name.get(name)
            candidates = () if postings is None else postings.candidates(matchers)
        tests = [(m.label, predicate(m)) for m in matchers]
        found = [s for s in candidates if all(test(s.labels.get(label, "")) for label, test in tests)]
        return tuple(sorted(found, key=lambda series: series.labels.pairs))

    def _at(self, labels: LabelSet) -> Series:
        series = self._series.get(labels)
        if series is None:
            series = self._series[labels] = Series(labels)
            self._index(series)
        return series

    def _index(self, series: Series) -> None:
        """Let a new series be found; what was selected by another name stays."""
        name = series.labels.metric
        postings = self._by_name.get(name)
        if postings is None:
            postings = self._by_name[name] = Postings()
        postings.add(series)
        self._selections.pop(name, None)
        self._selections.pop("", None)


def _kinds(
    count: int, stale: npt.ArrayLike | None, histograms: Sequence[Histogram | None] | None
) -> tuple[Kinds | None, Objects | None]:
    kinds: Kinds | None = None
    objects: Objects | None = None
    if histograms is not None and any(item is not None for item in histograms):
        objects = np.empty(count, object)
        objects[:] = histograms
        kinds = np.array([FLOAT if item is None else HISTOGRAM for item in histograms], np.int8)
    flags: Flags | None = None if stale is None else np.asarray(stale, np.bool_)
    if flags is not None and flags.any():
        kinds = np.zeros(count, np.int8) if kinds is None else kinds
        kinds[flags] = STALE
    return kinds, objects
