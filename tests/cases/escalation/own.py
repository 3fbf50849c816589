"""Inhibitions by which an alert holds its own escalations back: they have all its labels; and some that do not."""

from generator import P0, P1, Alert, EscalationPolicy, InhibitRule, Receiver, Route, Service, Step, Team, Webhook, match

ops = Team("ops")
web = Service("web", team=ops)
robot, boss = Receiver("robot", Webhook("http://robot/")), Receiver("boss", Webhook("http://boss/", people=True))
down = Alert("Down", service=web, level=P0, expr="up == 0", labels={"device": "{{ $labels.disk }}"})
slow = Alert("Slow", service=web, level=P1, expr="up == 0")
chain = EscalationPolicy("chain", levels=[P0, P1], steps=[Step(after="10m", to=boss), Step(after="1h", to=boss)])
root = Route(to=robot, routes=[Route(match(alertname="Slow"), to=boss)])

lost = [
    InhibitRule(match(severity="critical"), match('escalation=~".+"'), equal=["alertname"]),
    InhibitRule(match(alertname="Down"), match(escalation="chain-1h"), equal=["service", "device", "instance"]),
    InhibitRule(match(alertname="Down"), match('escalation=~".+"', level="P0")),
    InhibitRule(match(severity="critical", zone="a"), match(escalation="chain-1h"), equal=["alertname"]),
]
kept = [
    InhibitRule(match(alertname="Down"), match(alertname="Slow"), equal=["service"]),
    # The escalations of others.
    InhibitRule(match(alertname="Down"), match('escalation=~".+"', alertname="Slow"), equal=["service"]),
    # An alert has no such label, so it is never equal.
    InhibitRule(match(severity="critical"), match('escalation=~".+"'), equal=["alertname", "escalation"]),
    # An escalation that holds back one that came before it.
    InhibitRule(match(escalation="chain-1h", alertname="Slow"), match(escalation="chain-10m", alertname="Slow")),
]
