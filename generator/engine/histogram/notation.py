"""Histograms as text: the `{{schema:0 sum:5 count:4 buckets:[1 2 1]}}` of promqltest and promtool."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, get_args

from generator.engine.histogram.algebra import add, subtract, zero_count
from generator.engine.histogram.value import (
    Bucket,
    BucketCounts,
    CounterResetHint,
    Histogram,
    contiguous,
    negative_buckets,
    populated,
    positive_buckets,
)
from generator.errors import ParseError

HISTOGRAM_ITEM: Final = re.compile(
    r"\{\{(?P<first>[^{}]*)\}\}(?:(?:(?P<sign>[+-])\{\{(?P<step>[^{}]*)\}\})?x(?P<times>\d+))?"
)
"""One item of the `values` notation that gives histograms; `parse_histogram_series` takes what it matches."""

_NUMBER: Final = re.compile(r"-?(?:inf|nan|\d+(?:\.\d*)?(?:e[+-]?\d+)?)", re.IGNORECASE)
_OCTAL: Final = re.compile(r"-?0[0-7]+")
_INTEGER: Final = re.compile(r"-?\d+")
_FIELD: Final = re.compile(r"([a-z_]+):(\[[^\[\]]*\]|[^\s\[\]]+)(?:\s+|$)", re.IGNORECASE)
_HINTS: Final[tuple[CounterResetHint, ...]] = get_args(CounterResetHint)
_KEYS: Final = (
    "schema", "sum", "count", "z_bucket", "z_bucket_w", "custom_values",
    "buckets", "offset", "n_buckets", "n_offset", "counter_reset_hint",
)  # fmt: skip
_MOST_SAMPLES: Final = 11_000_000


@dataclass(frozen=True, slots=True)
class HistogramSeries:
    """The samples that one item of the `values` notation stands for.

    `states_hint` says whether the text names a counter reset hint; tests compare hints only then.
    """

    values: tuple[Histogram, ...]
    states_hint: bool


def parse_histogram(text: str) -> Histogram:
    """One histogram from its `{{…}}` text. Raises `ParseError` saying what is wrong with which part."""
    series = parse_histogram_series(text)
    if len(series.values) != 1:
        raise ParseError(f"expected one histogram, got the series {text!r}")
    return series.values[0]


def parse_histogram_series(text: str) -> HistogramSeries:
    """`{{a}}`, `{{a}}x3` (four samples), `{{a}}+{{b}}x3` or `{{a}}-{{b}}x3`, without spaces in between.

    Whether a hint is stated is read from the last histogram written, as Prometheus does. Raises `ParseError`.
    """
    match = HISTOGRAM_ITEM.fullmatch(text.strip())
    if match is None:
        raise ParseError(f"expected a histogram such as {{{{schema:0 count:1 buckets:[1]}}}}, got {text!r}")
    times = int(match["times"] or 0)
    if times > _MOST_SAMPLES:
        raise ParseError(f"more than {_MOST_SAMPLES} samples in {text!r}")
    first = _Fields(match["first"])
    if match["step"] is None:
        return HistogramSeries((first.histogram(),) * (times + 1), first.states_hint)
    step = _Fields(match["step"])
    values = _progression(first.histogram(), step.histogram(), match["sign"], times)
    return HistogramSeries(tuple(values), step.states_hint)


def _progression(first: Histogram, step: Histogram, sign: str, times: int) -> list[Histogram]:
    combine = add if sign == "+" else subtract
    values = [first]
    for _ in range(times):
        if values[-1].schema > step.schema:
            raise ParseError(f"cannot merge histograms from schema {step.schema} to {values[-1].schema}")
        combined = combine(values[-1], step)
        if combined is None:
            raise ParseError("cannot combine histograms with exponential and with custom buckets")
        values.append(combined.histogram)
    return values


class _Fields:
    """The `key:value` pairs between the braces."""

    def __init__(self, inner: str) -> None:
        self._values: dict[str, str] = {}
        position = 0 if inner.strip() else len(inner)
        while match := _FIELD.match(inner, position):
            self._put(match[1].lower(), match[2])
            position = match.end()
        if rest := inner[position:]:
            raise ParseError(f"histogram description: expected key:value, such as buckets:[5 7], at {rest!r}")

    def _put(self, key: str, value: str) -> None:
        if key not in _KEYS:
            raise ParseError(f"bad histogram descriptor {key!r}, expected one of {', '.join(_KEYS)}")
        if key in self._values:
            raise ParseError(f"duplicate key {key!r} in histogram")
        self._values[key] = value

    @property
    def states_hint(self) -> bool:
        return "counter_reset_hint" in self._values

    def histogram(self) -> Histogram:
        return Histogram(
            schema=self._integer("schema"),
            count=self._number("count"),
            sum=self._number("sum"),
            zero_threshold=self._number("z_bucket_w"),
            zero_count=self._number("z_bucket"),
            positive=contiguous(self._numbers("buckets"), self._integer("offset")),
            negative=contiguous(self._numbers("n_buckets"), self._integer("n_offset")),
            custom_values=self._numbers("custom_values"),
            counter_reset_hint=self._hint(),
        )

    def _number(self, key: str) -> float:
        return _to_number(key, self._values.get(key, "0"))

    def _integer(self, key: str) -> int:
        value = self._values.get(key, "0")
        if _INTEGER.fullmatch(value) is None or abs(int(value)) >= 1 << 31:
            raise ParseError(f"histogram {key} must be a whole number of 32 bits, got {value!r}")
        return int(value)

    def _numbers(self, key: str) -> tuple[float, ...]:
        value = self._values.get(key)
        if value is None:
            return ()
        if not value.startswith("[") or value[1].isspace() or value == "[]":
            raise ParseError(f"histogram {key} must be a list such as [1 2 1], got {value!r}")
        return tuple(_to_number(key, item) for item in value[1:-1].split())

    def _hint(self) -> CounterResetHint:
        value = self._values.get("counter_reset_hint", "unknown").lower()
        for hint in _HINTS:
            if value == hint:
                return hint
        raise ParseError(f"counter_reset_hint must be one of {', '.join(_HINTS)}, got {value!r}")


def _to_number(key: str, value: str) -> float:
    """A number as Prometheus' parser reads it here: no plus sign, a digit first, and 010 is 8."""
    if _NUMBER.fullmatch(value) is None or (key == "z_bucket_w" and value.startswith("-")):
        raise ParseError(f"histogram {key} must be a number, got {value!r}")
    return float(int(value, 8)) if _OCTAL.fullmatch(value) else float(value)


def format_histogram(histogram: Histogram) -> str:
    """The `{{…}}` text in upstream's order of fields, without what is 0 or empty at the ends."""
    parts = [f"schema:{histogram.schema}"] if histogram.schema else []
    numbers = (
        ("count", histogram.count),
        ("sum", histogram.sum),
        ("z_bucket", zero_count(histogram)),
        ("z_bucket_w", histogram.zero_threshold),
    )
    parts += [f"{key}:{_readable(value)}" for key, value in numbers if value != 0]
    if histogram.custom_values:
        parts.append(f"custom_values:{_format_list(histogram.custom_values)}")
    if histogram.counter_reset_hint != "unknown":
        parts.append(f"counter_reset_hint:{histogram.counter_reset_hint}")
    parts += _format_buckets("", histogram.positive) + _format_buckets("n_", histogram.negative)
    return "{{" + " ".join(parts) + "}}"


def _format_buckets(prefix: str, counts: BucketCounts) -> list[str]:
    shown = dict(populated(counts))
    if not shown:
        return []
    first, last = min(shown), max(shown)
    offset = [f"{prefix}offset:{first}"] if first else []
    return [*offset, f"{prefix}buckets:{_format_list(shown.get(i, 0.0) for i in range(first, last + 1))}"]


def _format_list(values: Iterable[float]) -> str:
    return f"[{' '.join(map(_readable, values))}]"


def _readable(value: float) -> str:
    """Without the plus sign of +Inf, which could not be read back."""
    return format_float(value).removeprefix("+")


def describe_histogram(histogram: Histogram) -> str:
    """`{count:4, sum:5, [-2,-1):1, [-0.001,0.001]:1, (1,2]:2}`: all populated buckets, with their bounds."""
    below = [("[", bucket, ")") for bucket in negative_buckets(histogram)]
    width = histogram.zero_threshold
    middle = ("[", Bucket(-width, width, histogram.zero_count), "]")
    # The first custom bucket is closed below, all others are open there.
    opening = ("[" if histogram.is_custom and index == 0 else "(" for index, _ in histogram.positive)
    above = [(bracket, bucket, "]") for bracket, bucket in zip(opening, positive_buckets(histogram), strict=True)]
    shown = [
        f"{left}{_bounds(bucket)}{right}:{format_float(bucket.count)}"
        for left, bucket, right in (*reversed(below), middle, *above)
        if bucket.count != 0
    ]
    parts = [f"count:{format_float(histogram.count)}", f"sum:{format_float(histogram.sum)}", *shown]
    return "{" + ", ".join(parts) + "}"


def _bounds(bucket: Bucket) -> str:
    return f"{format_float(bucket.lower)},{format_float(bucket.upper)}"


def format_float(value: float) -> str:
    """A float as Go's `%g` prints it: the fewest digits, with an exponent below 1e-4 and from 1e6 on."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else f"{value:+}".replace("inf", "Inf")
    sign, digits, power = Decimal(repr(value)).normalize().as_tuple()
    exponent = len(digits) + int(power) - 1
    if -4 <= exponent < 6 or value == 0:
        return f"{Decimal(repr(value)).normalize():f}"
    figures = "".join(map(str, digits))
    mantissa = figures[0] + ("." + figures[1:] if len(figures) > 1 else "")
    return f"{'-' if sign else ''}{mantissa}e{exponent:+03d}"
