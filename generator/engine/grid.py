"""Where moments fall among sample times: by arithmetic on regular grids, by binary search on others."""

from __future__ import annotations

from typing import Final

import numpy as np

from generator.engine.arrays import Integers, Times

# Below this length a binary search is done before regularity would be checked.
_WORTH_CHECKING: Final = 256


def count_through(times: Times, moments: Times) -> Integers:
    """How many of `times` are at or before each moment."""
    interval = regular_interval(times) if min(len(times), len(moments)) >= _WORTH_CHECKING else 0
    if not interval:
        found: Integers = times.searchsorted(moments, side="right")
        return found
    counts: Integers = (moments - (times[0] - interval)) // interval
    return np.clip(counts, 0, len(times), out=counts)


def count_before(times: Times, moments: Times) -> Integers:
    """How many of `times` are before each moment."""
    return count_through(times, moments - 1)


def regular_interval(times: Times) -> int:
    """The spacing of times that are equally spaced, 0 where they are not."""
    if len(times) < 2:
        return 0
    interval = int(times[1] - times[0])
    if int(times[-1] - times[0]) != interval * (len(times) - 1):
        return 0
    return interval if (times[1:] - times[:-1] == interval).all() else 0
