"""The language of promqltest: what passes upstream passes here, and what fails there fails here."""

from __future__ import annotations

import pytest

from generator.testing.script import Clear, Eval, Load, ScriptError, parse_script
from generator.testing.script_run import run_commands
from generator.testing.verdict import Verdict

DATA = """
load 1m
    up{job="a"} 1 1 1
    up{job="b"} 0 1 2
    hist {{schema:0 count:2 sum:3 buckets:[1 1]}}x5
"""


def run(text: str) -> list[Verdict]:
    return run_commands(parse_script(f"{DATA}\n{text}"), "x.test")


@pytest.mark.parametrize(
    "text",
    [
        'eval instant at 2m up\n  up{job="b"} 2\n  up{job="a"} 1',
        "eval instant at 2m scalar(sum(up))\n  3",
        "eval instant at 2m sum(up)\n  {} 3.0000001",
        'eval_ordered instant at 2m sort_desc(up)\n  up{job="b"} 2\n  up{job="a"} 1',
        'eval instant at 2m sort_desc(up)\n  expect ordered\n  up{job="b"} 2\n  up{job="a"} 1',
        "eval range from 0 to 2m step 1m sum(up)\n  {} 1 2 3",
        "eval range from 0 to 10m step 1m count(up{job='b'} > 1)\n  {} _ _ 1 1 1 1 1",
        "eval_fail instant at 2m up + on() group_left up",
        "eval instant at 2m up + on() group_left up\n  expect fail regex: many-to-many",
        "eval instant at 2m up{job='c'}",
        'eval instant at 2m "a\\tb"\n  expect string "a\\tb"',
        "eval instant at 2m up{job='a'}[2m:1m]\n  expect range vector from 1m to 2m step 1m\n  up{job=\"a\"} 1 1",
        "eval instant at 2m hist\n  hist {{schema:0 count:2 sum:3 buckets:[1 1]}}",
        "eval_warn instant at 2m quantile(7, up)\n  {} Inf",
        "eval instant at 2m quantile(7, up)\n  expect warn msg: PromQL warning: "
        "quantile value should be between 0 and 1, got 7 (1:10)\n  expect no_info\n  {} Inf",
        "eval_info instant at 2m sum(rate(up[2m]))\n  {} 0.0166666667",
        "eval instant at 0 scalar(sum(up))\n  0x1\neval instant at 1m vector(1)\n  {} 1",
    ],
)
def test_expectations_that_hold(text: str) -> None:
    verdicts = run(text)
    assert [verdict.message for verdict in verdicts if verdict.status != "passed"] == []
    assert verdicts


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('eval instant at 2m up\n  up{job="b"} 2', "unexpected series"),
        ('eval instant at 2m up{job="a"}\n  up{job="a"} 1\n  up{job="b"} 2', "not found"),
        ("eval instant at 2m sum(up)\n  {} 3.00001", "expected 3.00001"),
        ("eval instant at 2m sum(up)\n  3", "expected the scalar"),
        ("eval instant at 2m scalar(sum(up))\n  {} 3", "got the scalar"),
        ("eval instant at 2m scalar(sum(up))\n  4", "expected the scalar 4"),
        ('eval_ordered instant at 2m sort(up)\n  up{job="b"} 2\n  up{job="a"} 1', "at place 1"),
        ("eval range from 0 to 2m step 1m sum(up)\n  {} 1 2", "expected 2 points"),
        ("eval range from 0 to 2m step 1m sum(up)\n  {} 1 2 3 4", "more than the range has"),
        ("eval range from 0 to 2m step 1m sum(up > 1)\n  {} 2 _ _", "at 0ms"),
        ("eval_fail instant at 2m up", "expected an error"),
        ("eval instant at 2m up + on() group_left up", "many-to-many"),
        ("eval instant at 2m up + on() group_left up\n  expect fail msg: other", "expected an error matching 'other'"),
        ("eval_warn instant at 2m sum(up)\n  {} 3", "expected warn"),
        ("eval instant at 2m quantile(7, up)\n  expect no_warn\n  {} Inf", "unexpected warn"),
        ("eval instant at 2m quantile(7, up)\n  expect warn msg: other\n  {} Inf", "expected warn annotation 'other'"),
        ("eval instant at 2m hist\n  hist {{schema:0 count:3 sum:3 buckets:[1 2]}}", "expected {{count:3"),
        ("eval instant at 2m hist\n  hist 1", "expected 1"),
        ("eval instant at 2m hist\n  hist {{schema:0 count:2 sum:3 buckets:[1 1] counter_reset_hint:gauge}}", "gauge"),
        ('eval instant at 2m "a"\n  expect string "b"', "expected the string 'b'"),
        ("eval instant at 2m up{job='a'} + (time() - 120)\n  {job=\"a\"} 2", "expected 2"),
    ],
)
def test_expectations_that_do_not_hold(text: str, why: str) -> None:
    failed = [verdict for verdict in run(text) if verdict.failed]
    assert len(failed) == 1
    assert why in failed[0].message
    assert failed[0].origin.line == 7


def test_what_the_parser_cannot_read_is_skipped() -> None:
    (verdict,) = run("eval instant at 2m rate(up[1m] unheard_of)\n  {} 1")
    assert (verdict.status, "promql-parser" in verdict.message) == ("skipped", True)


def test_series_after_clear_are_gone() -> None:
    assert [v.status for v in run("clear\n\neval instant at 2m up\n  up 1")] == ["failed"]
    assert [v.status for v in run("clear\n\neval instant at 2m up")] == ["passed"]


def test_later_loads_add() -> None:
    assert [v.status for v in run("load 1m\n  other 5\n\neval instant at 0 other + on() sum(up)\n  {} 6")] == ["passed"]


def test_classic_histograms_are_loaded_as_native_ones() -> None:
    text = """
load_with_nhcb 1m
    h_bucket{le="1"} 1 2
    h_bucket{le="+Inf"} 3 5
    h_count 3 5
    h_sum 9 15

eval instant at 1m h
    h {{schema:-53 count:5 sum:15 custom_values:[1] buckets:[2 3]}}
"""
    assert [(v.status, v.message) for v in run(text)] == [("passed", "")]


@pytest.mark.parametrize(
    "commands",
    [
        'load_with_nhcb 1m\n  h_bucket{le="1"} 5\n  h_bucket{le="+Inf"} 3\n',
        'load_with_nhcb 1m\n  h_bucket{le="1"} 1\n  h_bucket{le="+Inf"} 3\n  h_count 4\n',
        "load 1m\n  x 2\n",
    ],
)
def test_what_cannot_be_loaded_is_said_with_its_line(commands: str) -> None:
    with pytest.raises(ScriptError, match="line 4: "):
        run_commands(parse_script(f"load 1m\n  x 1\n\n{commands}"), "t.test")


def test_commands() -> None:
    load, clear, one, more = parse_script(
        "load 5m\n  a 1\n# no\n\nclear\neval instant at 1m30s a\n  a 1\n\n"
        "eval range from 0 to 1m step 30s a\n  expect no_warn\n  a 1 _ 1\n"
    )
    assert isinstance(load, Load)
    assert load.step == 300_000
    assert isinstance(clear, Clear)
    assert isinstance(one, Eval)
    assert (one.start, one.end, one.is_range) == (90_000, 90_000, False)
    assert isinstance(more, Eval)
    assert (more.start, more.end, more.step, more.is_range) == (0, 60_000, 30_000, True)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("lod 5m", 1),
        ("load 5", 1),
        ("load 5m\n  a{ 1", 2),
        ("\neval instant up", 2),
        ("eval range from 1m to 0 step 1m up", 1),
        ("eval instant at 0 up\n  up 1 2", 2),
        ("eval instant at 0 up\n  expect nothing", 2),
        ("eval instant at 0 up\n  expect fail regex:(", 2),
        ("eval instant at 0 up\n  expect warn\n  expect no_warn", 3),
        ("eval instant at 0 up\n  expect fail\n  expect fail", 3),
        ('eval instant at 0 "a"\n  expect string a', 2),
        ("eval instant at 0 up\n  1\nup 1", 3),
    ],
)
def test_what_is_no_script_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(ScriptError) as refused:
        parse_script(text)
    assert refused.value.line == line
