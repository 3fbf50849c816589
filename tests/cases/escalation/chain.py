"""A chain over three tiers; alerts that are muted at times, told only at times, and told in two ways."""

from generator import (
    P0,
    P1,
    P2,
    SLO,
    Alert,
    EscalationPolicy,
    Events,
    Level,
    Page,
    PrometheusSettings,
    Receiver,
    Route,
    Service,
    Step,
    Team,
    TimeInterval,
    Webhook,
    match,
)

ops, guards = Team("ops"), Team("guards")
web = Service("web", team=ops, runbooks="https://runbooks.example")
vault = Service("vault", team=guards)
settings = PrometheusSettings(external_labels={"site": "seoul"})
first, second, third, chief = (
    Receiver(name, Webhook(f"http://{name}/", people=True)) for name in ("first", "second", "third", "chief")
)
office = TimeInterval("office", weekdays="mon-fri", times="09:00-18:00")
nightly = TimeInterval("nightly", times="02:00-04:00", downtime=True)
# Of its alerts somebody must be told within a week, so that they can be kept to hours.
no_hurry = Level("P0", "critical", respond="1w", restore="1h")

down = Alert("Down", service=web, level=P0, expr="up == 0", for_="5m", summary="{{ $labels.instance }} is down")
full = Alert(
    "Full", service=web, level=no_hurry, expr="fill > 0.9", description="{{ $value | humanizePercentage }} full"
)
opened = Alert(
    "Opened",
    service=vault,
    level=P1,
    expr="open > 0",
    runbook="https://elsewhere.example/vault",
    labels={"risk": "breach"},
)
# A template: known only when it fires.
slow = Alert("Slow", service=web, level=P2, expr="slow > 1", labels={"device": "{{ $labels.disk }}"})
# The same name twice: a page and a ticket.
errors = SLO(
    "errors",
    service=web,
    objective=99.9,
    sli=Events(errors="rate(errors[$window])", total="rate(requests[$window])"),
    page=Page(level=P0),
)

unresolved = EscalationPolicy(
    "unresolved",
    levels=[P0],
    steps=[
        Step(after="15m", to=second, during=office, otherwise=first),
        Step(after="1h", to=[third, chief]),
    ],
)
breach = EscalationPolicy(
    "breach",
    title="Suspected breach",
    alerts=match(risk="breach", site="seoul"),
    steps=Step(to=chief),
    annotations={"law": "tell the authority within 72 hours"},
)
targets = EscalationPolicy("targets", levels=[P0, P1, P2], steps=[Step(after="restore", name="late")])

root = Route(
    to=first,
    group_by=["alertname"],
    routes=[
        Route(match(team="guards"), to=second, never_muted=True),
        Route(match(alertname="Down"), to=first, mute=nightly, keep_going=True),
        # On another way it is told at night, too.
        Route(match(alertname="Down"), to=second, mute=[office, nightly]),
        Route(match(alertname="Full"), to=first, active=office),
    ],
)
