"""Alerts that wait for others of which nobody is told, or not at those hours; and some that may wait."""

from generator import (
    P0,
    P1,
    P2,
    Alert,
    Email,
    EscalationPolicy,
    InhibitRule,
    Level,
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
web = Service("web", team=ops)
pager, boss = (Receiver(name, Email(f"{name}@a.org", sender="t@a.org", smarthost="m:25")) for name in ("pager", "boss"))
robot, nobody = Receiver("robot", Webhook("http://robot/")), Receiver("nobody")
weekend = TimeInterval("weekend", weekdays="sat, sun", downtime=True)
night = TimeInterval("night", times="00:00-00:10")
note = Level("note", "info", respond=0, restore=0)
QUERY = {"service": web, "expr": 'sum by (instance) (up{job="web"}) == 0'}


alerts = [
    Alert("Down", level=P0, **QUERY),
    Alert("Slow", level=P1, **QUERY),
    Alert("SlowToo", level=P1, **QUERY),
    Alert("Broken", level=P0, **QUERY),
    Alert("Noted", level=note, **QUERY),
    Alert("ToRobot", level=P2, **QUERY),
    Alert("Relaxed", level=P2, **QUERY),
    Alert("RelaxedToo", level=P1, **QUERY),
    Alert("Nodding", level=P2, **QUERY),
    Alert("Climbing", level=P2, **QUERY),
    Alert("InZone", level=P1, service=web, expr='up{job="web"} == 0'),
    Alert("OtherJob", level=note, service=web, expr='up{job="db"} == 0'),
]
lost = [
    InhibitRule('alertname="Noted"', 'alertname="Down"'),
    InhibitRule(match(alertname="Noted"), match('alertname=~"Slow.*"')),
    InhibitRule('alertname="ToRobot"', 'alertname="Down"'),
    # Its own downtime excuses the source, not those that wait for it.
    InhibitRule('alertname="Relaxed"', 'alertname="Down"'),
    # Where both are of the same instance.
    InhibitRule('alertname="Noted"', 'alertname="Slow"', equal=["instance"]),
    # If its series are of the zone that nobody cares for.
    InhibitRule('alertname="InZone"', 'alertname="Slow"'),
]
kept = [
    InhibitRule('alertname="Down"', 'alertname="Slow"'),
    InhibitRule('alertname="ToRobot"', 'alertname="Slow"'),
    InhibitRule('alertname="Noted"', 'alertname="Noted"'),
    # Both are muted at the same time, which is a downtime of both.
    InhibitRule('alertname="Relaxed"', 'alertname="RelaxedToo"'),
    # Ten minutes are within the response time.
    InhibitRule('alertname="Nodding"', 'alertname="Slow"'),
    # The escalation of the source is told, and so is that of a target.
    InhibitRule('alertname="Climbing"', 'alertname="Down"'),
    InhibitRule(match(alertname="Noted"), match('escalation=""', alertname="Broken")),
    # Never equal: the level, and the jobs that the queries ask for.
    InhibitRule('alertname="Noted"', 'alertname="Slow"', equal=["level"]),
    InhibitRule('alertname="OtherJob"', 'alertname="InZone"', equal=["job"]),
    # Both go to nobody if they have the zone, and that is their own affair.
    InhibitRule('alertname="InZone"', 'alertname="InZone"', equal=["zone"]),
]
climbing = EscalationPolicy("climbing", alerts='alertname=~"Climbing|Broken"', steps=Step(after="10m", to=boss))
root = Route(
    to=pager,
    routes=[
        Route(match(zone="test"), to=nobody),
        Route(match(severity="info"), to=nobody),
        Route(match(alertname="ToRobot"), to=robot),
        Route('alertname=~"Relaxed.*"', to=pager, mute=weekend),
        Route(match(alertname="Nodding"), to=pager, mute=night),
        Route(match(alertname="Climbing"), to=robot),
    ],
)
