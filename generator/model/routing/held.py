"""Alerts that are held back by others of which nobody is told: both burn, and nobody hears of either.

An alert that somebody must be told of may be held back, as long as those hear of what stands for it. Compared are
hours: of a source that is told later than its target would be, somebody is told all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from generator.diagnostics import Problem, Severity
from generator.labels import LabelSet
from generator.model.base import as_duration
from generator.model.escalation import LABEL, EscalationPolicy, carried
from generator.model.route import InhibitRule
from generator.model.routing.calendar import LAST_YEAR, Calendar, Spans, calendar_of, joined, without
from generator.model.routing.dispatch import Path, all_match, tells_somebody
from generator.model.routing.equal import Values, agree, is_known, surely_agree, values_of
from generator.model.routing.escalated import covers
from generator.model.routing.reach import URGENT, Router
from generator.model.routing.told import Told
from generator.model.routing.variants import from_series, told_apart, variants
from generator.promql.ast import Matcher

_WHY: Final = "Tell somebody of what stands for it, or take one of them out of the rule."


@dataclass(frozen=True, slots=True)
class Form:
    """An alert or one of its escalations. key: tells forms from those that are told otherwise, or at other hours."""

    labels: Mapping[str, str]
    paths: tuple[Path, ...]
    key: frozenset[object]


@dataclass(frozen=True, slots=True)
class Instance:
    """An alert with labels that it may have. brought: those of its series. forms: itself, then its escalations."""

    alert: Told
    labels: Mapping[str, str]
    brought: LabelSet
    forms: tuple[Form, ...]

    @property
    def paths(self) -> tuple[Path, ...]:
        """All ways on which somebody may be told of it."""
        return tuple(path for form in self.forms for path in form.paths)


@dataclass(slots=True)
class Alike:
    """Instances on one side of a rule that it makes no difference between.

    values: of the labels that must be equal. both: they are on the other side, too. ways: tells their ways, and which
    of their forms are held back, from those of others.
    """

    values: Values
    both: bool
    ways: tuple[object, ...]
    instances: list[Instance] = field(default_factory=list)

    @property
    def first(self) -> Instance:
        """One that stands for all."""
        return self.instances[0]


@dataclass(frozen=True, slots=True)
class Gap:
    """What is wrong with two alerts: certain or not, and when nobody is told."""

    severity: Severity
    when: str
    why: str


@dataclass(frozen=True, slots=True)
class Lost:
    """The alerts of a finding, each once."""

    sources: dict[int, Told] = field(default_factory=dict)
    targets: dict[int, Told] = field(default_factory=dict)

    def add(self, source: Alike, target: Alike) -> None:
        """Name those of both sides."""
        self.sources.update((id(one.alert), one.alert) for one in source.instances)
        self.targets.update((id(one.alert), one.alert) for one in target.instances)


class Instances:
    """The alerts of a project with the labels that they may have, worked out once."""

    def __init__(
        self, alerts: Iterable[Told], rules: Iterable[InhibitRule], policies: Sequence[EscalationPolicy], router: Router
    ) -> None:
        self.alerts = [alert for alert in alerts if LABEL not in alert.labels]
        asked = (matcher for rule in rules for matcher in (*rule.source_matchers, *rule.target_matchers))
        self._matchers = from_series((*router.matchers, *asked), self.alerts)
        self.apart = told_apart(self._matchers)
        self._policies, self._router = policies, router
        self._known: dict[int, tuple[Instance, ...]] = {}

    def on(self, side: Sequence[Matcher]) -> Iterator[Instance]:
        """Those that are on a side of a rule, themselves or by an escalation."""
        for alert in self.alerts:
            # Most are ruled out by what is known of them.
            if all_match((one for one in side if one.label in alert.labels), alert.labels):
                yield from (one for one in self._of(alert) if any(all_match(side, form.labels) for form in one.forms))

    def _of(self, alert: Told) -> tuple[Instance, ...]:
        if id(alert) not in self._known:
            self._known[id(alert)] = tuple(self._instances(alert))
        return self._known[id(alert)]

    def _instances(self, alert: Told) -> Iterator[Instance]:
        for labels in variants(alert, self._matchers):
            brought = LabelSet({name: value for name, value in labels.items() if name not in alert.labels})
            yield Instance(alert, labels, brought, tuple(self._forms(labels)))

    def _forms(self, labels: Mapping[str, str]) -> Iterator[Form]:
        yield self._form(labels)
        for policy in self._policies:
            for step in policy.chain if covers(policy, labels) else ():
                yield self._form({**carried(labels), LABEL: policy.step_name(step)})

    def _form(self, labels: Mapping[str, str]) -> Form:
        paths = self._router.paths(labels)
        return Form(labels, paths, frozenset(map(_hours_of, paths)))


def held_back_unheard(
    rules: Sequence[InhibitRule], alerts: Sequence[Told], policies: Sequence[EscalationPolicy], router: Router
) -> Iterator[Problem]:
    """Rules by which an alert that somebody must be told of waits for one that nobody is told of."""
    whole = [rule for rule in rules if rule.source_matchers and rule.target_matchers and not rule.faults]
    instances = Instances(alerts, whole, policies, router)
    for rule in whole:
        sources = _alike(rule, (one for one in instances.on(rule.source_matchers) if not _surely_heard(one.paths)))
        if sources:
            owed = (one for one in instances.on(rule.target_matchers) if as_duration(one.alert.level.respond) > 0)
            yield from _problems(rule, sources, _alike(rule, owed), instances.apart)


def _hours_of(path: Path) -> tuple[object, ...]:
    intervals = (tuple(map(id, path.node.muted_in)), tuple(map(id, path.node.active_in)))
    return (_tells(path, urgent=False), _tells(path, urgent=True), *intervals)


def _surely_heard(paths: Iterable[Path]) -> bool:
    return any(_tells(path, urgent=True) and not _is_timed(path) for path in paths)


def _tells(path: Path, *, urgent: bool) -> bool:
    receiver = path.receiver
    return receiver is not None and (receiver.reaches_people if urgent else tells_somebody(receiver))


def _is_timed(path: Path) -> bool:
    return bool(path.node.muted_in or path.node.active_in)


def _alike(rule: InhibitRule, instances: Iterable[Instance]) -> list[Alike]:
    found: dict[tuple[object, ...], Alike] = {}
    for one in instances:
        values = values_of(rule.equal, one.alert, one.labels)
        both = all_match((*rule.source_matchers, *rule.target_matchers), one.labels)
        forms = tuple((form.key, all_match(rule.target_matchers, form.labels)) for form in one.forms)
        ways = (forms, one.alert.level)
        key = (values, both, ways, one.brought)
        if key not in found:
            found[key] = Alike(values, both, ways)
        found[key].instances.append(one)
    return list(found.values())


def _pairs(
    rule: InhibitRule, sources: Sequence[Alike], targets: Sequence[Alike], apart: Mapping[str, frozenset[str]]
) -> Iterator[tuple[Alike, Alike]]:
    """Sources with the targets that they can hold back, found by what must be equal."""
    sharp: dict[Values, list[Alike]] = {}
    for target in targets:
        if is_known(target.values):
            sharp.setdefault(target.values, []).append(target)
    vague = [target for target in targets if not is_known(target.values)]
    for source in sources:
        known = is_known(source.values)
        for target in (*sharp.get(source.values, ()), *vague) if known else targets:
            if not (source.both and target.both) and agree(rule.equal, source.values, target.values, apart):
                yield source, target


def _problems(
    rule: InhibitRule, sources: Sequence[Alike], targets: Sequence[Alike], apart: Mapping[str, frozenset[str]]
) -> Iterator[Problem]:
    """A problem for each way in which alerts are lost, the certain ones first."""
    found: dict[Gap, Lost] = {}
    seen: set[tuple[int, int]] = set()
    judged: dict[tuple[object, ...], str | None] = {}
    for source, target in _certain_first(_pairs(rule, sources, targets, apart)):
        key = (source.ways, source.both, target.ways)
        if key not in judged:
            judged[key] = _when_lost(rule, source, target)
        when = judged[key]
        if when is None:
            continue
        # What is certain of two alerts needs no saying that it may be.
        pair = (id(source.first.alert), id(target.first.alert))
        if pair not in seen:
            seen.add(pair)
            found.setdefault(_gap(rule, source, target, when), Lost()).add(source, target)
    for gap, lost in found.items():
        yield _problem(rule, gap, lost)


def _certain_first(pairs: Iterable[tuple[Alike, Alike]]) -> list[tuple[Alike, Alike]]:
    return sorted(pairs, key=lambda pair: len(pair[0].first.brought) + len(pair[1].first.brought))


def _problem(rule: InhibitRule, gap: Gap, lost: Lost) -> Problem:
    (source, *others), (target, *more) = lost.sources.values(), lost.targets.values()
    urgent = target.level.name == URGENT
    message = (
        f"InhibitRule: {'a person' if urgent else 'somebody'} must be told of {target.name}"
        f"{f' (and {len(more)} more)' if more else ''}, which is held back by {source.name}"
        f"{f' (or one of {len(others)} more)' if others else ''}, of which {'no person' if urgent else 'nobody'} is "
        f"told{gap.when}"
    )
    return Problem("inhibit/unheard", gap.severity, rule.origin, message, f"{gap.why}{_WHY}")


def _gap(rule: InhibitRule, source: Alike, target: Alike, when: str) -> Gap:
    maybe = [] if surely_agree(source.values, target.values) else [f"they have the same {', '.join(rule.equal)}"]
    for instance in (source.first, target.first):
        maybe += [f"the series of {instance.alert.name} have {instance.brought}"] if instance.brought else []
    why = f"That is if {' and '.join(maybe)}. " if maybe else ""
    return Gap(Severity.WARNING if maybe else Severity.ERROR, when, why)


def _when_lost(rule: InhibitRule, source: Alike, target: Alike) -> str | None:
    """When nobody is told of either alert, although of the target alone somebody would be; None if never."""
    one, two = source.first, target.first
    waits = [form for form in two.forms if _holds_back(rule, source, form)]
    rest = [path for form in two.forms if form not in waits for path in form.paths]
    urgent = two.alert.level.name == URGENT
    alone = [path for path in two.paths if _tells(path, urgent=urgent)]
    after = [path for path in (*rest, *one.paths) if _tells(path, urgent=urgent)]
    if not waits or not alone or not all(map(_is_timed, after)):
        return None
    intervals = [interval for path in (*alone, *after) for interval in (*path.node.muted_in, *path.node.active_in)]
    if any(interval.faults for interval in intervals):
        return None
    calendar = calendar_of(intervals)
    bad = _lost(alone, after, int(as_duration(two.alert.level.respond)), two.forms[0].paths, calendar)
    if not bad:
        return None
    return _written(bad, calendar) if after else ""


def _holds_back(rule: InhibitRule, source: Alike, form: Form) -> bool:
    if not all_match(rule.target_matchers, form.labels):
        return False
    return not (source.both and all_match(rule.source_matchers, form.labels))


def _lost(alone: Iterable[Path], after: Iterable[Path], respond: int, own: Iterable[Path], calendar: Calendar) -> Spans:
    """When the target alone would be told, and what is left is not told within the response time.

    own: the ways of the target itself, whose downtimes are excused.
    """
    would = joined(span for path in alone for span in calendar.awake(path.node))
    awake = [span for path in after for span in calendar.awake(path.node)]
    down = [interval for path in own for interval in path.node.muted_in if interval.downtime]
    excused = joined(span for interval in down for span in calendar.times(interval))
    return without(without(would, calendar.moved((start - respond, end) for start, end in awake)), excused)


def _written(bad: Spans, calendar: Calendar) -> str:
    stretches = calendar.stretches(bad)
    start, end = stretches[0]
    often = "a week" if calendar.zone else f"by {LAST_YEAR}"
    times = f", and at {len(stretches) - 1} more times {often}" if len(stretches) > 1 else ""
    return f" between {calendar.written(start)} and {calendar.written(end)} ({calendar.zone or 'UTC'}){times}"
