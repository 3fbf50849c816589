"""Rules that somebody wrote: alone, and in groups with every setting."""

from generator import P0, P1, Alert, PrometheusSettings, RecordingRule, RuleGroup, Service, Team

settings = PrometheusSettings(version="3.1", runbooks="https://runbooks.example/")
shop = Service("shop", team=Team("ops"), labels={"cluster": "eu"})

down = Alert(
    "ShopDown",
    service=shop,
    level=P0,
    expr="up == 0",
    for_="1m",
    keep_firing_for="5m",
    summary="{{ $labels.instance }} is down",
    description='First line: look.\nSecond line: "act".\n',
    runbook="shop-down",
    labels={"shift": "night"},
)
requests = RecordingRule("job:requests:rate5m", "sum by (job) (rate(requests_total[5m]))", labels={"kind": "yes"})
slow = Alert(
    "ShopSlow", service=shop, level=P1, severity="notice", expr=f"{requests.record} > 1e6", runbook="http://x/y"
)
group = RuleGroup(
    "checks",
    [requests, slow],
    interval="90s",
    limit=10,
    query_offset="30s",
    labels={"source": "checks"},
)
