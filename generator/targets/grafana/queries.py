"""The queries of a panel: letters, data sources, and PromQL that parses."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, product
from string import ascii_uppercase
from typing import Any, Final

from generator.errors import PromQLError
from generator.targets.grafana.conform import Findings, conform, definition
from generator.targets.grafana.datasource import reference
from generator.targets.grafana.foreign import Foreign, Object
from generator.targets.grafana.notes import Notes
from generator.targets.grafana.references import check_query

NO_QUERIES: Final = frozenset({"text", "row", "alertlist", "dashlist", "annolist", "news", "canvas"})
"""Panels that live without queries."""


def with_queries(panel: Object, source: Foreign, notes: Notes) -> Object:
    """The panel with its data source and queries as Grafana stores them."""
    for target in source.targets:
        notes.problems += target.faults
    given = [target for target in _listed(panel.pop("targets", None)) if isinstance(target, dict)]
    if panel.get("type") in NO_QUERIES and not given:
        panel.pop("datasource", None)
        return panel
    panel["datasource"] = reference(panel.get("datasource"))
    letters = _letters(given)
    panel["targets"] = [_target(target, next(letters), panel["datasource"], notes) for target in given]
    if not given and panel.get("type") not in NO_QUERIES:
        notes.error("no-query", "has no query", "Give the panel targets=[query(…)].")
    return panel


def _target(target: Object, letter: str, source: Object, notes: Notes) -> Object:
    own = target.get("datasource")
    target["datasource"] = reference(own) if own else dict(source)
    target["refId"] = letter
    kind, expr = target["datasource"].get("type"), target.get("expr")
    if not isinstance(expr, str) or kind not in ("prometheus", None):
        return target
    try:
        check_query(expr)
    except PromQLError as reason:
        if kind is None:  # a source that is known by name only may have a language of its own
            return target
        notes.error("promql", f"query {letter} does not parse: {reason}")
    return _prometheus(target)


def _prometheus(target: Object) -> Object:
    instant = bool(target.get("instant"))
    target |= {
        "editorMode": target.get("editorMode") or "code",
        "format": target.get("format") or "time_series",
        "instant": instant,
        "legendFormat": target.get("legendFormat") or "__auto",
        "range": bool(target.get("range")) or not instant,
    }
    for key in ("interval", "intervalFactor", "step", "hide", "exemplar"):
        if not target.get(key) or key in ("intervalFactor", "step"):
            target.pop(key, None)
    made: Object = conform(target, definition("PrometheusQuery"), "target", Findings())
    return made


def _letters(given: list[Object]) -> Iterator[str]:
    """A letter for each query: its own unless it has none or another query has it already."""
    taken = {target.get("refId") for target in given}
    free = (name for name in _alphabet() if name not in taken)
    seen: set[Any] = set()
    for target in given:
        letter = target.get("refId")
        if not isinstance(letter, str) or not letter or letter in seen:
            letter = next(free)
        seen.add(letter)
        yield letter


def _alphabet() -> Iterator[str]:
    return chain(ascii_uppercase, ("".join(pair) for pair in product(ascii_uppercase, repeat=2)))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
