"""Generated tests prove the rules of every kind of SLO, and leave no small change of them unnoticed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator.duration import DAY, HOUR, MINUTE
from generator.expand.fixtures.edges import Course, edges, edges_of
from generator.expand.fixtures.recorded import decimal, is_added_up, is_silent, recorded, step_of
from generator.expand.plan import Plan, Planner
from generator.model.base import Definition
from generator.model.burn import BurnPolicy, BurnRate
from generator.model.catalog import Catalog, Module
from generator.model.service import Service
from generator.model.sli import Composite, Events, NativeLatency, Ratio, TimeSlices
from generator.model.slo import SLO, LowTraffic, Ticket
from generator.model.window import Calendar
from generator.testing.coverage import Coverage, coverage
from generator.testing.mutate import mutate
from generator.testing.outcome import Outcome
from generator.testing.run import run_files
from tests.burn_policies import KINDS
from tests.slo_projects import SHOP, events, every_kind, rendered

SHORT = BurnPolicy(page=(BurnRate("1h", "5m", factor=14.4), BurnRate("6h", "30m", factor=6)))


def plan_of(slo: SLO) -> Plan:
    return Planner(Catalog((Module("alerts.slos", "alerts/slos.py", (slo,)),))).plan(slo)


def played(definitions: list[Definition], folder: Path) -> tuple[list[Outcome], Coverage]:
    outcomes = run_files(sorted((rendered(definitions, folder) / "tests").iterdir()))
    assert not [verdict for outcome in outcomes for verdict in outcome.verdicts if verdict.failed]
    assert not [problem for outcome in outcomes for problem in outcome.problems]
    return outcomes, coverage(point for outcome in outcomes for point in outcome.points)


def test_of_every_kind_all_is_proved_but_what_cannot_be_fed(tmp_path: Path) -> None:
    """Everything of the SLOs with input; of the others what is worked out from their recorded rates."""
    _, found = played([*every_kind()], tmp_path)
    straight = {f"slo:sli_error:ratio_rate{window}" for window in ("30m", "1h", "2h", "6h")}
    rates = {"slo:sli_errors:rate5m", "slo:sli_total:rate5m"}
    left = {(point.slo, point.name) for point in found.gaps()}
    assert left == {("shop-native", name) for name in straight | rates} | {("shop-minutes", name) for name in rates}


# Inputs of a composite feed all its parts, so what holds when one has no data is not proved.
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "composite"])
def test_no_change_of_the_rules_goes_unnoticed(kind: str, tmp_path: Path) -> None:
    slo = SLO("promise", service=SHOP, objective=99.9, sli=KINDS[kind], burn=SHORT)
    files = sorted((rendered([slo], tmp_path) / "tests").iterdir())
    mutation = mutate(files, processes=1)
    assert not mutation.problems
    assert len(mutation.reports) > 60
    assert [each for each in mutation.reports if each.fate not in ("killed", "explained")] == []


ODD: dict[str, list[Definition]] = {
    "a composite with slices": [SLO("x", service=SHOP, objective=99, sli=Composite([events(), TimeSlices("a < 5")]))],
    "a guard by all events": [
        SLO("x", service=SHOP, objective=99.9, sli=events(), low_traffic=LowTraffic(errors=2, total=500), burn=SHORT)
    ],
    "a window that the usual samples would end on": [SLO("x", service=SHOP, objective=99, sli=events(), window="11d")],
    "other base windows": [
        SLO("x", service=SHOP, objective=99, sli=events(), burn=BurnPolicy(page=[BurnRate("20m", "2m", factor=20)]))
    ],
    "no alerts but for absence": [SLO("x", service=SHOP, objective=99, sli=events(), burn=BurnPolicy())],
    "no alert for absence, a ticket": [
        SLO("x", service=SHOP, objective=99, sli=Ratio("1 - avg_over_time(ok[$window]) / 7"), absent_for=None)
    ],
    "two calendars": [
        SLO("x", service=SHOP, objective=99, sli=events("x"), window=Calendar("week", "America/New_York")),
        SLO("y", service=SHOP, objective=99, sli=events("y"), window=Calendar("quarter"), ticket=Ticket(disable=True)),
    ],
    "labels of all kinds": [
        SLO(
            "x",
            service=Service("web", team=SHOP.team, labels={"region": "eu"}),
            objective=99.95,
            sli=events(),
            labels={"risk": "money"},
        )
    ],
}


@pytest.mark.parametrize("name", ODD)
def test_odd_slos_are_proved_too(name: str, tmp_path: Path) -> None:
    _, found = played(ODD[name], tmp_path)
    assert not found.gaps()


def test_input_of_calendars_in_another_file_is_loaded(tmp_path: Path) -> None:
    from generator.expand import expand
    from generator.targets import tests as fixtures

    month = Calendar("month", "Asia/Seoul")
    modules = tuple(
        Module(f"alerts.{name}", f"{name}.py", (SLO(name, service=SHOP, objective=99, sli=events(name), window=month),))
        for name in ("one", "two")
    )
    files = fixtures.render(expand(Catalog(modules))).files
    texts = {path.name: text for path, text in files.items()}
    assert "rules/one.yml" in texts["two_recorded_every_11h_test.yml"]
    assert "rules/two.yml" not in texts["one_recorded_every_11h_test.yml"]


def test_queries_that_need_no_data_have_no_recorded_input() -> None:
    sli = Events(errors="sum(rate(a[$window])) or vector(0)", total="rate(b[$window])")
    assert not is_silent(sli)
    plan = plan_of(SLO("x", service=SHOP, objective=99, sli=sli))
    assert not [*recorded(plan), *edges(plan)]


def test_native_histograms_are_tested_from_the_recorded_rates_on() -> None:
    plan = plan_of(SLO("x", service=SHOP, objective=99, sli=NativeLatency("latency", below="1s")))
    names = [scenario.name for scenario, _ in (*recorded(plan), *edges(plan))]
    assert len(names) == len(set(names)) == 11


@pytest.mark.parametrize("slo", every_kind(), ids=lambda slo: slo.name)
def test_no_sample_lies_on_the_border_of_a_window(slo: SLO) -> None:
    plan = plan_of(slo)
    step = step_of(plan)
    assert step
    for window in (*plan.shape.windows, plan.period):
        assert window % step or not is_added_up(plan, window)


@pytest.mark.parametrize("slo", every_kind(), ids=lambda slo: slo.name)
def test_every_condition_has_its_edges(slo: SLO) -> None:
    plan = plan_of(slo)
    for rates in (plan.policy.page, plan.policy.ticket):
        for rate in rates:
            courses = [Course(plan, rate, edge, step_of(plan)) for edge in edges_of(plan, rate)]
            assert courses
            assert all(course.is_clear(rates) for course in courses)


@settings(deadline=None)
@example(objective=50.0, factor=1.0, long=10, share=2, errors=5e-324).via("rates of which the fixture writes nothing")
@given(
    objective=st.floats(50, 99.999),
    factor=st.floats(1, 50),
    long=st.integers(10, 4000),
    share=st.integers(2, 24),
    errors=st.floats(0, 20),
)
def test_an_edge_is_clear_or_left_out(objective: float, factor: float, long: int, share: int, errors: float) -> None:
    rate = BurnRate(long * MINUTE, max(1, long // share) * MINUTE, factor=factor)
    policy = BurnPolicy(page=[rate])
    guard = LowTraffic(errors=errors)
    slo = SLO("x", service=SHOP, objective=objective, sli=events(), burn=policy, low_traffic=guard)
    plan = plan_of(slo)
    for scenario, case in edges(plan):
        assert scenario.step % scenario.interval == 0
        assert [bool(each.samples) for each in case.expectations][-1]
        assert not any(each.samples for each in case.expectations[:-1])
        for text in case.series.values():
            assert sum(int(piece.partition("x")[2]) + 1 for piece in text.split()) == (
                case.expectations[-1].at // scenario.interval + 1
            )


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (1e-07, "0.0000001"), (2.0, "2"), (0.25, "0.25"), (1e21, "1" + "0" * 21)]
)
def test_numbers_have_no_exponent(value: float, text: str) -> None:
    assert decimal(value) == text


def test_hours_and_days() -> None:
    plan = plan_of(SLO("x", service=SHOP, objective=99.9, sli=events()))
    assert step_of(plan) == 11 * HOUR
    assert (30 * DAY) % (11 * HOUR)
