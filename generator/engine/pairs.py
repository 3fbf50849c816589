"""Arithmetic in twice the precision: unevaluated pairs of floats (T. J. Dekker, 1971; D. E. Knuth).

Sums over windows are differences of running sums. In plain floats such differences lose all accuracy once the running
sum is large beside the window; as pairs they keep about 30 digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from generator.engine.arrays import Floats, Integers

_HALF_ULP: Final = 2.0**-53
_SPLITTER: Final = 2.0**27 + 1


@dataclass(frozen=True, slots=True)
class Pairs:
    """Sums `high + low` of windows × series, each certain to `uncertainty` (per series); `exact` ones have no low."""

    high: Floats
    low: Floats
    uncertainty: Floats
    exact: bool = False


def window_pairs(values: Floats, low: Integers, high: Integers) -> Pairs | None:
    """Sums of finite values over rows `low` up to `high`, or None where a running sum overflows.

    The rounding error of every addition is recovered (two-sum) and added up apart, which is Neumaier's summation done
    for all rows at once.
    """
    running = np.zeros((len(values) + 1, values.shape[1]))
    values.cumsum(axis=0, out=running[1:])
    if not np.isfinite(running[-1]).all():
        return None
    before, after = running[:-1], running[1:]
    gained = after - before
    errors = (before - (after - gained)) + (values - gained)
    top, bottom = running.take(high, axis=0), running.take(low, axis=0)
    plain = top - bottom
    lost = difference_error(top, bottom, plain)
    if not errors.any():
        return Pairs(plain, lost, np.zeros(values.shape[1]), exact=not lost.any())
    correction = np.zeros_like(running)
    errors.cumsum(axis=0, out=correction[1:])
    lost += correction.take(high, axis=0) - correction.take(low, axis=0)
    return Pairs(plain, lost, len(values) * _HALF_ULP * np.abs(correction).max(axis=0))


def difference_error(left: Floats, right: Floats, difference: Floats) -> Floats:
    """By how much `left - right` exceeds its rounded value `difference`."""
    virtual = left - difference
    error: Floats = (left - (difference + virtual)) + (virtual - right)
    return error


def product_error(left: Floats, right: Floats, product: Floats) -> Floats:
    """By how much `left * right` exceeds its rounded value `product`."""
    left_high, left_low = _split(left)
    right_high, right_low = _split(right)
    error: Floats = left_low * right_low - (
        ((product - left_high * right_high) - left_low * right_high) - left_high * right_low
    )
    return error


def _split(value: Floats) -> tuple[Floats, Floats]:
    scaled = value * _SPLITTER
    high = scaled - (scaled - value)
    return high, value - high


def multiplied(left: Pairs, right: Pairs) -> tuple[Floats, Floats]:
    """The product of two sums."""
    product = left.high * right.high
    low = product_error(left.high, right.high, product) + (left.high * right.low + left.low * right.high)
    return product, low


def scaled(pairs: Pairs, factor: Floats) -> tuple[Floats, Floats]:
    """A sum times whole numbers."""
    product = pairs.high * factor
    return product, product_error(pairs.high, factor, product) + pairs.low * factor


def window_products(left: Floats, right: Floats, low: Integers, high: Integers) -> Pairs | None:
    """Sums of `left * right` over windows, with the rounding of the products made good."""
    product = left * right
    sums = window_pairs(product, low, high)
    rest = window_pairs(product_error(left, right, product), low, high)
    if sums is None or rest is None:
        return None
    return Pairs(sums.high, sums.low + (rest.high + rest.low), sums.uncertainty + rest.uncertainty)


def co_moment(count: Floats, product: Pairs, left: Pairs, right: Pairs) -> Floats:
    """`n Σxy - Σx Σy`: n² times the covariance."""
    first, first_low = scaled(product, count)
    second, second_low = multiplied(left, right)
    difference = first - second
    result: Floats = difference + (difference_error(first, second, difference) + (first_low - second_low))
    return result
