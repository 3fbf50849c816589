"""When something is due: PromQL's arithmetic against Python's calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator import Schedule
from generator.testing.playground import Playground

WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ZONES = st.sampled_from(["Asia/Seoul", "UTC", "America/Phoenix", "Asia/Kolkata"])
HOURS = st.integers(0, 23)
MINUTES = st.sampled_from([0, 15, 59])
SLACKS = st.sampled_from(["0s", "30m", "1h", "1d", "7d"])
FIRST, LAST = (datetime(year, 1, 1, tzinfo=UTC) for year in (2024, 2041))
MOMENTS = st.integers(int(FIRST.timestamp()), int(LAST.timestamp())).map(lambda at: datetime.fromtimestamp(at, UTC))


def days_back(today: datetime) -> Iterator[datetime]:
    """Today and the days before it."""
    for ago in range(80):
        yield today - timedelta(days=ago)


def falls_on(schedule: Schedule, day: datetime) -> bool:
    """Whether the schedule has a moment on a day."""
    if schedule.weekday:
        wanted = WEEKDAYS[day.weekday()] == schedule.weekday[:3]
        return wanted and (day.day <= 7 or not schedule.first)
    return day.day == schedule.day if schedule.day else True


def latest_due(schedule: Schedule, now: datetime, slack: timedelta) -> datetime:
    """The latest moment whose slack is over, by looking at one day after another."""
    hour, minute = map(int, schedule.at.split(":"))
    local = now.astimezone(ZoneInfo(schedule.timezone))
    for day in days_back(local):
        moment = day.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if falls_on(schedule, day) and moment + slack <= now:
            return moment
    raise AssertionError("nothing was ever due")


def check(schedule: Schedule, now: datetime) -> None:
    slack = timedelta(milliseconds=int(schedule.slack))
    found = Playground().value(schedule.due, int(now.timestamp() * 1000))
    assert found == latest_due(schedule, now, slack).timestamp()


@settings(deadline=None)
@given(st.data(), HOURS, MINUTES, SLACKS, ZONES, MOMENTS)
def test_due_is_what_a_calendar_says(
    data: st.DataObject, hour: int, minute: int, slack: str, zone: str, moment: datetime
) -> None:
    weekday = data.draw(st.sampled_from(["", *WEEKDAYS]))
    day = 0 if weekday else data.draw(st.integers(0, 28))
    first = bool(weekday) and data.draw(st.booleans())
    schedule = Schedule(
        "backup",
        at=f"{hour:02}:{minute:02}",
        weekday=weekday,
        day=day,
        first=first,
        slack=slack,
        timezone=zone,
    )
    assert schedule.faults == ()
    check(schedule, moment)


@settings(deadline=None)
@given(st.sampled_from([{}, {"weekday": "sun"}, {"day": 1}, {"weekday": "sun", "first": True}]), st.integers(-2, 2))
@example({}, 0)
@example({"day": 1}, 0)
def test_the_moment_itself_counts(days: dict[str, object], seconds: int) -> None:
    schedule = Schedule("backup", at="02:00", slack="1h", timezone="Asia/Seoul", **days)  # type: ignore[arg-type]
    # Sunday, 1 March 2026, 03:00 in Seoul: the slack of all four ends here.
    check(schedule, datetime(2026, 2, 28, 18, 0, tzinfo=UTC) + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("wrong", "check_name"),
    [
        ({"at": "2 o'clock"}, "schedule/at"),
        ({"at": "24:00"}, "schedule/at"),
        ({"weekday": "noday"}, "schedule/weekday"),
        ({"day": 31}, "schedule/day"),
        ({"first": True}, "schedule/days"),
        ({"weekday": "sun", "day": 1}, "schedule/days"),
        ({"slack": "soon"}, "definition/duration"),
        ({"timezone": "Asia/Seul"}, "schedule/timezone"),
        ({"timezone": "Europe/Berlin"}, "schedule/timezone"),
    ],
)
def test_what_cannot_be_kept_is_a_fault(wrong: dict[str, object], check_name: str) -> None:
    schedule = Schedule("backup", **wrong)  # type: ignore[arg-type]
    assert [problem.check for problem in schedule.faults] == [check_name]
    Playground().value(schedule.due, "1d")  # it can still be looked at


@pytest.mark.parametrize(
    ("schedule", "text"),
    [
        (Schedule("x", at="02:00", timezone="Asia/Seoul"), "every day at 02:00 (Asia/Seoul)"),
        (Schedule("x", at="03:00", weekday="sun"), "every Sunday at 03:00 (UTC)"),
        (Schedule("x", weekday="sunday", first=True), "on the first Sunday of each month at 00:00 (UTC)"),
        (Schedule("x", at="04:00", day=1), "on day 1 of each month at 04:00 (UTC)"),
    ],
)
def test_it_is_told_in_words(schedule: Schedule, text: str) -> None:
    assert str(schedule) == text
