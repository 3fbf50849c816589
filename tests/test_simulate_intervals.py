"""Time intervals in force: as Alertmanager decides it, also where clocks change."""

from __future__ import annotations

import json
from typing import Any

import pytest

from generator.rules.nodes import Reader, compose
from generator.simulate.config import read_config
from generator.simulate.config.blocks import BlockReader
from generator.simulate.config.dialect import DEFAULT_DIALECT
from generator.simulate.config.time_intervals import intervals
from generator.simulate.intervals import in_force, intervals_in_force, quiet
from generator.simulate.moments import MomentError, read_moment
from tests.conftest import CASES

RECORDED = json.loads((CASES / "simulate" / "intervals.json").read_text(encoding="utf-8"))


def read(interval: Any) -> tuple[Any, list[str]]:
    """A time interval with one span, and what is wrong with it."""
    text = json.dumps({"time_intervals": [{"name": "it", "time_intervals": [interval]}]})
    reader = Reader.of("file", "check", text)
    blocks = BlockReader(reader, DEFAULT_DIALECT)
    found = intervals(blocks, blocks.block("configuration", compose(text)[0], ""))
    return found["it"], [problem.message for problem in reader.problems]


@pytest.mark.parametrize("number", range(len(RECORDED)))
def test_is_in_force_when_alertmanager_says_so(number: int) -> None:
    case = RECORDED[number]
    interval, problems = read(case["interval"])
    if "error" in case:
        assert problems, case["error"]
        return
    assert not problems
    assert "".join("01"[in_force(interval, read_moment(time))] for time in case["times"]) == case["in_force"]


NAMED = [
    # The end of a time range is left out, those of all others are not.
    ({"times": [{"start_time": "09:00", "end_time": "17:00"}]}, "2026-11-23T09:00:00Z", True),
    ({"times": [{"start_time": "09:00", "end_time": "17:00"}]}, "2026-11-23T16:59:59.999Z", True),
    ({"times": [{"start_time": "09:00", "end_time": "17:00"}]}, "2026-11-23T17:00:00Z", False),
    ({"times": [{"start_time": "23:00", "end_time": "24:00"}]}, "2026-11-23T23:59:59Z", True),
    ({"weekdays": ["monday:friday"]}, "2026-11-27T23:59:59Z", True),
    ({"weekdays": ["monday:friday"]}, "2026-11-28T00:00:00Z", False),
    # Without a list nothing is asked; an empty list lets nothing pass.
    ({}, "2026-11-28T00:00:00Z", True),
    ({"weekdays": []}, "2026-11-28T00:00:00Z", False),
    # Days counted from the end, and days that a month does not have.
    ({"days_of_month": ["-1"]}, "2026-02-28T12:00:00Z", True),
    ({"days_of_month": ["-1"]}, "2028-02-28T12:00:00Z", False),
    ({"days_of_month": ["-1"]}, "2028-02-29T12:00:00Z", True),
    ({"days_of_month": ["31"]}, "2026-04-30T12:00:00Z", False),
    ({"days_of_month": ["29:31"]}, "2026-04-30T12:00:00Z", True),
    ({"days_of_month": ["-31:-30"]}, "2026-02-01T12:00:00Z", False),
    # The zone decides the day.
    ({"weekdays": ["sunday"], "location": "Asia/Seoul"}, "2026-11-28T15:00:00Z", True),
    ({"weekdays": ["sunday"], "location": "Asia/Seoul"}, "2026-11-29T15:00:00Z", False),
    # Clocks put forward: 02:30 does not exist. Put back: it exists twice.
    (
        {"times": [{"start_time": "02:00", "end_time": "03:00"}], "location": "Europe/Berlin"},
        "2026-03-29T01:00:00Z",
        False,
    ),
    (
        {"times": [{"start_time": "02:00", "end_time": "03:00"}], "location": "Europe/Berlin"},
        "2026-10-25T00:30:00Z",
        True,
    ),
    (
        {"times": [{"start_time": "02:00", "end_time": "03:00"}], "location": "Europe/Berlin"},
        "2026-10-25T01:30:00Z",
        True,
    ),
    # A month with a missing hour counts one day too few (a flaw of Alertmanager's, kept).
    ({"days_of_month": ["-1"], "location": "Europe/Berlin"}, "2026-03-31T12:00:00Z", False),
    ({"days_of_month": ["-1"], "location": "Europe/Berlin"}, "2026-03-30T12:00:00Z", True),
    ({"days_of_month": ["31"], "location": "Europe/Berlin"}, "2026-03-31T12:00:00Z", False),
    ({"days_of_month": ["-1"], "location": "Europe/Berlin"}, "2026-10-31T12:00:00Z", True),
]


@pytest.mark.parametrize(("interval", "time", "expected"), NAMED)
def test_edges(interval: Any, time: str, expected: bool) -> None:
    found, problems = read(interval)
    assert not problems
    assert in_force(found, read_moment(time)) is expected


CONFIG = """
route:
  receiver: a
  routes:
    - {matchers: [m="1"], mute_time_intervals: [night, weekend]}
    - {matchers: [m="2"], active_time_intervals: [night, weekend]}
receivers: [{name: a}]
time_intervals:
  - {name: night, time_intervals: [{times: [{start_time: "00:00", end_time: "06:00"}]}]}
  - {name: weekend, time_intervals: [{weekdays: [saturday]}, {weekdays: [sunday]}]}
"""


@pytest.mark.parametrize(
    ("time", "muted", "inactive", "named"),
    [
        ("2026-11-23T03:00:00Z", ("night",), (), ("night",)),
        ("2026-11-23T12:00:00Z", (), ("night", "weekend"), ()),
        ("2026-11-28T03:00:00Z", ("night", "weekend"), (), ("night", "weekend")),
    ],
)
def test_routes_are_quiet(time: str, muted: tuple[str, ...], inactive: tuple[str, ...], named: tuple[str, ...]) -> None:
    config, _ = read_config(CONFIG, "x.yml")
    assert config is not None
    first, second = (quiet(config, route, read_moment(time)) for route in config.route.routes)
    assert (first.muted_by, second.inactive) == (muted, inactive)
    assert intervals_in_force(config, read_moment(time)) == named
    assert not quiet(config, config.route, read_moment(time))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01", 0),
        ("1970-01-01 00:01", 60),
        ("1970-01-01T00:00:00.5+01:00", -3599.5),
        ("1970-01-01 09:00 Asia/Seoul", 0),
        ("2026-10-25 02:30 Europe/Berlin", 1792888200),
    ],
)
def test_moments(text: str, seconds: float) -> None:
    assert read_moment(text) == seconds * 1000


@pytest.mark.parametrize("text", ["", "now", "2026-13-01", "2026-11-23T25:00:00Z", "2026-11-23 Mars/Base", "12:00"])
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(MomentError):
        read_moment(text)
