"""The engine's storage: order, growth, kinds of samples, selection."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.engine.histogram.value import Histogram
from generator.engine.matchers import predicate
from generator.engine.storage import FLOAT, HISTOGRAM, STALE, Storage
from generator.errors import PromQLError
from generator.labels import LabelSet
from generator.promql.ast import Matcher

UP = LabelSet({"__name__": "up", "job": "api"})
SAMPLES = st.lists(
    st.one_of(st.none(), st.floats(allow_nan=False), st.builds(Histogram, count=st.just(1.0))), max_size=40
)


def store(samples: list[float | Histogram | None], sizes: list[int]) -> Storage:
    """The samples, one a second, appended in pieces of these sizes; pieces of one as single samples."""
    storage, start = Storage(), 0
    for size in [*sizes, len(samples)]:
        piece = samples[start : start + size]
        if size == 1 and piece:
            storage.append_sample(UP, start * 1000, piece[0])
        else:
            storage.append(
                UP,
                [1000 * (start + place) for place in range(len(piece))],
                [sample if isinstance(sample, float) else 0.0 for sample in piece],
                stale=[sample is None for sample in piece],
                histograms=[sample if isinstance(sample, Histogram) else None for sample in piece],
            )
        start += size
    return storage


@given(SAMPLES, st.lists(st.integers(1, 9), max_size=8))
def test_pieces_give_the_same_as_one_append(samples: list[float | Histogram | None], sizes: list[int]) -> None:
    whole, pieces = store(samples, []).get(UP), store(samples, sizes).get(UP)
    assert whole is not None
    assert pieces is not None
    assert len(whole) == len(pieces) == len(samples)
    assert whole.times.tolist() == pieces.times.tolist()
    assert whole.values.tolist() == pieces.values.tolist()
    kinds = [FLOAT if isinstance(s, float) else STALE if s is None else HISTOGRAM for s in samples]
    for series in (whole, pieces):
        assert (series.kinds.tolist() if series.kinds is not None else [FLOAT] * len(samples)) == kinds
        holds = [] if series.histograms is None else [cell is not None for cell in series.histograms]
        assert holds in ([], [kind == HISTOGRAM for kind in kinds])


@pytest.mark.parametrize("times", [[0, 0], [2, 1], [0, 1, 1]])
def test_samples_ascend_in_time(times: list[int]) -> None:
    with pytest.raises(ValueError, match="ascending order"):
        Storage().append(UP, times, [1.0] * len(times))


def test_samples_follow_those_that_are_there() -> None:
    storage = Storage()
    storage.append(UP, [0, 1], [1.0, 2.0])
    with pytest.raises(ValueError, match="ascending order"):
        storage.append(UP, [1], [3.0])
    with pytest.raises(ValueError, match="ascending order"):
        storage.append_sample(UP, 1, 3.0)


def test_series_that_share_arrays_do_not_disturb_each_other() -> None:
    storage, times = Storage(), np.array([0, 1000])
    down = LabelSet({"__name__": "down"})
    storage.append(UP, times, np.array([1.0, 2.0]))
    storage.append(down, times, np.array([3.0, 4.0]))
    storage.append_sample(UP, 2000, 9.0)
    series = storage.get(down)
    assert series is not None
    assert series.times.tolist() == [0, 1000]
    assert series.values.tolist() == [3.0, 4.0]


def test_selection_sees_series_that_come_later() -> None:
    storage, matchers = Storage(), (Matcher("__name__", "=", "up"), Matcher("job", "=~", "a.*|web"))
    assert storage.select(matchers) == ()
    storage.append_sample(UP, 0, 1.0)
    storage.append_sample(LabelSet({"__name__": "up", "job": "xapi"}), 0, 1.0)
    assert [series.labels for series in storage.select(matchers)] == [UP]


NAMES = st.sampled_from(["up", "up", "down", ""])
VALUES = st.sampled_from(["", "0", "1", "2", "3"])
LABELS = st.builds(lambda name, a, b, c: LabelSet({"__name__": name, "a": a, "b": b, "c": c}), NAMES, *[VALUES] * 3)
MATCHERS = st.builds(Matcher, st.sampled_from("abc"), st.sampled_from(["=", "=", "!=", "=~"]), VALUES)
SELECTORS = st.builds(
    lambda name, others: (*([Matcher("__name__", "=", name)] if name else []), *others),
    NAMES,
    st.lists(MATCHERS, max_size=3),
)


@given(st.lists(st.lists(LABELS, min_size=20, max_size=40), min_size=1, max_size=3), st.lists(SELECTORS, max_size=4))
def test_what_is_kept_by_label_selects_what_a_look_at_all_series_would(
    arriving: list[list[LabelSet]], asked: list[tuple[Matcher, ...]]
) -> None:
    storage = Storage()
    for time, batch in enumerate(arriving):
        for labels in dict.fromkeys(batch):
            storage.append_sample(labels, time, 1.0)
        for matchers in asked:
            expected = [s.labels for s in storage if all(predicate(m)(s.labels.get(m.label, "")) for m in matchers)]
            found = [series.labels for series in storage.select(matchers)]
            assert found == sorted(expected, key=lambda one: one.pairs)


@pytest.mark.parametrize(
    ("op", "pattern", "expected"),
    [
        ("=~", "a|b", ["a", "b"]),
        ("=~", "", [""]),
        ("=~", ".*", ["", "a", "ab", "b"]),
        ("=~", ".+", ["a", "ab", "b"]),
        ("=~", "a.?", ["a", "ab"]),
        ("!~", "a.*", ["", "b"]),
        ("=~", "(?i:A)", ["a"]),
        ("!=", "", ["a", "ab", "b"]),
        ("=", "", [""]),
    ],
)
def test_matchers_are_anchored(op: str, pattern: str, expected: list[str]) -> None:
    storage = Storage()
    for value in ("", "a", "ab", "b"):
        storage.append_sample(LabelSet({"__name__": "m", "l": value}), 0, 1.0)
    found = storage.select((Matcher("__name__", "=", "m"), Matcher("l", op, pattern)))  # type: ignore[arg-type]
    assert [series.labels.get("l", "") for series in found] == expected


def test_a_pattern_that_is_no_regular_expression_is_an_error() -> None:
    with pytest.raises(PromQLError, match="error parsing regexp"):
        Storage().select((Matcher("l", "=~", "(a"),))
