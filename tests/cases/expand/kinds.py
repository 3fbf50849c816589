"""One SLO of each other kind of indicator, ticketed for one condition only, to keep the expected file short."""

from generator import (
    SLO,
    BurnPolicy,
    BurnRate,
    Composite,
    Events,
    Latency,
    NativeLatency,
    Page,
    Probe,
    Ratio,
    Service,
    Team,
    TimeSlices,
)

shop = Service("shop", team=Team("ops"))
policy = BurnPolicy(ticket=[BurnRate("1d", "2h", factor=3)])

requests = Events(errors="sum(rate(failed_total[$window]))", total="sum by (job) (rate(requests_total[$window]))")
indicators = {
    "latency": Latency("latency_seconds", below="250ms", labels={"job": "shop"}),
    "native": NativeLatency("latency_seconds", below="1s"),
    "probe": Probe('probe_success{job="web"}'),
    "ratio": Ratio("1 - avg_over_time(content[$window])"),
    "ratios": Ratio("1 - sum(rate(good[$window])) / sum(rate(all[$window]))"),
    "slices": TimeSlices("histogram_quantile(0.95, sum by (le) (rate(latency_seconds_bucket[5m]))) < 1"),
    "journey": Composite({requests: 3, Probe("up"): 1}),
}
slos = [
    SLO(name, service=shop, objective=99, sli=sli, burn=policy, page=Page(disable=True), absent_for=None)
    for name, sli in indicators.items()
]
