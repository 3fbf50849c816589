"""The link from an alert to its expression, as Prometheus writes it (`strutil.TableLinkForExpression`)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final
from urllib.parse import quote_plus

from generator.labels import is_metric_name
from generator.promql import to_text
from generator.promql.ast import Expr, VectorSelector
from generator.promql.printer import matcher_text, quote
from generator.promql.rewrite import transform

_PLACE: Final = "tocsin_selector_{}_place"
_PLACES: Final = re.compile(r"tocsin_selector_(\d+)_place")


def generator_url(external_url: str, expr: Expr) -> str:
    """Where Prometheus shows what an expression gives. external_url: its own address, without a slash at the end."""
    return f"{external_url}/graph?g0.expr={quote_plus(expression(expr))}&g0.tab=1"


def expression(expr: Expr) -> str:
    """The expression as Go's parser prints it: the matchers of a selector sorted, nothing but commas between them."""
    found: list[str] = []

    def put_away(node: Expr) -> Expr:
        if not isinstance(node, VectorSelector):
            return node
        found.append(_selector(node))
        return replace(node, name=_PLACE.format(len(found) - 1), matchers=())

    text = to_text(transform(expr, put_away))
    return _PLACES.sub(lambda place: found[int(place[1])], text)


def _selector(node: VectorSelector) -> str:
    matchers = sorted(map(matcher_text, node.matchers))
    if node.name is not None and not is_metric_name(node.name):
        return f"{{{','.join([quote(node.name), *matchers])}}}"
    inside = f"{{{','.join(matchers)}}}" if matchers or node.name is None else ""
    return (node.name or "") + inside
