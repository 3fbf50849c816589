"""Alerts that somebody must hear of in time, whenever they begin: those that are heard, and those that are not."""

from generator import (
    P0,
    P1,
    P2,
    SLO,
    Alert,
    Email,
    EscalationPolicy,
    Events,
    Level,
    Page,
    Receiver,
    Route,
    Secret,
    Service,
    Slack,
    Step,
    Team,
    TimeInterval,
    Webhook,
    match,
)

team = Team("ops")
db = Service("db", team=team)
people = Receiver("people", Slack("#ops", url=Secret("slack")))
robot = Receiver("robot", Webhook("http://robot/"))
pager = Receiver("pager", Webhook("http://pager/", people=True))
boss = Receiver("boss", Email("boss@example.org", sender="a@example.org", smarthost="mail:25"))
nobody = Receiver("nobody")

business = TimeInterval("business-hours", weekdays="mon-fri", times="09:00-18:00", timezone="Asia/Seoul")
lunch = TimeInterval("lunch", times="12:00-13:00", timezone="Europe/Berlin")
update = TimeInterval("update", weekdays="sun", times="02:00-04:00", timezone="Asia/Seoul", downtime=True)
first_day = TimeInterval("first-day", days="1", times="00:00-06:00")
short = TimeInterval("short", times="03:00-03:10")
planned = Level("planned", "ticket", respond="1w", restore=0)
note = Level("note", "info", respond=0, restore=0)

QUERY = {"service": db, "expr": "sum(up) == 0"}

heard = [
    Alert("Prompt", level=P0, labels={"to": "anybody"}, **QUERY, for_="14m30s"),
    Alert("ByPager", level=P0, labels={"to": "pager"}, **QUERY),
    Alert("InDowntime", level=P0, labels={"to": "update"}, **QUERY),
    Alert("ShortGap", level=P1, labels={"to": "short"}, **QUERY),
    Alert("WeekLater", level=planned, labels={"to": "business"}, **QUERY),
    Alert("NobodysDuty", level=note, labels={"to": "nobody"}, **QUERY),
    Alert("EscalatedToPeople", level=P0, labels={"to": "robot", "chain": "quick"}, **QUERY),
]
unheard = [
    Alert("ToRobot", level=P0, labels={"to": "robot"}, **QUERY),
    Alert("ToRobotNextDay", level=P1, labels={"to": "robot"}, **QUERY),
    Alert("TooLate", level=P0, labels={"to": "anybody"}, **QUERY, for_="20m"),
    Alert("AtNight", level=P1, labels={"to": "business"}, **QUERY),
    Alert("AtNightToo", level=P1, labels={"to": "business"}, **QUERY),
    Alert("AtNightUrgently", level=P0, labels={"to": "business"}, **QUERY, for_="1m"),
    Alert("EscalatedTooLate", level=P0, labels={"to": "robot", "chain": "slow"}, **QUERY),
    # An escalation keeps the hours of its alert.
    Alert("EscalatedInHours", level=P0, labels={"to": "business", "chain": "quick"}, **QUERY),
    Alert("AtLunch", level=P1, labels={"to": "lunch"}, **QUERY),
    Alert("OnTheFirst", level=P1, labels={"to": "first"}, **QUERY),
    Alert("ShortGapUrgently", level=P0, labels={"to": "short"}, **QUERY, for_="10m"),
    Alert("MutedTwice", level=P2, labels={"to": "twice"}, **QUERY),
    Alert("Dropped", level=P2, labels={"to": "nobody"}, **QUERY),
    Alert("DroppedPerhaps", level=P1, labels={"to": "anybody"}, service=db, expr="up == 0"),
    Alert("DroppedNever", level=P1, labels={"to": "anybody"}, service=db, expr='up{env="prod"} == 0'),
    Alert("DroppedByNone", level=P1, labels={"to": "anybody"}, service=db, expr="sum by (service) (up) == 0"),
]
slo = SLO(
    "availability",
    service=db,
    objective=99,
    sli=Events(errors="rate(e[$window])", total="rate(t[$window])"),
    page=Page(level=P0, labels={"to": "business"}),
)
quick = EscalationPolicy("quick", alerts=match(chain="quick"), steps=Step(after="5m", to=boss))
slow = EscalationPolicy("slow", alerts=match(chain="slow"), steps=Step(after="20m", to=boss))
root = Route(
    to=people,
    routes=[
        Route(match(env="dev"), to=nobody),
        Route(match(to="robot"), to=robot),
        Route(match(to="pager"), to=pager),
        Route(match(to="business"), active=business),
        Route(match(to="lunch"), mute=lunch),
        Route(match(to="update"), mute=update),
        Route(match(to="first"), mute=first_day),
        Route(match(to="short"), mute=short),
        Route(match(to="twice"), mute=[update, lunch], active=business, keep_going=True),
        Route(match(to="twice"), to=nobody),
        Route(match(to="nobody"), to=nobody),
    ],
)
