"""What a PromQL function is to the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from generator.engine.arrays import Times
from generator.engine.context import Context
from generator.engine.vector import Value
from generator.promql.ast import Call


@dataclass(frozen=True, slots=True)
class Function:
    """A function by its PromQL name. `evaluate` gets the call, so that each sees its own arguments."""

    name: str
    evaluate: Callable[[Context, Call, Times], Value]
