"""SLOs: objectives, windows, indicators, and burn rates that can fire when they should and only then."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Problem, error
from generator.model.base import NO_QUERY, Part, described
from generator.model.burn import burn_problems
from generator.model.catalog import Catalog
from generator.model.sli import SLI, Composite, lacks_window
from generator.model.slo import SLO
from generator.model.validate.faults import is_sound
from generator.model.validate.names import label_names
from generator.promql import Expr, to_text, value_type
from generator.promql.rewrite import with_window

_SOME_WINDOW = 300_000


def slos(catalog: Catalog) -> Iterator[Problem]:
    """Every SLO by itself."""
    for slo in catalog.of(SLO):
        yield from _objective(slo)
        if isinstance(slo.sli, SLI):
            yield from indicator_problems(slo, slo.sli)
        yield from label_names(slo, slo.labels, "labels")
        for notice in (slo.page, slo.ticket):
            yield from label_names(slo, getattr(notice, "labels", ()), "labels")
            yield from label_names(slo, getattr(notice, "annotations", ()), "annotations")
        if is_sound(slo) and 0 < slo.objective < 100:
            yield from _window(slo)
            yield from burn_problems(slo)


def _objective(slo: SLO) -> Iterator[Problem]:
    if not 0 < slo.objective < 100:
        message = f"{described(slo)}: objective {slo.objective:g} is not between 0 and 100 percent"
        why = "Write the percentage of good events, such as 99.9; 100 leaves no budget to burn."
        yield error("slo/objective", slo.origin, message, why)
    elif slo.objective < 1:
        message = f"{described(slo)}: objective {slo.objective:g} is below one percent"
        yield error("slo/objective", slo.origin, message, f"Objectives are percentages: {slo.objective * 100:g}?")


def _window(slo: SLO) -> Iterator[Problem]:
    if slo.span.nominal <= 0:
        yield error("slo/window", slo.origin, f"{described(slo)}: the window must be longer than nothing")


def indicator_problems(slo: SLO, sli: SLI) -> Iterator[Problem]:
    """What is wrong with the queries of an indicator: each must give an instant vector over its `$window`."""
    if isinstance(sli, Composite):
        for part in sli.weighted:
            yield from indicator_problems(slo, part.sli)
        return
    for name, query in sli.queries:
        if query is NO_QUERY:
            continue
        if sli.windowed and lacks_window(query):
            message = f"{described(slo)}: {name} has no $window: {to_text(query)}"
            yield error("sli/window", sli.origin, message, "Put [$window] where the range goes.")
        elif not sli.windowed and not lacks_window(query):
            message = (
                f"{described(slo)}: {name} has a $window, which {type(sli).__name__} sets itself: {to_text(query)}"
            )
            yield error("sli/window", sli.origin, message, "Leave the range out.")
        yield from instant_vector_problems(sli, f"{described(slo)}: {name}", query)


def instant_vector_problems(owner: Part, what: str, query: Expr) -> Iterator[Problem]:
    """A range vector, a scalar or a string where an instant vector is needed."""
    found = value_type(with_window(query, _SOME_WINDOW))
    if found == "vector":
        return
    names = {"matrix": "a range vector", "scalar": "a scalar", "string": "a string"}
    hint = "Put it in rate(…) or another function over time." if found == "matrix" else "Query a metric."
    message = f"{what} is {names[found]} where an instant vector is needed: {to_text(query)}"
    yield error("promql/type", owner.origin, message, hint)
