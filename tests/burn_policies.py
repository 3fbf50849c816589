"""SLOs with burn policies of one's own: some with names, and any that can be meant."""

from __future__ import annotations

from hypothesis import strategies as st

from generator.duration import DAY, MINUTE, format_duration
from generator.model.base import as_duration
from generator.model.burn import BurnPolicy, BurnRate
from generator.model.sli import SLI, Composite, Events, Latency, Probe, Ratio, TimeSlices, Weighted
from generator.model.slo import SLO, LowTraffic
from tests.slo_projects import SHOP, events

KINDS: dict[str, SLI] = {
    "events": events(),
    "two metrics": Events(errors='rate(failed{job="a"}[$window])', total='rate(asked{job="a"}[$window])'),
    "latency": Latency("latency_seconds", "1s", labels={"job": "shop"}),
    "ratio": Ratio('1 - avg_over_time(content{job="shop"}[$window])'),
    "probe": Probe('probe_success{job="web"}'),
    "slices": TimeSlices('max(age{job="a"}) <= 3600', slice="1m"),
    "composite": Composite([Weighted(events("front"), 2), Probe('probe_success{job="pay"}')]),
}


def promise(
    kind: str,
    objective: float,
    page: tuple[BurnRate, ...] = (),
    ticket: tuple[BurnRate, ...] = (),
    guard: LowTraffic | None = LowTraffic(),  # noqa: B008 -- a value
) -> SLO:
    """An SLO of a kind of indicator with a policy of its own."""
    return SLO(
        "promise", service=SHOP, objective=objective, sli=KINDS[kind], burn=BurnPolicy(page, ticket), low_traffic=guard
    )


_HOUR = (BurnRate("1h", budget=0.02),)
_QUICK, _SLOW = (BurnRate("30m", "3m", factor=10),), (BurnRate("2h", factor=2),)

NAMED: dict[str, SLO] = {
    "one page": promise("events", 99.9, _HOUR),
    "a page and a long ticket": promise("events", 99.95, _HOUR, (BurnRate("3d", budget=0.2),)),
    "a page and a ticket of a day": promise(
        "events", 99.9, (BurnRate("1h", factor=14.4),), (BurnRate("1d", factor=3),)
    ),
    "short windows at 97 %": promise("latency", 97, _QUICK, _SLOW),
    "short windows at 99 %": promise("events", 99, _QUICK, _SLOW),
    "short windows at 99.5 %": promise("latency", 99.5, _QUICK, _SLOW),
    "windows that divide nothing": promise(
        "two metrics", 90, (BurnRate("12h", "1h", factor=2),), (BurnRate("6h", "4h53m", factor=3),)
    ),
    "windows shorter than evaluations are apart": promise(
        "latency",
        90,
        (BurnRate("16h14m", "1h21m10s", factor=1.5), BurnRate("10m", "4m", factor=3)),
        guard=LowTraffic(5),
    ),
    "a guard that seldom sees events": promise(
        "probe",
        99.9,
        (
            BurnRate("90m", "22m", factor=4.8),
            BurnRate("42h12m", "3h31m", factor=59.27),
            BurnRate("30m", "2m30s", factor=1.5),
        ),
    ),
    "slices as long as the shortest window": promise(
        "slices", 99.99, (BurnRate("1h", "5m", factor=2),), (BurnRate("5m", "1m", factor=1),), LowTraffic(1, 100)
    ),
    "slices over two samples": promise(
        "slices", 90, (BurnRate("90m", factor=1), BurnRate("5m", "1m", factor=3), BurnRate("4h", factor=2))
    ),
    "rates over less than a minute": promise(
        "two metrics", 99.5, (BurnRate("90m", "61m", factor=20),), (BurnRate("5m", factor=3),)
    ),
    "a ratio over two samples": promise(
        "ratio", 99.95, (BurnRate("5m", "4m", budget=0.1),), (BurnRate("30m", "12m", budget=0.02),)
    ),
}


@st.composite
def conditions(draw: st.DrawFn, objective: float) -> BurnRate:
    """One that can fire, and only when the objective is in danger."""
    long = draw(st.sampled_from([5, 10, 15, 20, 30, 60, 90, 120, 180, 240, 360, 480, 720, 1440, 2880, 4320])
                | st.integers(5, 4320)) * MINUTE  # fmt: skip
    share = draw(st.none() | st.sampled_from([2, 3, 4, 6, 10, 12, 24]))
    short = None if share is None else format_duration(max(1, long // share // MINUTE) * MINUTE)
    most = min(60.0, 0.99 * 100 / (100 - objective))
    factor = draw(st.sampled_from([n for n in (1, 1.5, 2, 3, 6, 10, 14.4, 20, 50) if n <= most]) | st.floats(1, most))
    budget = factor * long / (30 * DAY)
    if budget <= 1 and draw(st.booleans()):
        return BurnRate(format_duration(long), short, budget=budget)
    return BurnRate(format_duration(long), short, factor=factor)


@st.composite
def promises(draw: st.DrawFn) -> SLO:
    """An SLO of any kind, objective and policy."""
    objective = draw(st.sampled_from([50, 80, 90, 95, 97, 99, 99.5, 99.9, 99.95, 99.99]) | st.floats(50, 99.99))
    page, ticket = (tuple(draw(st.lists(conditions(objective), max_size=2))) for _ in range(2))
    kind = draw(st.sampled_from([*KINDS]))
    if kind == "slices":
        page, ticket = (tuple(rate for rate in rates if as_duration(rate.short) >= MINUTE) for rates in (page, ticket))
    guard = draw(st.sampled_from([None, LowTraffic(), LowTraffic(), LowTraffic(5, 100), LowTraffic(0, 1000)]))
    return promise(kind, objective, page, ticket, guard)
