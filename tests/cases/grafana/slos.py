"""Dashboards of SLOs: windows, policies and kinds of indicator that differ, and a service whose name is no uid."""

from generator import SLO, BurnPolicy, BurnRate, Calendar, Events, Probe, Ratio, Service, Team

ops = Team("ops")
shop = Service("shop", team=ops, title="The shop")
odd = Service("pay.example.com/checkout of the whole company", team=ops)

orders = Events(errors='rate(orders_total{status="failed"}[$window])', total="rate(orders_total[$window])")
strict = BurnPolicy(page=[BurnRate("30m", "5m", factor=10)])

slos = [
    SLO("orders", service=shop, objective=99.9, sli=orders, description="Orders that go through"),
    SLO("orders-of-the-month", service=shop, objective=99.5, sli=orders, window=Calendar("month", "Asia/Seoul")),
    SLO("orders-strictly", service=shop, objective=99, sli=orders, window="4w", burn=strict),
    SLO("p99.9", service=shop, objective=99, sli=Ratio("avg_over_time(bad_share[$window])"), description="Good enough"),
    SLO("open", service=odd, objective=99, sli=Probe("probe_success")),
]
