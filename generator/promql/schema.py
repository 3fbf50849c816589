"""What a query may ask for: metrics with their types and labels, and what a query asks that is not among them.

A query over a metric that nobody exposes gives nothing, without an error; so does one by a label that the metric does
not have. Both are found here, from what is known of the metrics.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from generator.labels import METRIC_NAME
from generator.promql.ast import (
    Aggregation,
    Binary,
    Call,
    Expr,
    Matching,
    MatrixSelector,
    StringLiteral,
    VectorSelector,
    children,
    selectors,
    walk,
)
from generator.promql.functions import value_type

Labels = frozenset[str] | None
"""Names of labels that a series may carry; None when any may be there."""

ANY: Final[Labels] = None
NONE: Final[Labels] = frozenset()

_COUNTERS_ONLY: Final = frozenset({"rate", "irate", "increase", "resets"})
_GAUGES_ONLY: Final = frozenset({"delta", "idelta", "deriv", "predict_linear"})
_LEFT_ALONE: Final = frozenset({"and", "unless"})
_WITHOUT_LABELS: Final = frozenset({"vector", "scalar", "time", "pi"})


@dataclass(frozen=True, slots=True)
class Family:
    """A metric by the name that queries use. type: `counter`, `gauge`, or empty when it is not known."""

    labels: Labels
    type: str = ""


@dataclass(slots=True)
class Schema:
    """All metrics. later: gives the family of a metric that has to be worked out, None for one that is not known."""

    families: dict[str, Family]
    later: Callable[[str], Family | None] = field(default=lambda _: None)

    def family(self, metric: str) -> Family | None:
        """The family of a metric."""
        if metric not in self.families:
            found = self.later(metric)
            if found is None:
                return None
            self.families[metric] = found
        return self.families[metric]


def parts(name: str, type_: str, labels: frozenset[str]) -> Mapping[str, Family]:
    """The names under which queries read an exposed metric: a histogram has three, a summary has three."""
    counted = {f"{name}_{part}": Family(labels, "counter") for part in ("sum", "count")}
    if type_ == "histogram":
        return {f"{name}_bucket": Family(labels | {"le"}, "counter"), **counted}
    if type_ == "summary":
        return {name: Family(labels | {"quantile"}, "gauge"), **counted}
    return {name: Family(labels, type_ if type_ in {"counter", "gauge"} else "")}


def misses(expr: Expr, schema: Schema) -> Iterator[str]:
    """What the query asks for that is not there, in words."""
    yield from _selectors(expr, schema)
    for node in walk(expr):
        match node:
            case Aggregation():
                where = f"{node.op} {'without' if node.without else 'by'}"
                yield from _absent(node.grouping, labels_of(node.expr, schema), where)
            case Binary():
                yield from _matching(node, schema)
            case Call():
                yield from _wrong_types(node, schema)


def _selectors(expr: Expr, schema: Schema) -> Iterator[str]:
    for selector in selectors(expr):
        if selector.metric is None:
            continue
        family = schema.family(selector.metric)
        if family is None:
            yield f"metric {selector.metric} is not known"
        elif family.labels is not None:
            asked = (matcher.label for matcher in selector.matchers if matcher.label != METRIC_NAME)
            yield from (f"{selector.metric} has no label {label}" for label in asked if label not in family.labels)


def _absent(labels: tuple[str, ...], known: Labels, where: str) -> Iterator[str]:
    if known is not None:
        yield from (f"{where} ({label}): no series below has it" for label in labels if label not in known)


def _matching(node: Binary, schema: Schema) -> Iterator[str]:
    for side in (node.left, node.right):
        if _is_scalar(side):
            continue
        known = labels_of(side, schema)
        if node.matching.on:
            yield from _absent(node.matching.labels, known, "on")
    many, one = _sides(node)
    yield from _absent(node.matching.include, labels_of(one, schema), f"group_{node.matching.group}")
    if node.matching.labels and not node.matching.on:
        both = _either(labels_of(many, schema), labels_of(one, schema))
        yield from _absent(node.matching.labels, both, "ignoring")


def _wrong_types(node: Call, schema: Schema) -> Iterator[str]:
    """A rate of what is not a counter, a slope of what is one."""
    for wrong, functions in (("gauge", _COUNTERS_ONLY), ("counter", _GAUGES_ONLY)):
        if node.func in functions:
            for arg in node.args:
                name = arg.selector.metric if isinstance(arg, MatrixSelector) else None
                family = schema.family(name) if name else None
                if family is not None and family.type == wrong:
                    yield f"{node.func}() of {name}, which is a {wrong}"


def labels_of(expr: Expr, schema: Schema) -> Labels:
    """The labels that the series of a query's result may carry, without the metric's name."""
    match expr:
        case VectorSelector():
            family = schema.family(expr.metric) if expr.metric is not None else None
            return ANY if family is None else family.labels
        case Aggregation():
            return _aggregated(expr, schema)
        case Binary():
            return _joined(expr, schema)
        case Call():
            return _called(expr, schema)
    inner = children(expr)
    return labels_of(inner[0], schema) if inner else NONE


def _aggregated(node: Aggregation, schema: Schema) -> Labels:
    below = labels_of(node.expr, schema)
    if node.op in {"topk", "bottomk", "limitk", "limit_ratio"}:
        return below
    made = {node.param.value} if node.op == "count_values" and isinstance(node.param, StringLiteral) else set()
    if not node.without:
        return frozenset({*node.grouping, *made})
    return ANY if below is None else (below - set(node.grouping)) | made


def _joined(node: Binary, schema: Schema) -> Labels:
    many, one = _sides(node)
    left = labels_of(many, schema)
    if node.op in _LEFT_ALONE:
        return left
    if node.op == "or":
        return _either(left, labels_of(one, schema))
    if node.matching.group:
        return None if left is None else left | set(node.matching.include)
    if _is_scalar(node.left):
        return labels_of(node.right, schema)
    if node.matching.on:
        return frozenset(node.matching.labels)
    return left if left is None else left - set(node.matching.labels)


def _called(node: Call, schema: Schema) -> Labels:
    if node.func in _WITHOUT_LABELS:
        return NONE
    if node.func in {"absent", "absent_over_time"}:
        selector = next(selectors(node.args[0]), None)
        found = selector.matchers if selector is not None else ()
        return frozenset(matcher.label for matcher in found if matcher.op == "=")
    vectors = [labels_of(arg, schema) for arg in node.args if not _is_scalar(arg)]
    below = vectors[0] if vectors else NONE
    if node.func in {"label_replace", "label_join"} and isinstance(node.args[1], StringLiteral):
        return None if below is None else below | {node.args[1].value}
    if node.func in {"histogram_quantile", "histogram_fraction"}:
        return None if below is None else below - {"le"}
    return below


def _sides(node: Binary) -> tuple[Expr, Expr]:
    """The side that may have many series for one of the other, and that other one."""
    matching: Matching = node.matching
    return (node.right, node.left) if matching.group == "right" else (node.left, node.right)


def _either(one: Labels, other: Labels) -> Labels:
    return None if one is None or other is None else one | other


def _is_scalar(expr: Expr) -> bool:
    return value_type(expr) in {"scalar", "string"}
