"""When two floats count as equal for promtool."""

from __future__ import annotations

import math


def same_or_next(left: float, right: float) -> bool:
    """Equal, or neighbours among the floats: promtool's `fuzzy_compare`."""
    return left == right or math.nextafter(left, math.inf) == right or math.nextafter(left, -math.inf) == right
