"""Quantiles of unsorted values, with Prometheus' interpolation and its view of NaN as the smallest value."""

from __future__ import annotations

import numpy as np

from generator.engine.arrays import Flags, Floats
from generator.engine.context import Context
from generator.promql.ast import Expr


def quantile_last(values: Floats, present: Flags, quantile: Floats) -> Floats:
    """The `quantile` of the present values along the last axis; NaN where there are none.

    `quantile` broadcasts over the other axes; below 0 it gives -Inf, above 1 +Inf, for NaN NaN.
    """
    nans = (present & np.isnan(values)).sum(axis=-1)
    counts = present.sum(axis=-1)
    ordered = np.sort(np.where(present, values, np.nan), axis=-1)
    fraction = np.clip(np.where(np.isnan(quantile), 0.0, quantile), 0.0, 1.0)
    rank = fraction * np.maximum(counts - 1, 0)
    lower = np.floor(rank)
    weight = rank - lower
    low = lower.astype(np.int64)
    high = np.minimum(low + 1, np.maximum(counts - 1, 0))
    result = _ranked(ordered, nans, low) * (1 - weight) + _ranked(ordered, nans, high) * weight
    result = np.where(quantile < 0, -np.inf, np.where(quantile > 1, np.inf, result))
    return np.where(np.isnan(quantile) | (counts == 0), np.nan, result)


def _ranked(ordered: Floats, nans: np.ndarray, rank: np.ndarray) -> Floats:
    """The value at a rank counted from the NaNs, which `np.sort` puts last."""
    place = np.clip(rank - nans, 0, ordered.shape[-1] - 1)
    found = np.take_along_axis(ordered, place[..., None], axis=-1)[..., 0]
    return np.where(rank < nans, np.nan, found)


def warn_of_quantiles(ctx: Context, quantiles: Floats, node: Expr) -> None:
    """Warn of each number that is no quantile."""
    good = (quantiles >= 0) & (quantiles <= 1)
    if good.all():
        return
    from generator.engine.histogram.notation import format_float
    from generator.engine.histogram.notes import invalid_quantile

    for quantile in np.unique(quantiles[~good]).tolist():
        note = invalid_quantile(format_float(quantile))
        ctx.warn(note.message, node)
