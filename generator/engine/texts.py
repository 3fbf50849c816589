"""Floats and strings as Go prints them in labels and messages."""

from __future__ import annotations

import math
from decimal import Decimal

from generator.promql.printer import quote


def plain_number(value: float) -> str:
    """The shortest decimal text without an exponent (Go's format 'f' with precision -1)."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    text = format(Decimal(repr(value)), "f")
    return text.removesuffix(".0")


def is_utf8_name(text: str) -> bool:
    """Whether Prometheus 3 takes a text for a label name: any but the empty one and bytes that are no UTF-8."""
    try:
        return bool(text.encode())
    except UnicodeEncodeError:
        return False


def quote_bytes(text: str) -> str:
    """A quoted string in which bytes that are no UTF-8 (lone surrogates here) are written as Go writes them."""
    return "".join(f"\\x{ord(c) - 0xDC00:02x}" if "\udc80" <= c <= "\udcff" else c for c in quote(text))
