"""What a PromQL function is to the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from generator.engine.arrays import Times
from generator.engine.context import Context
from generator.engine.vector import Value
from generator.promql.ast import Call

Evaluator = Callable[[Context, Call, Times], Value]
"""The value of a call at every step. It gets the call, so that each function sees its own arguments."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function by its PromQL name."""

    name: str
    evaluate: Evaluator
