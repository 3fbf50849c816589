"""A promise never to be muted holds for escalations, too."""

from generator import (
    P0,
    Alert,
    EscalationPolicy,
    InhibitRule,
    Receiver,
    Route,
    Service,
    Step,
    Team,
    TimeInterval,
    Webhook,
    match,
)

ops = Team("ops")
db = Service("db", team=ops)
a, b = (Receiver(name, Webhook(f"http://{name}/", people=True)) for name in "ab")
office = TimeInterval("office", weekdays="mon-fri")

lost = Alert("DataLost", service=db, level=P0, expr="up == 0")
kept = EscalationPolicy(
    "kept", levels=P0, steps=[Step(after="15m", to=b, during=office, otherwise=a), Step(after="1h", to=b)]
)
broken = EscalationPolicy("broken", levels=P0, steps=[Step(after="30m", to=b, during=office), Step(after="2h", to=b)])
root = Route(to=a, routes=[Route(match(service="db"), never_muted=True)])
# The alert itself is told, but its escalations wait for each other.
rule = InhibitRule(match(escalation="kept-15m"), match(escalation="kept-1h"), equal=["instance"])
