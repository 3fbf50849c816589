"""Windows and policies of one's own: 28 days, a tier's policy, a calendar month, a guard of one's own."""

from generator import SLO, BurnPolicy, BurnRate, Calendar, Events, LowTraffic, Page, Probe, Service, Team, Ticket, Tier

gold = Tier("gold", burn=BurnPolicy(page=[BurnRate("30m", "1m", factor=20)]))
team = Team("ops")
shop = Service("shop", team=team, tier=gold)
back = Service("back", team=team)

four_weeks = SLO("four-weeks", service=shop, objective=99.95, window="28d", sli=Probe("up"), absent_for="1h")
week = SLO(
    "week",
    service=back,
    objective=99,
    window="7d",
    sli=Probe("up"),
    burn=BurnPolicy(ticket=[BurnRate("1d", "1h", budget=0.2)]),
    ticket=Ticket(labels={"severity": "notice"}, runbook="week"),
    page=Page(disable=True),
    low_traffic=None,
)
month = SLO(
    "month",
    service=back,
    objective=99.5,
    window=Calendar("month", "Asia/Seoul"),
    sli=Events(errors="rate(failed_total[$window])", total="rate(requests_total[$window])"),
    burn=BurnPolicy(page=[BurnRate("1h", factor=14)]),
    low_traffic=LowTraffic(errors=5, total=50),
)
