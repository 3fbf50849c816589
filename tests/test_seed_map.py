"""`docs/seed-map.md`: each line of the operations guide has definitions, rendered files and tests, and a page of it."""

from __future__ import annotations

import re
from functools import cache

import pytest

from generator.model.route import Route
from generator.model.rule import RuleGroup
from generator.pipeline import compile_project
from scripts.seed_map.__main__ import PAGE, traced
from scripts.seed_map.guide import Names, Section, Sentence, sections
from scripts.seed_map.page import page
from scripts.seed_map.rows import ROWS, Row, row_of
from scripts.seed_map.trace import Found, Traced, incidents
from tests.conftest import ROOT, SHARED_DATA, compare

LINK = re.compile(r"\]\(\.\./([^)#]+)(?:#L(\d+))?\)")
GUIDE = SHARED_DATA.parent / "seed" / "operations-guide.md"
SENTENCES = [(section, sentence) for section in sections() for sentence in section.sentences]
# What the guide lists: bullets, lines of tables but for their heads, and lines of the crontab.
LISTED = re.compile(
    r"^ *- (?:\[ \] )?(?P<bullet>.+)|^(?P<row>\| (?!서비스 )\w.+\|)|^(?P<cron>\d \d [\d*] .+)", re.MULTILINE
)


@cache
def found() -> tuple[tuple[Traced, ...], tuple[Found, ...]]:
    """The lines and the panels, as they are."""
    lines, shown = traced()
    return tuple(lines), tuple(shown)


def rows() -> tuple[Traced, ...]:
    """The lines, as they are."""
    return found()[0]


@cache
def written() -> str:
    """The page, as it should be."""
    return page(*found(), incidents(ROOT))


@cache
def names() -> Names:
    """The definitions and panels by name."""
    return Names([*(one for row in rows() for one in row.found), *found()[1]])


@cache
def guide() -> str:
    """The guide itself, where it is at hand."""
    if not GUIDE.is_file():
        pytest.skip("the operations guide is not here: set TOCSIN_SHARED_DATA to the folder beside its own")
    return GUIDE.read_text(encoding="utf-8")


def plain(text: str) -> str:
    """A text on one line."""
    return " ".join(text.split())


def test_lines_are_numbered_and_name_each_place_once() -> None:
    assert [row.number for row in ROWS] == list(range(1, len(ROWS) + 1))
    places = [place for row in ROWS for place in row.places]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.number))
def test_each_line_has_definitions_rendered_files_and_tests(row: Row) -> None:
    (line,) = [one for one in rows() if one.row is row]
    assert line.lacks == []


def test_definitions_name_places_that_the_guide_has() -> None:
    catalog = compile_project([ROOT / "alerts", ROOT / "dashboards"], base=ROOT).catalog
    held = {id(child) for route in catalog.of(Route) for child in route.routes}
    grouped = [rule for group in catalog.of(RuleGroup) for rule in group.rules]
    items = [item for item in (*catalog, *grouped) if id(item) not in held]
    assert [(item.origin, place) for item in items for place in item.places if row_of(place) is None] == []
    assert [item.origin for item in items if not item.places] == []


def test_the_page_is_current(update: bool) -> None:
    compare(PAGE, written(), update)


def test_the_page_leads_to_files_and_lines_that_exist() -> None:
    lengths: dict[str, int] = {}
    for path, line in set(LINK.findall(written())):
        if path not in lengths:
            lengths[path] = len((ROOT / path).read_text(encoding="utf-8").splitlines())
        assert int(line or 1) <= lengths[path], path


@pytest.mark.parametrize(("section", "sentence"), SENTENCES, ids=lambda part: getattr(part, "said", ""))
def test_a_sentence_is_kept_by_definitions_that_exist_or_says_why_not(section: Section, sentence: Sentence) -> None:
    assert row_of(section.place) is not None
    assert [name for name in sentence.by if not names().of(name, section.place)] == []
    assert sentence.by or sentence.decided


@pytest.mark.parametrize(("section", "sentence"), SENTENCES, ids=lambda part: getattr(part, "said", ""))
def test_what_keeps_a_sentence_is_rendered_and_proved(section: Section, sentence: Sentence) -> None:
    kept = [one for name in sentence.by for one in names().of(name, section.place)]
    assert [one.name for one in kept if not one.tests] == []
    assert not kept or any(one.rendered for one in kept)


def test_the_alerts_that_stand_for_a_level_have_it() -> None:
    told = re.compile(r"; (P\d),")
    for section, sentence in SENTENCES:
        if section.heading[1] == "장애 등급 분류":
            kept = [one for name in sentence.by for one in names().of(name, section.place)]
            levels = {found[1] for one in kept if (found := told.search(one.says))}
            assert levels <= {section.heading[-1][:2]}, sentence.said


def test_the_quotations_are_the_guides_own_and_in_its_order() -> None:
    text, place = plain(guide()), 0
    for _, sentence in SENTENCES:
        place = text.find(plain(sentence.said), place)
        assert place >= 0, sentence.said


def test_the_headings_are_the_guides_own() -> None:
    headings = {line.lstrip("# ").strip() for line in guide().splitlines() if line.startswith("#")}
    assert {heading for section in sections() for heading in section.heading} <= headings


def test_nothing_that_the_guide_lists_is_left_out() -> None:
    said = plain("\n".join(sentence.said for _, sentence in SENTENCES))
    listed = [plain(next(filter(None, item.groups()))) for item in LISTED.finditer(guide())]
    assert len(listed) > 80
    assert [item for item in listed if item not in said] == []


def test_incidents_name_places_that_the_guide_has() -> None:
    named = [(incident.name, place) for incident in incidents(ROOT) for place in incident.places]
    assert [pair for pair in named if row_of(pair[1]) is None] == []


def test_of_definitions_of_one_name_those_of_the_place_come_first() -> None:
    schedule, procedure = (Found("daily", f"{stem}.py", 1, (f"§1 {stem}",), "", {}, ()) for stem in "ab")
    assert [one.path for one in Names([schedule, procedure]).of("daily", "§1 b")] == ["b.py"]
    assert [one.path for one in Names([schedule, procedure]).of("daily", "§1 c")] == ["a.py", "b.py"]
    assert Names([schedule]).of("weekly", "§1 a") == ()


def test_a_line_that_lacks_something_is_told() -> None:
    row = Row(1, ("§1 x",), "x")
    assert Traced(row).lacks == ["definitions", "rendered files", "tests"]
    assert Traced(row, [], {"a.py": ["a"]}, {"a.yml": None}).lacks == ["tests"]
    assert Traced(Row(1, ("§1 x",), "x", later="No.")).lacks == []
