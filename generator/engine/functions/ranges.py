"""How functions of range vectors are applied: run by run, with the result as one vector."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from generator.engine.arrays import Flags, Floats, Integers, Objects, Times
from generator.engine.blocks import Block
from generator.engine.context import Context
from generator.engine.extended import ANCHORED_FUNCTIONS, SMOOTHED_FUNCTIONS
from generator.engine.selectors import Ranges, Run, ranges, reading_of
from generator.engine.storage import FLOAT
from generator.engine.vector import Vector, concatenate, drop_names, forbid_same, prune
from generator.errors import PromQLError
from generator.promql.ast import Call, Expr, MatrixSelector, Reading, Subquery


@dataclass(frozen=True, slots=True)
class Windowed:
    """One call of a range function: its arguments at every step. `parameters` are its scalars, in order."""

    ctx: Context
    call: Call
    times: Times
    ranges: Ranges
    parameters: tuple[Floats, ...]

    @property
    def argument(self) -> Expr:
        """The range vector's node, to which most annotations point."""
        return self.ranges.node


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a function makes of a run: steps × series, or only steps where all series of the run are alike."""

    values: Floats
    present: Flags
    histograms: Objects | None = None


Kernel = Callable[[Windowed, Run], Outcome]


def apply(kernel: Kernel, ctx: Context, call: Call, times: Times, *, keeps_name: bool = False) -> Vector:
    """A function of one range vector (and scalars) at every step."""
    windowed = arguments(ctx, call, times)
    parts = [_part(run, kernel(windowed, run)) for run in windowed.ranges.runs]
    vector = in_order(concatenate(parts, len(times)))
    if keeps_name:
        return vector
    dropped = drop_names(vector, late=ctx.late_names)
    if not ctx.late_names and len(set(dropped.labels)) < len(dropped.labels):
        forbid_same(prune(dropped).labels)
    return dropped


def arguments(ctx: Context, call: Call, times: Times) -> Windowed:
    """The arguments of a range function at every step."""
    parameters: list[Floats] = []
    found: Ranges | None = None
    for argument in call.args:
        if isinstance(argument, MatrixSelector | Subquery):
            _check_reading(call.func, reading_of(argument))
            found = ranges(ctx, argument, times)
        else:
            parameters.append(ctx.scalar(argument, times).values)
    if found is None:
        raise PromQLError(f"expected a range vector in {call}")
    return Windowed(ctx, call, times, found, tuple(parameters))


def _check_reading(function: str, reading: Reading) -> None:
    allowed = {"anchored": ANCHORED_FUNCTIONS, "smoothed": SMOOTHED_FUNCTIONS}.get(reading)
    if allowed is not None and function not in allowed:
        names = ", ".join(allowed)
        raise PromQLError(f"{reading} modifier can only be used with: {names} - not with {function}")


def _part(run: Run, outcome: Outcome) -> Vector:
    shape = (len(run.low), len(run.block.labels))
    values, present = outcome.values, outcome.present
    if values.ndim == 1:
        values = np.broadcast_to(values[:, None], shape)
    if present.ndim == 1:
        present = np.broadcast_to(present[:, None], shape)
    return Vector(run.block.labels, values, present, outcome.histograms, run.block.drops_name)


def in_order(vector: Vector) -> Vector:
    """The same with its series in the order of their labels."""
    labels = vector.labels
    order = sorted(range(len(labels)), key=lambda column: labels[column].pairs)
    return vector if order == [*range(len(labels))] else vector.columns(order)


def lengths(run: Run) -> Integers:
    """How many samples each window has."""
    return run.high - run.low


def on_floats(kernel: Kernel) -> Kernel:
    """The kernel for runs that may hold histograms, which it is not shown.

    The user is told of histograms in ranges that hold floats, too.
    """

    def ignoring(windowed: Windowed, run: Run) -> Outcome:
        if run.block.kinds is None:
            return kernel(windowed, run)
        floats = _only_floats(windowed, run, run.block.kinds == FLOAT)
        if not len(floats.block.times):
            return Outcome(np.zeros(len(run.low)), np.zeros(len(run.low), np.bool_))
        return kernel(windowed, floats)

    return ignoring


def _only_floats(windowed: Windowed, run: Run, floats: Flags) -> Run:
    block = run.block
    running = np.concatenate([[0], floats.cumsum()])
    low, high = running[run.low], running[run.high]
    mixed = (high > low) & (high - low < lengths(run))
    if mixed.any():
        from generator.engine.histogram.notes import ignored_in_range

        note = ignored_in_range(block.labels[0].metric)
        # Prometheus points at the first argument, which is a number in quantile_over_time.
        windowed.ctx.info(note.message, windowed.call.args[0])
    kept = Block(block.labels, block.times[floats], block.values[floats], drops_name=block.drops_name)
    return Run(kept, low, high)
