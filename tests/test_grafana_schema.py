"""Our walk over Grafana's schema against a whole JSON Schema validator, on dashboards that were spoiled at random."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.targets.grafana.conform import Findings, conform, definition, grafana_schema
from generator.targets.grafana.jsontext import Printer
from tests.conftest import CASES
from tests.grafana_schema import schema_faults, validator

VALID = json.loads((CASES / "grafana" / "grafanalib_panels.json").read_text(encoding="utf-8").partition("\n")[2])
PANELS = [panel for panel in VALID["panels"] if panel["type"] != "row"]
SPOILS: list[Any] = [None, True, 0, 1.5, "", "auto", "list", [], [None], {}, {"type": "value"}, {"color": "red"}]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place inside a JSON value."""
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from places(item, (*path, key))


def spoiled(value: Any, path: tuple[Any, ...], spoil: Any) -> Any:
    """The value with something else at a place, or with a key more beside it."""
    made = copy.deepcopy(value)
    owner = made
    for key in path[:-1]:
        owner = owner[key]
    owner[path[-1]] = spoil
    return made


def test_the_example_is_valid() -> None:
    assert schema_faults(VALID) == []


@given(st.data())
def test_what_passes_is_valid_and_what_is_refused_is_not(data: st.DataObject) -> None:
    panel = data.draw(st.sampled_from(PANELS))
    entry = grafana_schema()["panels"][panel["type"]]
    whole = {"Panel": panel, "Options": panel["options"]}
    name = data.draw(st.sampled_from(sorted(whole)))
    value = whole[name]
    path = data.draw(st.sampled_from(sorted(places(value), key=str)))
    reference = "#/definitions/Panel" if name == "Panel" else entry["options"]["$ref"]
    candidate = spoiled(value, path, data.draw(st.sampled_from(SPOILS)))
    findings = Findings()
    made = conform(candidate, definition(reference.rpartition("/")[2]), "", findings)
    errors = [error.message for error in validator(reference).iter_errors(made)]
    assert bool(findings.misfits) == bool(errors), (findings.misfits, errors)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=20,
)


@given(json_values)
def test_texts_are_those_of_pythons_encoder(value: Any) -> None:
    expected = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    assert Printer().text(value) == expected


@given(st.lists(json_values, max_size=5))
def test_what_was_written_once_is_not_taken_for_something_else(values: list[Any]) -> None:
    printer = Printer()
    for value in [{"options": value, "panels": [{"targets": copy.deepcopy(value)}]} for value in values]:
        assert printer.text(value) == Printer().text(value)
        assert printer.text(value) == Printer().text(copy.deepcopy(value))


@given(st.sampled_from(PANELS), st.text(min_size=1))
def test_keys_that_grafana_does_not_know_go(panel: dict[str, Any], key: str) -> None:
    schema = definition("Panel")
    findings = Findings()
    made = conform({**panel, f"x-{key}": 1}, schema, "", findings)
    assert made == panel
    assert findings.unknown == [f"x-{key}"]
    assert findings.misfits == []


@pytest.mark.parametrize("name", sorted(grafana_schema()["definitions"]))
def test_the_schema_is_structure_only(name: str) -> None:
    known = {"$ref", "additionalProperties", "anyOf", "const", "enum", "items", "properties", "required", "type"}
    for key in _keywords(grafana_schema()["definitions"][name]):
        assert key in known


def _keywords(schema: Any) -> Iterator[str]:
    if isinstance(schema, list):
        for item in schema:
            yield from _keywords(item)
    if not isinstance(schema, dict):
        return
    for key, value in schema.items():
        yield key
        if key == "properties":
            for inner in value.values():
                yield from _keywords(inner)
        elif key in ("items", "anyOf", "additionalProperties"):
            yield from _keywords(value)
