"""The hash that Prometheus gives a label set, for `limit_ratio` to choose the same series as it does.

Prometheus hashes its packed labels (name and value, each after its length) with xxHash64, seed 0
(github.com/Cyan4973/xxHash, doc/xxhash_spec.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from generator.labels import LabelSet

_WORD: Final = 2**64 - 1
_P1: Final = 0x9E3779B185EBCA87
_P2: Final = 0xC2B2AE3D27D4EB4F
_P3: Final = 0x165667B19E3779F9
_P4: Final = 0x85EBCA77C2B2AE63
_P5: Final = 0x27D4EB2F165667C5


@lru_cache(maxsize=65536)
def position(labels: LabelSet) -> float:
    """The hash of a label set as a fraction of the largest one, from 0 to 1."""
    return float(xxhash64(_packed(labels))) / float(_WORD)


def _packed(labels: LabelSet) -> bytes:
    return b"".join(_sized(text.encode()) for pair in labels.pairs for text in pair)


def _sized(text: bytes) -> bytes:
    size = len(text)
    return (bytes([size]) if size < 255 else b"\xff" + size.to_bytes(3, "little")) + text


def xxhash64(data: bytes) -> int:
    """xxHash64 with seed 0."""
    body = len(data) // 32 * 32
    hashed = _stripes(data[:body]) if body else _P5
    hashed = (hashed + len(data)) & _WORD
    rest = data[body:]
    for word in _words(rest[: len(rest) // 8 * 8], 8):
        hashed = (_rotate(hashed ^ _round(0, word), 27) * _P1 + _P4) & _WORD
    rest = rest[len(rest) // 8 * 8 :]
    if len(rest) >= 4:
        hashed = (_rotate(hashed ^ int.from_bytes(rest[:4], "little") * _P1 & _WORD, 23) * _P2 + _P3) & _WORD
        rest = rest[4:]
    for byte in rest:
        hashed = _rotate(hashed ^ byte * _P5 & _WORD, 11) * _P1 & _WORD
    return _avalanche(hashed)


def _stripes(data: bytes) -> int:
    lanes = [(_P1 + _P2) & _WORD, _P2, 0, -_P1 & _WORD]
    for number, word in enumerate(_words(data, 8)):
        lanes[number % 4] = _round(lanes[number % 4], word)
    hashed = sum(_rotate(lane, turn) for lane, turn in zip(lanes, (1, 7, 12, 18), strict=True)) & _WORD
    for lane in lanes:
        hashed = ((hashed ^ _round(0, lane)) * _P1 + _P4) & _WORD
    return hashed


def _words(data: bytes, size: int) -> Iterator[int]:
    return (int.from_bytes(data[at : at + size], "little") for at in range(0, len(data), size))


def _round(lane: int, word: int) -> int:
    return _rotate((lane + word * _P2) & _WORD, 31) * _P1 & _WORD


def _rotate(value: int, turn: int) -> int:
    return (value << turn | value >> (64 - turn)) & _WORD


def _avalanche(hashed: int) -> int:
    hashed = (hashed ^ hashed >> 33) * _P2 & _WORD
    hashed = (hashed ^ hashed >> 29) * _P3 & _WORD
    return hashed ^ hashed >> 32
