"""label_replace and label_join."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from generator.engine.arrays import Times
from generator.engine.context import Context
from generator.engine.functions.registry import Function
from generator.engine.matchers import compile_anchored
from generator.engine.texts import is_utf8_name
from generator.engine.vector import Vector, merge_same
from generator.errors import PromQLError
from generator.labels import METRIC_NAME, LabelSet
from generator.promql.ast import Call

# `$1`, `${1}`, `$name`, `${name}` and `$$`, as Go's regexp.Expand reads them.
_REFERENCE: Final = re.compile(r"\$(?:\$|(?P<bare>\w+)|\{(?P<braced>\w+)\})")


def _label_replace(ctx: Context, call: Call, times: Times) -> Vector:
    target, replacement, source, pattern = (ctx.text(argument, times) for argument in call.args[1:])
    try:
        search = compile_anchored(pattern)
    except PromQLError:
        raise PromQLError(f"invalid regular expression in label_replace(): {pattern}") from None
    _check_name(target, "destination", "label_replace")

    def relabel(labels: LabelSet) -> LabelSet | None:
        match = search.search(labels.get(source, ""))
        return None if match is None else labels | {target: _expand(replacement, search, match)}

    return _relabelled(ctx.vector(call.args[0], times), target, relabel)


def _expand(template: str, pattern: Any, match: Any) -> str:
    """The template with references replaced; groups that are missing or did not take part are empty."""

    def group(reference: re.Match[str]) -> str:
        name = reference["bare"] or reference["braced"]
        if name is None:
            return "$"
        number = int(name) if name.isdigit() else pattern.groupindex.get(name, -1)
        return (match.group(number) or "") if 0 <= number <= pattern.groups else ""

    return _REFERENCE.sub(group, template)


def _label_join(ctx: Context, call: Call, times: Times) -> Vector:
    target, separator, *sources = (ctx.text(argument, times) for argument in call.args[1:])
    for source in sources:
        _check_name(source, "source", "label_join")
    _check_name(target, "destination", "label_join")

    def relabel(labels: LabelSet) -> LabelSet:
        return labels | {target: separator.join(labels.get(source, "") for source in sources)}

    return _relabelled(ctx.vector(call.args[0], times), target, relabel)


def _check_name(name: str, role: str, function: str) -> None:
    """Prometheus 3 takes any UTF-8 text for a label name, but not an empty one."""
    if not is_utf8_name(name):
        raise PromQLError(f"invalid {role} label name in {function}(): {name}")


def _relabelled(vector: Vector, target: str, relabel: Callable[[LabelSet], LabelSet | None]) -> Vector:
    changed = [relabel(labels) for labels in vector.labels]
    labels = tuple(old if new is None else new for old, new in zip(vector.labels, changed, strict=True))
    marks = vector.drops_name
    if marks is not None and target == METRIC_NAME:
        marks = tuple(mark and new is None for mark, new in zip(marks, changed, strict=True))
    return merge_same(replace(vector, labels=labels, drops_name=marks))


FUNCTIONS: Final = (Function("label_replace", _label_replace), Function("label_join", _label_join))
