"""What Prometheus tells the user beside a result, in its words: warnings and, weaker, infos."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from generator.diagnostics import Span
from generator.promql.ast import Expr, Subquery
from generator.promql.printer import to_text_with_spans

Level = Literal["info", "warning"]


@dataclass(frozen=True, slots=True)
class Annotation:
    """A remark about one node of a query. `message` is Prometheus' text without the place."""

    level: Level
    message: str
    node: Expr
    query: Expr

    def span(self) -> Span:
        """Where the node stands in the printed query."""
        text, spans = to_text_with_spans(self.query)
        start, end = spans.get(id(self.node), (0, len(text)))
        return Span(text, start, end)

    def __str__(self) -> str:
        """The text as Prometheus prints it, with line and column in the printed query.

        Prometheus evaluates a subquery as a range that stands nowhere in the query, and so at its beginning.
        """
        column = 1 if isinstance(self.node, Subquery) else self.span().start + 1
        return f"PromQL {self.level}: {self.message} (1:{column})"
