"""Which rules the tests prove: that an alert fires, that it keeps quiet, that a recording rule is right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from generator.diagnostics import NOWHERE, Origin
from generator.promql.ast import selectors
from generator.rules.group import Rule

PointKind = Literal["alert", "recording rule", "SLO"]
Proof = Literal["firing", "quiet", "recorded"]
"""What a test can show of a rule: that it fires, that it keeps quiet, that what it records is right."""

SLO_LABELS: Final = ("sloth_id", "slo", "sloth_slo")
"""Labels that name the SLO to which a rule belongs, the most telling first."""

_NEEDED: Final[dict[PointKind, tuple[Proof, ...]]] = {
    "alert": ("firing", "quiet"),
    "SLO": ("firing", "quiet"),
    "recording rule": ("recorded",),
}


@dataclass(frozen=True, slots=True)
class Point:
    """A rule, or an SLO, and what tests proved of it. A `constant` alert reads no data and cannot be quiet."""

    kind: PointKind
    name: str
    origin: Origin
    slo: str = ""
    proved: frozenset[Proof] = frozenset()
    constant: bool = False

    @property
    def needed(self) -> tuple[Proof, ...]:
        """What tests should prove of it."""
        return ("firing",) if self.constant else _NEEDED[self.kind]

    @property
    def missing(self) -> tuple[Proof, ...]:
        """What no test proves."""
        return tuple(proof for proof in self.needed if proof not in self.proved)


def slo_of(rule: Rule) -> str:
    """The SLO that a rule belongs to, by its labels or by those that its expression asks for; else nothing."""
    asked = {m.label: m.value for s in selectors(rule.expr) for m in s.matchers if m.op == "=" and m.value}
    named = {**asked, **rule.labels}
    return next((named[label] for label in SLO_LABELS if named.get(label)), "")


@dataclass(frozen=True, slots=True)
class Coverage:
    """Alerts, recording rules and SLOs, with all that was proved of each."""

    points: tuple[Point, ...]

    @property
    def percent(self) -> float:
        """How much of what could be proved is proved; 100 when there is nothing to prove."""
        needed = sum(len(point.needed) for point in self.points)
        missing = sum(len(point.missing) for point in self.points)
        return 100.0 if not needed else 100.0 * (needed - missing) / needed

    def gaps(self) -> list[Point]:
        """The points of which something is not proved."""
        return [point for point in self.points if point.missing]


def coverage(points: Iterable[Point]) -> Coverage:
    """What all files together prove of their rules, and of the SLOs that these belong to."""
    merged: dict[tuple[PointKind, str, Origin], Point] = {}
    for point in points:
        key = (point.kind, point.name, point.origin)
        known = merged.get(key)
        merged[key] = point if known is None else replace(known, proved=known.proved | point.proved)
    return Coverage((*merged.values(), *_slos(list(merged.values()))))


def _slos(points: Sequence[Point]) -> Iterable[Point]:
    """An SLO is proved to fire, or to be quiet, by any of its alerts."""
    found: dict[str, frozenset[Proof]] = {}
    for point in points:
        if point.slo and point.kind == "alert":
            found[point.slo] = found.get(point.slo, frozenset()) | point.proved
    return [Point("SLO", name, NOWHERE, name, proved) for name, proved in sorted(found.items())]


_WORDS: Final[dict[Proof, str]] = {
    "firing": "firing",
    "quiet": "quiet",
    "recorded": "with a value",
}


def as_text(found: Coverage) -> str:
    """What is not proved, and the percentage."""
    lines = []
    for point in found.gaps():
        place = "" if point.origin == NOWHERE else f"{point.origin}: "
        lines.append(f"  {place}{gap_text(point)}")
    return "\n".join([*lines, sum_text(found)])


def gap_text(point: Point) -> str:
    """What no test asserts of a rule."""
    never = " or ".join(_WORDS[proof] for proof in point.missing)
    return f"{point.kind} {point.name} is never asserted {never}"


def sum_text(found: Coverage) -> str:
    """The percentage, and of what."""
    return f"coverage {found.percent:.1f} % of {len(found.points)} alerts, recording rules and SLOs"
