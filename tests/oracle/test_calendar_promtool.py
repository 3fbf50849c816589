"""Calendar windows under promtool, whose clock begins in 1970: month ends, leap years, clocks put forward and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from generator.duration import DAY, HOUR, MINUTE
from generator.expand.calendar import DELAY, calendar_group, zone
from generator.model.naming import SLOTH
from generator.model.slo import SLO
from generator.model.window import Calendar, Period
from tests.promtool_runs import judged
from tests.slo_projects import SHOP, bundle_of, events
from tests.test_expand_calendar import PERIODS, began

ZONES_OF_1970 = ["Asia/Kolkata", "America/New_York", "Australia/Hobart"]
STEP = 6 * HOUR


@pytest.mark.parametrize("zone_name", ZONES_OF_1970)
@pytest.mark.parametrize("period", PERIODS)
def test_periods_begin_when_the_calendar_says(period: Period, zone_name: str, tmp_path: Path) -> None:
    group = calendar_group(Calendar(period, zone_name), SLOTH, zone(zone_name, 1970, 1972))
    times = range(4 * DAY, 800 * DAY, 5 * DAY + STEP)
    wanted = [int(began(period, zone_name, _moment(at - DELAY)).timestamp()) for at in times]
    query = f"sum({SLOTH.calendar})"
    expectations = [(at, query, {"{}": float(second)}) for at, second in zip(times, wanted, strict=True)]
    good, said = judged(tmp_path, [group], {}, expectations, step=STEP)
    assert good, said
    assert len(set(wanted)) > 7


def _moment(milliseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)


SEOUL = SLO("month", service=SHOP, objective=99, window=Calendar("month", "Asia/Seoul"), sli=events())


def test_a_month_answers_for_its_own_errors_only(tmp_path: Path) -> None:
    """A tenth of the requests fails in the last six hours of January, none before or after.

    An evaluation stands for an hour here, and the one at the turn itself still for January.
    """
    turn = int(datetime(1970, 1, 31, 15, tzinfo=UTC).timestamp()) * 1000
    sample, hours = 5 * MINUTE, 12  # an hour has twelve samples
    calm, bad, after = turn // sample - 6 * hours, 6 * hours, 8 * hours
    counters = {
        'http_requests_total{job="shop", code="200"}': f"0+3000x{calm} "
        f"{3000 * calm + 2700}+2700x{bad - 1} {3000 * calm + 2700 * bad + 3000}+3000x{after}",
        'http_requests_total{job="shop", code="500"}': f"0+0x{calm} 300+300x{bad - 1} {300 * bad}+0x{after}",
    }
    left, share = f"sum({SLOTH.budget_left})", f"sum({SLOTH.ratio(30 * DAY)})"
    truth = 0.1 * bad / (calm + bad)
    expectations = [
        (turn - 7 * HOUR, left, {"{}": 1.0}),
        (turn, f"abs({share} / {truth} - 1) < bool 0.02", {"{}": 1.0}),
        (turn, f"abs((1 - {left}) * 0.01 / {truth} - 1) < bool 0.02", {"{}": 1.0}),
        *((turn + late * HOUR, left, {"{}": 1.0}) for late in (1, 2, 7)),
        *((turn + late * HOUR, f"count({share})", {"{}": 1.0}) for late in (0, 1, 7)),
    ]
    groups = bundle_of([SEOUL]).rule_files[0].groups
    good, said = judged(tmp_path, groups, counters, expectations, step=HOUR, interval=sample)
    assert good, said
