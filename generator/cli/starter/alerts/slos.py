"""What users may expect. Change an objective, run `tocsin render`, and read the difference."""

from generator import SLO, Events, Latency

from .services import web

availability = SLO(
    "availability",
    service=web,
    objective=99.9,
    window="30d",
    sli=Events(
        errors=web.query('rate(http_requests_total{code=~"5.."}[$window])'),
        total=web.query("rate(http_requests_total[$window])"),
    ),
    description="Requests that the shop answers without a server error",
)

latency = SLO(
    "latency",
    service=web,
    objective=99,
    sli=Latency("http_request_duration_seconds", below="500ms", labels={"job": "web"}),
    description="Requests that the shop answers within half a second",
)
