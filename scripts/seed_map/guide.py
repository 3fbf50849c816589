"""The guide's sentences, from `guide.yml`, and the definitions that each of them names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from generator.model.service import P0, P1, P2
from scripts.seed_map.facts import fact
from scripts.seed_map.trace import Found

FILE: Final = Path(__file__).with_name("guide.yml")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Something that the guide says, to the letter. by: names of definitions. decided: how we read it, or why not."""

    said: str
    by: tuple[str, ...] = ()
    decided: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the guide with its sentences. place: as definitions name it. heading: the headings, from the top."""

    place: str
    heading: tuple[str, ...]
    sentences: tuple[Sentence, ...]


@cache
def sections() -> tuple[Section, ...]:
    """The whole guide, in its order."""
    return tuple(map(_section, yaml.safe_load(FILE.read_text(encoding="utf-8"))))


def _section(read: Mapping[str, Any]) -> Section:
    return Section(read["place"], tuple(read["heading"]), tuple(map(_sentence, read["sentences"])))


def _sentence(read: Mapping[str, Any]) -> Sentence:
    odd = read.keys() - {"said", "by", "decided"}
    if odd:
        # A comma in a text without quotes begins another key, and would cut the text.
        raise ValueError(f"{FILE.name}: {read['said']!r} has {', '.join(map(repr, odd))}")
    return Sentence(read["said"], tuple(read.get("by", ())), read.get("decided", ""))


class Names:
    """Finds definitions and panels by the names that sentences give them."""

    def __init__(self, found: Iterable[Found]) -> None:
        self._named: dict[str, dict[str, Found]] = {}
        for one in (*found, *_levels()):
            self._named.setdefault(one.name, {})[one.where] = one

    def of(self, name: str, place: str) -> Sequence[Found]:
        """Those with a name: where several share it, those of the place before all others."""
        known = tuple(self._named.get(name, {}).values())
        return tuple(one for one in known if place in one.places) or known


def _levels() -> Iterable[Found]:
    """The incident levels, which are the product's own and have no `guide=`."""
    path = "generator/model/service.py"
    rendered, tests = (
        {"prometheus/rules/escalation.yml": 0},
        ("tests/test_reference.py", "tests/test_reference_escalation.py"),
    )
    return (Found(level.name, path, 0, (), fact(level), rendered, tests) for level in (P0, P1, P2))
