"""rate, increase, delta, irate and idelta."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np

from generator.engine.arrays import Flags, Times
from generator.engine.context import Context
from generator.engine.functions.float_rates import extrapolated_floats, instant_floats
from generator.engine.functions.ranges import Kernel, Outcome, Windowed, apply
from generator.engine.functions.registry import Function
from generator.engine.selectors import Run, reading_of
from generator.engine.vector import Vector
from generator.promql.ast import Call

_COUNTER_SUFFIXES: Final = ("_total", "_sum", "_count", "_bucket")


def _extrapolated(windowed: Windowed, run: Run, *, counter: bool, per_second: bool) -> Outcome:
    if reading_of(windowed.ranges.node):
        from generator.engine.functions.extended_rates import extended_rates

        return extended_rates(windowed, run, counter=counter, per_second=per_second)
    if run.block.kinds is None:
        outcome = extrapolated_floats(windowed, run, counter=counter, per_second=per_second)
    else:
        from generator.engine.functions.histogram_rates import extrapolated_histograms

        outcome = extrapolated_histograms(windowed, run, counter=counter, per_second=per_second)
    if not counter or not windowed.ctx.storage.starts:
        return outcome
    from generator.engine.functions.started_rates import with_started_rates

    return with_started_rates(windowed, run, outcome, per_second=per_second)


def _instant(windowed: Windowed, run: Run, *, rate: bool) -> Outcome:
    if run.block.kinds is None:
        outcome = instant_floats(windowed, run, rate=rate)
    else:
        from generator.engine.functions.histogram_rates import instant_histograms

        outcome = instant_histograms(windowed, run, rate=rate)
    if not rate or not windowed.ctx.storage.starts:
        return outcome
    from generator.engine.functions.started_rates import with_started_instant_rates

    return with_started_instant_rates(windowed, run, outcome)


def _evaluate(kernel: Kernel, ctx: Context, call: Call, times: Times, *, checks_name: bool = False) -> Vector:
    def observed(windowed: Windowed, run: Run) -> Outcome:
        outcome = kernel(windowed, run)
        _mention_non_counters(windowed, run, outcome)
        return outcome

    return apply(observed if checks_name else kernel, ctx, call, times)


def _mention_non_counters(windowed: Windowed, run: Run, outcome: Outcome) -> None:
    """An info for names that do not look like a counter's, where some float came out."""
    for column, labels in enumerate(run.block.labels):
        name = labels.metric
        if name and not name.endswith(_COUNTER_SUFFIXES) and _gives_float(outcome, column):
            windowed.ctx.info(
                f'metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "{name}"',
                windowed.argument,
            )


def _gives_float(outcome: Outcome, column: int) -> bool:
    present: Flags = outcome.present if outcome.present.ndim == 1 else outcome.present[:, column]
    if outcome.histograms is None:
        return bool(present.any())
    return any(outcome.histograms[step, column] is None for step in np.flatnonzero(present))


def _function(name: str, kernel: Kernel, *, checks_name: bool = False) -> Function:
    return Function(name, partial(_evaluate, kernel, checks_name=checks_name))


FUNCTIONS: Final = (
    _function("rate", partial(_extrapolated, counter=True, per_second=True), checks_name=True),
    _function("increase", partial(_extrapolated, counter=True, per_second=False), checks_name=True),
    _function("delta", partial(_extrapolated, counter=False, per_second=False)),
    _function("irate", partial(_instant, rate=True)),
    _function("idelta", partial(_instant, rate=False)),
)
