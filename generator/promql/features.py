"""What Prometheus 3.14 knows only with a feature flag (`--enable-feature`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from generator.promql.ast import (
    Aggregation,
    Binary,
    CalculatedSpan,
    Call,
    Expr,
    MatrixSelector,
    Subquery,
    VectorSelector,
    walk,
)

_FUNCTIONS: Final = frozenset(
    {
        "double_exponential_smoothing", "end", "histogram_quantiles", "info", "mad_over_time", "max_of", "min_of",
        "range", "sort_by_label", "sort_by_label_desc", "start", "start_timestamp", "step", "ts_of_first_over_time",
        "ts_of_last_over_time", "ts_of_max_over_time", "ts_of_min_over_time",
    }
)  # fmt: skip
_AGGREGATIONS: Final = frozenset({"limitk", "limit_ratio"})
_EXPERIMENTAL: Final = "promql-experimental-functions"


# What a query that needs a feature holds, at least: the name of a function or modifier, or a calculation.
_HINT: Final = re.compile(
    rf"\b(?:{'|'.join(sorted(_FUNCTIONS | _AGGREGATIONS))}|fill\w*|anchored|smoothed)\b"
    r"|\[[^\]]*[-+*/%^(]|\boffset\s*[-+]?\s*[(a-zA-Z]",
    re.IGNORECASE,
)


def may_need_features(text: str) -> bool:
    """Whether the text of a query holds what may need a feature, told without a look at its tree."""
    return _HINT.search(text) is not None


def features_needed(expr: Expr) -> dict[str, str]:
    """The feature flags that a query needs, each with what it needs it for, in the order of their appearance."""
    return {flag: what for node in walk(expr) for flag, what in _needed(node)}


def _needed(node: Expr) -> Iterator[tuple[str, str]]:
    match node:
        case Call(func=name) if name in _FUNCTIONS:
            yield _EXPERIMENTAL, f"{name}()"
        case Aggregation(op=op) if op in _AGGREGATIONS:
            yield _EXPERIMENTAL, f"{op}()"
        case Binary(matching=matching) if matching.fill_left is not None or matching.fill_right is not None:
            yield "promql-binop-fill-modifiers", "fill"
        case VectorSelector(reading=reading) if reading:
            yield "promql-extended-range-selectors", reading
    if any(isinstance(span, CalculatedSpan) for span in _spans(node)):
        yield "promql-duration-expr", "calculated durations"


def _spans(node: Expr) -> tuple[object, ...]:
    match node:
        case VectorSelector():
            return (node.offset,)
        case MatrixSelector():
            return (node.range,)
        case Subquery():
            return (node.range, node.step, node.offset)
    return ()
