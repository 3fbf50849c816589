"""Alerts that hold one another back by labels that only their series can bring."""

from generator import P1, Alert, Email, InhibitRule, Receiver, Route, Service, Team, match

ops = Team("ops")
web = Service("web", team=ops)
a = Receiver("a", Email("a@a.org", sender="b@a.org", smarthost="m:25"))
down = Alert("Down", service=web, level=P1, expr='up{job="web"} == 0')
summed = Alert("Summed", service=web, level=P1, expr='sum(up{job="web"}) == 0')
slow = Alert("Slow", service=web, level=P1, expr='up{job="web", rack="r1"} == 0')


zones = [
    InhibitRule(match(alertname="Down", zone="a"), match(alertname="Down", zone="b"), equal=["service"]),
    InhibitRule(match(alertname="Down", zone="b"), match(alertname="Down", zone="a"), equal=["service"]),
]
rings = [
    InhibitRule(match(alertname="Down", ring="x"), match(alertname="Down", ring="y")),
    InhibitRule(match(alertname="Down", ring="y"), match(alertname="Down", ring="z")),
    InhibitRule(match(alertname="Down", ring="z"), match(alertname="Down", ring="x")),
]
# They never are: the label would have to be equal, the query leaves none, and is about one rack.
never = [
    InhibitRule(match(alertname="Down", cell="a"), match(alertname="Down", cell="b"), equal=["cell"]),
    InhibitRule(match(alertname="Down", cell="b"), match(alertname="Down", cell="a"), equal=["cell"]),
    InhibitRule(match(alertname="Down", hall="a"), match('hall!="a"', alertname="Down"), equal=["hall"]),
    InhibitRule(match('hall!="a"', alertname="Down"), match(alertname="Down", hall="a"), equal=["hall"]),
    InhibitRule(match(alertname="Summed", room="a"), match(alertname="Summed", room="b")),
    InhibitRule(match(alertname="Summed", room="b"), match(alertname="Summed", room="a")),
    InhibitRule(match(alertname="Slow", rack="r1"), match(alertname="Slow", rack="r2")),
    InhibitRule(match(alertname="Slow", rack="r2"), match(alertname="Slow", rack="r1")),
]
root = Route(to=a)
