"""`rate` and its family for native histograms: changes over a range, extrapolated as Prometheus 3 does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from generator.engine.histogram.algebra import (
    Combined,
    add,
    as_gauge,
    compact,
    divide,
    multiply,
    subtract,
)
from generator.engine.histogram.layout import copy_to_schema
from generator.engine.histogram.notes import (
    Note,
    Operation,
    bounds_reconciled,
    mixed_buckets,
    not_a_counter,
    not_a_gauge,
)
from generator.engine.histogram.reset import detect_reset
from generator.engine.histogram.value import Histogram


@dataclass(frozen=True, slots=True)
class Change:
    """What a range function gave: a histogram or, where the samples do not go together, None; and notes."""

    histogram: Histogram | None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """The samples of one series in a range (start, end], at least one. Times are milliseconds."""

    histograms: Sequence[Histogram]
    times: Sequence[int]
    start: int
    end: int
    metric: str = ""


def extrapolated_change(window: Window, *, is_counter: bool, is_rate: bool) -> Change | None:
    """`increase` (`is_counter`), `rate` (and `is_rate`) or `delta` over a window; None for too few samples.

    How far is extrapolated follows the count of observations, as for float counters.
    """
    if len(window.histograms) < 2:
        return None
    tally = Tally(window.metric)
    change = _raw_change(tally, window.histograms, is_counter)
    if change is None:
        return Change(None, tally.notes())
    factor = _extrapolation(window, change, is_counter)
    if is_rate:
        factor /= (window.end - window.start) / 1000
    return Change(multiply(change, factor), tally.notes())


def started_change(histograms: Sequence[Histogram], begun_anew: Sequence[bool], metric: str, *, begun: bool) -> Change:
    """A counter's change over its samples, not extrapolated, where starts tell of resets between them.

    `begun` says that the first sample began in the range, so that it counts as a whole.
    """
    if len(histograms) == 1:
        return Change(histograms[0])
    tally = Tally(metric)
    change = _raw_change(tally, histograms, True, begun_anew)
    if change is not None and begun:
        change = tally.taken(add(change, histograms[0]), "addition")
    return Change(change, tally.notes())


def instant_change(previous: Histogram, current: Histogram, milliseconds: int, metric: str, *, is_rate: bool) -> Change:
    """`irate` (`is_rate`) or `idelta` from one sample to the next, so many milliseconds later."""
    tally = Tally(metric)
    tally.check_kind((previous, current), is_rate)
    change: Histogram | None = current
    if not is_rate or not detect_reset(current, previous):
        change = tally.taken(subtract(current, previous), "subtraction")
    if change is None:
        return Change(None, tally.notes())
    change = compact(as_gauge(change))
    return Change(divide(change, milliseconds / 1000) if is_rate else change, tally.notes())


class Tally:
    """Collects the notes of one calculation, each once."""

    def __init__(self, metric: str) -> None:
        self._metric = metric
        self._notes: dict[Note, None] = {}

    def notes(self) -> tuple[Note, ...]:
        return tuple(self._notes)

    def check_kind(self, histograms: Sequence[Histogram], is_counter: bool) -> None:
        """Note gauges where counters belong, and the other way round."""
        if any((histogram.counter_reset_hint == "gauge") == is_counter for histogram in histograms):
            self._notes[(not_a_counter if is_counter else not_a_gauge)(self._metric)] = None

    def taken(self, combined: Combined | None, operation: Operation) -> Histogram | None:
        """The histogram of an outcome, with its notes taken; None where buckets were of both kinds.

        Conflicting resets are no news here: rates look at resets themselves.
        """
        if combined is None:
            self.mixed()
            return None
        if combined.bounds_reconciled:
            self._notes[bounds_reconciled(operation)] = None
        return combined.histogram

    def mixed(self) -> None:
        self._notes[mixed_buckets(self._metric)] = None


def _raw_change(
    tally: Tally, histograms: Sequence[Histogram], is_counter: bool, begun_anew: Sequence[bool] = ()
) -> Histogram | None:
    """Last minus first and, for counters, plus what there was before each reset; a gauge.

    `begun_anew` tells for each sample but the first whether it is known to follow a reset.
    """
    start, second, last = histograms[0], histograms[1], histograms[-1]
    begun_anew = begun_anew or (False,) * (len(histograms) - 1)
    if is_counter and (begun_anew[0] or detect_reset(second, start)):
        start = Histogram(schema=second.schema, custom_values=second.custom_values)
    looked_at = (start, *histograms[1:]) if is_counter else (start, last)
    if any(histogram.is_custom != start.is_custom for histogram in looked_at):
        if is_counter and last.is_custom != start.is_custom:
            tally.check_kind((histograms[0], last), is_counter)
        tally.mixed()
        return None
    tally.check_kind(histograms if is_counter else (histograms[0], last), is_counter)
    schema = min(histogram.schema for histogram in looked_at)
    change = tally.taken(subtract(copy_to_schema(last, schema), start), "subtraction")
    if is_counter:
        for lost in _lost_at_resets((start, *histograms[1:]), begun_anew):
            change = None if change is None else tally.taken(add(change, lost), "addition")
    return None if change is None else compact(as_gauge(change))


def _lost_at_resets(histograms: Sequence[Histogram], begun_anew: Sequence[bool]) -> Iterator[Histogram]:
    pairs = zip(pairwise(histograms), begun_anew, strict=True)
    return (was for (was, now), anew in pairs if anew or detect_reset(now, was))


def _extrapolation(window: Window, change: Histogram, is_counter: bool) -> float:
    """What the change between first and last sample is to be multiplied with to stand for the whole range."""
    first_time, last_time = window.times[0], window.times[-1]
    sampled = (last_time - first_time) / 1000
    average = sampled / (len(window.times) - 1)
    to_start, to_end = (first_time - window.start) / 1000, (window.end - last_time) / 1000
    if to_start >= average * 1.1:
        to_start = average / 2
    if is_counter and change.count > 0 and window.histograms[0].count >= 0:
        to_start = min(to_start, sampled * (window.histograms[0].count / change.count))
    if to_end >= average * 1.1:
        to_end = average / 2
    return (sampled + to_start + to_end) / sampled
