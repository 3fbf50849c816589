"""Samples of tests into storage."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from generator.engine.arrays import Times
from generator.engine.storage import STALE, Storage
from generator.labels import LabelSet
from generator.testing.custom_histograms import custom_histograms
from generator.testing.script import Load
from generator.testing.series import OMITTED, Values


def load(storage: Storage, command: Load) -> None:
    """Carry out a `load` of a script, whose samples begin at 0."""
    for series in command.series:
        fill(storage, series.labels, series.values, 0, command.step)
    if command.with_custom_histograms:
        for labels, moments in custom_histograms(command.series):
            times = [place * command.step for place in moments]
            storage.append(labels, times, np.zeros(len(times)), histograms=list(moments.values()))


def fill(storage: Storage, labels: LabelSet, values: Values, start: int, step: int, until: int | None = None) -> None:
    """Store the samples of a series, one every `step` milliseconds from `start`, none after `until`."""
    count = len(values)
    if until is not None and step:
        count = min(count, max(0, (until - start) // step + 1))
    if not count:
        return
    times, floats, kinds = _times(start, step, count), values.floats[:count], values.kinds[:count]
    if values.plain:
        storage.append(labels, times, floats)
        return
    places = np.flatnonzero(kinds != OMITTED)
    kinds = kinds[places]
    histograms = [values.histograms.get(int(place)) for place in places] if values.histograms else None
    if len(places):
        storage.append(labels, times[places], floats[places], stale=kinds == STALE, histograms=histograms)


@lru_cache(maxsize=64)
def _times(start: int, step: int, count: int) -> Times:
    return start + step * np.arange(count, dtype=np.int64)
