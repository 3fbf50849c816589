"""Inhibition, with and without labels that must agree."""

from generator import InhibitRule, Receiver, Route, Webhook, match

rules = [
    InhibitRule(match(severity="critical"), match('severity=~"warning|info"'), equal=["service", "instance"]),
    InhibitRule(
        match(alertname="BackendDown"),
        match('alertname!="BackendDown"', service="backend"),
        description="What a dead backend\nbrings with it",
    ),
]
root = Route(to=Receiver("a", Webhook("http://a/")))
