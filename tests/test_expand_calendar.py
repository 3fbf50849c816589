"""Calendar windows: when the running week, month or quarter began, by the clock of a time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from generator.duration import DAY, HOUR
from generator.expand.calendar import DELAY, FIRST_YEAR, LAST_YEAR, calendar_group, zone
from generator.labels import METRIC_NAME
from generator.model.bundle import RecordedRule
from generator.model.naming import SLOTH
from generator.model.window import Calendar, Period
from generator.promql.ast import Matcher, VectorSelector
from tests.promql_arithmetic import evaluate

ZONES = [
    "UTC",
    "Asia/Seoul",
    "Asia/Kolkata",  # half an hour
    "Asia/Kathmandu",  # a quarter
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",  # half an hour and summer time
    "Australia/Lord_Howe",  # half an hour of summer time
    "Australia/Sydney",  # summer over New Year
    "Africa/Casablanca",  # winter time in Ramadan
    "America/Santiago",  # changes at midnight
    "Pacific/Kiritimati",  # fourteen hours ahead
    "Antarctica/Troll",  # two hours of summer time
]
PERIODS: list[Period] = ["week", "month", "quarter"]


def began(period: Period, zone_name: str, moment: datetime) -> datetime:
    """The beginning of the running period by Python's calendar: the first midnight, or what stands for it."""
    local = moment.astimezone(ZoneInfo(zone_name))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if period == "week":
        midnight -= timedelta(days=midnight.weekday())
    else:
        month = midnight.month if period == "month" else (midnight.month - 1) // 3 * 3 + 1
        midnight = midnight.replace(month=month, day=1)
    return midnight.replace(fold=0).astimezone(UTC)


def recorded(period: Period, zone_name: str, moment: datetime) -> float:
    """The beginning as the rules of the group record it, one after another."""
    group = calendar_group(Calendar(period, zone_name), SLOTH, zone(zone_name))
    series: dict[VectorSelector, float] = {}
    value = float("nan")
    for rule in group.rules:
        assert isinstance(rule, RecordedRule)
        value = evaluate(rule.expr, moment.timestamp(), series)
        # In the order in which the expressions write the labels.
        order = [name for name in ("period", "timezone", "at") if name in rule.labels]
        matchers = tuple(Matcher(name, "=", rule.labels[name]) for name in order)
        series[VectorSelector(rule.record, matchers)] = value
    return value


MOMENTS = st.integers(
    int(datetime(FIRST_YEAR, 1, 2, tzinfo=UTC).timestamp()), int(datetime(LAST_YEAR, 12, 30, tzinfo=UTC).timestamp())
).map(lambda second: datetime.fromtimestamp(second, UTC))


@pytest.mark.parametrize("period", PERIODS)
@given(zone_name=st.sampled_from(ZONES), moment=MOMENTS)
@example("Europe/Berlin", datetime(2024, 3, 31, 1, 0, tzinfo=UTC))
@example("Europe/Berlin", datetime(2024, 3, 31, 22, 0, tzinfo=UTC))
@example("Europe/Berlin", datetime(2024, 3, 31, 21, 59, 59, tzinfo=UTC))
@example("Europe/Berlin", datetime(2024, 10, 27, 0, 59, 59, tzinfo=UTC))
@example("Europe/Berlin", datetime(2024, 10, 31, 22, 59, 59, tzinfo=UTC))
@example("Asia/Seoul", datetime(2028, 2, 29, 14, 59, 59, tzinfo=UTC))
@example("Asia/Seoul", datetime(2028, 2, 29, 15, 0, tzinfo=UTC))
@example("UTC", datetime(2032, 12, 31, 23, 59, 59, tzinfo=UTC))
def test_the_running_period_begins_when_the_calendar_says(period: Period, zone_name: str, moment: datetime) -> None:
    late = moment + timedelta(milliseconds=DELAY)
    assert recorded(period, zone_name, late) == began(period, zone_name, moment).timestamp()


@pytest.mark.parametrize("zone_name", ZONES)
def test_every_change_of_the_clocks_is_known(zone_name: str) -> None:
    place, info = zone(zone_name), ZoneInfo(zone_name)
    moment, end = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC), datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC)
    offset, coming = place.offset, list(place.changes)
    while moment < end:
        while coming and coming[0].at <= moment.timestamp():
            assert coming[0].before == offset
            offset = coming.pop(0).after
        wanted = moment.astimezone(info).utcoffset()
        assert wanted is not None
        assert offset == wanted.total_seconds(), moment
        moment += timedelta(hours=6)
    assert not coming


def test_a_window_has_room_for_the_hour_that_is_put_back() -> None:
    assert zone("Asia/Seoul").longest_hour == 0
    assert zone("Europe/Berlin").longest_hour == 3600
    assert zone("Antarctica/Troll").longest_hour == 7200
    october = began("month", "Europe/Berlin", datetime(2024, 10, 20, tzinfo=UTC))
    november = began("month", "Europe/Berlin", datetime(2024, 11, 20, tzinfo=UTC))
    lasts = (november - october).total_seconds() * 1000
    assert lasts == 31 * DAY + HOUR
    assert lasts == Calendar("month").longest + zone("Europe/Berlin").longest_hour * 1000


def test_each_window_of_a_zone_has_a_group_of_its_own() -> None:
    groups = [calendar_group(Calendar(period, "Asia/Seoul"), SLOTH, zone("Asia/Seoul")) for period in PERIODS]
    assert len({group.name for group in groups}) == len(PERIODS)
    series = [(rule.name, rule.labels) for group in groups for rule in group.rules]
    assert len(set(series)) == len(series)
    assert all(METRIC_NAME not in labels for _, labels in series)
