"""SLOs of every kind, and their rendered rules in a folder, for the tests of expansion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from generator.expand import expand
from generator.model.base import Definition
from generator.model.bundle import Bundle
from generator.model.catalog import Catalog, Module
from generator.model.service import Service, Team
from generator.model.sli import Composite, Events, Latency, NativeLatency, Probe, Ratio, TimeSlices, Weighted
from generator.model.slo import SLO, LowTraffic
from generator.model.window import Calendar
from generator.targets import prometheus
from generator.targets import tests as fixtures

SHOP = Service("shop", team=Team("ops"), runbooks="https://runbooks.example/shop")


def events(job: str = "shop") -> Events:
    """Requests that fail, of all requests."""
    return Events(
        errors=f'rate(http_requests_total{{job="{job}", code=~"5.."}}[$window])',
        total=f'rate(http_requests_total{{job="{job}"}}[$window])',
    )


def every_kind() -> list[SLO]:
    """An SLO for each kind of indicator and window."""
    slices = 'histogram_quantile(0.95, sum by (le) (rate(latency_seconds_bucket{job="shop"}[5m]))) < 1'
    return [
        SLO("availability", service=SHOP, objective=99.9, sli=events()),
        SLO("latency", service=SHOP, objective=99, sli=Latency("latency_seconds", "1s", labels={"job": "shop"})),
        SLO("native", service=SHOP, objective=99.9, window="28d", sli=NativeLatency("native_seconds", below="300ms")),
        SLO("reachable", service=SHOP, objective=99, window="7d", sli=Probe('probe_success{job="web"}')),
        SLO("content", service=SHOP, objective=99, sli=Ratio('1 - avg_over_time(content{job="shop"}[$window])')),
        SLO("minutes", service=SHOP, objective=99, sli=TimeSlices(slices)),
        SLO(
            "journey", service=SHOP, objective=99,
            sli=Composite([Weighted(events("front"), 2), Probe('probe_success{job="pay"}')]),
        ),
        SLO("month", service=SHOP, objective=99.5, window=Calendar("month", "Asia/Seoul"), sli=events("month")),
        SLO("strict", service=SHOP, objective=99.99, sli=events("strict"), low_traffic=LowTraffic(5, 100)),
        SLO("unguarded", service=SHOP, objective=99.9, sli=events("unguarded"), low_traffic=None, absent_for=None),
    ]  # fmt: skip


def bundle_of(definitions: Sequence[Definition], name: str = "alerts.slos") -> Bundle:
    """The expansion of definitions as if one file held them."""
    return expand(Catalog((Module(name, f"{name.replace('.', '/')}.py", tuple(definitions)),)))


def rendered(definitions: Iterable[Definition], folder: Path, *, name: str = "alerts.slos") -> Path:
    """Prometheus' files and the generated tests below a folder."""
    bundle = bundle_of(tuple(definitions), name)
    for target in (prometheus, fixtures):
        for path, text in target.render(bundle).files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
    return folder
