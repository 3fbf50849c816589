"""The notation of test series, as Prometheus' parser reads it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.engine.storage import FLOAT, HISTOGRAM, STALE
from generator.labels import LabelSet
from generator.testing.series import OMITTED, SeriesError, parse_metric, parse_series, parse_values
from generator.testing.text import series_text

NAN = float("nan")


@pytest.mark.parametrize(
    ("text", "floats"),
    [
        ("1 2 3", [1, 2, 3]),
        ("  1\t-2  +3 ", [1, -2, 3]),
        ("1x2", [1, 1, 1]),
        ("0x10", [0] * 11),
        ("1+2x3", [1, 3, 5, 7]),
        ("-1-1x2", [-1, -2, -3]),
        ("1.5e1x1 .5 1e-3", [15, 15, 0.5, 0.001]),
        ("Inf -inf +INF", [np.inf, -np.inf, np.inf]),
        ("Inf+1x1", [np.inf, np.inf]),
        ("nan NaN", [NAN, NAN]),
        ("1 +1x1", [1, 1, 1]),
        ("", []),
    ],
)
def test_floats(text: str, floats: list[float]) -> None:
    values = parse_values(text)
    np.testing.assert_array_equal(values.floats, floats)
    assert values.plain


def test_gaps_stale_markers_and_histograms() -> None:
    values = parse_values("1 _ stale _x2 _x0 {{count:2 sum:3 buckets:[2]}}+{{count:1 sum:1 buckets:[1]}}x1")
    assert values.kinds.tolist() == [FLOAT, OMITTED, STALE, OMITTED, OMITTED, HISTOGRAM, HISTOGRAM]
    assert [values.histograms[place].count for place in (5, 6)] == [2, 3]
    assert not values.hinted


def test_the_hint_of_a_histogram_counts_where_it_is_written() -> None:
    assert parse_values("{{count:1}} {{count:1 counter_reset_hint:gauge}}x1").hinted == {1, 2}


@pytest.mark.parametrize(
    "text",
    ["NaNx3", "Infx1", "1_0", "1+Infx3", "- 1", "1x1.5", "1+1x2y", "1+1x", "stalex2", "1 # no", "{{count:1", "0x1x1"],
)
def test_what_is_no_value_is_refused(text: str) -> None:
    with pytest.raises(SeriesError):
        parse_values(text)


@pytest.mark.parametrize("text", ["0x99999999999", "_x999999999999999999", "1x" + "9" * 6000])
def test_endless_series_are_refused(text: str) -> None:
    with pytest.raises(SeriesError):
        parse_values(text)


def test_no_more_is_made_than_is_wanted() -> None:
    values = parse_values("1x2 0+1x99999999999 {{count:1}}x999999999 _x9 5", limit=6)
    np.testing.assert_array_equal(values.floats, [1, 1, 1, 0, 1, 2])


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.integers(0, 200))
def test_steps_are_added_one_by_one(first: float, step: float, times: int) -> None:
    expected, value = [], first
    for _ in range(times + 1):
        expected.append(value)
        value += step
    sign = "" if str(step).startswith("-") else "+"
    assert parse_values(f"{first}{sign}{step}x{times}").floats.tolist() == expected


@given(st.text(alphabet="01+-x_ .eINnaf{}stl:", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        values = parse_values(text)
    except SeriesError:
        return
    assert len(values.floats) == len(values.kinds)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("up", {"__name__": "up"}),
        ("up{}", {"__name__": "up"}),
        ("up{job=\"a\", instance='b',}", {"__name__": "up", "job": "a", "instance": "b"}),
        ('{__name__="x:y",a=`\\`}', {"__name__": "x:y", "a": "\\"}),
        ('{"a.b", "c.d"="e\\n\\x41\\u00e9"}', {"__name__": "a.b", "c.d": "e\nAé"}),
        ("{}", {}),
        ("", {}),
    ],
)
def test_labels(text: str, labels: dict[str, str]) -> None:
    assert parse_metric(text) == LabelSet(labels)


@pytest.mark.parametrize(
    "text",
    ["up{", "up{job}", 'up{job="a"', 'up{job="a" b="c"}', 'up{a="x", a="x"}', '{"up", __name__="x"}', "up x", "up{=}"],
)
def test_what_are_no_labels_is_refused(text: str) -> None:
    with pytest.raises(SeriesError):
        parse_metric(text)


def test_a_space_parts_series_and_values() -> None:
    assert parse_series('a{b="c"} 1 2').labels == LabelSet({"__name__": "a", "b": "c"})
    with pytest.raises(SeriesError):
        parse_series('a{b="c"}1')


PRINTED = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=4) | st.sampled_from(
    ["a", "a:b"]
)


@given(PRINTED | st.none(), st.dictionaries(PRINTED, PRINTED, max_size=3))
def test_what_is_printed_is_read_back(name: str | None, labels: dict[str, str]) -> None:
    series = LabelSet(labels if name is None else {**labels, "__name__": name})
    assert parse_metric(series_text(series)) == series
    if "\r" not in str(series):
        assert parse_metric(str(series)) == series
