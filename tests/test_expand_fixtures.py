"""What generated tests are made of: labels that match, inputs that give an error ratio, cases that share a test."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.expand.fixtures.affine import value_over_time
from generator.expand.fixtures.cases import COUNTER_START, Case, Phase, series_of
from generator.expand.fixtures.inputs import Inputs, inputs_for, why_underivable
from generator.expand.fixtures.labels import accepts, satisfying, selects
from generator.expand.fixtures.regexes import samples
from generator.expand.fixtures.waves import waves
from generator.labels import LabelSet
from generator.model.sli import SLI, Composite, Events, Latency, NativeLatency, Probe, Ratio, TimeSlices, Weighted
from generator.promql import parse
from generator.promql.ast import Expr, Matcher, VectorSelector, selectors
from tests.slo_projects import events

PATTERNS = [
    r"2(\.0)?", "5..", "(5..|429)", "5xx|4xx", r"[45]\d\d", ".+", ".*", "a{3}b+", "(?:GET|POST)", "/api/.*", "[^5]..",
    "^a$", "foo|b(a|c)r", r"[\w-]+", r"\.x", "", "a|", "(a|b)(c|d)?e*", "x{2,}",
]  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_samples_match_their_pattern(pattern: str) -> None:
    found = list(samples(pattern))
    assert found
    assert all(re.fullmatch(pattern, text) for text in found)


@pytest.mark.parametrize("pattern", ["a**", "(?=x)", "(?i)x", "[", "(a", "\\", "x)"])
def test_samples_of_other_patterns_are_tried_by_the_caller(pattern: str) -> None:
    assert all(isinstance(text, str) for text in samples(pattern))


VALUES = st.sampled_from(["", "200", "500", "GET", "x"])
MATCHERS = st.builds(
    Matcher,
    st.sampled_from(["code", "method"]),
    st.sampled_from(["=", "!=", "=~", "!~"]),
    st.one_of(VALUES, st.sampled_from(["5..", "2..|3..", ".+", ".*", "GET|POST"])),
)


@given(matchers=st.lists(MATCHERS, max_size=4), refused=st.none() | MATCHERS)
def test_found_labels_satisfy(matchers: list[Matcher], refused: Matcher | None) -> None:
    selector = VectorSelector("requests_total", tuple(matchers))
    found = satisfying(selector.all_matchers(), refused)
    if found is not None:
        assert selects(selector, found)
        assert refused is None or not accepts(refused, found.get(refused.label, ""))


def test_contradictions_have_no_labels() -> None:
    assert satisfying([Matcher("__name__", "=", "a"), Matcher("b", "=", "c"), Matcher("b", "!=", "c")]) is None
    assert satisfying([Matcher("b", "=", "c")]) is None, "a series needs a name"


READABLE: dict[str, SLI] = {
    "one metric": events(),
    "two metrics": Events(errors="rate(failed_total[$window])", total="sum by (x) (rate(requests_total[$window]))"),
    "a negative matcher": Events(errors='rate(r{code!~"2.."}[$window])', total="rate(r[$window])"),
    "a class of codes": Events(errors='rate(r{code=~"5..|429"}[$window])', total='rate(r{path!="/"}[$window])'),
    "latency": Latency("latency_seconds", below="2s"),
    "probe": Probe("up"),
    "ratio of a gauge": Ratio("1 - avg_over_time(satisfaction[$window]) / 100"),
    "ratio of sums": Ratio("1 - sum(sum_over_time(g[$window])) / sum(count_over_time(g[$window]))"),
    "composite": Composite([Weighted(events("a"), 2), Probe("up")]),
}


@pytest.mark.parametrize("name", READABLE)
@given(share=st.floats(0, 1))
def test_inputs_give_the_error_ratio_that_was_asked_for(name: str, share: float) -> None:
    """Summed as the indicator's queries sum them: everything that its selectors see."""
    sli = READABLE[name]
    inputs = inputs_for(sli)
    assert inputs is not None
    for feed in inputs.feeds:
        assert any(selects(selector, feed.series) for selector in inputs.selectors)
        assert feed.level(0) >= 0
        assert feed.level(1) >= 0
    if isinstance(sli, Events):
        errors, total = (next(s for s in inputs.selectors if s in _read(query)) for _, query in sli.queries)
        bad = sum(feed.level(share) for feed in inputs.feeds if selects(errors, feed.series))
        every = sum(feed.level(share) for feed in inputs.feeds if selects(total, feed.series))
        assert bad == pytest.approx(share)
        assert every == pytest.approx(1)
    if isinstance(sli, Ratio):
        (feed,) = inputs.feeds
        query = parse(str(sli.error).replace("$window", "5m"))
        assert value_over_time(query, feed.level(share)) == pytest.approx(share)


def _read(query: Expr) -> set[VectorSelector]:
    return set(selectors(query))


UNREADABLE: dict[str, SLI] = {
    "a difference": Events(errors="rate(a[$window]) - rate(b[$window])", total="rate(a[$window])"),
    "a ratio of rates": Ratio("1 - rate(good[$window]) / rate(all[$window])"),
    "a pattern with a lookahead": Events(errors='rate(r{c=~"(?=5).*"}[$window])', total="rate(r[$window])"),
    "an offset": Events(errors="rate(a[$window] offset 1h)", total="rate(b[$window])"),
    "slices": TimeSlices("histogram_quantile(0.9, rate(b[5m])) < 1"),
    "slices of two metrics": TimeSlices("max(a) / max(b) < 1"),
    "slices with a limit that is measured": TimeSlices("max(a) < max(b)"),
    "a part of a composite": Composite([events(), TimeSlices("histogram_quantile(0.9, rate(b[5m])) < 1")]),
    "native histograms": NativeLatency("latency_seconds", below="1s"),
    "two gauges": Ratio("1 - avg_over_time(a[$window]) / avg_over_time(b[$window])"),
    "the least over a window": Ratio("1 - min_over_time(a[$window])"),
    "the last in a window": Ratio("1 - last_over_time(a[$window])"),
    "slices of a mean": TimeSlices("avg_over_time(a[5m]) < 1"),
    "a constant": Ratio("count_over_time(a[$window]) * 0"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_no_inputs_are_guessed_for_other_queries(name: str) -> None:
    assert inputs_for(UNREADABLE[name]) is None


def test_it_is_said_why_there_are_no_inputs() -> None:
    native, journey = NativeLatency("latency_seconds", below="1s"), "its parts read the same series"
    assert why_underivable(native) == "promtool 2.42 has no notation for native histograms"
    assert why_underivable(Composite([events(), native])) == why_underivable(native)
    assert why_underivable(Composite([events(), events()])) == journey
    assert why_underivable(UNREADABLE["a difference"]) == "input for its queries cannot be guessed"


SLICES = {
    "max(a) <= 3600": (3600, 3780),
    "a >= 0.5": (0.5, 0.475),
    "sum(a) < 20": (19, 20),
    "100 - a > 90": (5.5, 10),
    "a == 0": (0, 0.5),
    "a != 1": (1.05, 1),
}


@pytest.mark.parametrize("good", SLICES)
def test_slices_are_good_and_bad_at_their_limit(good: str) -> None:
    inputs = inputs_for(TimeSlices(good))
    assert inputs is not None
    assert (inputs.pace, inputs.graded) == (60_000, False)
    (feed,) = inputs.feeds
    assert (feed.level(0), feed.level(1)) == pytest.approx(SLICES[good])


def test_counters_of_all_phases_fit_together() -> None:
    inputs = inputs_for(Events(errors="rate(bad[$window])", total="rate(every[$window])"))
    assert inputs is not None
    phases = [Phase(120_000, 1.0, 0.0), Phase(180_000, 2.0, 0.25), Phase(60_000, 0.0, 0.0)]
    series = {labels.metric: expanded(text) for labels, text in series_of(inputs, phases, 60_000).items()}
    start = COUNTER_START
    assert series["every"] == [start, start + 60, start + 120, start + 240, start + 360, start + 480, start + 480]
    assert series["bad"] == [start, start, start, start + 30, start + 60, start + 90, start + 90]
    assert set(series_of(inputs, phases, 60_000, without=True)) == {LabelSet({"__name__": "every"})}


def expanded(text: str) -> list[float]:
    """promtool's `a+bxn` is a, a+b, and so on, n + 1 samples in all."""
    found: list[float] = []
    for piece in text.split():
        match = re.fullmatch(r"([\d.]+)\+([\d.]+)x(\d+)", piece)
        assert match is not None, piece
        found += [float(match[1]) + float(match[2]) * number for number in range(int(match[3]) + 1)]
    return found


def case_of(sli: SLI, share: float = 0.1) -> Case:
    inputs = inputs_for(sli)
    assert inputs is not None
    return Case(inputs, series_of(inputs, [Phase(600_000, 100.0, share)], 60_000), ())


def test_cases_share_a_test_unless_they_would_see_each_other() -> None:
    shop, front = case_of(events("shop")), case_of(events("front"))
    fast, slow = case_of(Latency("latency", below="1s")), case_of(Latency("latency", below="2s"))
    worse = case_of(events("shop"), 0.5)
    everything = case_of(
        Events(errors='rate(http_requests_total{code="503"}[$window])', total="rate(http_requests_total[$window])")
    )
    assert waves([shop, front, fast, slow]) == [(shop, front, fast, slow)]
    assert waves([shop, worse]) == [(shop,), (worse,)], "the same series with other values"
    assert waves([shop, everything, front]) == [(shop, front), (everything,)], "a selector that sees all jobs"
    assert waves([everything, shop]) == [(everything,), (shop,)]


LABELS = st.sampled_from(["", "a", "b"])
SELECTORS = st.builds(
    lambda one, other: VectorSelector("m", tuple(Matcher(n, "=", v) for n, v in (("x", one), ("y", other)) if v)),
    LABELS, LABELS,
)  # fmt: skip
SERIES = st.builds(lambda x, y: LabelSet({"__name__": "m", "x": x, "y": y}), LABELS, LABELS)
CASES = st.builds(
    lambda read, series: Case(Inputs((), tuple(read)), dict.fromkeys(series, "0x1"), ()),
    st.lists(SELECTORS, min_size=1, max_size=2),
    st.lists(SERIES, min_size=1, max_size=3),
)


@given(cases=st.lists(CASES, max_size=8))
def test_the_indexes_of_waves_find_what_comparing_all_finds(cases: list[Case]) -> None:
    found: list[list[Case]] = []
    for case in cases:
        home = next((wave for wave in found if all(at_peace(case, other) for other in wave)), None)
        if home is None:
            found.append([case])
        else:
            home.append(case)
    assert waves(cases) == [tuple(wave) for wave in found]


def at_peace(one: Case, other: Case) -> bool:
    return not any(
        selects(selector, series)
        for reader, writer in ((one, other), (other, one))
        for selector in reader.inputs.selectors
        for series in writer.series
        if series not in reader.series
    )
