"""Several indicators as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import ClassVar

from generator.model.base import (
    Part,
    expect,
    fault,
    keep,
    normalise_tuples,
)
from generator.model.sli.base import SLI, ZERO
from generator.promql.ast import Expr
from generator.promql.build import aggregate, binary, number


@dataclass(frozen=True, slots=True)
class Weighted(Part):
    """One part of a composite. weight: its share in relation to the others, above 0."""

    sli: SLI
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Composite(SLI):
    """Several indicators as one: the weighted mean of their error ratios at each moment.

    parts: indicators, `Weighted(sli, weight)`, or a mapping of indicator to weight. When one of them has nothing to
    read, so has the composite, and the absence alert says so.
    """

    counted: ClassVar[bool] = False
    windowed: ClassVar[bool] = False

    parts: Sequence[SLI | Weighted] | Mapping[SLI, float]

    def __post_init__(self) -> None:
        if isinstance(self.parts, Mapping):
            keep(self, "parts", tuple(Weighted(sli, weight) for sli, weight in self.parts.items()))
        normalise_tuples(self, "parts")
        made = tuple(Weighted(part) if isinstance(part, SLI) else part for part in self.parts)
        keep(self, "parts", made)
        expect(self, "parts", Weighted)
        for part in self.weighted:
            if not isinstance(part.sli, SLI) or not part.weight > 0:
                fault(self, "sli/composite", f"Composite: needs indicators with weights above 0, got {part!r}")
        if not self.weighted:
            fault(self, "sli/composite", "Composite: needs at least one indicator")
        keep(self, "faults", (*self.faults, *(p for part in self.weighted for p in part.sli.faults)))

    @property
    def weighted(self) -> tuple[Weighted, ...]:
        """The parts that can be used."""
        return tuple(part for part in self.parts if isinstance(part, Weighted) and isinstance(part.sli, SLI))

    @property
    def straight(self) -> int:
        """As far as each of its parts goes."""
        return min((part.sli.straight for part in self.weighted), default=0)

    def error_rate(self, window: int) -> Expr:
        terms = [
            binary("*", number(part.weight), part.sli.error_ratio(window))
            if part.weight != 1
            else part.sli.error_ratio(window)
            for part in self.weighted
        ]
        total = sum(part.weight for part in self.weighted)
        return binary("/", reduce(lambda left, right: binary("+", left, right), terms), number(total))

    def total_rate(self, window: int) -> Expr:
        return binary("+", binary("*", self.error_rate(window), ZERO), number(1))

    def error_ratio(self, window: int) -> Expr:
        return self.error_rate(window)

    @property
    def queries(self) -> tuple[tuple[str, Expr], ...]:
        return tuple(query for part in self.weighted if part.sli.windowed for query in part.sli.queries)

    @property
    def signal(self) -> Expr:
        first, *others = (part.sli.signal for part in self.weighted)
        return reduce(
            lambda left, right: binary("and", aggregate("count", left), aggregate("count", right)),
            others,
            first,
        )
