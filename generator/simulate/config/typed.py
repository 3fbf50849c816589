"""Scalars as Go's YAML (yaml.v2) types them where the configuration says nothing of their type."""

from __future__ import annotations

import re
from typing import Any, Final

from yaml.nodes import ScalarNode

_TRUE: Final = frozenset({"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})
_FALSE: Final = frozenset({"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"})
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_INT: Final = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]?([0-7]+)|0[bB]([01]+)|(0|[1-9][0-9]*))")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_BASES: Final = (16, 8, 2, 10)
_LARGEST: Final = 2**64 - 1


def typed(node: ScalarNode) -> Any:
    """Text, a number, true or false, or None. Dates stay texts."""
    text: str = node.value
    if node.style in ("'", '"', "|", ">"):
        return text
    if text in _NULLS:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    plain = text.replace("_", "")
    whole = _int(plain) if text[:1] in "+-0123456789" else None
    if whole is not None:
        return whole
    return float(plain) if _FLOAT.fullmatch(plain) and text[0] != "_" else text


def _int(text: str) -> int | None:
    found = _INT.fullmatch(text)
    if found is None:
        return None
    sign, *digits = found.groups()
    size = next(int(part, base) for part, base in zip(digits, _BASES, strict=True) if part is not None)
    return (-size if sign == "-" else size) if size <= _LARGEST else None
