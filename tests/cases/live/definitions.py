"""A small system whose alert a live test lets fire: its exporter is the test's own listener."""

from generator import (
    P1,
    Alert,
    AlertmanagerSettings,
    InhibitRule,
    NotificationTemplate,
    PrometheusSettings,
    Receiver,
    Route,
    ScrapeJob,
    Secret,
    Service,
    Slack,
    Team,
    Webhook,
    match,
)

ops = Team("ops")
queue = Service("queue", team=ops)
prometheus = PrometheusSettings(
    scrape_interval="1s", scrape_timeout="1s", evaluation_interval="1s", external_labels={"system": "live"}
)
alertmanager = AlertmanagerSettings()
jobs = ScrapeJob("queue", ["queue:9000"], service=queue)

text = NotificationTemplate(
    "live", '{{ define "live.text" }}{{ range .Alerts }}{{ .Annotations.summary }};{{ end }}{{ end }}'
)
chat = Receiver("chat", Slack("#live", url=Secret("slack"), title="{{ .Status }}", text='{{ template "live.text" . }}'))
watcher = Receiver("watcher", Webhook("http://watcher/hook", bearer_token=Secret("token")))
nobody = Receiver("nobody")

full = Alert(
    "QueueFull",
    service=queue,
    level=P1,
    expr="queue_length > 100",
    summary="{{ $value }} wait in {{ $labels.queue }}",
    receiver=[watcher, chat],
)
slow = Alert("QueueSlow", service=queue, level=P1, expr="queue_length > 10", severity="warning", receiver=chat)
root = Route(
    to=nobody,
    group_by=["alertname"],
    group_wait="1s",
    group_interval="1s",
    routes=[
        Route(match(alertname="QueueFull", system="live"), to=watcher, keep_going=True),
        Route('service=~"que.*"', to=chat),
    ],
)
rule = InhibitRule(match(severity="critical"), match(severity="warning"), equal=["service", "queue"])
