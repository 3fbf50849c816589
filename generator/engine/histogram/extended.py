"""Native histograms in anchored and smoothed ranges: interpolation, and changes from end to end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from generator.engine.extended import Bounds
from generator.engine.histogram.algebra import add, as_gauge, compact, divide, multiply, subtract
from generator.engine.histogram.rate import Change, Tally
from generator.engine.histogram.reset import detect_reset
from generator.engine.histogram.value import Histogram

Histograms = Sequence[Histogram]


def extended_change(
    bounds: Bounds, times: Sequence[int], histograms: Histograms, metric: str, *, is_counter: bool, is_rate: bool
) -> Change | None:
    """`rate` (`is_counter` and `is_rate`), `increase` (`is_counter`) or `delta`; None where there is no sample."""
    found = bounds.ends(times)
    if found is None:
        return None
    first, last = found
    tally = Tally(metric)
    if any(histogram.is_custom != histograms[first].is_custom for histogram in histograms[first : last + 1]):
        tally.mixed()
        return Change(None, tally.notes())
    if is_counter:
        tally.check_kind(histograms[first : last + 1], True)
    change = _change(tally, bounds, times, histograms, found, is_counter=is_counter)
    if change is None:
        return Change(None, tally.notes())
    if is_rate:
        change = divide(change, (bounds.end - bounds.start) / 1000)
    return Change(compact(as_gauge(change)), tally.notes())


def _change(
    tally: Tally,
    bounds: Bounds,
    times: Sequence[int],
    histograms: Histograms,
    found: tuple[int, int],
    *,
    is_counter: bool,
) -> Histogram | None:
    first, last = found
    start: Histogram | None = histograms[first]
    end: Histogram | None = histograms[last]
    before_start = bounds.smoothed and times[first] < bounds.start
    if before_start:
        start = interpolated(tally, times[first:], histograms[first:], bounds.start, counter=is_counter)
    if bounds.smoothed and last > 0 and times[last] > bounds.end:
        end = interpolated(tally, times[last - 1 :], histograms[last - 1 :], bounds.end, counter=is_counter)
    if start is None or end is None:
        return None
    if not is_counter:
        tally.check_kind((start, end), False)
    change = tally.taken(subtract(end, start), "subtraction")
    if not is_counter or change is None:
        return change
    # Where the start was interpolated over a reset, that reset has been taken care of.
    over_reset = before_start and detect_reset(histograms[first + 1], histograms[first])
    passed = histograms[first + 1 : last]
    if over_reset:
        if last == first + 1:
            return change
        start, passed = passed[0], passed[1:]
    if first == last:
        return change
    lost = [was for was, now in pairwise((start, *passed, end)) if detect_reset(now, was)]
    correction = lost[0] if lost else None
    for histogram in lost[1:]:
        correction = None if correction is None else tally.taken(add(correction, histogram), "addition")
        if correction is None:
            return None
    return change if correction is None else tally.taken(add(change, correction), "addition")


def interpolated(
    tally: Tally, times: Sequence[int], histograms: Histograms, at: int, *, counter: bool
) -> Histogram | None:
    """The histogram between the first two samples; a counter that was reset between them began again from nothing."""
    before, after = histograms[:2]
    if at == times[0]:
        return before
    if at == times[1]:
        return after
    fraction = (at - times[0]) / (times[1] - times[0])
    if counter and detect_reset(after, before):
        return multiply(after, fraction)
    step = tally.taken(subtract(after, before), "subtraction")
    return None if step is None else tally.taken(add(multiply(step, fraction), before), "addition")
