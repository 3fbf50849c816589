"""What rules write into the storage, with staleness markers where a series ends."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence

import numpy as np

from generator.engine.arrays import Flags, Floats, Integers, Objects, Times
from generator.engine.histogram.value import Histogram
from generator.engine.storage import FLOAT, HISTOGRAM, STALE, Series, Storage
from generator.engine.vector import Scalar, Value, Vector
from generator.labels import METRIC_NAME, LabelSet
from generator.rules.alert_state import AlertHistory
from generator.rules.failure import Entangled, StepError
from generator.rules.group import AlertingRule, RecordingRule
from generator.rules.writers import ALERT_NAME, ALERTS, ALERTS_FOR_STATE

DUPLICATE_SERIES = "vector contains metrics with the same labelset after applying rule labels"
NO_VECTOR = "rule result is not a vector or scalar"


def as_vector(value: Value) -> Vector:
    """The result of a rule's expression as a vector: a scalar is a series without labels."""
    if isinstance(value, Vector):
        return value
    if isinstance(value, Scalar):
        column = value.values.reshape(-1, 1)
        return Vector((LabelSet(),), column, np.ones(column.shape, np.bool_))
    raise StepError(0, NO_VECTOR)


def recorded_labels(rule: RecordingRule, series: LabelSet) -> LabelSet:
    """The labels under which a recording rule stores a series."""
    return LabelSet({**series, **rule.labels, METRIC_NAME: rule.name})


def recorded_columns(
    rule: RecordingRule, vector: Vector, limit: int
) -> Iterator[tuple[LabelSet, Flags, Floats, Objects | None]]:
    """The columns that a recording rule stores. Raises `StepError` for duplicates and above the limit."""
    if limit > 0:
        counts = vector.present.sum(axis=1)
        over = np.flatnonzero(counts > limit)
        if len(over):
            raise StepError(int(over[0]), f"exceeded limit of {limit} with {int(counts[over[0]])} series")
    places: dict[LabelSet, list[int]] = {}
    for column, labels in enumerate(vector.labels):
        places.setdefault(recorded_labels(rule, labels), []).append(column)
    for labels, columns in places.items():
        if len(columns) > 1:
            yield labels, *_joined(vector, columns)
        else:
            only = columns[0]
            cells = None if vector.histograms is None else vector.histograms[:, only]
            yield labels, vector.present[:, only], vector.values[:, only], cells


def _joined(vector: Vector, columns: list[int]) -> tuple[Flags, Floats, Objects | None]:
    present = vector.present[:, columns]
    clash = np.flatnonzero(present.sum(axis=1) > 1)
    if len(clash):
        raise StepError(int(clash[0]), DUPLICATE_SERIES)
    rows, chosen = np.arange(len(present)), present.argmax(axis=1)
    cells = None if vector.histograms is None else vector.histograms[:, columns][rows, chosen]
    some: Flags = np.asarray(present.any(axis=1))
    return some, vector.values[:, columns][rows, chosen], cells


def alert_columns(history: AlertHistory) -> Iterator[tuple[LabelSet, Flags, Floats]]:
    """The `ALERTS` and `ALERTS_FOR_STATE` series of an alerting rule."""
    steps = len(history.times)
    for column in history.columns:
        pending, firing = np.zeros(steps, np.bool_), np.zeros(steps, np.bool_)
        since = np.zeros(steps)
        for episode in column.episodes:
            fires = episode.end if episode.fires is None else episode.fires
            pending[episode.start : fires] = True
            firing[fires : episode.end] = True
            since[episode.start : episode.end] = int(history.times[episode.start]) // 1000
        ones = np.ones(steps)
        yield alerts_labels(history.rule, column.labels, "pending"), pending, ones
        yield alerts_labels(history.rule, column.labels, "firing"), firing, ones.copy()
        yield for_state_labels(history.rule, column.labels), pending | firing, since


def alerts_labels(rule: AlertingRule, labels: LabelSet, state: str) -> LabelSet:
    """The labels of the `ALERTS` series of an alert. A label that its template left empty shows its template."""
    return LabelSet({**rule.labels, **labels, METRIC_NAME: ALERTS, ALERT_NAME: rule.name, "alertstate": state})


def for_state_labels(rule: AlertingRule, labels: LabelSet) -> LabelSet:
    """The labels of the `ALERTS_FOR_STATE` series of an alert."""
    return LabelSet({**rule.labels, **labels, METRIC_NAME: ALERTS_FOR_STATE, ALERT_NAME: rule.name})


class Ledger:
    """The storage that rules write to, and who wrote what.

    Columns can be put together with input of the same series, but not with what another rule wrote there: then the
    outcome depends on the order of single samples, and the rules have to go step by step (`Entangled`).
    """

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self._written: dict[LabelSet, Storage | None] = {}
        self._writers: dict[LabelSet, int] = {}

    def write(
        self,
        labels: LabelSet,
        times: Times,
        present: Flags,
        values: Floats,
        histograms: Objects | None = None,
        *,
        place: int,
        late: bool = False,
    ) -> None:
        """Add a series of the rule at `place`. `late` says that the rule writes into the past (`query_offset`).

        Raises `StepError` where input stands at the same time with another value.
        """
        if not present.any():
            return
        self.claim(labels, place)
        existing = self.storage.get(labels)
        stale = np.zeros(len(present), np.bool_)
        stale[1:] = present[:-1] & ~present[1:]
        places = np.flatnonzero(present | stale)
        if existing is not None and len(existing):
            if late:
                raise Entangled
            self._merge(existing, _samples(times, places, stale, values, histograms))
            return
        flags = stale[places] if stale.any() else None
        cells = None if histograms is None else histograms[places].tolist()
        self.storage.append(labels, times[places], values[places], stale=flags, histograms=cells)

    def claim(self, labels: LabelSet, place: int) -> None:
        """Say that the rule at `place` writes this series. Raises `Entangled` when another one did."""
        if labels in self._written:
            raise Entangled
        existing = self.storage.get(labels)
        original = None
        if existing is not None:
            original = Storage()
            copy_samples(existing, original, 0, len(existing))
        self._written[labels] = original
        self._writers[labels] = place

    def writer(self, labels: LabelSet) -> int | None:
        """The place of the rule that wrote a series; None for input."""
        return self._writers.get(labels)

    def _merge(self, existing: Series, added: Sequence[tuple[int, int, float | Histogram | None]]) -> None:
        """A storage in which a rule's samples lie between those of the input, which win over stale markers."""
        samples: dict[int, float | Histogram | None] = dict(series_samples(existing))
        for step, time, value in added:
            if value is None:
                samples.setdefault(time, None)
            elif time in samples and samples[time] != value:
                raise StepError(step, "duplicate sample for timestamp")
            else:
                samples[time] = value
        rebuilt = Storage()
        for series in self.storage:
            if series is not existing:
                copy_samples(series, rebuilt, 0, len(series))
        for time in sorted(samples):
            rebuilt.append_sample(existing.labels, time, samples[time])
        self.storage = rebuilt

    def inputs(self) -> Storage:
        """The storage as it was before any rule wrote."""
        return self.without(set(self._writers.values()))

    def without(self, places: Container[int]) -> Storage:
        """The storage without what the rules at these places wrote."""
        found = Storage()
        for series in self.storage:
            if self._writers.get(series.labels, -1) not in places:
                copy_samples(series, found, 0, len(series))
        for labels, original in self._written.items():
            if self._writers[labels] in places:
                for series in original or ():
                    copy_samples(series, found, 0, len(series))
        return found

    def seen(self, time: int, written_until: Callable[[int], int]) -> Storage:
        """The storage as it was at a time: input up to then, and of each rule what it had written until then."""
        found = Storage()
        for series in self.storage:
            place = self._writers.get(series.labels)
            until = time if place is None else written_until(place)
            end = int(np.searchsorted(series.times, until, side="right"))
            if end:
                copy_samples(series, found, 0, end)
        return found


def _samples(
    times: Times, places: Integers, stale: Flags, values: Floats, histograms: Objects | None
) -> list[tuple[int, int, float | Histogram | None]]:
    """Step, time and value of each sample of a column."""
    found: list[tuple[int, int, float | Histogram | None]] = []
    for place in places.tolist():
        histogram = None if histograms is None else histograms[place]
        value = float(values[place]) if histogram is None else histogram
        found.append((place, int(times[place]), None if stale[place] else value))
    return found


def series_samples(series: Series) -> Iterator[tuple[int, float | Histogram | None]]:
    """Time and value of each sample; None for a stale marker."""
    kinds, histograms = series.kinds, series.histograms
    for place, (time, value) in enumerate(zip(series.times.tolist(), series.values.tolist(), strict=True)):
        kind = FLOAT if kinds is None else kinds[place]
        if kind == STALE:
            yield time, None
        elif kind == HISTOGRAM and histograms is not None:
            yield time, histograms[place]
        else:
            yield time, value


def copy_samples(series: Series, target: Storage, start: int, end: int) -> None:
    """Append the samples `start` to `end` (exclusive) of a series to another storage."""
    kinds, histograms = series.kinds, series.histograms
    target.append(
        series.labels,
        series.times[start:end],
        series.values[start:end],
        stale=None if kinds is None else kinds[start:end] == STALE,
        histograms=None if histograms is None else histograms[start:end].tolist(),
    )
