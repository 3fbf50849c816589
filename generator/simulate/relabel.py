"""`alert_relabel_configs`: what Prometheus changes in alerts, or drops, before it sends them.

Source of the semantics: `model/relabel` of Prometheus 3.14.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from generator.engine.matchers import compile_anchored
from generator.labels import LabelSet

DEFAULT_PATTERN: Final = "(.*)"

# `$1`, `${1}`, `$name`, `${name}` and `$$`, as Go's regexp.Expand reads them.
_REFERENCE: Final = re.compile(r"\$(?:\$|(?P<bare>\w+)|\{(?P<braced>\w+)\})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step, with the field names and defaults of Prometheus. `regex` is RE2 and matches whole values."""

    source_labels: tuple[str, ...] = ()
    separator: str = ";"
    regex: str = DEFAULT_PATTERN
    modulus: int = 0
    target_label: str = ""
    replacement: str = "$1"
    action: str = "replace"


@dataclass(frozen=True, slots=True)
class Dropped:
    """Step `place` (from 0) dropped the labels."""

    place: int
    step: Step


def relabel(labels: LabelSet, steps: Sequence[Step]) -> LabelSet | Dropped:
    """The labels after all steps, or the step that drops them."""
    for place, step in enumerate(steps):
        changed = ACTIONS[step.action](labels, step)
        if changed is None:
            return Dropped(place, step)
        labels = changed
    return labels


def _value(labels: Mapping[str, str], step: Step) -> str:
    return step.separator.join(labels.get(name, "") for name in step.source_labels)


def _matches(text: str, step: Step) -> bool:
    return compile_anchored(step.regex).search(text) is not None


def _replace(labels: LabelSet, step: Step) -> LabelSet:
    pattern = compile_anchored(step.regex)
    match = pattern.search(_value(labels, step))
    if match is None:
        return labels
    target = _expand(step.target_label, pattern, match)
    return labels | {target: _expand(step.replacement, pattern, match)} if target else labels


def _expand(template: str, pattern: Any, match: Any) -> str:
    def group(reference: re.Match[str]) -> str:
        name = reference["bare"] or reference["braced"]
        if name is None:
            return "$"
        number = int(name) if name.isdigit() else pattern.groupindex.get(name, -1)
        return (match.group(number) or "") if 0 <= number <= pattern.groups else ""

    return _REFERENCE.sub(group, template)


def _keep(labels: LabelSet, step: Step) -> LabelSet | None:
    return labels if _matches(_value(labels, step), step) else None


def _drop(labels: LabelSet, step: Step) -> LabelSet | None:
    return None if _matches(_value(labels, step), step) else labels


def _keep_equal(labels: LabelSet, step: Step) -> LabelSet | None:
    return labels if labels.get(step.target_label, "") == _value(labels, step) else None


def _drop_equal(labels: LabelSet, step: Step) -> LabelSet | None:
    return None if labels.get(step.target_label, "") == _value(labels, step) else labels


def _hash_modulus(labels: LabelSet, step: Step) -> LabelSet:
    digest = hashlib.md5(_value(labels, step).encode(), usedforsecurity=False).digest()
    return labels | {step.target_label: str(int.from_bytes(digest[8:], "big") % max(1, step.modulus))}


def _map_labels(labels: LabelSet, step: Step) -> LabelSet:
    pattern = compile_anchored(step.regex)
    added = {}
    for name, value in labels.pairs:
        match = pattern.search(name)
        if match is not None:
            added[_expand(step.replacement, pattern, match)] = value
    return labels | added


def _drop_labels(labels: LabelSet, step: Step) -> LabelSet:
    return labels.without([name for name in labels if _matches(name, step)])


def _keep_labels(labels: LabelSet, step: Step) -> LabelSet:
    return labels.keep([name for name in labels if _matches(name, step)])


ACTIONS: Final[Mapping[str, Callable[[LabelSet, Step], LabelSet | None]]] = {
    "replace": _replace,
    "keep": _keep,
    "drop": _drop,
    "keepequal": _keep_equal,
    "dropequal": _drop_equal,
    "hashmod": _hash_modulus,
    "labelmap": _map_labels,
    "labeldrop": _drop_labels,
    "labelkeep": _keep_labels,
    "lowercase": lambda labels, step: labels | {step.target_label: _value(labels, step).lower()},
    "uppercase": lambda labels, step: labels | {step.target_label: _value(labels, step).upper()},
}
"""What each action does; None drops."""
