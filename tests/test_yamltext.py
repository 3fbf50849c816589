"""Whatever is dumped reads back as itself."""

from __future__ import annotations

import math
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from generator.yamltext import dump, scalar

TEXTS = st.one_of(
    st.text(),
    st.text(alphabet="ab:# -'\"\\{}[]&*!|>%@`?,=~\n\t0123456789.eE+_", max_size=12),
    st.sampled_from(["yes", "No", "ON", "null", "~", "", " ", "1e3", "0x1F", "1_000", "12:30:45", "2026-01-01", "<<"]),
).filter(lambda text: not any(0xD800 <= ord(char) <= 0xDFFF for char in text))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**60), 2**60), st.floats(allow_nan=False), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=12,
)


def read(text: str) -> Any:
    return yaml.load(text, yaml.CSafeLoader)


@given(VALUES)
def test_a_dump_reads_back_as_the_same_value(value: Any) -> None:
    assert read(dump(value)) == value


@given(TEXTS)
def test_a_scalar_reads_back_as_the_same_text(text: str) -> None:
    assert read(f"key: {scalar(text)}") == {"key": text}


@given(st.lists(st.text(alphabet="ab :#-'\t", max_size=6), min_size=2, max_size=5), st.integers(0, 3))
def test_blocks_of_text_read_back_at_any_depth(lines: list[str], depth: int) -> None:
    value: Any = "\n".join(lines)
    for _ in range(depth):
        value = {"deeper": [value]}
    assert read(dump(value)) == value


def test_nan_is_kept() -> None:
    assert math.isnan(read(dump({"a": math.nan}))["a"])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"for": "5m", "expr": "up == 0"}, "for: 5m\nexpr: up == 0\n"),
        ({"a": "no"}, "a: 'no'\n"),
        ({"a": "x: y"}, "a: 'x: y'\n"),
        ({"a": ["b", {"c": 1, "d": []}]}, "a:\n  - b\n  - c: 1\n    d: []\n"),
        ({"a": "one\ntwo"}, "a: |-\n  one\n  two\n"),
        ({"a": "한국어"}, "a: '한국어'\n"),
        ({"a": "\u0007"}, 'a: "\\x07"\n'),
        ({"a": 1e-05}, "a: 1.0e-05\n"),
    ],
)
def test_it_reads_as_a_person_would_write_it(value: Any, text: str) -> None:
    assert dump(value) == text
    assert read(text) == value


def test_what_yaml_has_no_place_for_is_refused() -> None:
    with pytest.raises(TypeError, match="set"):
        dump({"a": {1, 2}})
