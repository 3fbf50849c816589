"""Samples of tests into storage."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from generator.engine.arrays import Times
from generator.engine.storage import FLOAT, STALE, Storage
from generator.labels import LabelSet
from generator.testing.series import OMITTED, Values

if TYPE_CHECKING:
    from generator.testing.script import Load


def load(storage: Storage, command: Load) -> None:
    """Carry out a `load` of a script, whose samples begin at 0.

    Raises `ParseError` where classic histograms make no native one, `ValueError` for samples older than those there.
    """
    for series in command.series:
        fill(storage, series.labels, series.values, 0, command.step)
    for labels, starts in command.starts.items():
        told = {place * command.step: start for place, start in enumerate(starts) if start is not None}
        storage.starts.setdefault(labels, {}).update({time: time + start for time, start in told.items()})
    if command.with_custom_histograms:
        _load_as_native(storage, command)


def _load_as_native(storage: Storage, command: Load) -> None:
    """Add the classic histograms among the series once more as native ones."""
    from generator.engine.histogram.convert import convert_classic

    floats = [(series.labels, _float_samples(series.values, command.step)) for series in command.series]
    for labels, samples in convert_classic(floats):
        times, histograms = [time for time, _ in samples], [histogram for _, histogram in samples]
        storage.append(labels, times, np.zeros(len(times)), histograms=histograms)


def _float_samples(values: Values, step: int) -> list[tuple[int, float]]:
    places = np.flatnonzero(values.kinds == FLOAT)
    return list(zip((places * step).tolist(), values.floats[places].tolist(), strict=True))


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
