"""The notation of test series: `up{job="a"} 1 2+3x10 _ stale {{count:1 sum:2 buckets:[1]}}x3`.

It is the grammar `series_description` of Prometheus' parser: `axn` and `a+bxn` give n+1 samples, `_xn` gives n
gaps, numbers are never hexadecimal, names of numbers (`Inf`, `NaN`) take no repetition.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from generator.engine.histogram.value import Histogram
from generator.engine.storage import FLOAT, HISTOGRAM, STALE
from generator.errors import ParseError
from generator.labels import METRIC_NAME, LabelSet
from generator.testing.quoting import unquote

MAX_SAMPLES: Final = 20_000_000
"""Samples one series may be given; `0x99999999999` is refused instead of filling the memory."""

OMITTED: Final = -1

_NUMBER: Final = r"(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|(?i:inf|nan)(?![A-Za-z0-9_:]))"
_ITEM: Final = re.compile(
    rf"(?P<gap>_)(?:x(?P<gaps>[0-9]{{1,18}}))?|(?P<stale>stale)"
    rf"|(?P<value>[+-]?{_NUMBER})(?:(?P<step>[+-]{_NUMBER})(?=x))?(?:x(?P<times>[0-9]{{1,18}}))?"
)
_HISTOGRAMS: Final = re.compile(r"\{\{[^{}]*\}\}(?:[+-]\{\{[^{}]*\}\}(?=x))?(?:x(?P<times>[0-9]{1,18}))?")
_NAME: Final = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_STRING: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|`[^`]*`')
_BLANK: Final = re.compile(r"[ \t\n\r]*")

Floats = npt.NDArray[np.float64]


class SeriesError(ParseError):
    """A series or its values that are not in the notation."""


@dataclass(frozen=True, slots=True)
class Values:
    """The samples of one series, one place for each interval.

    `kinds` says of every place whether it is omitted, a float, a stale marker or a histogram; `floats` is zero
    where it is none. `hinted` are the places whose histogram names its counter reset hint.
    """

    floats: Floats
    kinds: npt.NDArray[np.int8]
    histograms: dict[int, Histogram] = field(default_factory=dict)
    hinted: frozenset[int] = frozenset()

    def __len__(self) -> int:
        return len(self.kinds)

    @property
    def plain(self) -> bool:
        """Whether every place has a float."""
        return not self.histograms and not self.kinds.any()


@dataclass(frozen=True, slots=True)
class Series:
    """A series as written in a test."""

    labels: LabelSet
    values: Values


def parse_series(text: str, limit: int | None = None) -> Series:
    """The series of one line: a metric and its values, of which `limit` are enough. Raises `SeriesError`."""
    labels, end = read_metric(text, 0)
    rest = text[end:]
    if rest and rest[0] not in " \t\n\r":
        raise SeriesError(f"expected a space between the series and its values, got {rest[:12]!r}")
    return Series(labels, parse_values(rest, limit))


def parse_metric(text: str) -> LabelSet:
    """The labels of a series such as `up{job="a"}`; an empty text is the empty set. Raises `SeriesError`."""
    labels, end = read_metric(text, 0)
    if text[end:].strip():
        raise SeriesError(f"unexpected {text[end:].strip()[:20]!r} after the labels")
    return labels


def read_metric(text: str, start: int) -> tuple[LabelSet, int]:
    """The labels written at `start`, and where they end."""
    at = _skip(text, start)
    labels: dict[str, str] = {}
    name = _NAME.match(text, at)
    if name:
        at = name.end()
    brace = _skip(text, at)
    if text.startswith("{", brace) and not text.startswith("{{", brace):
        inside, at = _read_braces(text, brace + 1)
        for label, value in inside:
            if label in labels:
                raise SeriesError(f'label name "{label}" is not unique')
            labels[label] = value
    if name:
        # The name before the braces wins over one in them.
        labels[METRIC_NAME] = name[0]
    return LabelSet(labels), at


def _read_braces(text: str, at: int) -> tuple[list[tuple[str, str]], int]:
    pairs: list[tuple[str, str]] = []
    while True:
        at = _skip(text, at)
        if text.startswith("}", at):
            return pairs, at + 1
        pair, at = _read_label(text, at)
        pairs.append(pair)
        at = _skip(text, at)
        if text.startswith(",", at):
            at += 1
        elif not text.startswith("}", at):
            raise SeriesError(f"expected ',' or '}}' in the labels, got {text[at : at + 12]!r}")


def _read_label(text: str, at: int) -> tuple[tuple[str, str], int]:
    quoted = _STRING.match(text, at)
    name = quoted or _LABEL.match(text, at)
    if name is None:
        raise SeriesError(f"expected a label name or '}}', got {text[at : at + 12] or 'the end'!r}")
    equals = _skip(text, name.end())
    if not text.startswith("=", equals):
        if quoted:
            return (METRIC_NAME, unquote(name[0])), name.end()
        raise SeriesError(f"expected '=' after label {name[0]!r}")
    value = _STRING.match(text, _skip(text, equals + 1))
    if value is None:
        raise SeriesError(f"expected a quoted value for label {name[0]!r}")
    return (unquote(name[0]) if quoted else name[0], unquote(value[0])), value.end()


def _skip(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return at if blank is None else blank.end()


@dataclass(slots=True)
class _Builder:
    """The pieces of a series while it is read."""

    floats: list[Floats] = field(default_factory=list)
    kinds: list[npt.NDArray[np.int8]] = field(default_factory=list)
    histograms: dict[int, Histogram] = field(default_factory=dict)
    hinted: set[int] = field(default_factory=set)
    length: int = 0
    limit: int | None = None

    def add(self, floats: Floats, kind: int) -> None:
        count = len(floats)
        if count:
            self.floats.append(floats)
            self.kinds.append(np.full(count, kind, np.int8) if kind else np.zeros(count, np.int8))
            self.length += count

    def reserve(self, count: int) -> int:
        """How many of `count` samples are wanted."""
        if self.limit is not None:
            return min(count, max(0, self.limit - self.length))
        if self.length + count > MAX_SAMPLES:
            raise SeriesError(f"more than {MAX_SAMPLES} samples in one series")
        return count

    def done(self) -> Values:
        if not self.floats:
            return Values(np.empty(0), np.empty(0, np.int8))
        floats, kinds = self.floats[0], self.kinds[0]
        if len(self.floats) > 1:
            floats, kinds = np.concatenate(self.floats), np.concatenate(self.kinds)
        return Values(floats, kinds, self.histograms, frozenset(self.hinted))


def parse_values(text: str, limit: int | None = None) -> Values:
    """The samples of the text after the metric, of which `limit` are enough. Raises `SeriesError`."""
    builder = _Builder(limit=limit)
    for at, item in _items(text):
        match = item.match(text, at)
        if match is None:
            raise SeriesError(f"cannot read {text[at:].split()[0][:40]!r} in the values of a series")
        _READERS[item](builder, match)
    return builder.done()


def _items(text: str) -> Iterator[tuple[int, re.Pattern[str]]]:
    """Where each item begins and with what pattern it is read; checks that spaces part them."""
    at = _skip(text, 0)
    while at < len(text):
        pattern = _HISTOGRAMS if text.startswith("{{", at) else _ITEM
        yield at, pattern
        match = pattern.match(text, at)
        end = at if match is None else match.end()
        at = _skip(text, end)
        if at == end and at < len(text):
            raise SeriesError(f"unexpected {text[at : at + 20]!r} in the values of a series")


def _read_item(builder: _Builder, match: re.Match[str]) -> None:
    if match["gap"]:
        builder.add(np.zeros(builder.reserve(int(match["gaps"] or 1))), OMITTED)
    elif match["stale"]:
        builder.add(np.zeros(builder.reserve(1)), STALE)
    else:
        _read_floats(builder, match)


def _read_floats(builder: _Builder, match: re.Match[str]) -> None:
    first, times = _float(match["value"]), match["times"]
    count = builder.reserve(1 if times is None else int(times) + 1)
    floats = np.full(count, first)
    if match["step"]:
        # Prometheus adds the step again and again, and so must we to give the same last digits.
        floats[1:] = _float(match["step"])
        floats = np.add.accumulate(floats)
    builder.add(floats, FLOAT)


def _float(text: str) -> float:
    value = float(text)
    if math.isinf(value) and not text.lower().endswith("inf"):
        raise SeriesError(f"{text}: value out of range")
    return value


def _read_histograms(builder: _Builder, match: re.Match[str]) -> None:
    from generator.engine.histogram.notation import parse_histogram_series

    count = builder.reserve(1 if match["times"] is None else int(match["times"]) + 1)
    try:
        wanted = match[0] if match["times"] is None else f"{match[0].rpartition('x')[0]}x{max(0, count - 1)}"
        series = parse_histogram_series(wanted)
    except ParseError as reason:
        raise SeriesError(str(reason)) from None
    places = range(builder.length, builder.length + count)
    builder.histograms.update(zip(places, series.values, strict=False))
    if series.states_hint:
        builder.hinted.update(places)
    builder.add(np.zeros(count), HISTOGRAM)


_READERS: Final[dict[re.Pattern[str], Callable[[_Builder, re.Match[str]], None]]] = {
    _ITEM: _read_item,
    _HISTOGRAMS: _read_histograms,
}
