"""Floating point as IEEE 754 has it: division that never raises, and compensated sums."""

from __future__ import annotations

import math


def quotient(dividend: float, divisor: float) -> float:
    """`dividend / divisor`, where division by zero gives an infinity, and 0/0 NaN."""
    if divisor != 0:
        return dividend / divisor
    if dividend == 0 or math.isnan(dividend):
        return math.nan
    return math.copysign(math.inf, dividend) * math.copysign(1.0, divisor)


def increment(value: float, total: float, compensation: float) -> tuple[float, float]:
    """One step of Kahan's summation in Neumaier's form: the new total, and what it still lacks.

    Once the total is infinite there is nothing to compensate.
    """
    raised = total + value
    if math.isinf(raised):
        return raised, 0.0
    if abs(total) >= abs(value):
        return raised, compensation + ((total - raised) + value)
    return raised, compensation + ((value - raised) + total)
