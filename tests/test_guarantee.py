"""Calendars and the promise that somebody is told in time, against the clockwork that plays them minute by minute."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import P1, Receiver, Route, TimeInterval, Webhook, match
from generator.diagnostics import NOWHERE
from generator.duration import DAY, HOUR, MINUTE, WEEK
from generator.model.catalog import Catalog, Module
from generator.model.route import Hours
from generator.model.routing.calendar import Calendar, Spans, calendar_of, joined, without
from generator.model.routing.dispatch import Path as Way_
from generator.model.routing.guarantee import Way, in_time
from generator.model.routing.never import never_problems
from generator.model.routing.told import Told
from generator.model.routing.variants import variants
from generator.promql import parse
from generator.promql.ast import Matcher
from generator.promql.schema import Schema, labels_of
from generator.simulate.config import TimeInterval as Interval
from generator.simulate.config import read_config
from generator.simulate.intervals import in_force
from generator.targets.alertmanager.intervals import interval_values
from generator.yamltext import dump

SUNDAY = 1_704_585_600_000  # 2024-01-07 00:00 UTC
YEARS = 1_704_067_200_000  # 2024-01-01 00:00 UTC, where calendars of years begin
A = Receiver("a", Webhook("http://a/"))

clock = st.tuples(st.integers(0, 95), st.integers(1, 40)).map(
    lambda pair: f"{written(pair[0] * 15)}-{written(min(1440, (pair[0] + pair[1]) * 15))}"
)
weekdays = st.sampled_from(["", "mon-fri", "sat, sun", "sunday", "tue-thu, sat"])
weekly = st.builds(Hours, times=st.one_of(st.just(""), clock), weekdays=weekdays)
dated = st.builds(
    Hours,
    times=st.one_of(st.just(""), clock),
    weekdays=weekdays,
    days=st.sampled_from(["", "1", "1-7", "31", "-1", "-7--1", "29-31, 1", "30-31", "-31"]),
    months=st.sampled_from(["", "february", "3-10", "jan, dec"]),
    years=st.sampled_from(["", "", "2026", "2024-2030"]),
)


def written(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def intervals(spans: st.SearchStrategy[Hours], zones: Sequence[str]) -> st.SearchStrategy[TimeInterval]:
    return st.builds(
        lambda hours, zone: TimeInterval("i", spans=hours, timezone=zone),
        st.lists(spans, min_size=1, max_size=3),
        st.sampled_from(zones),
    )


def as_played(interval: TimeInterval) -> Interval:
    """The interval as it is rendered and read again."""
    values = {
        "route": {"receiver": "a", "routes": [{"matchers": ["a=1"], "mute_time_intervals": ["i"]}]},
        "receivers": [{"name": "a"}],
        "time_intervals": [interval_values(interval)],
    }
    config, problems = read_config(dump(values), Path("alertmanager.yml"))
    assert config is not None, problems
    return config.time_intervals["i"]


def holds_at(spans: Spans, moment: int) -> bool:
    return any(start <= moment < end for start, end in spans)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(intervals(weekly, ["UTC"]), st.lists(st.integers(0, WEEK // MINUTE - 1), min_size=1, max_size=30))
def test_a_week_is_as_alertmanager_counts_it(interval: TimeInterval, minutes: list[int]) -> None:
    times, theirs = Calendar("UTC").times(interval), as_played(interval)
    for minute in minutes:
        moment = minute * MINUTE
        assert holds_at(times, moment) == in_force(theirs, SUNDAY + moment)


@settings(max_examples=15, derandomize=True, deadline=None)
@given(
    # Without days in Berlin: in the months in which clocks change, Alertmanager counts a day too few or too many.
    st.one_of(intervals(dated, ["UTC", "Asia/Seoul"]), intervals(weekly, ["Europe/Berlin", "America/New_York"])),
    st.lists(st.integers(0, 28 * 365 * DAY // MINUTE), min_size=30, max_size=60),
)
def test_years_are_as_alertmanager_counts_them(interval: TimeInterval, minutes: list[int]) -> None:
    times, theirs = Calendar().times(interval), as_played(interval)
    for minute in minutes:
        assert holds_at(times, minute * MINUTE) == in_force(theirs, YEARS + minute * MINUTE)


@settings(max_examples=30, derandomize=True, deadline=None)
@given(dated, st.sampled_from(["UTC", "Asia/Seoul", "Europe/Berlin"]))
def test_a_span_that_never_comes_is_in_no_year(hours: Hours, zone: str) -> None:
    interval = TimeInterval("i", spans=[hours], timezone=zone)
    found = list(never_problems(Catalog((Module("m", "m", (interval,)),))))
    assert bool(found) == (not Calendar().times(interval))


def test_clocks_that_change() -> None:
    """The hour that is skipped in spring, and the one that comes twice in autumn."""
    night = TimeInterval("night", times="02:00-03:00", timezone="Europe/Berlin")
    times = Calendar().times(night)
    lengths = {start // DAY: sum(e - s for s, e in times if s // DAY == start // DAY) for start, _ in times}
    spring, autumn = (90, 300)  # 31 March and 27 October 2024
    assert spring not in lengths
    assert lengths[autumn] == 2 * HOUR
    assert lengths[spring - 1] == lengths[spring + 1] == HOUR


spans = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)).map(lambda p: (p[0], p[0] + p[1]))).map(joined)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(spans, spans)
def test_spans_are_sets_of_moments(one: Spans, other: Spans) -> None:
    moments = range(80)
    left = [moment for moment in moments if holds_at(one, moment) and not holds_at(other, moment)]
    assert [moment for moment in moments if holds_at(without(one, other), moment)] == left
    either = [moment for moment in moments if holds_at(one, moment) or holds_at(other, moment)]
    assert [moment for moment in moments if holds_at(joined([*one, *other]), moment)] == either


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    st.none() | intervals(weekly, ["UTC"]),
    st.none() | intervals(weekly, ["UTC"]),
    st.integers(0, 40),
    st.sampled_from([1, 5, 30]),
    st.sampled_from([15, 30, 120]),
    st.lists(st.integers(0, WEEK // MINUTE - 1), min_size=20, max_size=40),
)
def test_told_in_time_is_what_a_clock_shows(
    active: TimeInterval | None,
    muted: TimeInterval | None,
    delay: int,
    group_interval: int,
    respond: int,
    begins: list[int],
) -> None:
    """For an alert that begins at some minute: when the first message could come, looked at minute for minute."""
    node = Route("a=1", active=active or (), mute=muted or (), group_interval=f"{group_interval}m")
    calendar = calendar_of(interval for interval in (active, muted) if interval is not None)
    way = Way(Way_((Route(to=A, routes=[node]), node)), delay * MINUTE)
    in_times = in_time(way, respond * MINUTE, calendar)
    awake = calendar.awake(node)
    for begin in begins:
        due = [begin + delay + more for more in range(max(0, respond - delay) + 1)] if delay <= respond else []
        first = next((moment for moment in due if holds_at(awake, moment * MINUTE % WEEK)), None)
        waited = first is not None and first > begin + delay
        told = first is not None and first + (group_interval if waited else 0) <= begin + respond
        assert holds_at(in_times, begin * MINUTE) == told, (begin, first)


def alert(expr: str, **labels: str) -> Told:
    """A P1 alert over a query whose metrics may have any labels."""
    tree = parse(expr)
    return Told("A", {"alertname": "A", **labels}, P1, (), NOWHERE, open=labels_of(tree, Schema({})), expr=tree)


@pytest.mark.parametrize(
    ("expr", "matcher", "values"),
    [
        ("up == 0", 'env="dev"', ["dev"]),
        ("up == 0", 'env=~"dev|test"', ["dev", "test"]),
        ("up == 0", 'env!="dev"', ["dev"]),
        ("up == 0", 'env=~"dev-.+"', ["dev-x", "dev-0"]),
        ("up == 0", 'alertname="B"', []),
        ('up{env="prod"} == 0', 'env="dev"', []),
        ('up{env=~"prod|dev"} == 0', 'env="dev"', ["dev"]),
        ("sum by (job) (up) == 0", 'env="dev"', []),
        ("sum by (job) (up) == 0", 'job="db"', ["db"]),
        ('label_replace(up{env="prod"}, "env", "dev", "job", ".*") == 0', 'env="dev"', ["dev"]),
        ("sum(up) == 0 or up{job='db'} == 1", 'job="db"', ["db"]),
        ("vector(1)", 'job="db"', []),
    ],
)
def test_labels_that_series_may_bring(expr: str, matcher: str, values: list[str]) -> None:
    matchers = match(matcher).matchers
    known, *more = variants(alert(expr), matchers)
    assert known == {"alertname": "A"}
    assert [labels[matchers[0].label] for labels in more] == values


def test_very_many_labels_are_varied_one_at_a_time() -> None:
    matchers = [Matcher(f"l{number}", "=", value) for number in range(12) for value in "abc"]
    found = list(variants(alert("up"), matchers))
    assert len(found) == 1 + 12 * 3
    assert all(len(labels) <= 2 for labels in found)
