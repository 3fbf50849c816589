"""Prometheus' text format, as far as a catalogue needs it: names, types, help and labels; values are passed over."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

_SAMPLE: Final = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+\S+(?:\s+-?\d+)?\s*")
_LABEL: Final = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:\\.|[^"\\])*)"')
_PARTS: Final = {"histogram": ("_bucket", "_sum", "_count"), "summary": ("_sum", "_count")}


@dataclass(slots=True)
class Family:
    """A metric. labels: all that any of its series carries, without `le` and `quantile` of its parts."""

    name: str
    type: str = "untyped"
    help: str = ""
    labels: set[str] = field(default_factory=set)
    samples: int = 0


def parse(text: str) -> dict[str, Family]:
    """The families of an exposition, by name; those without any sample are left out."""
    families: dict[str, Family] = {}
    for line in text.splitlines():
        if line.startswith("#"):
            _note(line, families)
        elif match := _SAMPLE.fullmatch(line):
            family = _family_of(match[1], families)
            family.samples += 1
            family.labels |= {label for label, _ in _LABEL.findall(match[2] or "")} - _part_labels(family)
    return {name: family for name, family in families.items() if family.samples}


def _note(line: str, families: dict[str, Family]) -> None:
    words = line.split(None, 3)
    if len(words) < 3 or words[1] not in {"HELP", "TYPE"}:
        return
    family = families.setdefault(words[2], Family(words[2]))
    rest = words[3] if len(words) > 3 else ""
    if words[1] == "HELP":
        family.help = rest.replace(r"\n", " ").replace(r"\\", "\\")
    else:
        family.type = rest


def _family_of(sample: str, families: dict[str, Family]) -> Family:
    if sample in families:
        return families[sample]
    for kind, endings in _PARTS.items():
        for ending in endings:
            family = families.get(sample.removesuffix(ending))
            if sample.endswith(ending) and family is not None and family.type == kind:
                return family
    return families.setdefault(sample, Family(sample))


def _part_labels(family: Family) -> set[str]:
    return {"histogram": {"le"}, "summary": {"quantile"}}.get(family.type, set())


def label_values(text: str, metric: str, label: str) -> list[str]:
    """The values of a label over a metric's series."""
    found: Iterable[re.Match[str] | None] = map(_SAMPLE.fullmatch, text.splitlines())
    pairs = (_LABEL.findall(match[2] or "") for match in found if match and match[1] == metric)
    return [value for series in pairs for name, value in series if name == label]
