"""The ends of chains: told at any hour, in some, and to programs only."""

from generator import (
    P0,
    P1,
    Alert,
    EscalationPolicy,
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
boss = Receiver("boss", Webhook("http://boss/", people=True))
robot = Receiver("robot", Webhook("http://robot/"))
all_day = TimeInterval("all-day", times="00:00-24:00")
morning, evening = TimeInterval("morning", times="00:00-12:00"), TimeInterval("evening", times="12:00-24:00")
alerts = [Alert(name, service=web, level=level, expr="up == 0") for name, level in (("Down", P0), ("Slow", P1))]

covered = [
    EscalationPolicy("day", levels=P0, steps=Step(after="1h", to=boss, during=all_day)),
    EscalationPolicy("both", levels=P0, steps=Step(after="1h", to=boss, during=[morning, evening])),
    EscalationPolicy("filled", levels=P0, steps=Step(after="1h", to=boss, during=morning, otherwise=[robot, boss])),
    # Of lesser alerts it is enough that somebody is told, be it a program.
    EscalationPolicy("lesser", levels=P1, steps=Step(after="1h", to=robot)),
    # Those who were told of the alert.
    EscalationPolicy("again", levels=P0, steps=Step(after="2h")),
]
open_ends = [
    EscalationPolicy("mornings", levels=P1, steps=Step(after="2h", to=robot, during=morning)),
    EscalationPolicy("programs", levels=P0, steps=Step(after="3h", to=robot)),
    EscalationPolicy("by-day", levels=P0, steps=Step(after="4h", to=robot, during=morning, otherwise=boss)),
    EscalationPolicy("by-night", levels=P0, steps=Step(after="5h", to=boss, during=morning, otherwise=robot)),
]
root = Route(to=boss, routes=[Route(match(alertname="Slow"), to=robot)])
