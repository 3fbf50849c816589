"""Start timestamps of samples: since when a counter has been counting; experimental upstream.

A start is milliseconds since 1970, 0 where it is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise


def resets(starts: Sequence[int], times: Sequence[int]) -> list[bool]:
    """For each sample but the first whether its start says that the counter began anew."""
    return [_is_reset(was, now) for was, now in pairwise(zip(starts, times, strict=True))]


def _is_reset(was: tuple[int, int], now: tuple[int, int]) -> bool:
    """Whether a counter began anew between two samples, each given by its start and time.

    A start at the time of the sample before is one of a delta, which begins anew with each sample, unless the start
    of that one is not known.
    """
    (start_was, time_was), (start, time) = was, now
    if start == 0 or start >= time or start < time_was:
        return False
    return start > time_was or (start_was != 0 and start_was < time_was)


def overlaps(starts: Sequence[int], times: Sequence[int]) -> bool:
    """Whether some sample's start lies before the sample before it, which does not begin there too."""
    return any(
        now not in (0, was) and now < time for (was, now), time in zip(pairwise(starts), times[:-1], strict=True)
    )


def extrapolation(times: Sequence[int], begun: int, first: float, change: float, bounds: tuple[int, int]) -> float:
    """What a counter's change is to be multiplied with to stand for the whole range (`bounds`, milliseconds).

    `begun` is the first sample's start where that lies in the range, else 0: to the left of it nothing is added.
    `first` is the first sample, a number or a count of observations.
    """
    sampled = (times[-1] - times[0]) / 1000
    interval = sampled / (len(times) - 1) if len(times) > 1 else 0.0
    to_start, to_end = (times[0] - bounds[0]) / 1000, (bounds[1] - times[-1]) / 1000
    if begun:
        sampled, to_start = (times[-1] - begun) / 1000, 0.0
    else:
        to_start = interval / 2 if to_start >= interval * 1.1 else to_start
        if change > 0 and first >= 0:
            to_start = min(to_start, sampled * (first / change))
    to_end = interval / 2 if to_end >= interval * 1.1 else to_end
    return (sampled + to_start + to_end) / sampled if sampled else 1.0
