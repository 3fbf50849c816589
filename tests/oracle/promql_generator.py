"""Random queries, and series for them, that Prometheus 2.42 and the engine both know.

Left out on purpose, because versions differ or an answer depends on an order that nobody promises:
- functions newer than 2.42, `topk` among equal values, metric names mixed in one selector;
- deviations and lines of infinite values, which 2.42 compensates to NaN;
- the metric name, which `atan2` kept in 2.42;
- `@` below `predict_linear`, whose range 2.42 let move with the steps all the same, and below `timestamp`, which then
  forgets an offset.
What makes much of the last digit of a number (remainders, rounding, sines of large numbers) is asked of stored samples
only, because sums are not rounded alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from generator.labels import LabelSet
from generator.promql.ast import (
    PLAIN,
    Aggregation,
    At,
    Binary,
    Call,
    Expr,
    Matcher,
    Matching,
    MatchOp,
    MatrixSelector,
    NumberLiteral,
    StringLiteral,
    Subquery,
    Unary,
    VectorSelector,
)
from generator.promql.rewrite import transform

START: Final = 1_700_000_000_000
"""The time of the first samples: milliseconds, and no multiple of a minute."""

SPAN: Final = 2 * 3_600_000
"""How long the series are: two hours."""

_SECOND: Final = 1000
_MINUTE: Final = 60_000
_RANGES: Final = (15, 30, 45, 60, 61, 90, 120, 300, 301, 600, 1234, 1800, 3600)
_SMOOTH: Final = (
    "abs", "exp", "sqrt", "ln", "log2", "log10", "atan", "sinh", "cosh", "tanh", "asinh", "asin", "acos", "acosh",
    "atanh", "rad", "deg",
)  # fmt: skip
_ROUGH: Final = ("ceil", "floor", "round", "sgn", "sin", "cos", "tan", "timestamp")
_OVER_TIME: Final = (
    "rate", "increase", "delta", "irate", "idelta", "changes", "resets", "deriv", "sum_over_time", "avg_over_time",
    "min_over_time", "max_over_time", "count_over_time", "last_over_time", "present_over_time", "stddev_over_time",
    "stdvar_over_time",
)  # fmt: skip
_DATES: Final = (
    "year", "month", "day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour", "minute",
)  # fmt: skip
_LABELS: Final = ("job", "instance", "code")


@dataclass(frozen=True, slots=True)
class Samples:
    """One series: times in milliseconds, and values."""

    labels: LabelSet
    times: tuple[int, ...]
    values: tuple[float, ...]


def make_series(random: Random) -> list[Samples]:
    """Counters with resets, gauges, values that are no numbers, a classic histogram, sparse and broken series."""
    made: list[Samples] = []
    for job in ("api", "web"):
        for instance in ("0", "1", "2"):
            made += [_counter(random, job, instance, code) for code in ("200", "500")]
            made.append(_walk(random, "temperature", job, instance))
            made.append(_odd(random, job, instance))
            version = LabelSet({"__name__": "build_info", "job": job, "instance": instance, "version": f"v{instance}"})
            made.append(_on_grid(random, version, lambda _: 1.0))
        made += _histogram(random, job)
        made.append(_sparse(random, job))
    return made


def _times(random: Random, interval: int = 30 * _SECOND) -> list[int]:
    """A grid with its own offset, some of whose times are missing at the ends and in between."""
    offset = random.choice((0, 0, 7_000, 12_345))
    first = random.choice((0, 0, 0, 20)) * interval
    last = SPAN - random.choice((0, 0, 0, 30)) * interval
    gap = random.randrange(SPAN)
    length = random.choice((0, 0, 4, 12)) * _MINUTE
    moments = range(START + offset + first, START + last + 1, interval)
    return [t for t in moments if not gap <= t - START < gap + length]


def _on_grid(random: Random, labels: LabelSet, value: Callable[[int], float]) -> Samples:
    times = _times(random)
    return Samples(labels, tuple(times), tuple(value(number) for number in range(len(times))))


def _counter(random: Random, job: str, instance: str, code: str) -> Samples:
    labels = LabelSet({"__name__": "requests_total", "job": job, "instance": instance, "code": code})
    reached = random.choice((0, 0, 1, 1000))
    pace = random.choice((1, 20, 500))
    resets = random.choice((0.0, 0.0, 0.02))

    def value(_: int) -> float:
        nonlocal reached
        reached = random.randrange(pace) if random.random() < resets else reached + random.randrange(pace)
        return float(reached)

    return _on_grid(random, labels, value)


def _walk(random: Random, name: str, job: str, instance: str) -> Samples:
    at = random.randrange(-200, 200) / 4

    def value(_: int) -> float:
        nonlocal at
        at += random.randrange(-8, 9) / 4
        return at

    return _on_grid(random, LabelSet({"__name__": name, "job": job, "instance": instance}), value)


def _odd(random: Random, job: str, instance: str) -> Samples:
    values = (0.0, 1.0, -1.0, 2.5, float("nan"), float("inf"), float("-inf"))
    weights = (8, 8, 8, 8, 2, 1, 1)
    labels = LabelSet({"__name__": "odd", "job": job, "instance": instance})
    return _on_grid(random, labels, lambda _: random.choices(values, weights)[0])


def _histogram(random: Random, job: str) -> list[Samples]:
    times = _times(random)
    bounds = ("0.1", "0.5", "1", "5", "+Inf")
    counts = [0.0] * len(bounds)
    rows: list[tuple[float, ...]] = []
    for _ in times:
        grown = 0
        for place in range(len(bounds)):
            grown += random.randrange(6)
            counts[place] += grown
        rows.append(tuple(counts))
    name = {"__name__": "latency_seconds_bucket", "job": job}
    return [
        Samples(LabelSet({**name, "le": bound}), tuple(times), tuple(row[place] for row in rows))
        for place, bound in enumerate(bounds)
    ]


def _sparse(random: Random, job: str) -> Samples:
    moment, times = START, []
    while moment < START + SPAN:
        moment += random.randrange(1, 8 * _MINUTE)
        times.append(moment)
    values = tuple(float(random.randrange(100)) for _ in times)
    return Samples(LabelSet({"__name__": "sparse", "job": job}), tuple(times), values)


class QueryGenerator:
    """Draws queries; the same `random` gives the same ones."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def query(self) -> Expr:
        """A vector or, now and then, a scalar."""
        return self._scalar(2) if self._random.random() < 0.05 else self._vector(self._random.randrange(4))

    def moment(self) -> int:
        """A time to ask at: within the series mostly, at a sample often."""
        grid = START + self._random.randrange(SPAN // (30 * _SECOND)) * 30 * _SECOND
        return grid if self._random.random() < 0.5 else START + self._random.randrange(-600_000, SPAN + 600_000)

    def steps(self) -> tuple[int, int]:
        """The step of a range query, and how many steps it has."""
        step = self._random.choice((15, 30, 47, 60, 300, 420)) * _SECOND
        return step, self._random.randrange(2, 25)

    def _vector(self, depth: int) -> Expr:
        if depth <= 0:
            return self._selector()
        makers = (
            self._elementwise, self._over_time, self._over_time, self._aggregation, self._aggregation,
            self._with_scalar, self._with_scalar, self._between_vectors, self._between_vectors, self._other,
        )  # fmt: skip
        return self._random.choice(makers)(depth - 1)

    def _selector(self) -> VectorSelector:
        name = self._random.choice(("requests_total", "requests_total", "temperature", "temperature", "odd", "sparse",
                                    "build_info", "missing"))  # fmt: skip
        at: At = self._random.choice((None,) * 12 + ("start", "end", self.moment()))
        return VectorSelector(name, tuple(self._matchers()), self._offset(), at)

    def _offset(self) -> int:
        return self._random.choice((0,) * 8 + (30, 60, -60, 301, 600)) * _SECOND

    def _matchers(self) -> Iterator[Matcher]:
        choices: dict[str, tuple[tuple[MatchOp, str], ...]] = {
            "job": (("=", "api"), ("!=", "api")),
            "instance": (("=~", "0|1"), ("!~", "0.*")),
            "code": (("=", "500"), ("=~", "5.."), ("!=", "")),
            "nothing": (("=", ""),),
        }
        for label in self._random.sample(sorted(choices), self._random.choice((0, 0, 1, 1, 2))):
            yield Matcher(label, *self._random.choice(choices[label]))

    def _range(self, depth: int) -> Expr:
        length = self._random.choice(_RANGES) * _SECOND
        if depth <= 0 or self._random.random() < 0.75:
            return MatrixSelector(self._selector(), length)
        step = self._random.choice((None, 30, 60, 47, 300))
        length = max(length, (step or 60) * _SECOND)
        at: At = self._random.choice((None,) * 8 + ("end", self.moment()))
        inner = self._vector(depth - 1)
        return Subquery(inner, length, None if step is None else step * _SECOND, self._offset(), at)

    def _elementwise(self, depth: int) -> Expr:
        if self._random.random() < 0.6:
            return Call(self._random.choice(_SMOOTH), (self._vector(depth),))
        return Call(self._random.choice(_ROUGH), (_unpinned(self._selector()),))

    def _over_time(self, depth: int) -> Expr:
        kind = self._random.random()
        window = self._range(depth)
        if kind < 0.8:
            return Call(self._random.choice(_OVER_TIME), (window,))
        if kind < 0.87:
            return Call("quantile_over_time", (self._number((0.0, 0.3, 0.5, 0.99, 1.0, 1.5)), window))
        if kind < 0.93:
            window = transform(transform(window, _unpinned), _finite)
            return Call("predict_linear", (window, self._number((0.0, 60.0, 3600.0))))
        if kind < 0.97:
            return Call("double_exponential_smoothing", (window, self._number((0.1, 0.5)), self._number((0.1, 0.9))))
        return Call("absent_over_time", (window,))

    def _number(self, values: tuple[float, ...]) -> NumberLiteral:
        return NumberLiteral(self._random.choice(values))

    def _aggregation(self, depth: int) -> Expr:
        op = self._random.choice(("sum", "avg", "min", "max", "count", "group", "stddev", "stdvar", "quantile",
                                  "count_values"))  # fmt: skip
        grouping = tuple(self._random.sample(_LABELS, self._random.choice((0, 1, 1, 2))))
        without = self._random.random() < 0.3
        if op in ("stddev", "stdvar"):
            return Aggregation(
                op, VectorSelector(self._random.choice(("temperature", "requests_total"))), grouping, without
            )
        if op == "count_values":
            return Aggregation(op, self._vector(0), grouping, without, StringLiteral("value"))
        param = self._number((0.0, 0.25, 0.5, 1.0, 2.0)) if op == "quantile" else None
        return Aggregation(op, self._vector(depth), grouping, without, param)

    def _operator(self) -> tuple[str, bool]:
        op = self._random.choice(("+", "-", "*", "/", "%", "^", "atan2", "==", "!=", ">", "<", ">=", "<="))
        return op, op in ("==", "!=", ">", "<", ">=", "<=") and self._random.random() < 0.4

    def _with_scalar(self, depth: int) -> Expr:
        op, returns_bool = self._operator()
        # A remainder tells every last digit of its operands, so these are as they were stored.
        depth = 0 if op == "%" else depth
        vector, scalar = self._vector(depth), self._scalar(depth)
        left, right = (vector, scalar) if self._random.random() < 0.6 else (scalar, vector)
        return _nameless(Binary(op, left, right, PLAIN, returns_bool))

    def _between_vectors(self, depth: int) -> Expr:
        op, returns_bool = self._operator()
        depth = 0 if op == "%" else depth
        left, right = self._vector(depth), self._vector(self._random.randrange(depth + 1))
        if self._random.random() < 0.35:
            matching = self._random.choice((PLAIN, Matching(True, ("job",)), Matching(False, ("instance", "code"))))
            return Binary(self._random.choice(("and", "or", "unless")), left, right, matching)
        return _nameless(Binary(op, left, right, self._matching(), returns_bool))

    def _matching(self) -> Matching:
        return self._random.choice(
            (
                PLAIN,
                PLAIN,
                Matching(True, ("job",)),
                Matching(True, ("job", "instance")),
                Matching(True, ("job", "instance"), "left", ("version",)),
                Matching(False, ("code",), "left"),
                Matching(False, ("code", "version"), "right"),
                Matching(True, (), "left"),
            )
        )

    def _scalar(self, depth: int) -> Expr:
        kind = self._random.random()
        if depth <= 0 or kind < 0.7:
            return self._number((0.0, 1.0, 2.0, -3.0, 0.5, 100.0, 1e9))
        if kind < 0.8:
            return Call(self._random.choice(("time", "pi")))
        if kind < 0.9:
            return Call("scalar", (self._vector(depth - 1),))
        return Binary(self._random.choice(("+", "-", "*", "/", "%")), self._scalar(depth - 1), self._scalar(depth - 1))

    def _other(self, depth: int) -> Expr:
        inner = self._vector(depth)
        makers: tuple[Callable[[], Expr], ...] = (
            lambda: Unary("-", inner),
            lambda: Call("vector", (self._scalar(depth),)),
            lambda: Call("absent", (inner,)),
            lambda: Call("clamp", (inner, self._scalar(0), self._scalar(0))),
            lambda: Call("clamp_min", (inner, self._scalar(0))),
            lambda: Call("clamp_max", (inner, self._scalar(0))),
            lambda: Call("round", (self._selector(), self._number((0.25, 5.0)))),
            lambda: Call(self._random.choice(_DATES), (inner,)),
            lambda: Call(self._random.choice(_DATES)),
            lambda: Call("label_replace", (inner, *map(StringLiteral, ("to", "$1-x", "job", "(a).*")))),
            lambda: Call("label_join", (inner, *map(StringLiteral, ("to", "/", "job", "instance")))),
            self._histogram_quantile,
        )
        return self._random.choice(makers)()

    def _histogram_quantile(self) -> Expr:
        buckets = VectorSelector("latency_seconds_bucket")
        window = MatrixSelector(buckets, self._random.choice(_RANGES) * _SECOND)
        inner: Expr = buckets if self._random.random() < 0.3 else Call("rate", (window,))
        if self._random.random() < 0.5:
            inner = Aggregation("sum", inner, ("le",) if self._random.random() < 0.5 else ("job", "le"))
        return Call("histogram_quantile", (self._number((0.0, 0.5, 0.9, 0.99, 1.0, -1.0, 2.0)), inner))


def _unpinned(expr: Expr) -> Expr:
    return replace(expr, at=None) if isinstance(expr, VectorSelector | Subquery) else expr


def _finite(expr: Expr) -> Expr:
    return replace(expr, name="sparse") if isinstance(expr, VectorSelector) and expr.name == "odd" else expr


def _nameless(expr: Binary) -> Expr:
    return Call("abs", (expr,)) if expr.op == "atan2" else expr
