"""§3 핵심 메트릭 (SLI/SLO): what the system promises its users.

The guide measures availability as (1 - error_rate) * 100, which as it stands would be the error-rate objective once
more. They are two promises here because they are kept by different people and fail apart from each other:

- availability is what a user met at the door: requests that Nginx answered without a server error. A backend that
  is dead shows here, as 502 and 504.
- the error rate is what the backend says of itself. A dead backend counts nothing, so it is blind where
  availability sees; but it knows which endpoint fails.
- and the frontend is visited from outside, which also sees what never reaches Nginx: DNS, network, certificate.

처리량 (throughput) is not a share of good events but a capacity; see `throughput.py`.
"""

from __future__ import annotations

from generator import SLO, Events, Latency, Page, Probe, Ticket

from .receivers import slack_and_email
from .services import backend, frontend, nginx

AVAILABILITY_OBJECTIVE = 99.9
"""Percent of requests that Nginx answers without a server error."""

ERROR_RATE_OBJECTIVE = 99.9
"""Percent of requests that the backend serves without an error of its own: an error rate below 0.1 %."""

LATENCY_P95 = 1.0
"""Seconds that 95 % of requests must stay below."""

LATENCY_P99 = 2.0
"""Seconds that 99 % of requests must stay below."""

page = Page(receiver=slack_and_email, runbook="error-budget-burn")
ticket = Ticket(receiver=slack_and_email, runbook="error-budget-burn")

# 가용성: SLO 99.9% 이상, 측정 (1 - error_rate) * 100
availability = SLO(
    "availability",
    service=nginx,
    objective=AVAILABILITY_OBJECTIVE,
    sli=Events(
        errors='rate(nginx_http_response_count_total{status=~"5.."}[$window])',
        total="rate(nginx_http_response_count_total[$window])",
    ),
    description="Requests that users got an answer to without a server error",
    page=page,
    ticket=ticket,
    guide="§3 가용성",
)

# 응답 시간: SLO 95%ile < 1초, 99%ile < 2초, 측정 http_request_duration_seconds
latency = [
    SLO(
        f"latency-p{percent}",
        service=backend,
        objective=percent,
        sli=Latency("http_request_duration_seconds", below=seconds, labels={"job": backend.job}),
        description=f"Requests that the backend answers within {seconds:g} s",
        page=page,
        ticket=ticket,
        guide="§3 응답 시간",
    )
    for percent, seconds in [(95, LATENCY_P95), (99, LATENCY_P99)]
]

# 에러율: SLO < 0.1%, 측정 rate(http_requests_total{status=~"5.."}[5m]) / rate(http_requests_total[5m]) * 100
error_rate = SLO(
    "error-rate",
    service=backend,
    objective=ERROR_RATE_OBJECTIVE,
    sli=Events(
        errors=backend.query('rate(http_requests_total{status=~"5.."}[$window])'),
        total=backend.query("rate(http_requests_total[$window])"),
    ),
    description="Requests that the backend serves without an error of its own",
    page=page,
    ticket=ticket,
    guide="§3 에러율",
)

# check_service_health "Frontend" "https://yourdomain.com/health"
reachability = SLO(
    "reachability",
    service=frontend,
    objective=AVAILABILITY_OBJECTIVE,
    sli=Probe(frontend.query("probe_success")),
    description="Visits from outside that find the shop open",
    page=page,
    ticket=ticket,
    guide="§3 가용성, §6 장애 감지",
)
