"""§3 처리량 (Throughput): the load now, the load as usual, and what is left of 1000 requests per second."""

from __future__ import annotations

from generator import P2, Alert, RecordingRule

from .receivers import slack_and_email
from .services import backend

CAPACITY = 1000
"""Requests per second that the system must be able to serve."""

DROP = 0.5
"""Share of the normal request rate below which somebody is told."""

FEWEST = 1
"""Requests per second below which "half of normal" is chance: the small hours."""

WEEKS = (1, 2, 3, 4)
"""How many weeks back we look for what is normal."""

# 측정: rate(http_requests_total[5m])
request_rate = RecordingRule(
    "job:http_requests:rate5m",
    backend.query("sum by (job) (rate(http_requests_total[5m]))"),
    description="Requests per second, now",
    guide="§3 처리량",
)


def hour_around(week: int) -> str:
    """The mean request rate of the hour around this moment, so many weeks ago, marked with the week."""
    # An hour that ends half an hour after the moment in question has it in its middle.
    middle = f"{week * 7 - 1}d23h30m"
    return f'label_replace(avg_over_time({request_rate.record}[1h] offset {middle}), "week", "{week}", "", "")'


# 평소: the same time of the week in the past four weeks. The median, because a holiday or an incident in one of them
# must not become the norm; with one week of history it is that week, and with none there is no norm and no alert.
normal_rate = RecordingRule(
    "job:http_requests_normal:rate1h",
    f"quantile without (week) (0.5, {' or '.join(hour_around(week) for week in WEEKS)})",
    description="Requests per second, as usual at this time of the week",
    guide="§3 처리량",
)

# SLO: 1000 RPS 처리 가능
headroom = RecordingRule(
    "job:http_requests_headroom:ratio",
    f"1 - {request_rate.record} / {CAPACITY}",
    description="Share of the promised 1000 requests per second that is still free",
    guide="§3 처리량",
)

# 알림: 평소 대비 50% 감소 시 warning
throughput_drop = Alert(
    "ThroughputDrop",
    service=backend,
    level=P2,
    for_="10m",
    expr=f"{request_rate.record} / ({normal_rate.record} >= {FEWEST}) < {DROP}",
    summary="Traffic is at {{ $value | humanizePercentage }} of normal",
    description=(
        "The backend serves {{ $value | humanizePercentage }} of the requests that are usual at this time of the "
        "week. Either users cannot reach it, or they have a reason not to come."
    ),
    runbook="throughput-drop",
    receiver=slack_and_email,
    guide="§3 처리량",
)
