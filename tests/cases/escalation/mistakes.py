"""Everything that can be wrong with a policy."""

from generator import (
    P0,
    P1,
    P2,
    Alert,
    EscalationPolicy,
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
boss, night = (Receiver(name, Webhook(f"http://{name}/", people=True)) for name in ("boss", "night"))
silent = Receiver("silent")
office = TimeInterval("office", weekdays="mon-fri")
sunday = TimeInterval("sunday", weekdays="sun")
hopeless = Level("hopeless", "critical", respond="1h", restore=0)

everything = EscalationPolicy("everything", steps=Step(to=boss))
nothing = EscalationPolicy("nothing", levels=P0)
spaced = EscalationPolicy("not a name", levels=P0, steps=Step(to=boss))
misnamed = EscalationPolicy("misnamed", levels=P0, steps=Step(to=boss, name="a b"))
backwards = EscalationPolicy("backwards", levels=P0, steps=[Step(after="1h", to=boss), Step(after="15m", to=night)])
twice = EscalationPolicy("twice", levels=P0, steps=[Step(after="1h", to=boss), Step(after="60m", to=night)])
late = EscalationPolicy("late", levels=[P0, P1], steps=[Step(after="2h", to=boss), Step(after="restore", to=night)])
unrestored = EscalationPolicy("unrestored", alerts=match(team="ops"), steps=Step(after="restore", to=boss))
never = EscalationPolicy("never", levels=hopeless, steps=Step(after="restore", to=boss))
stranger = EscalationPolicy("stranger", levels="P0", steps=Step(to="boss"))
untimed = EscalationPolicy("untimed", levels=P0, steps=Step(after="soon", to=boss))
alone = EscalationPolicy("alone", levels=P0, steps=Step(after="1h", to=boss, otherwise=night))
nobody = EscalationPolicy("nobody", levels=P0, steps=Step(after="1h", during=office))
wordy = EscalationPolicy("wordy", alerts=match("team"), steps=Step(to=boss))
stepless = EscalationPolicy("stepless", levels=P0, steps="1h")
marked = EscalationPolicy("marked", levels=P1, steps=Step(to=boss), annotations={"no name": "x"})

quiet = EscalationPolicy("quiet", levels=P0, alerts=match(team="dba"), steps=Step(to=silent))
evening = EscalationPolicy("evening", levels=P1, steps=Step(after="1h", to=boss, during=office))
again = EscalationPolicy("again", levels=P1, steps=Step(after="1h", to=night, name="evening-1h"))

left = Alert("LeftOut", service=web, level=P0, expr="up == 0", receiver=boss)
known = Alert("Known", service=web, level=P1, expr="up == 0")
taken = Alert("Taken", service=web, level=P2, expr="up == 0", labels={"escalation": "mine"})
root = Route(
    to=boss,
    routes=[
        Route(match(level="P1"), active=sunday),
        Route(match(level="P0"), to=night),
    ],
)
