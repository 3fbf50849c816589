"""Properties of the grid: whatever the sizes, nothing overlaps, nothing leaves it, order is kept."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from generator.targets.grafana.layout import COLUMNS, Place, Size, placed

KINDS = ("timeseries", "stat", "gauge", "table", "text", "heatmap", "something-else")
sizes = st.builds(
    Size,
    st.sampled_from(KINDS),
    st.none() | st.integers(1, COLUMNS),
    st.none() | st.integers(1, 20),
)


def cells(place: Place) -> set[tuple[int, int]]:
    return {(x, y) for x in range(place.x, place.x + place.w) for y in range(place.y, place.y + place.h)}


@given(st.lists(sizes, max_size=25), st.integers(0, 50))
def test_panels_stand_side_by_side_on_the_grid(wanted: list[Size], top: int) -> None:
    places, bottom = placed(wanted, top)
    assert len(places) == len(wanted)
    taken: set[tuple[int, int]] = set()
    for place in places:
        assert place.x >= 0
        assert place.x + place.w <= COLUMNS
        assert top <= place.y < place.y + place.h <= bottom
        assert not taken & cells(place)
        taken |= cells(place)


@given(st.lists(sizes, min_size=1, max_size=25))
def test_panels_are_read_in_the_order_they_were_written(wanted: list[Size]) -> None:
    places, _ = placed(wanted, 0)
    corners = [(place.y, place.x) for place in places]
    assert corners == sorted(corners)


@given(st.lists(sizes, max_size=25))
def test_authors_get_the_sizes_they_ask_for(wanted: list[Size]) -> None:
    for size, place in zip(wanted, placed(wanted, 0)[0], strict=True):
        assert size.width in (None, place.w)
        assert size.height in (None, place.h)


@given(st.sampled_from(KINDS), st.integers(1, 30))
def test_equal_panels_fill_their_lines(kind: str, count: int) -> None:
    places, _ = placed([Size(kind)] * count, 0)
    lines = [[place for place in places if place.y == y] for y in sorted({place.y for place in places})]
    assert max(map(len, lines)) - min(map(len, lines)) <= 1
    full = min(COLUMNS, 2 * Size(kind).wide * len(lines[0]))
    assert sum(place.w for place in lines[0]) == full


def test_unlike_panels_share_a_line_that_they_fill() -> None:
    """A number between two graphs is as high as they are, and nothing is left blank."""
    places, bottom = placed([Size("timeseries"), Size("stat"), Size("timeseries")], 1)
    assert [(place.x, place.y, place.w, place.h) for place in places] == [(0, 1, 10, 8), (10, 1, 5, 8), (15, 1, 9, 8)]
    assert bottom == 9


def test_a_height_of_its_own_keeps_a_panel_apart() -> None:
    places, _ = placed([Size("timeseries", height=16), Size("stat")], 0)
    assert [(place.y, place.h) for place in places] == [(0, 16), (16, 4)]


@given(st.lists(sizes, max_size=12), st.integers(0, 30), st.integers(1, 30))
def test_rows_above_only_push_down(wanted: list[Size], top: int, further: int) -> None:
    here, bottom = placed(wanted, top)
    there, lower = placed(wanted, top + further)
    assert lower == bottom + further
    assert [(place.x, place.y + further, place.w, place.h) for place in here] == [
        (place.x, place.y, place.w, place.h) for place in there
    ]
