"""The hash by which `limit_ratio` chooses, against values that others have published."""

from __future__ import annotations

import pytest

from generator.engine.labelhash import position, xxhash64
from generator.labels import LabelSet


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0xEF46DB3751D8E999),
        ("a", 0xD24EC4F1A98C6E5B),
        ("abc", 0x44BC2CF5AD770999),
        ("Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1),
        ("Call me Ishmael. Some years ago--never mind how long precisely-", 0x02A2E85470D6FD96),
    ],
)
def test_known_hashes(text: str, expected: int) -> None:
    assert xxhash64(text.encode()) == expected


def test_long_labels_have_a_place_too() -> None:
    assert 0 <= position(LabelSet({"a": "x" * 300})) <= 1
    assert position(LabelSet({"a": "x" * 300})) != position(LabelSet({"a": "x" * 301}))
