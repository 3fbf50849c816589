"""Values of a wrong type: one definition each, or two where the second would fail for want of the first."""

from generator import (
    P1, SLO, Alert, AlertmanagerSettings, Dashboard, Email, Events, GrafanaSettings, InhibitRule, Level, Metric,
    PagerDuty, PrometheusSettings, Receiver, RecordingRule, Route, RuleGroup, Runbook, Schedule, ScrapeJob, Secret,
    Service, Slack, Smtp, Team, Telegram, TimeInterval, Variable, Webhook, match,
)

ops = Team("ops")
ours = Service("ours", team=ops)
EVENTS = Events("rate(a[$window])", "rate(b[$window])")

team_by_name = Service("team-by-name", team="core")
of_that = Alert("OfThat", service=team_by_name, level=P1, expr="up == 0", summary="x")
objective_of_that = SLO("of-that", service=team_by_name, objective=99, sli=EVENTS)
versions = AlertmanagerSettings(version=0.28, smtp=Smtp("mail:25", "a@b.c", password="never shown"))
prometheus = PrometheusSettings(version=2.42, scrape_interval=None)
grafana = GrafanaSettings(version=12)
variable = Dashboard("Variable", uid="variable", variables=[Variable("x", values=[1, "two", None])])
rows = Dashboard("Rows", uid="rows", rows="a row", options=["x"])
level = Level("PX", severity=1, respond="1h", restore="2h")
options = Receiver("options", Slack("#x", Secret("s"), options=None))
texts = Receiver("texts", Slack(channel=5, url=Secret("s"), title=["a"]), Telegram(chat="x", token=Secret("t")))
addresses = Receiver("addresses", Email(to=["a@b.c", "d@e.f"]), PagerDuty(Secret("k"), details="x"))
truth = Receiver("truth", Webhook("http://x", people="yes", max_alerts="5"))
not_a_product = Receiver("not-a-product", "slack")
days = TimeInterval("days", weekdays=["mon", "tue"])
years = TimeInterval("years", years=2026)
bare_number = Alert("BareNumber", service=ours, level=P1, expr="up == 0", summary="x", for_=300)
nothing = Alert("Nothing", service=ours, level="P1", expr=None, summary=None)
page = SLO("page", service=ours, objective="99", sli=EVENTS, page=5, alert=["x"])
named = RecordingRule(5, "up")
group = RuleGroup("group", rules=[RecordingRule("a:b", "up")], limit=1.5)
held = InhibitRule(match(a="b"), match(c="d"), description=5)
metric = Metric("metric", "gauge", labels=["a", 5])
runbook = Runbook(7)
schedule = Schedule("schedule", day="x")
scrape = ScrapeJob("ours", targets=[9090], options="x")
root = Route(to=Receiver("mail", Webhook("http://x", people=True)))
