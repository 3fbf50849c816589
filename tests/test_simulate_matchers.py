"""Matchers: read as Alertmanager reads them in each of its modes, printed as it prints them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.simulate.config.matchers import OPERATORS, LabelMatcher, MatcherError
from generator.simulate.config.parse_matchers import PARSERS, in_order, parse_matchers, written
from tests.conftest import CASES

RECORDED = json.loads((CASES / "simulate" / "matchers.json").read_text(encoding="utf-8"))

names = st.from_regex(r"[a-z_][a-z0-9_]{0,3}", fullmatch=True)
matchers = st.builds(LabelMatcher, names, st.sampled_from(("=", "!=")), st.text(max_size=8))


def read(text: str, mode: Any) -> Any:
    """What a parser makes of a text, as the recording has it."""
    try:
        return [[one.name, one.op, one.value] for one in parse_matchers(text, mode)]
    except MatcherError:
        return "error"


@pytest.mark.parametrize("mode", PARSERS)
def test_reads_what_alertmanager_reads(mode: Any) -> None:
    wrong = [(case["text"], read(case["text"], mode), case[mode]) for case in RECORDED]
    assert not [each for each in wrong if each[1] != each[2]]


def test_prints_what_alertmanager_prints() -> None:
    printed = {case["text"]: case["key"] for case in RECORDED if "key" in case}
    assert len(printed) > 100
    assert {text: written(parse_matchers(text, "fallback")) for text in printed} == printed


@pytest.mark.parametrize("mode", PARSERS)
@settings(max_examples=200, derandomize=True, deadline=None)
@given(found=st.lists(matchers, max_size=3))
def test_reads_what_it_prints(found: list[LabelMatcher], mode: Any) -> None:
    assert list(parse_matchers(written(tuple(found)), mode)) == found


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.lists(matchers, max_size=6), st.randoms())
def test_order_does_not_depend_on_the_order_of_writing(found: list[LabelMatcher], random: Any) -> None:
    mixed = list(found)
    random.shuffle(mixed)
    assert in_order(mixed) == in_order(found)


@pytest.mark.parametrize(
    ("op", "value", "yes", "no"),
    [
        ("=", "a", ["a"], ["", "b"]),
        ("!=", "a", ["", "b"], ["a"]),
        ("=~", "a|b", ["a", "b"], ["", "ab"]),
        ("=~", "a.c", ["abc", "a c"], ["a\nc", "xabc"]),
        ("=~", "(?s)a.c", ["a\nc"], ["ac"]),
        ("!~", "a.*", ["", "b", "ba"], ["a", "ab"]),
        ("=~", "", [""], ["a"]),
        ("=~", ".*", ["", "x"], ["x\ny"]),
        ("=~", "a)|(b", ["ax", "xb"], ["xa"]),
    ],
)
def test_conditions(op: str, value: str, yes: list[str], no: list[str]) -> None:
    matcher = LabelMatcher("l", op, value)
    assert all(matcher.matches({"l": text}) for text in yes)
    assert not any(matcher.matches({"l": text}) for text in no)
    assert matcher.matches({}) == matcher.matches({"l": ""})


def test_operators_come_in_alertmanagers_order() -> None:
    assert [one.op for one in in_order([LabelMatcher("a", op, "x") for op in reversed(OPERATORS)])] == list(OPERATORS)
