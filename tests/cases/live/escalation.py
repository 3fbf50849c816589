"""An alert that is escalated: two queues, told to one receiver each of the alert and of its escalation."""

from generator import (
    P0,
    Alert,
    AlertmanagerSettings,
    EscalationPolicy,
    PrometheusSettings,
    Receiver,
    Route,
    ScrapeJob,
    Service,
    Step,
    Team,
    Webhook,
)

ops = Team("ops")
queue = Service("queue", team=ops, runbooks="https://runbooks.example")
prometheus = PrometheusSettings(scrape_interval="1s", scrape_timeout="1s", evaluation_interval="1s")
alertmanager = AlertmanagerSettings()
jobs = ScrapeJob("queue", ["queue:9000"], service=queue)

first = Receiver("first", Webhook("http://first/hook", people=True))
second = Receiver("second", Webhook("http://second/hook", people=True))

full = Alert(
    "QueueFull",
    service=queue,
    level=P0,
    expr="queue_length > 100",
    summary="Too many wait in {{ $labels.queue }}",
    receiver=first,
)
policy = EscalationPolicy("unresolved", levels=P0, steps=Step(after="15m", to=second))
root = Route(to=first, group_by=["alertname", "queue"], group_wait="1s", group_interval="1s")
