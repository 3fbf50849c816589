"""Binary operators on cells: floats as whole arrays, histograms one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from generator.engine.arrays import Flags, Floats, Objects
from generator.engine.context import Context
from generator.engine.histogram import algebra
from generator.engine.histogram.compare import histograms_equal
from generator.engine.histogram.value import Histogram
from generator.engine.vector import holds
from generator.promql.ast import Binary
from generator.promql.functions import COMPARISONS, TRIMS


def _power(base: Floats, exponent: Floats) -> Floats:
    """IEEE 754's pow. NumPy takes square roots instead where all exponents are 0.5, which differs for -Inf and -0."""
    powers: Floats = np.power(base, exponent)
    if (exponent == 0.5).any():
        powers = np.where((exponent == 0.5) & np.isneginf(base), np.inf, powers) + 0.0
    return powers


ARITHMETIC: Final[dict[str, Callable[..., Any]]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "%": np.fmod,
    "^": _power,
    "atan2": np.arctan2,
}
COMPARISON: Final[dict[str, Callable[..., Any]]] = {
    "==": np.equal,
    "!=": np.not_equal,
    ">": np.greater,
    "<": np.less,
    ">=": np.greater_equal,
    "<=": np.less_equal,
}


@dataclass(frozen=True, slots=True)
class Operand:
    """One side of an operation: floats, and histograms where there are any (None cells are floats)."""

    values: Floats
    histograms: Objects | None = None


@dataclass(frozen=True, slots=True)
class Cells:
    """The outcome of an operation, cell by cell.

    `keep` is false where a comparison does not hold (None: it does everywhere); `valid` is false where the types of
    the operands do not go together (None: they do everywhere).
    """

    values: Floats
    histograms: Objects | None = None
    keep: Flags | None = None
    valid: Flags | None = None


def operate(ctx: Context, node: Binary, left: Operand, right: Operand, present: Flags) -> Cells:
    """`left op right` for arrays of one shape. `present` tells which cells matter."""
    if left.histograms is not None or right.histograms is not None or node.op in TRIMS:
        return _mixed(ctx, node, left, right, present)
    return _floats(node.op, left.values, right.values)


def _floats(op: str, left: Floats, right: Floats) -> Cells:
    if op in COMPARISONS:
        return Cells(left, keep=COMPARISON[op](left, right))
    return Cells(ARITHMETIC[op](left, right))


def _mixed(ctx: Context, node: Binary, left: Operand, right: Operand, present: Flags) -> Cells:
    floats = np.broadcast_arrays(left.values, right.values)
    base = Cells(floats[0]) if node.op in TRIMS else _floats(node.op, *floats)
    shape = base.values.shape
    values = base.values.copy()
    keep = np.ones(shape, np.bool_) if base.keep is None else base.keep.copy()
    valid = np.ones(shape, np.bool_)
    cells = np.full(shape, None, object)
    left_cells, right_cells = _cells_of(left, shape), _cells_of(right, shape)
    apart = present if node.op in TRIMS else present & (holds(left_cells) | holds(right_cells))
    for place in zip(*np.nonzero(apart), strict=True):
        one = left_cells[place] if left_cells[place] is not None else float(np.broadcast_to(left.values, shape)[place])
        two = right_cells[place]
        if two is None:
            two = float(np.broadcast_to(right.values, shape)[place])
        result = _one(ctx, node, one, two)
        if result is None:
            valid[place] = False
            continue
        cells[place], keep[place] = result
        values[place] = 0.0
    return Cells(values, cells, keep, valid)


def _cells_of(operand: Operand, shape: tuple[int, ...]) -> Objects:
    if operand.histograms is None:
        return np.broadcast_to(np.full((1,) * len(shape), None, object), shape)
    return np.broadcast_to(operand.histograms, shape)


def _one(
    ctx: Context, node: Binary, left: Histogram | float, right: Histogram | float
) -> tuple[Histogram, bool] | None:
    """A histogram, and whether a comparison holds; None where the operands do not go together."""
    op = node.op
    if isinstance(left, Histogram) and isinstance(right, Histogram):
        if op in ("+", "-"):
            return _combined(ctx, node, left, right)
        if op in ("==", "!="):
            return left, histograms_equal(left, right) == (op == "==")
    elif isinstance(left, Histogram) and op in ("*", "/") and isinstance(right, float):
        scale = algebra.multiply if op == "*" else algebra.divide
        return algebra.compact(scale(left, right)), True
    elif isinstance(left, Histogram) and op in TRIMS and isinstance(right, float):
        from generator.engine.histogram.trim import trim

        return trim(left, right, keep_below=op == "</"), True
    elif isinstance(right, Histogram) and op == "*" and isinstance(left, float):
        return algebra.compact(algebra.multiply(right, left)), True
    kinds = ["histogram" if isinstance(side, Histogram) else "float" for side in (left, right)]
    ctx.info(f'incompatible sample types encountered for binary operator "{op}": {kinds[0]} {op} {kinds[1]}', node)
    return None


def _combined(ctx: Context, node: Binary, left: Histogram, right: Histogram) -> tuple[Histogram, bool] | None:
    adding = node.op == "+"
    word = "addition" if adding else "subtraction"
    outcome = algebra.add(left, right) if adding else algebra.subtract(left, right)
    if outcome is None:
        ctx.warn(f"incompatible bucket layout encountered for binary operator {node.op}", node)
        return None
    if outcome.bounds_reconciled:
        ctx.info(f"mismatched custom buckets were reconciled during {word}", node)
    if outcome.reset_collision:
        # Prometheus takes the warning for an error here and drops the result.
        ctx.warn(f"conflicting counter resets during histogram {word}", node)
        return None
    result = outcome.histogram if adding else algebra.as_gauge(outcome.histogram)
    return algebra.compact(result), True
