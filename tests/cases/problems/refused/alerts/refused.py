"""What only the rendered files would show: promtool, amtool or the blackbox exporter would refuse each of these."""

from generator import (
    P0, P1, SLO, Alert, AlertmanagerSettings, BlackboxModule, Email, EscalationPolicy, Events, Page,
    PrometheusSettings, Receiver, Relabel, Route, ScrapeJob, Secret, Service, Smtp, Step, Team, Telegram, Webhook,
    match,
)

ops = Team("ops")
ours = Service("ours", team=ops)
EVENTS = Events("rate(a[$window])", "rate(b[$window])")

fine = Alert("Fine", service=ours, level=P1, expr="up == 0", summary='{{ printf "%.1f" $value }} {{ $labels.job }}')
unclosed = Alert("Unclosed", service=ours, level=P1, expr="up == 0", summary="first\n{{ $labels.instance")
no_such = Alert("NoSuch", service=ours, level=P0, expr="up == 0", summary="{{ $labels.a | nofunc }}")
no_end = Alert("NoEnd", service=ours, level=P1, expr="up == 0", description="{{ if $value }}x")
label = Alert("Label", service=ours, level=P1, expr="up == 0", labels={"x": "{{ $labels.foo"})
stranger = Alert("Stranger", service=ours, level=P1, expr="up == 0", annotations={"x": "{{ $x }}"})
notice = SLO("notice", service=ours, objective=99, sli=EVENTS, absent_for=None, page=Page(annotations={"x": "{{ .x "}))

settings = PrometheusSettings(
    scrape_interval="5s",
    alertmanagers=["http://am:9093"],
    options={"foo": 1, "scrape_config": [], "global": {"scrape_intervall": "1s"}},
)
slow = ScrapeJob("slow", ["x:1"], timeout="2m", interval="1m", options={"sample_limt": 4, "scrape_interval": "1m"})
quick = ScrapeJob("quick", ["x:1"], interval="3s")
patient = ScrapeJob("patient", ["x:1"], options={"scrape_timeout": "soon"})
address = ScrapeJob("ours", ["http://x:1/y", "", "x:1"], scheme="htps")
module = BlackboxModule("module", options={"valid_statuscodes": [200], "method": "GET", "newer_than_we": 1})
probe = ScrapeJob("probe", ["http://x:1/y"], probe=module)
misspelt = BlackboxModule("misspelt", prober="htp")
relabelled = ScrapeJob("relabelled", ["x:1"], relabel=[Relabel(action="repalce", target="a"), Relabel("a")])

alertmanager = AlertmanagerSettings(smtp=Smtp("smtp.example.com", "x@y"), options={"pagerduty_url": "events"})
webhooks = Receiver("webhooks", Webhook("not a url", people=True), Webhook("https://hooks/{{ .Status }}"))
mails = Receiver("mails", Email("a@b.c", smarthost="mail:"), Email(""), Email("a@b.c", smarthost="[::1]:25"))
root = Route(to=webhooks, routes=[Route(match(a="b"), to=mails)])
escalation = EscalationPolicy("escalation", levels=[P0], steps=[Step("15m", to=webhooks)])
