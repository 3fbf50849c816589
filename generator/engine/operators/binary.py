"""Binary operators: which kinds of operands meet, and what becomes of their labels."""

from __future__ import annotations

import numpy as np

from generator.engine.arrays import Times
from generator.engine.context import Context
from generator.engine.operators.cells import ARITHMETIC, COMPARISON, Operand, operate
from generator.engine.operators.matching import match_vectors
from generator.engine.operators.sets import combine_sets
from generator.engine.vector import Scalar, Value, Vector, drop_names, merge_same
from generator.errors import PromQLError
from generator.promql.ast import Binary
from generator.promql.functions import COMPARISONS, SET_OPERATORS, TRIMS


def evaluate_binary(ctx: Context, node: Binary, times: Times) -> Value:
    """A binary operation at every step."""
    left = ctx.evaluate(ctx, node.left, times)
    right = ctx.evaluate(ctx, node.right, times)
    match left, right:
        case Scalar(), Scalar():
            return _scalars(node, left, right)
        case Vector(), Vector() if node.op in SET_OPERATORS:
            return combine_sets(node, left, right)
        case Vector(), Vector():
            return match_vectors(ctx, node, left, right)
        case Vector(), Scalar():
            return _with_scalar(ctx, node, left, right, swapped=False)
        case Scalar(), Vector():
            return _with_scalar(ctx, node, right, left, swapped=True)
    raise PromQLError(f"operator {node.op} is not for {node.left} and {node.right}")


def _scalars(node: Binary, left: Scalar, right: Scalar) -> Scalar:
    if node.op in COMPARISONS:
        return Scalar(COMPARISON[node.op](left.values, right.values).astype(np.float64))
    return Scalar(ARITHMETIC[node.op](left.values, right.values))


def _with_scalar(ctx: Context, node: Binary, vector: Vector, scalar: Scalar, *, swapped: bool) -> Vector:
    cells = Operand(vector.values, vector.histograms)
    number = Operand(scalar.values[:, None])
    left, right = (number, cells) if swapped else (cells, number)
    done = operate(ctx, node, left, right, vector.present)
    present = vector.present if done.valid is None else vector.present & done.valid
    comparing = node.op in COMPARISONS
    if comparing and node.return_bool:
        kept = done.keep if done.keep is not None else np.ones_like(present)
        result = Vector(vector.labels, kept.astype(np.float64), present)
    elif comparing:
        # What is compared stays itself, on whichever side it stands.
        present = present if done.keep is None else present & done.keep
        result = Vector(vector.labels, vector.values, present, vector.histograms, vector.drops_name)
    else:
        result = Vector(vector.labels, done.values, present, done.histograms, vector.drops_name)
    if (comparing and not node.return_bool) or node.op in TRIMS:
        return result
    return merge_same(drop_names(result, late=ctx.late_names))
