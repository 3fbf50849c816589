"""The functions of PromQL, by name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Final

from generator.engine.functions.registry import Evaluator, Function

FAMILIES: Final = (
    "rates",
    "elementwise",
    "over_time",
    "scalars",
    "absence",
    "labelling",
    "sorting",
    "dates",
    "timestamps",
    "regression",
    "histograms",
    "info",
)
"""Modules that have functions, those that rules use most first: they are imported only when they are come to."""


def functions() -> Iterator[Function]:
    """All functions, family by family."""
    for family in FAMILIES:
        yield from import_module(f"{__name__}.{family}").FUNCTIONS


@cache
def evaluator(name: str) -> Evaluator | None:
    """How a function is evaluated, or None where there is none of this name."""
    return next((function.evaluate for function in functions() if function.name == name), None)


__all__ = ["FAMILIES", "Evaluator", "Function", "evaluator", "functions"]
