"""Routes that promise not to be muted, and inhibitions that hold back too much."""

from generator import P0, P1, P2, Alert, InhibitRule, Receiver, Route, Service, Team, TimeInterval, Webhook, match

ops = Team("ops")
db, web = (Service(name, team=ops) for name in ("db", "web"))
services = [db, web]
a = Receiver("a", Webhook("http://a/", people=True))
sunday = TimeInterval("sunday", weekdays="sun")

lost = Alert("DataLost", service=db, level=P0, expr="up == 0")
breach = Alert("Breach", service=web, level=P0, expr="up == 0", labels={"kind": "security"})
slow = Alert("Slow", service=web, level=P2, expr="up == 0")
down = Alert("Down", service=web, level=P1, expr="up == 0")
root = Route(
    to=a,
    routes=[
        Route(match(service="db"), never_muted=True, mute=sunday),
        Route(match(kind="security"), never_muted=True, routes=[Route(match(level="P0"), active=sunday)]),
    ],
)
rules = [
    InhibitRule(match(alertname="Down"), match(service="web"), equal=["instance"]),
    InhibitRule(match(severity="critical"), match(service="web")),
    InhibitRule(match(alertname="Slow"), match(alertname="Down"), equal=["service"]),
    InhibitRule(match(alertname="Nothing"), match()),
]
