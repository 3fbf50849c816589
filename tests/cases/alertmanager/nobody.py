"""Alerts that do not reach whom they should."""

from generator import (
    P0,
    P1,
    SLO,
    Alert,
    Events,
    Page,
    PrometheusSettings,
    Receiver,
    Route,
    Service,
    Team,
    TimeInterval,
    Webhook,
    match,
)

team = Team("ops")
db = Service("db", team=team)
web = Service("web", team=team)
settings = PrometheusSettings(external_labels={"env": "prod"})
people = Receiver("people", Webhook("http://people/", people=True))
others = Receiver("others", Webhook("http://others/"))
nobody = Receiver("nobody")
weekdays = TimeInterval("weekdays", weekdays="mon-fri", timezone="Asia/Seoul")
weekends = TimeInterval("weekends", weekdays="sat, sun", timezone="Asia/Seoul")
never = TimeInterval("never", days="30", months="feb")
halves = [TimeInterval("am", times="00:00-12:00"), TimeInterval("pm", times="12:00-24:00")]

dropped = Alert("Dropped", service=db, level=P0, expr="up == 0", labels={"to": "nobody"})
muted = Alert("Muted", service=db, level=P0, expr="up == 0", labels={"to": "muted"})
split = Alert("Split", service=db, level=P0, expr="up == 0", labels={"to": "split"})
idle = Alert("Idle", service=db, level=P0, expr="up == 0", labels={"to": "idle"})
ticket = Alert("Ticket", service=db, level=P1, expr="up == 0", labels={"to": "nobody"})
told = Alert("Told", service=db, level=P0, expr="up == 0", receiver=people)
untold = Alert("Untold", service=web, level=P1, expr="up == 0", receiver=[people, others])
prod = Alert("Production", service=db, level=P1, expr="up == 0", labels={"to": "prod"}, receiver=others)
slo = SLO(
    "availability",
    service=web,
    objective=99,
    sli=Events(errors="rate(e[$window])", total="rate(t[$window])"),
    page=Page(receiver=people),
)
root = Route(
    to=people,
    routes=[
        Route(match(to="nobody"), to=nobody),
        Route(match(to="muted"), mute=[weekdays, weekends]),
        Route(match(to="split"), mute=halves),
        Route(match(to="idle"), active=never),
        Route(match(to="prod", env="prod"), to=others),
        Route(match(service="web"), to=others),
    ],
)
