"""The arithmetic of burn rates: the SRE Workbook's tables, and conditions that cannot be meant."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from generator.diagnostics import Severity
from generator.duration import DAY, HOUR, MINUTE, SECOND, parse
from generator.expand.fixtures.timeline import (
    Outage,
    detection,
    first_detection,
    moments,
    multiples,
    plan_outage,
    reset,
    step_for,
)
from generator.model.base import as_duration
from generator.model.burn import WORKBOOK, BurnPolicy, BurnRate, burn_problems
from generator.model.slo import SLO, Page
from generator.model.window import Calendar, Window
from tests.slo_projects import SHOP, events

THIRTY_DAYS = WORKBOOK.scaled(30 * DAY)
CONDITIONS = (*THIRTY_DAYS.page, *THIRTY_DAYS.ticket)

# Of 99.9 % over 30 days: when 14.4 (1h/5m), 6 (6h/30m), 3 (1d/2h) and 1 (3d/6h) detect, and how long they linger.
TABLE = {
    1.0: ("52s 4m56s", "2m10s 29m49s", "4m19s 1h59m38s", "4m19s 5h59m38s"),
    0.5: ("1m44s 4m51s", "4m19s 29m38s", "8m38s 1h59m17s", "8m38s 5h59m17s"),
    0.1: ("8m38s 4m17s", "21m36s 28m12s", "43m12s 1h56m24s", "43m12s 5h56m24s"),
    0.05: ("17m17s 3m34s", "43m12s 26m24s", "1h26m24s 1h52m48s", "1h26m24s 5h52m48s"),
    0.02: ("43m12s 1m24s", "1h48m 21m", "3h36m 1h42m", "3h36m 5h42m"),
    0.01: ("", "3h36m 12m", "7h12m 1h24m", "7h12m 5h24m"),
    0.005: ("", "", "14h24m 48m", "14h24m 4h48m"),
    0.002: ("", "", "", "1d12h 3h"),
    0.0011: ("", "", "", "2d17h27m16s 32m44s"),
}


@pytest.mark.parametrize("error_ratio", TABLE)
def test_detection_and_reset_times_of_the_workbook(error_ratio: float) -> None:
    for rate, cell in zip(CONDITIONS, TABLE[error_ratio], strict=True):
        multiple = error_ratio / 0.001
        found = detection(rate, multiple)
        if not cell:
            assert found is None
            continue
        wanted_detection, wanted_reset = (parse(text) for text in cell.split())
        assert found == pytest.approx(wanted_detection, abs=SECOND)
        assert reset(rate, multiple) == pytest.approx(wanted_reset, abs=SECOND)


FACTORS = {
    "7d": (3.36, 1.4, 1, 1),  # tickets would be 0.7 and 0.2333, and fire while the SLO is met
    "14d": (6.72, 2.8, 1.4, 1),
    "28d": (13.44, 5.6, 2.8, 1),
    "30d": (14.4, 6, 3, 1),
    "90d": (43.2, 18, 9, 3),
}


@pytest.mark.parametrize("window", FACTORS)
def test_factors_of_the_workbooks_shares(window: str) -> None:
    policy = WORKBOOK.scaled(parse(window))
    assert tuple(rate.factor for rate in (*policy.page, *policy.ticket)) == FACTORS[window]


def test_only_the_workbooks_tickets_are_lifted() -> None:
    own = BurnPolicy(ticket=WORKBOOK.ticket)
    assert [rate.factor for rate in own.scaled(parse("7d")).ticket] == [0.7, pytest.approx(0.2333, abs=1e-4)]


RATES = st.builds(
    lambda long, share, factor: BurnRate(long, max(SECOND, long // share), factor=factor),
    st.integers(10 * MINUTE, 3 * DAY),
    st.integers(2, 24),
    st.floats(1, 50),
)


@given(rate=RATES, times=st.floats(1.05, 10), lasts=st.floats(1.0, 3))
def test_an_outage_is_detected_and_forgotten_when_the_formula_says(rate: BurnRate, times: float, lasts: float) -> None:
    multiple = (rate.factor or 0) * times
    long, short = as_duration(rate.long), as_duration(rate.short)
    begin, time = long, detection(rate, multiple)
    assert time is not None
    end = begin + int(max(time + 2, short) * lasts) + 2
    outage = Outage(multiple, begin, end)
    assert not outage.holds([rate], begin + int(time) - 1, 0)
    assert outage.holds([rate], begin + int(time) + 2, 0)
    assert outage.holds([rate], end, 0) == (lasts >= 1)
    gone = end + reset(rate, multiple)
    assert not outage.holds([rate], int(gone) + 2, 0)
    if end - begin <= long - short:
        assert outage.holds([rate], int(gone) - 2, 0)


@given(
    rates=st.lists(RATES, min_size=1, max_size=3),
    times=st.floats(1.05, 10),
    margin=st.integers(0, 2 * MINUTE),
)
def test_moments_keep_clear_of_what_sampling_blurs(rates: list[BurnRate], times: float, margin: int) -> None:
    multiple, step = min(rate.factor or 0 for rate in rates) * times, step_for(rates)
    outage = plan_outage(rates, multiple, step)
    assert outage is not None
    when = moments(outage, tuple(rates), step, margin)
    assume(when is not None)
    assert when is not None
    assert when.quiet < when.firing <= when.still < when.over
    for shift in (-margin, 0, margin):
        blurred = Outage(multiple, outage.begin + shift, outage.end + shift)
        assert not any(blurred.holds(rates, at, 0) for at in range(step, when.quiet + 1, step))
        assert blurred.holds(rates, when.firing, 0)
        assert blurred.holds(rates, when.still, 0)
        assert not blurred.holds(rates, when.over, 0)


@pytest.mark.parametrize("kind", ["page", "ticket"])
@pytest.mark.parametrize("objective", [95, 99, 99.9, 99.99])
def test_tests_are_sharp(kind: str, objective: float) -> None:
    """Between what is asserted to be quiet and to fire lie a few evaluations, and the formula's time."""
    rates = getattr(THIRTY_DAYS, kind)
    step, most = step_for(rates), 100 / (100 - objective)
    for multiple in multiples(rates, most):
        outage = plan_outage(rates, multiple, step)
        assert outage is not None
        when = moments(outage, rates, step, 2 * MINUTE)
        time = first_detection(rates, multiple)
        assert when is not None
        assert time is not None
        assert when.firing - when.quiet <= 3 * step
        assert when.quiet - step <= outage.begin + time <= when.firing + step


def test_each_condition_has_a_burn_rate_of_its_own() -> None:
    assert multiples(THIRTY_DAYS.page, 1000) == (9.3, 20.36, 1000)
    assert multiples(THIRTY_DAYS.ticket, 100) == (1.73, 4.24, 100)
    assert multiples(THIRTY_DAYS.page, 10) == (7.75, 10)


@given(factor=st.floats(1, 100), objective=st.floats(1, 99.999))
@example(14.4, 93.0)
@example(14.4, 93.1)
@example(10, 90)
def test_a_condition_is_unreachable_when_a_total_outage_does_not_meet_it(factor: float, objective: float) -> None:
    slo = SLO("a", service=SHOP, objective=objective, sli=events(), burn=BurnPolicy([BurnRate("1h", factor=factor)]))
    never = not Outage(1 / slo.budget, HOUR, 3 * HOUR).exceeds(HOUR, 2 * HOUR, 0, factor)
    told = [problem.check for problem in burn_problems(slo)]
    assert told == (["burn/unreachable"] if slo.budget * factor >= 1 else [])
    assert never == bool(told) or abs(slo.budget * factor - 1) < 1e-9


def slo_with(
    window: Window | str, policy: BurnPolicy | None = None, objective: float = 99.9, page: Page | None = None
) -> SLO:
    return SLO(
        "a", service=SHOP, objective=objective, sli=events(), window=window, burn=policy, page=page or Page()
    )  # fmt: skip


PROBLEMS = {
    "the Workbook over 30 days": (slo_with("30d"), []),
    "the Workbook over a week": (slo_with("7d"), []),
    "the Workbook over a calendar month": (slo_with(Calendar("month")), []),
    "the Workbook over three days": (slo_with("3d"), ["harmless"]),
    "the Workbook over a day": (slo_with("1d"), ["harmless", "harmless", "windows"]),
    "the Workbook at 90 %": (slo_with("30d", objective=90), ["unreachable"]),
    "no page to be unreachable": (slo_with("30d", objective=90, page=Page(disable=True)), []),
    "a share that is too small": (slo_with("7d", BurnPolicy(ticket=[BurnRate("1d", budget=0.1)])), ["harmless"]),
    "a factor that is too small": (slo_with("7d", BurnPolicy(ticket=[BurnRate("1d", factor=0.9)])), ["harmless"]),
    "the whole window": (slo_with("7d", BurnPolicy(ticket=[BurnRate("7d", factor=1)])), []),
    "more than the window": (slo_with("7d", BurnPolicy(ticket=[BurnRate("8d", factor=1)])), ["windows"]),
    "a whole calendar week": (
        slo_with(Calendar("week"), BurnPolicy(ticket=[BurnRate("7d", factor=1)])),
        ["windows"],
    ),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_conditions_that_cannot_be_meant_are_problems(name: str) -> None:
    slo, wanted = PROBLEMS[name]
    found = burn_problems(slo)
    assert [problem.check for problem in found] == [f"burn/{check}" for check in wanted]
    assert all(problem.severity is Severity.ERROR and problem.origin == slo.origin for problem in found)


def test_the_arithmetic_is_in_the_message() -> None:
    (unreachable,) = burn_problems(slo_with("30d", objective=90))
    assert "needs an error ratio above 14.4 × 0.1 = 1.44" in unreachable.message
    assert "93.06%" in unreachable.why
    (harmless,) = burn_problems(slo_with("3d"))
    assert "0.05 of the budget × 3d / 6h = 0.6" in harmless.message
