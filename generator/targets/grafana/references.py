"""Grafana's variables in texts: which are used, and what a query looks like without them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from generator.errors import PromQLError
from generator.promql import parse

_USE: Final = re.compile(r"\$\{(\w+)(?:[.:][^}]*)?\}|\$([A-Za-z_]\w*)|\[\[(\w+)(?::\w+)?\]\]")
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|`[^`]*`')
_RANGE_IN_UNITS: Final = re.compile(r"\$\{?__(range|interval|rate_interval)_m?s\}?m?s\b")
_BUILT_IN: Final = frozenset({"timeFilter", "interval", "interval_ms"})


def used(text: str) -> Iterator[str]:
    """Names of the dashboard's own variables in a text, without Grafana's (`$__rate_interval`)."""
    if "$" not in text and "[[" not in text:
        return
    for match in _USE.finditer(text):
        name = match[1] or match[2] or match[3]
        if not name.startswith("__") and name not in _BUILT_IN:
            yield name


def texts(value: Any) -> list[str]:
    """Every text inside a JSON value, in no order."""
    found: list[str] = []
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            found.append(item)
        elif isinstance(item, dict):
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
    return found


def used_in(value: Any) -> frozenset[str]:
    """The same of every text in a JSON value; a panel that is repeated uses the variable it is repeated for."""
    found = {name for text in texts(value) for name in used(text)}
    if isinstance(value, dict) and isinstance(value.get("repeat"), str):
        found.add(value["repeat"])
    return frozenset(found)


def check_query(text: str) -> None:
    """Raise `PromQLError` unless the query is PromQL for some value of its variables."""
    plain = _RANGE_IN_UNITS.sub(r"$__\1", text)
    try:
        parse(plain)
    except PromQLError:
        # Grafana puts text in: a variable may also stand for a metric, a label name or part of one.
        named = _outside_quotes(plain)
        if named == plain:
            raise
        parse(named)


def _outside_quotes(text: str) -> str:
    """The text with the dashboard's variables as names, but for those inside quotes."""
    made, last = [], 0
    for match in _QUOTED.finditer(text):
        made += [_as_names(text[last : match.start()]), match[0]]
        last = match.end()
    return "".join([*made, _as_names(text[last:])])


def _as_names(text: str) -> str:
    def name(match: re.Match[str]) -> str:
        found = match[1] or match[2] or match[3]
        return str(match[0] if found.startswith("__") else found)

    return _USE.sub(name, text)
