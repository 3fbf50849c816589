"""An alert of everything: two severities of one name, inhibition, hours, escalation, an objective, a procedure."""

from generator import (
    P0,
    P2,
    SLO,
    Action,
    Alert,
    Contact,
    Dashboard,
    Email,
    EscalationPolicy,
    Events,
    InhibitRule,
    Level,
    PagerDuty,
    PrometheusSettings,
    Receiver,
    RecordingRule,
    Route,
    Row,
    Runbook,
    Secret,
    Service,
    Slack,
    Step,
    Team,
    TimeInterval,
    Webhook,
    match,
    query,
)

settings = PrometheusSettings(runbooks="https://runbooks.example.com", external_labels={"site": "berlin"})
team = Team("shop", title="Shop", contacts=[Contact("Shop", email="shop@example.com", phone="110", hours="business")])
web = Service("web", team=team, title="Web | shop", description="What people buy in")

hours = TimeInterval("office", weekdays="mon-fri", times="09:00-17:00", timezone="Europe/Berlin")
quiet = TimeInterval("quiet", days="1", times="02:00-03:00", downtime=True)
on_call = Receiver("on-call", Slack("#on-call", Secret("slack")), PagerDuty(Secret("pagerduty")))
tickets = Receiver("tickets", Email("shop@example.com"), description="What can wait")
boss = Receiver("boss", Webhook(url_secret=Secret("boss"), people=True))
silent = Receiver("silent")

root = Route(
    to=tickets,
    group_wait="0s",
    routes=[
        Route(match(severity="critical"), to=on_call, mute=quiet, repeat_interval="1h"),
        Route(match(site="berlin", alertname="Odd name"), to=silent, active=hours),
    ],
)
worse_speaks = InhibitRule(
    match(severity="critical"), match(severity="warning"), equal=["service"], description="The worse one speaks"
)
unresolved = EscalationPolicy(
    "unresolved", levels=[P0], steps=[Step(after="15m", to=boss, during=hours, otherwise=on_call), Step("1h", to=boss)]
)

busy = Runbook(
    "busy",
    title="The shop is busy",
    text="Nothing is *broken* yet.",
    steps=["Look.", Action("See who.", "who |\n  sort"), Action("Ask the database.", "SELECT 1;", language="sql")],
)
load = RecordingRule("job:requests:rate5m", web.query("sum by (job) (rate(requests_total[5m]))"))
alerts = [
    Alert(
        "Busy",
        service=web,
        level=level,
        expr=f"job:requests:rate5m > {limit}",
        for_="5m",
        keep_firing_for="10m",
        summary=f"{{{{ $labels.instance }}}} serves more than {limit}",
        description="Now {{ $value }}.",
        runbook=busy,
    )
    for level, limit in [(P0, 100), (P2, 50)]
]
note = Level("note", "warning", respond=0, restore="24h")
odd = Alert("Odd name", service=web, level=note, expr='absent(up{job="web"}) or up == 0 unless on () maintenance')
availability = SLO(
    "availability",
    service=web,
    objective=99,
    sli=Events(
        errors=web.query('rate(requests_total{code="500"}[$window])'), total=web.query("rate(requests_total[$window])")
    ),
)
board = Dashboard(
    "Shop",
    uid="shop",
    rows=[Row("How busy?", [{"type": "stat", "title": "Requests", "targets": [query("job:requests:rate5m")]}])],
)
