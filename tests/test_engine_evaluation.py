"""What holds for every query, and what the settings, annotations and refusals of the engine are."""

from __future__ import annotations

import math
from functools import lru_cache
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.engine import chunks
from generator.engine.evaluate import Result, evaluate
from generator.engine.functions import functions
from generator.engine.settings import DEFAULT, PROMETHEUS_2, Settings
from generator.engine.storage import Storage
from generator.engine.vector import RangeVector, Scalar, Text, Vector
from generator.errors import PromQLError, Unsupported
from generator.labels import LabelSet
from generator.promql.ast import Expr, Subquery, VectorSelector, walk
from generator.promql.parse import parse
from tests.oracle.promql_generator import START, QueryGenerator, make_series

STEP = 60_000
SETTINGS = (DEFAULT, PROMETHEUS_2, Settings(delayed_name_removal=True))
Samples = dict[LabelSet, float]


@lru_cache(maxsize=8)
def stored(seed: int, until: int | None = None) -> Storage:
    """Random series, all of them or only up to a time."""
    storage = Storage()
    for one in make_series(Random(seed)):
        kept = [pair for pair in zip(one.times, one.values, strict=True) if until is None or pair[0] <= until]
        if kept:
            times, values = zip(*kept, strict=True)
            storage.append(one.labels, np.array(times), np.array(values))
    return storage


def at_step(result: Result, step: int) -> Samples:
    """What a result says at one of its steps."""
    value = result.value
    if isinstance(value, Scalar):
        return {LabelSet(): float(value.values[step])}
    assert isinstance(value, Vector)
    return {
        labels: float(value.values[step, column])
        for column, labels in enumerate(value.labels)
        if value.present[step, column]
    }


def same(left: Samples, right: Samples) -> bool:
    """Equal but for the last digits, which large and small evaluations may round differently."""
    return left.keys() == right.keys() and all(_close(left[labels], right[labels]) for labels in left)


def _close(left: float, right: float) -> bool:
    if math.isnan(left) or math.isnan(right):
        return math.isnan(left) and math.isnan(right)
    return left == right or abs(left - right) <= 1e-9 * max(abs(left), abs(right)) + 1e-11


def pinned(expr: Expr) -> bool:
    """Whether `@` stands anywhere."""
    return any(isinstance(node, VectorSelector | Subquery) and node.at is not None for node in walk(expr))


def looks_ahead(expr: Expr) -> bool:
    """Whether an offset leads into the future."""
    nodes = (node for node in walk(expr) if isinstance(node, VectorSelector | Subquery))
    return any(isinstance(node.offset, int) and node.offset < 0 for node in nodes)


@given(seed=st.integers(0, 2**32), settings=st.sampled_from(SETTINGS))
def test_an_instant_is_its_step_of_a_range(seed: int, settings: Settings) -> None:
    generator = QueryGenerator(Random(seed))
    expr, start, (step, count) = generator.query(), generator.moment(), generator.steps()
    if pinned(expr):
        return
    times = start + step * np.arange(count)
    try:
        whole = evaluate(expr, stored(1), times, settings)
    except PromQLError:
        return
    place = seed % count
    assert same(at_step(whole, place), at_step(evaluate(expr, stored(1), times[place], settings), 0))


@given(seed=st.integers(0, 2**32), settings=st.sampled_from(SETTINGS))
def test_the_future_does_not_matter(seed: int, settings: Settings) -> None:
    generator = QueryGenerator(Random(seed))
    expr = generator.query()
    if pinned(expr) or looks_ahead(expr):
        return
    moment = START + 1_800_000 + seed % 8 * 600_000
    try:
        known = evaluate(expr, stored(2), [moment], settings)
    except PromQLError:
        return
    assert same(at_step(known, 0), at_step(evaluate(expr, stored(2, moment), [moment], settings), 0))


def storage_of(**series: list[float | None]) -> Storage:
    """Series by name, with a sample a minute; None is a stale marker."""
    storage = Storage()
    for name, values in series.items():
        for place, value in enumerate(values):
            storage.append_sample(LabelSet({"__name__": name}), place * STEP, value)
    return storage


def ask(query: str, storage: Storage, *minutes: float, settings: Settings = DEFAULT) -> list[dict[str, float]]:
    """The answer at each of some minutes, by labels as text."""
    result = evaluate(parse(query), storage, [round(minute * STEP) for minute in minutes], settings)
    steps = range(len(minutes))
    return [{str(labels): value for labels, value in at_step(result, step).items()} for step in steps]


def test_ranges_are_open_to_the_left_since_prometheus_3() -> None:
    storage = storage_of(x=[1, 2, 3, 4])
    assert ask("sum_over_time(x[2m])", storage, 3) == [{"{}": 7.0}]
    assert ask("sum_over_time(x[2m])", storage, 3, settings=PROMETHEUS_2) == [{"{}": 9.0}]
    assert ask("sum_over_time(x[2m:1m])", storage, 3) == [{"{}": 7.0}]
    assert ask("sum_over_time(x[2m:1m])", storage, 3, settings=PROMETHEUS_2) == [{"{}": 9.0}]


def test_so_is_the_lookback() -> None:
    storage = storage_of(x=[1])
    assert ask("x", storage, 4.99, 5) == [{"x": 1.0}, {}]
    assert ask("x", storage, 5, 5.01, settings=PROMETHEUS_2) == [{"x": 1.0}, {}]
    assert ask("x", storage, 1, 2, settings=Settings(lookback=2 * STEP)) == [{"x": 1.0}, {}]


def test_stale_markers_end_a_series_but_are_no_samples() -> None:
    storage = storage_of(x=[1, None, 3])
    assert ask("x", storage, 0.5, 1, 1.5, 2) == [{"x": 1.0}, {}, {}, {"x": 3.0}]
    assert ask("count_over_time(x[3m])", storage, 2) == [{"{}": 2.0}]


def test_a_subquery_without_a_step_takes_the_default_one() -> None:
    storage = storage_of(x=[1, 1, 1, 1])
    assert ask("count_over_time(x[2m:])", storage, 3) == [{"{}": 2.0}]
    assert ask("count_over_time(x[2m:])", storage, 3, settings=Settings(default_step=STEP // 4)) == [{"{}": 8.0}]


def test_resets_are_added_in_the_order_in_which_prometheus_adds_them() -> None:
    values = [1.5, 0.1, 0.7, 0.2, 0.9, 0.3]
    storage = storage_of(x=[*values])
    change = values[-1] - values[0] + 1.5 + 0.7 + 0.9
    # The window begins half a minute before the first sample, where the counter may have begun, too.
    assert ask("increase(x[5m30s])", storage, 5) == [{"{}": change * ((300 + 30 + 0) / 300)}]
    assert ask("irate(x[6m])", storage, 5) == [{"{}": 0.3 / 60}]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("one + on () b", "found duplicate series for the match group {} on the right hand-side of the operation: "),
        (
            "b + on () one",
            "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)",
        ),
        (
            "b > on () one",
            "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)",
        ),
        ('-{__name__=~"b|a"}', "vector cannot contain metrics with the same labelset"),
        ('rate({__name__=~"a|c"}[5m])', "vector cannot contain metrics with the same labelset"),
        ('label_replace(b, "i", "", "i", ".*")', "vector cannot contain metrics with the same labelset"),
        ("topk(NaN, a)", "Parameter value is NaN"),
        ("topk(1e20, a)", "Scalar value 1e+20 overflows int64"),
        ("limit_ratio(NaN, a)", "Ratio value is NaN"),
        ('count_values("\\xff", a)', 'invalid label name "\\xff"'),
        ('label_replace(a, "", "", "", "")', "invalid destination label name in label_replace(): "),
        ('label_replace(a, "x", "", "", "(")', "invalid regular expression in label_replace(): ("),
        ('label_join(a, "x", "", "")', "invalid source label name in label_join(): "),
        (
            "double_exponential_smoothing(a[5m], 1, 0.5)",
            "invalid smoothing factor. Expected: 0 < sf < 1, got: 1.000000",
        ),
        ("double_exponential_smoothing(a[5m], 0.5, 0)", "invalid trend factor. Expected: 0 < tf < 1, got: 0.000000"),
    ],
)
def test_queries_fail_in_the_words_of_prometheus(query: str, reason: str) -> None:
    storage = storage_of(one=[1, 2, 3])
    for name in ("a", "b", "c"):
        for instance in ("1", "2"):
            storage.append(LabelSet({"__name__": name, "i": instance}), [0, STEP, 2 * STEP], [1.0, 2.0, 3.0])
    with pytest.raises(PromQLError) as error:
        evaluate(parse(query), storage, [2 * STEP])
    assert str(error.value).startswith(reason)


def test_matches_left_out_by_bool_are_ambiguous_without_their_names() -> None:
    storage = storage_of(a=[1, 1], b=[2, 2], c=[3, 3])
    with pytest.raises(PromQLError, match="grouping labels must ensure unique matches"):
        evaluate(parse('{__name__=~"a|b"} > bool on () group_left () c'), storage, [0])


def test_annotations_say_where() -> None:
    storage = storage_of(a=[1, 2, 3])
    annotations = evaluate(parse("sum(rate(a[5m])) + quantile(2, a)"), storage, [2 * STEP]).annotations
    assert sorted(map(str, annotations)) == [
        'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "a" (1:10)',
        "PromQL warning: quantile value should be between 0 and 1, got 2 (1:29)",
    ]
    assert annotations[0].span().draw().endswith("^^^^^")


@pytest.mark.parametrize("query", ["rate(x[$window])", "x > $threshold", "x offset $by"])
def test_variables_have_to_be_put_in(query: str) -> None:
    with pytest.raises(Unsupported, match="has not been put in"):
        evaluate(parse(query), storage_of(x=[1]), [0])


def test_a_range_is_a_result_at_an_instant_only() -> None:
    storage = storage_of(x=[1, None, 3])
    value = evaluate(parse("x[5m]"), storage, [2 * STEP]).value
    assert isinstance(value, RangeVector)
    assert [(one.times.tolist(), one.values) for one in value.series] == [([0, 2 * STEP], (1.0, 3.0))]
    with pytest.raises(Unsupported):
        evaluate(parse("x[5m]"), storage, [0, STEP])


def test_strings_are_values() -> None:
    assert evaluate(parse('"up"'), Storage(), [0]).value == Text("up")


def test_no_steps_give_nothing() -> None:
    for query in ("x", "sum(rate(x[5m]))", "x + x", "sum_over_time(x[5m:])", "topk(1, x)", "absent(x)", "sort(x)"):
        value = evaluate(parse(query), storage_of(x=[1]), []).value
        assert isinstance(value, Vector)
        assert not value.present.any()


def test_every_function_is_said_what_to_do_with_nothing() -> None:
    """Functions of vectors and ranges have no answer where there are no series, or say that these are absent."""
    for name in (function.name for function in functions()):
        for query in (f"{name}(x)", f"{name}(x[5m])"):
            try:
                expr = parse(query)
            except PromQLError:
                continue
            value = evaluate(expr, Storage(), [0, STEP]).value
            if isinstance(value, Vector):
                assert bool(value.labels) == name.startswith("absent"), query


@given(seed=st.integers(0, 2**32))
def test_pieces_of_a_long_evaluation_fit_together(seed: int) -> None:
    generator = QueryGenerator(Random(seed))
    expr, start = generator.query(), generator.moment()
    times = start + 45_000 * np.arange(40)
    try:
        whole = evaluate(expr, stored(3), times)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(chunks, "_FEW_STEPS", 7)
            patch.setattr(chunks, "_MOST_CELLS", 1)
            cut = evaluate(expr, stored(3), times)
    except PromQLError:
        return
    assert all(same(at_step(whole, step), at_step(cut, step)) for step in range(len(times)))
