"""The routing tree: which alerts go to whom, what silences what, and when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from generator.labels import is_label_name
from generator.model.base import (
    Definition,
    DurationLike,
    Part,
    described,
    expect,
    fault,
    keep,
    normalise_durations,
    normalise_tuples,
)
from generator.model.receiver import Receiver
from generator.promql.ast import Matcher
from generator.promql.printer import matcher_text

MatcherLike = Matcher | str


@dataclass(frozen=True, slots=True)
class Match(Part):
    """Matchers that must all hold; make it with `match`."""

    matchers: tuple[Matcher, ...] = ()

    def __str__(self) -> str:
        return ", ".join(map(matcher_text, self.matchers))

    def __or__(self, other: Match) -> Match:
        both = Match(self.matchers + other.matchers, origin=self.origin)
        keep(both, "faults", (*self.faults, *other.faults))
        return both


_WRITTEN = re.compile(r'\s*([\w.:]+)\s*(=~|!~|!=|=)\s*(?:"((?:\\.|[^"\\])*)"|([^"]*?))\s*', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def match(*written: str, **equal: str) -> Match:
    """Alerts with these labels: `match(severity="critical")`, or `match('severity=~"critical|page"', team="db")`."""
    read = [_matcher(text) for text in written]
    texts = {label: value for label, value in equal.items() if isinstance(value, str)}
    made = Match((*filter(None, read), *(Matcher(label, "=", value) for label, value in texts.items())))
    for text, matcher in zip(written, read, strict=True):
        if matcher is None:
            why = "Write for example 'severity=~\"critical|page\"'."
            fault(made, "route/matcher", f"match: not a matcher: {text!r}", why)
    for label in equal.keys() - texts.keys():
        fault(made, "route/matcher", f"match: {label} must be text, got {equal[label]!r}")
    for known in made.matchers:
        if not is_label_name(known.label):
            fault(made, "route/label", f"match: {known.label!r} is not a label name")
    return made


def _matcher(text: str) -> Matcher | None:
    found = _WRITTEN.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    label, op, quoted, bare = found.groups()
    value = bare if quoted is None else _ESCAPED.sub(_unescaped, quoted)
    return Matcher(label, op, value)  # type: ignore[arg-type]


def _unescaped(escape: re.Match[str]) -> str:
    """As Alertmanager reads it: what is no escape (`\\d` of a regular expression) stays as it is written."""
    return {"n": "\n", '"': '"', "\\": "\\"}.get(escape[1], escape[0])


EVERYTHING = Match()

_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hours(Part):
    """One span of recurring time; every field given must hold. Ranges are inclusive but for the end of `times`.

    times: `"09:00-18:00"`. weekdays: `"mon-fri"`. days: of the month, `"1-7"`, negative from its end. months:
    `"january"` or `"1-3"`. years: `"2026"`. Several are separated by commas.
    """

    listed: ClassVar[tuple[str, ...]] = ("times", "weekdays", "days", "months", "years")

    times: str = ""
    weekdays: str = ""
    days: str = ""
    months: str = ""
    years: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class TimeInterval(Definition):
    """A named recurring time by the clock of a time zone, to mute routes in or to keep them to.

    Either the fields of one `Hours`, or several spans in `spans`. downtime: the system may be down in these times, so
    that nobody has to be told of anything; `validate` asks for it where alerts stay muted beyond their response time.
    """

    listed: ClassVar[tuple[str, ...]] = Hours.listed

    name: str
    times: str = ""
    weekdays: str = ""
    days: str = ""
    months: str = ""
    years: str = ""
    timezone: str = "UTC"
    spans: Sequence[Hours] = ()
    downtime: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        normalise_tuples(self, "spans")
        expect(self, "spans", Hours)
        own = Hours(self.times, self.weekdays, self.days, self.months, self.years, origin=self.origin)
        if any((own.times, own.weekdays, own.days, own.months, own.years)) or not self.spans:
            keep(self, "spans", (own, *self.spans))
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
            fault(self, "interval/timezone", f"{described(self)}: no such time zone: {self.timezone!r}")
        for span in self.spans:
            for message in span_faults(span):
                fault(self, "interval/range", f"{described(self)}: {message}")


def names_of_days() -> tuple[str, ...]:
    """Sunday first, as Alertmanager counts."""
    return _DAYS


def names_of_months() -> tuple[str, ...]:
    """January first."""
    return _MONTHS


def ranges(text: str) -> list[tuple[str, str]]:
    """`"mon-fri, sun"` as pairs of first and last; a leading minus belongs to the number."""
    pairs = []
    for piece in filter(None, (piece.strip() for piece in text.split(","))):
        found = re.fullmatch(r"(-?[^-:]+(?::\d+)?)\s*-\s*(-?[^-]+)", piece)
        pairs.append((found[1].strip(), found[2].strip()) if found else (piece, piece))
    return pairs


def number_in(word: str, names: Sequence[str], first: int) -> int | None:
    """The number of a day or month given by name, by its first three letters, or by number."""
    word = word.strip().lower()
    for number, name in enumerate(names, first):
        if word and (word == name or (len(word) >= 3 and name.startswith(word))):
            return number
    return int(word) if re.fullmatch(r"-?\d+", word) else None


def span_faults(span: Hours) -> list[str]:
    """What is wrong with the ranges of a span, in words."""
    wrong = []
    for start, end in ranges(span.times):
        clock = r"(?:[01]\d|2[0-3]):[0-5]\d|24:00"
        if not (re.fullmatch(clock, start) and re.fullmatch(clock, end)):
            wrong.append(f"times must read like '09:00-18:00', got {span.times!r}")
        elif start >= end:
            over_midnight = f"; over midnight write '{start}-24:00, 00:00-{end}'" if start > end else ""
            wrong.append(f"times: {start} does not come before {end}{over_midnight}")
    limits = (
        ("weekdays", span.weekdays, _DAYS, 0, 0, 6),
        ("days", span.days, (), 0, -31, 31),
        ("months", span.months, _MONTHS, 1, 1, 12),
        ("years", span.years, (), 0, 1970, 9999),
    )
    for field_name, text, names, first, low, high in limits:
        for pair in ranges(text):
            numbers = [number_in(word, names, first) for word in pair]
            if any(n is None or not low <= n <= high or (field_name == "days" and n == 0) for n in numbers):
                wrong.append(f"{field_name}: cannot read {'-'.join(dict.fromkeys(pair))!r}")
            elif _backwards(numbers, field_name == "days"):  # type: ignore[arg-type]
                wrong.append(f"{field_name}: {pair[0]!r} comes after {pair[1]!r}; write two ranges")
    return wrong


def _backwards(numbers: list[int], of_month: bool) -> bool:
    """Alertmanager's rule for days counted from a month's end: they must fit even the shortest month."""
    first, last = numbers
    if of_month and first < 0 < last:
        return True
    return (28 + first if first < 0 else first) > (28 + last if last < 0 else last)


@dataclass(frozen=True, slots=True, eq=False)
class Route(Definition):
    """A node of the routing tree: alerts that match go to `to`, unless one of `routes` takes them.

    Settings left at None come from the node above. mute: not told during these times. active: told only during
    these. keep_going: try the next sibling, too (`continue`). never_muted: a promise, checked by `validate`, that
    no time interval and no inhibition on the way to it holds its alerts back.
    """

    match: Match | MatcherLike | Sequence[Match | MatcherLike] = EVERYTHING
    to: Receiver | None = None
    group_by: Sequence[str] | None = None
    group_wait: DurationLike | None = None
    group_interval: DurationLike | None = None
    repeat_interval: DurationLike | None = None
    mute: TimeInterval | Sequence[TimeInterval] = ()
    active: TimeInterval | Sequence[TimeInterval] = ()
    keep_going: bool = False
    never_muted: bool = False
    routes: Sequence[Route] = ()

    def __post_init__(self) -> None:
        normalise_match(self, "match")
        if self.group_by is not None:
            normalise_tuples(self, "group_by")
        normalise_durations(self, "group_wait", "group_interval", "repeat_interval")
        normalise_tuples(self, "mute", "active", "routes")
        expect(self, "to", Receiver, optional=True)
        expect(self, "mute", TimeInterval)
        expect(self, "active", TimeInterval)
        expect(self, "routes", Route)

    @property
    def matchers(self) -> tuple[Matcher, ...]:
        """The matchers, all of which must hold."""
        return self.match.matchers if isinstance(self.match, Match) else ()

    @property
    def muted_in(self) -> tuple[TimeInterval, ...]:
        """The intervals in which it tells nobody. Routes below do not have them from here."""
        return _intervals(self.mute)

    @property
    def active_in(self) -> tuple[TimeInterval, ...]:
        """The intervals in which alone it tells anybody; none for always. Routes below do not have them from here."""
        return _intervals(self.active)


def _intervals(value: TimeInterval | Sequence[TimeInterval]) -> tuple[TimeInterval, ...]:
    items = value if isinstance(value, Sequence) else (value,)
    return tuple(item for item in items if isinstance(item, TimeInterval))


def normalise_match(owner: Definition, name: str) -> None:
    """Turn the named field, matchers in any of the ways they may be written, into one `Match`."""
    value = getattr(owner, name)
    items = value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)
    made = Match(origin=owner.origin)
    for item in items:
        if isinstance(item, Match):
            made = made | item
            keep(owner, "faults", (*owner.faults, *item.faults))
        elif isinstance(item, str):
            one = match(item)
            made = made | one
            keep(owner, "faults", (*owner.faults, *one.faults))
        elif isinstance(item, Matcher):
            made = made | Match((item,))
        else:
            fault(owner, "route/matcher", f"{described(owner)}: not a matcher: {item!r}")
    keep(owner, name, made)


@dataclass(frozen=True, slots=True, eq=False)
class InhibitRule(Definition):
    """While an alert matching `source` fires, those matching `target` with equal labels are held back."""

    source: Match | MatcherLike | Sequence[Match | MatcherLike]
    target: Match | MatcherLike | Sequence[Match | MatcherLike]
    equal: Sequence[str] = ()
    description: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        normalise_match(self, "source")
        normalise_match(self, "target")
        normalise_tuples(self, "equal")

    @property
    def source_matchers(self) -> tuple[Matcher, ...]:
        """The source side."""
        return self.source.matchers if isinstance(self.source, Match) else ()

    @property
    def target_matchers(self) -> tuple[Matcher, ...]:
        """The target side."""
        return self.target.matchers if isinstance(self.target, Match) else ()


@dataclass(frozen=True, slots=True, eq=False)
class NotificationTemplate(Definition):
    """A file of named Go templates for messages. name: the file's name without `.tmpl`; text: its content."""

    name: str
    text: str
