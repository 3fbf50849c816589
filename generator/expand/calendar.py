"""Calendar windows: when the running week, month or quarter of a time zone began, recorded in PromQL.

PromQL has no variable ranges and no time zones. So the beginning of the running period is recorded once for each
pair of period and zone. An SLO records its rates once more with that beginning as a label, and sums them over the
longest such period, of which only the series labelled with the running period are kept. A sum costs no more than
that of a rolling window; filtering by time in a subquery would evaluate every five minutes of a month anew.

Clocks that are put forward and back are followed by the zone's table of changes, up to the end of `LAST_YEAR`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from generator.duration import DAY, SECOND
from generator.labels import LabelSet
from generator.model.bundle import Group, RecordedRule
from generator.model.burn import NOW
from generator.model.naming import Naming
from generator.model.slo import SLO
from generator.model.window import Calendar
from generator.promql.ast import Aggregation, Expr, VectorSelector
from generator.promql.build import aggregate, binary, call, equals, number, on, over, string

PERIOD_LABEL: Final = "period_start"
"""The label whose value is the second since 1970 at which a rate's period began."""

DELAY: Final = NOW
"""By how much a period begins late (milliseconds): rates over five minutes tell of what happened before, and no period
shall answer for the errors of the last one."""

FIRST_YEAR: Final = 2024
LAST_YEAR: Final = 2040
_DAY_SECONDS: Final = DAY // SECOND
_HALF_HOUR: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Change:
    """A clock put forward or back: at which second since 1970, and the zone's offsets to UTC (seconds) around it."""

    at: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone as a first offset (seconds) and its changes."""

    name: str
    offset: int
    changes: tuple[Change, ...]

    @property
    def longest_hour(self) -> int:
        """By how many seconds a period can be longer than its days say, because the clock was put back."""
        return max((change.before - change.after for change in self.changes), default=0)


@lru_cache(maxsize=64)
def zone(name: str, first: int = FIRST_YEAR, last: int = LAST_YEAR) -> Zone:
    """The changes of a zone from the beginning of one year to the end of another (UTC)."""
    info = ZoneInfo(name)
    begin, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    return Zone(name, _offset(info, begin), tuple(_changes(info, begin, end)))


def _offset(info: ZoneInfo, moment: datetime) -> int:
    shift = moment.astimezone(info).utcoffset()
    return 0 if shift is None else int(shift.total_seconds())


def _changes(info: ZoneInfo, begin: datetime, end: datetime) -> Iterator[Change]:
    """Day by day, then half an hour by half an hour: zones change at full or half hours of UTC."""
    day, before = begin, _offset(info, begin)
    while day < end:
        following = day + timedelta(days=1)
        moment = day
        while _offset(info, following) != before:
            moment += _HALF_HOUR
            after = _offset(info, moment)
            if after != before:
                yield Change(int(moment.timestamp()), before, after)
                before = after
        day = following


def calendar_groups(slos: Iterable[SLO], naming: Naming) -> tuple[Group, ...]:
    """A group for each calendar window in use."""
    windows = dict.fromkeys(slo.span for slo in slos if isinstance(slo.span, Calendar))
    return tuple(calendar_group(window, naming, zone(window.timezone)) for window in windows)


def calendar_group(window: Calendar, naming: Naming, place: Zone) -> Group:
    """The recordings of one calendar window: the zone's clock now and when the running period began, then that
    beginning as seconds since 1970. All clocks are kept as if they were UTC, so that PromQL's functions read them.
    """
    now, begin = _clock(naming, window, "now"), _clock(naming, window, "start")
    late = binary("-", call("time"), number(DELAY // SECOND))
    days = binary("*", _DAYS_SINCE[window.period](now), number(_DAY_SECONDS))
    midnight = binary("-", now, binary("%", now, number(_DAY_SECONDS)))
    rules = (
        _recorded(now, call("vector", _with_offset("+", late, place, by_clock=False))),
        _recorded(begin, binary("-", midnight, days)),
        _recorded(_begin(naming, window), _with_offset("-", begin, place, by_clock=True)),
    )
    return Group(calendar_group_name(window, naming), rules, origin=window.origin)


def calendar_group_name(window: Calendar, naming: Naming) -> str:
    """The name of the group of a calendar window."""
    group_id = f"{window.period}-{window.timezone.lower().replace('/', '-')}"
    return naming.group.format(kind="calendar", id=group_id)


def _recorded(series: VectorSelector, expr: Expr) -> RecordedRule:
    return RecordedRule(series.name or "", expr, LabelSet((m.label, m.value) for m in series.matchers))


def _clock(naming: Naming, window: Calendar, at: str) -> VectorSelector:
    matchers = equals(period=window.period, timezone=window.timezone, at=at)
    return VectorSelector(naming.local_time, matchers)


def _begin(naming: Naming, window: Calendar) -> VectorSelector:
    return VectorSelector(naming.calendar, equals(period=window.period, timezone=window.timezone))


def _with_offset(sign: str, moment: Expr, place: Zone, *, by_clock: bool) -> Expr:
    """A moment plus or minus the zone's offset at it. by_clock: it is a reading of the zone's clock."""
    shifted = binary(sign, moment, number(place.offset)) if place.offset else moment
    other = "-" if sign == "+" else "+"
    for change in place.changes:
        delta = change.after - change.before
        passed = binary(">=", moment, number(_reading(change) if by_clock else change.at), return_bool=True)
        shifted = binary(sign if delta > 0 else other, shifted, binary("*", number(abs(delta)), passed))
    return shifted


def _reading(change: Change) -> int:
    """From which reading of its clock on a zone surely has the later offset."""
    return change.at + max(change.before, change.after)


def _month_days(now: Expr) -> Expr:
    return binary("-", call("day_of_month", now), number(1))


def _week_days(now: Expr) -> Expr:
    """Days since Monday; PromQL's weeks begin on Sunday."""
    return binary("%", binary("+", call("day_of_week", now), number(6)), number(7))


def _quarter_days(now: Expr) -> Expr:
    """Days since the quarter began: since New Year, less the quarters that are over."""
    leap = binary("==", binary("%", call("year", now), number(4)), number(0), return_bool=True)
    lengths = ((4, binary("+", number(90), leap)), (7, number(91)), (10, number(92)))
    days: Expr = binary("-", call("day_of_year", now), number(1))
    for month, length in lengths:
        over = binary(">=", call("month", now), number(month), return_bool=True)
        days = binary("-", days, binary("*", over, length))
    return days


_DAYS_SINCE: Final[dict[str, Callable[[Expr], Expr]]] = {
    "month": _month_days,
    "week": _week_days,
    "quarter": _quarter_days,
}


def _running(naming: Naming, window: Calendar) -> Expr:
    """1, labelled with the beginning of the period that runs."""
    return Aggregation("count_values", _begin(naming, window), param=string(PERIOD_LABEL))


def labelled(series: VectorSelector, window: Calendar, naming: Naming) -> Expr:
    """A recorded rate, labelled with the period that it belongs to."""
    return binary("*", series, _running(naming, window), on(group="left", include=(PERIOD_LABEL,)))


def so_far(series: VectorSelector, window: Calendar, naming: Naming) -> Expr:
    """The sum of a labelled rate over the running period."""
    longest = window.longest + zone(window.timezone).longest_hour * SECOND
    sums = call("sum_over_time", over(series, longest))
    return aggregate("sum", binary("and", sums, _running(naming, window), on(PERIOD_LABEL)), without=(PERIOD_LABEL,))
