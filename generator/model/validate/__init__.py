"""Everything that is wrong with a catalog, found in one pass. A check is a function here and a line in `CHECKS`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from generator.diagnostics import Problem, in_order
from generator.model.catalog import Catalog
from generator.model.routing import routing_problems
from generator.model.validate.escalations import escalations
from generator.model.validate.faults import faults
from generator.model.validate.names import duplicate_names, names
from generator.model.validate.references import references
from generator.model.validate.rules import rules
from generator.model.validate.settings import settings
from generator.model.validate.slos import slos

CHECKS: tuple[Callable[[Catalog], Iterable[Problem]], ...] = (
    faults,
    names,
    duplicate_names,
    references,
    slos,
    rules,
    settings,
    routing_problems,
    escalations,
)


def validate(catalog: Catalog) -> list[Problem]:
    """All problems of all checks, by file and line. Checks bear with definitions that have faults already."""
    return in_order(problem for check in CHECKS for problem in check(catalog))
