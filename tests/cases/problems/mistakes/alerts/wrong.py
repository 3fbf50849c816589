"""Ten different mistakes, and a few more."""

from generator import P0, P1, SLO, Alert, Events, Latency, Receiver, RecordingRule, Route, Service, Slack, match

from .services import backend, nobody, ops, slack

stray = [Service("stray", team=ops)][0:0]
EVENTS = Events("rate(errors_total[$window])", "rate(requests_total[$window])")

objective = SLO("objective", service=backend, objective=199, sli=EVENTS)
syntax = SLO("syntax", service=backend, objective=99, sli=Events("rate(a[$window]", "rate(b[$window])"))
service = SLO("service", service="backnd", objective=99, sli=EVENTS)
windowless = SLO("windowless", service=backend, objective=99, sli=Events("rate(a[5m])", "rate(b[$window])"))
duplicate = SLO("windowless", service=backend, objective=99, sli=EVENTS)
unreachable = SLO("unreachable", service=backend, objective=90, sli=EVENTS)
too_short = SLO("too-short", service=backend, objective=99, window="1d", sli=EVENTS)
not_a_duration = SLO("no-duration", service=backend, objective=99, window="30 days", sli=EVENTS)
boundary = SLO("boundary", service=backend, objective=99, sli=Latency("http_request_duration_seconds", below="fast"))

range_vector = Alert("RangeVector", service=backend, level=P1, expr="errors_total[5m]")
label = Alert("Label", service=backend, level=P1, expr="up == 0", labels={"run-book": "x"})
wait = Alert("Wait", service=backend, level=P1, expr="up == 0", for_="5 minutes")
unheard = Alert("Unheard", service=backend, level=P0, expr="up == 0", labels={"quiet": "yes"})
unknown = Alert("Unknown", service=Service("elsewhere", team=ops), level=P1, expr="up == 0")
variable = Alert("Variable", service=backend, level=P1, expr="rate(errors_total[$window]) > 1")
number = Alert("Number", service=backend, level=P1, expr="up == 0", labels={"priority": 1})
record = RecordingRule("rate-of-errors", "rate(errors_total[5m])")
written_out = Receiver("written-out", Slack("#alerts", "https://hooks.slack.com/services/T/B/X"))

root = Route(to=slack, routes=[Route(match(quiet="yes"), to=nobody), Route(match(team="db"), to="dba")])
