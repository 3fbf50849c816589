"""SLOs whose indicators, budgets and names cannot be meant."""

from generator import (
    SLO,
    BurnPolicy,
    BurnRate,
    Composite,
    Contact,
    Events,
    Latency,
    LowTraffic,
    NativeLatency,
    Receiver,
    Route,
    Service,
    Team,
    TimeSlices,
    Webhook,
)

ops = Team("ops", contacts=[Contact(email="ops@example.org")])
auth = Service("auth", team=ops)
auth_x = Service("auth-x", team=ops)
root = Route(to=Receiver("mail", Webhook("http://mail.example", people=True)))
EVENTS = Events("rate(errors_total[$window])", "rate(requests_total[$window])")
LONG = Events("increase(errors_total[$window])", "sum(increase(requests_total[$window])) / 300")
QUICK = BurnPolicy(page=[BurnRate("5m", "30s", factor=2)])

increases = SLO("increases", service=auth, objective=99.9, sli=LONG)
sampled = SLO("sampled", service=auth, objective=99, sli=Events("sum_over_time(a[$window])", "rate(b[$window])"))
plain = SLO("plain", service=auth, objective=99, sli=Events("errors_total", "rate(requests_total[$window])"))
nothing = SLO("nothing", service=auth, objective=99, sli=Events(None, "rate(requests_total[$window])"))
label = SLO("label", service=auth, objective=99, sli=Latency("h", "1s", labels={"my-l": "x"}))
bound = SLO("bound", service=auth, objective=99, sli=Latency("h", "1s", labels={"le": "1"}))
metric = SLO("metric", service=auth, objective=99, sli=Latency("my hist", below=-1))
bucket = SLO("bucket", service=auth, objective=99, sli=Latency("h_bucket", below="1s"))
native = SLO("native", service=auth, objective=99, sli=NativeLatency(5, below=float("inf")))
between = SLO("between", service=auth, objective=99, sli=TimeSlices("max(a) < 1", slice="10m"))
part = SLO("part", service=auth, objective=80, sli=Composite([EVENTS, TimeSlices("max(a) < 1")]), burn=QUICK)
nines = SLO("nines", service=auth, objective=99.9999999999999, sli=EVENTS)
guard = SLO("guard", service=auth, objective=99, sli=EVENTS, low_traffic=LowTraffic(errors="3", total=-1))
notices = SLO("notices", service=auth, objective=99, sli=EVENTS, page=None, ticket=None)
factor = SLO("factor", service=auth, objective=99, sli=EVENTS, burn=BurnPolicy([BurnRate("1h", factor="x y")]))
share = SLO("share", service=auth, objective=99, sli=EVENTS, burn=BurnPolicy([BurnRate("1h", budget=2)]))

first = SLO("x-y", service=auth, objective=99, sli=EVENTS)
of_another = SLO("y", service=auth_x, objective=99, sli=EVENTS)
alike = SLO("x_y", service=auth, objective=99, sli=EVENTS)
named = SLO("x.y", service=auth, objective=99, sli=EVENTS, alert="Other", absent_for=None)
