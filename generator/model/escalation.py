"""Escalation: whom an alert is handed on to while it stays unresolved, and how much later."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, TypeVar

from generator.duration import Duration
from generator.labels import EMPTY
from generator.model.base import (
    Definition,
    DurationLike,
    Labels,
    Part,
    as_duration,
    described,
    expect,
    fault,
    normalise_durations,
    normalise_labels,
    normalise_tuples,
)
from generator.model.receiver import Receiver
from generator.model.route import EVERYTHING, Match, MatcherLike, TimeInterval, normalise_match
from generator.model.service import Level
from generator.promql.ast import Matcher

T = TypeVar("T")

LABEL: Final = "escalation"
"""The label that tells an escalation from the alert it escalates; all others, the alert's name too, are the same."""

RESTORE: Final = "restore"
"""Stands for the level's own restore target in `Step.after`."""

_NAME: Final = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Step(Part):
    """One step: after so long, these are told as well.

    after: counted from the moment the alert fires, not from when its condition began; 0 for at once, `"restore"` for
    the restore target of the alert's level. to: without it, those are told who were told of the alert. during: tell
    `to` only in these times, and outside of them `otherwise`. name: the value of the label `escalation`, by default
    the policy's name and `after`, such as `unresolved-15m`.
    """

    after: DurationLike = 0
    to: Receiver | Sequence[Receiver] = ()
    during: TimeInterval | Sequence[TimeInterval] = ()
    otherwise: Receiver | Sequence[Receiver] = ()
    name: str = ""

    def __post_init__(self) -> None:
        if self.after != RESTORE:
            normalise_durations(self, "after")
        normalise_tuples(self, "to", "during", "otherwise")
        expect(self, "to", Receiver)
        expect(self, "during", TimeInterval)
        expect(self, "otherwise", Receiver)
        if self.during and not self.to:
            fault(self, "escalation/hours", "Step: during stands without to", "Say to=…, who is told then.")
        if self.otherwise and not self.during:
            why = "Say during=… when the others are told, or leave otherwise out."
            fault(self, "escalation/hours", "Step: otherwise stands without during", why)

    @property
    def told(self) -> tuple[Receiver, ...]:
        """Who is told, at whatever time of the day; none when it is who was told of the alert."""
        return _kind(Receiver, self.to) + _kind(Receiver, self.otherwise)

    @property
    def first_choice(self) -> tuple[Receiver, ...]:
        """Who is told in the times of `during`, or always."""
        return _kind(Receiver, self.to)

    @property
    def stand_in(self) -> tuple[Receiver, ...]:
        """Who is told outside the times of `during`."""
        return _kind(Receiver, self.otherwise)

    @property
    def hours(self) -> tuple[TimeInterval, ...]:
        """The times in which the first choice is told; none for always."""
        return _kind(TimeInterval, self.during)

    def delay(self, level: Level | None) -> Duration:
        """After how long, for alerts of a level."""
        if self.after != RESTORE:
            return as_duration(self.after)
        return Duration(0) if level is None else as_duration(level.restore)


@dataclass(frozen=True, slots=True, eq=False)
class EscalationPolicy(Definition):
    """What happens to alerts that stay unresolved.

    levels, alerts: which alerts it is for: those of these levels whose labels match. Only labels that are known
    before an alert fires count. steps: in the order of time. title: what its messages are headed with when they are
    sent at once, by default its name. annotations: laid over those of its messages.
    """

    name: str
    levels: Level | Sequence[Level] = ()
    alerts: Match | MatcherLike | Sequence[Match | MatcherLike] = EVERYTHING
    steps: Step | Sequence[Step] = ()
    title: str = ""
    annotations: Labels = field(default=EMPTY)

    def __post_init__(self) -> None:
        normalise_tuples(self, "levels", "steps")
        normalise_match(self, "alerts")
        normalise_labels(self, "annotations")
        expect(self, "levels", Level)
        expect(self, "steps", Step)
        for message, why in _mistakes(self):
            fault(self, "escalation/policy", f"{described(self)}: {message}", why)

    @property
    def matchers(self) -> tuple[Matcher, ...]:
        """The matchers, all of which must hold."""
        return self.alerts.matchers if isinstance(self.alerts, Match) else ()

    @property
    def for_levels(self) -> tuple[Level, ...]:
        """The levels; none for any."""
        return _kind(Level, self.levels)

    @property
    def chain(self) -> tuple[Step, ...]:
        """The steps."""
        return _kind(Step, self.steps)

    @property
    def is_whole(self) -> bool:
        """Whether its author made no mistake that would make others of it."""
        return not self.faults and not any(step.faults for step in self.chain)

    def level_of(self, labels: Mapping[str, str]) -> Level | None:
        """Which of its levels an alert with these labels has."""
        return next((level for level in self.for_levels if level.name == labels.get("level")), None)

    def step_name(self, step: Step) -> str:
        """The value of the label `escalation` for a step."""
        if step.name:
            return step.name
        after = RESTORE if step.after == RESTORE else str(as_duration(step.after))
        return f"{self.name}-{'at-once' if step.after == 0 else after}"


def carried(labels: Mapping[str, str]) -> dict[str, str]:
    """The labels of an alert that are known as they will be; a template is known only by what it gives."""
    return {name: value for name, value in labels.items() if "{{" not in value}


def _mistakes(policy: EscalationPolicy) -> Iterator[tuple[str, str]]:
    if not _NAME.fullmatch(policy.name):
        yield "not a usable name", "Use letters, digits, and - _ . between them."
    for step in policy.chain:
        if step.name and not _NAME.fullmatch(step.name):
            yield f"not a usable name of a step: {step.name!r}", "Use letters, digits, and - _ . between them."
    if not policy.levels and not policy.matchers and not policy.faults:
        yield "is for every alert there is", "Say which: levels=[P0], or alerts=match(…)."
    if not policy.steps:
        yield "has no steps", "Give it steps=[Step(after=…, to=…)]."
    yield from _wrong_order(policy)


def _wrong_order(policy: EscalationPolicy) -> Iterator[tuple[str, str]]:
    levels = policy.for_levels
    if not levels and any(step.after == RESTORE for step in policy.chain):
        yield "has a step at the restore target, but no levels", "Only a level has a restore target: say levels=[…]."
    for level in levels or (None,):
        whose = "" if level is None else f" for {level.name}"
        waits = [step.delay(level) for step in policy.chain]
        for step, wait in zip(policy.chain, waits, strict=True):
            if step.after == RESTORE and level is not None and wait <= 0:
                yield f"{level.name} has no restore target", "Leave the level out, or give it restore=…."
        for earlier, later in pairwise(waits):
            if later <= earlier and not any(step.faults for step in policy.chain):
                yield f"a step after {later} follows one after {earlier}{whose}", "Put the steps in the order of time."


def _kind(kind: type[T], value: object) -> tuple[T, ...]:
    items = value if isinstance(value, tuple) else (value,)
    return tuple(item for item in items if isinstance(item, kind))
