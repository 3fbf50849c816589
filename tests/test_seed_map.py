"""`docs/seed-map.md`: each line of the operations guide has definitions, rendered files and tests, and a page of it."""

from __future__ import annotations

import re
from functools import cache

import pytest

from generator.model.route import Route
from generator.model.rule import RuleGroup
from generator.pipeline import compile_project
from scripts.seed_map.__main__ import PAGE, traced
from scripts.seed_map.page import page
from scripts.seed_map.rows import ROWS, Row, row_of
from scripts.seed_map.trace import Traced
from tests.conftest import ROOT, compare

LINK = re.compile(r"\]\(\.\./([^)]+)\)")


@cache
def rows() -> tuple[Traced, ...]:
    """The lines, as they are."""
    return tuple(traced())


def test_lines_are_numbered_and_name_each_place_once() -> None:
    assert [row.number for row in ROWS] == list(range(1, len(ROWS) + 1))
    places = [place for row in ROWS for place in row.places]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.number))
def test_each_line_has_definitions_rendered_files_and_tests(row: Row) -> None:
    (found,) = [one for one in rows() if one.row is row]
    assert found.lacks == []


def test_definitions_name_places_that_the_guide_has() -> None:
    catalog = compile_project([ROOT / "alerts", ROOT / "dashboards"], base=ROOT).catalog
    held = {id(child) for route in catalog.of(Route) for child in route.routes}
    grouped = [rule for group in catalog.of(RuleGroup) for rule in group.rules]
    items = [item for item in (*catalog, *grouped) if id(item) not in held]
    assert [(item.origin, place) for item in items for place in item.places if row_of(place) is None] == []
    assert [item.origin for item in items if not item.places] == []


def test_the_page_is_current(update: bool) -> None:
    compare(PAGE, page(rows()), update)


def test_the_page_leads_to_files_that_exist() -> None:
    led = set(LINK.findall(page(rows())))
    assert [path for path in led if not path.startswith("rendered/") and not (ROOT / path).is_file()] == []


def test_a_line_that_lacks_something_is_told() -> None:
    row = Row(1, ("§1 x",), "x")
    assert Traced(row).lacks == ["definitions", "rendered files", "tests"]
    assert Traced(row, {"a.py": ["a"]}, {"a.yml": None}).lacks == ["tests"]
    assert Traced(Row(1, ("§1 x",), "x", later="No.")).lacks == []
