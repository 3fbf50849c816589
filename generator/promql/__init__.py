"""PromQL as data: parse, rewrite, print."""

from generator.promql.ast import Expr
from generator.promql.functions import value_type
from generator.promql.layout import to_lines
from generator.promql.parse import parse
from generator.promql.printer import to_text

__all__ = ["Expr", "parse", "to_lines", "to_text", "value_type"]
