"""Inhibitions that hold back everything, that always agree, and rings of them; and some that are as they should be."""

from generator import P1, P2, Alert, Email, InhibitRule, Receiver, Route, Service, Team, match

ops = Team("ops")
db, web = (Service(name, team=ops) for name in ("db", "web"))
services = [db, web]
a = Receiver("a", Email("a@example.org", sender="b@example.org", smarthost="mail:25"))
QUERY = "sum by (instance) (up) == 0"

lights_out = Alert("LightsOut", service=db, level=P1, expr=QUERY)
first = Alert("First", service=web, level=P2, expr=QUERY)
second = Alert("Second", service=web, level=P2, expr=QUERY)
third = Alert("Third", service=web, level=P2, expr=QUERY)
root = Route(to=a)
rules = [
    InhibitRule(match(alertname="LightsOut"), match('severity=~".+"')),
    # Alertmanager finds two alerts without the label to agree on it.
    InhibitRule(match(alertname="LightsOut"), match(service="web"), equal=["cluster"]),
    InhibitRule(match(alertname="LightsOut"), match(service="web"), equal=["instance"]),
    InhibitRule(match(alertname="First"), match(alertname="Second"), equal=["instance"]),
    InhibitRule(match(alertname="Second"), match(alertname="Third"), equal=["service"]),
    InhibitRule(match(alertname="Third"), match(alertname="First"), equal=["service"]),
]
