"""`tocsin eval`: expressions over series that are written down."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from generator.cli.eval import command
from generator.testing.chart import chart
from generator.testing.text import sparkline


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, catch_exceptions=False)


@pytest.mark.parametrize(
    ("arguments", "output"),
    [
        (("1 + 1",), "2\n"),
        (('"a b"',), "a b\n"),
        (("up", "--series", "up 1 2 3"), "up  3\n"),
        (("up", "--series", "up 1 2 3", "--at", "1m"), "up  2\n"),
        (("up", "--series", 'up{a="b"} 1 2', "--interval", "10s", "--at", "10s"), 'up{a="b"}  2\n'),
        (("up > 9", "--series", "up 1"), "no series\n"),
        (("h", "--series", "h {{count:1 sum:2 buckets:[1]}}"), "h  {{count:1 sum:2 buckets:[1]}}\n"),
    ],
)
def test_instants(arguments: tuple[str, ...], output: str) -> None:
    done = run(*arguments)
    assert (done.exit_code, done.stdout) == (0, output)


def test_ranges_are_drawn() -> None:
    done = run("x", "--series", "x 0+1x8", "--range", "0", "8m", "1m")
    assert done.stdout.splitlines() == [
        "x",
        "         8 ┤        █",
        "           ┤       ██",
        "           ┤      ███",
        "           ┤     ████",
        "           ┤    █████",
        "           ┤   ██████",
        "           ┤  ███████",
        "         0 ┤▁████████",
        "           └─────────",
        "            0s     8m",
    ]


def test_json_is_as_prometheus_gives_it() -> None:
    made = json.loads(run("x", "--series", "x 1 2", "--range", "0", "1m", "1m", "--format", "json").stdout)
    assert made["resultType"] == "matrix"
    assert made["result"] == [{"metric": {"__name__": "x"}, "values": [[0.0, "1"], [60.0, "2"]]}]


def test_annotations_are_told() -> None:
    assert "PromQL info: metric might not be a counter" in run("rate(x[2m])", "--series", "x 1 2 3").stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("sum(",),
        ("up", "--series", "up x"),
        ("up", "--at", "soon"),
        ("1", "--at", "0", "--range", "0", "1m", "1m"),
        ("up", "--series", "up 1", "--series", "up 2"),
        ("up", "--series", "up"),
        ("up", "--series", "up 1", "--interval", "0s"),
        ("1", "--range", "0", "100000d", "1s"),
        ("1", "--range", "0", "3m", "0"),
        ("1", "--range", "3m", "0", "1m"),
        ("1e999",),
        ("up", "--series", "up 1+1e999x3"),
        ("+".join(["1"] * 9000),),
    ],
)
def test_wrong_use(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_charts_of_odd_values() -> None:
    gaps = chart([(0, float("nan")), (60_000, float("inf")), (180_000, -5.0)])
    assert "?" in gaps
    assert chart([(0, 3.0)]).count("█") >= 8


def test_sparklines() -> None:
    assert sparkline([0, 1, 2, None, 7, float("nan"), float("inf"), float("-inf")]) == "▁▂▃·█?█▁"
    assert sparkline([5, 5]) == "▄▄"
    assert sparkline([]) == ""
    assert sparkline([float(value) for value in range(1000)], 8) == "▁▂▃▄▅▆▇█"
