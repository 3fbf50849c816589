"""§4 용량 계획, 트래픽 예측: how much is used, how fast that grows, and where it leads.

Two kinds of forecast, each blind where the other sees:

- a straight line (`predict_linear`) through the last days. Right for what only grows, such as a disk. It takes the
  busy hours of a day for a trend, so it looks at three days at least, and it learns of a change of pace only slowly.
- the same hour of earlier weeks, times how much busier this week is than the last. Right for what breathes with day
  and week, such as requests. It needs two weeks of history and knows of no holidays and campaigns: the week after a
  campaign is forecast too low, the week of one too high.

A month is 30 days here, so that every month has the same number of weekends but for two days. Growth from month to
month is reckoned from recorded daily sums: the requests of 60 days are never read, and 31 days of retention are enough.
"""

from __future__ import annotations

from functools import partial

from generator import Alert, RecordingRule, RuleGroup

from .receivers import PLANNED, capacity_tickets
from .services import backend, host, redis
from .throughput import CAPACITY, request_rate

CPU_BUSY = 0.70
"""Share of the processors: 수평 확장 기준, CPU 사용률 > 70%."""

MEMORY_BUSY = 0.80
"""Share of the memory: 수평 확장 기준, Memory 사용률 > 80%."""

GROWTH_HIGH = 0.20
"""Growth from month to month from which the plan has to be looked at before the monthly review: it doubles what is
needed in four months."""

MONTHS_AHEAD = 3
"""def predict_resource_needs(growth_rate, months=3)"""

DISK_DAYS = 7
"""Days within which a disk must not fill up: one weekly review."""

WHOLE_MONTH = 28
"""Days of the last 30 that must have been recorded before they may be called a month."""

# --- 트래픽 예측: what is recorded ---

cpu_busy = RecordingRule(
    "instance:node_cpu_busy:ratio5m",
    host.query('1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m]))'),
    description="Share of the processors that is busy",
    guide="§4 용량 계획, §4 스케일링 기준",
)
memory_used = RecordingRule(
    "instance:node_memory_used:ratio",
    host.query(
        "1 - max by (instance) (node_memory_MemAvailable_bytes) / max by (instance) (node_memory_MemTotal_bytes)"
    ),
    description="Share of the memory that is in use",
    guide="§4 용량 계획, §4 스케일링 기준",
)
io_wait = RecordingRule(
    "instance:node_cpu_iowait:ratio30m",
    host.query('avg by (instance) (rate(node_cpu_seconds_total{mode="iowait"}[30m]))'),
    description="Share of the processors' time that is spent waiting for disks",
    guide="§4 스케일링 기준",
)
cache_misses = RecordingRule(
    "instance:redis_keyspace_misses:ratio30m",
    redis.query("""
        sum by (instance) (rate(redis_keyspace_misses_total[30m]))
        / (
            sum by (instance) (rate(redis_keyspace_hits_total[30m]))
            + sum by (instance) (rate(redis_keyspace_misses_total[30m])) > 0
        )
    """),
    description="Share of lookups that Redis cannot answer",
    guide="§4 스케일링 기준",
)

# A day's requests, from the recorded rate: an hour without Prometheus leaves the mean of the day nearly as it is.
daily_requests = RecordingRule(
    "job:http_requests:sum1d",
    f"avg_over_time({request_rate.record}[1d]) * 86400",
    description="Requests of the last 24 hours",
    guide="§4 용량 계획",
)
daily_peak = RecordingRule(
    "job:http_requests:max1d",
    f"max_over_time({request_rate.record}[1d])",
    description="The busiest five minutes of the last 24 hours, in requests per second",
    guide="§4 용량 계획",
)


def sum_of_days(days: int, fewest: int) -> str:
    """Requests of so many days, by the mean of those that were recorded, which must be at least so few."""
    recorded = f"{daily_requests.record}[{days}d:1d]"
    return f"{days} * avg_over_time({recorded}) and count_over_time({recorded}) >= {fewest}"


weekly_requests = RecordingRule(
    "job:http_requests:sum7d", sum_of_days(7, 7), description="Requests of the last seven days", guide="§4 용량 계획"
)
# get_monthly_requests()
monthly_requests = RecordingRule(
    "job:http_requests:sum30d",
    sum_of_days(30, WHOLE_MONTH),
    description="Requests of the last 30 days",
    guide="§4 용량 계획",
)
# growth_rate = (current_month_requests - previous_month_requests) / previous_month_requests
growth = RecordingRule(
    "job:http_requests_growth:ratio30d",
    f"{monthly_requests.record} / ({monthly_requests.record} offset 30d) - 1",
    description="Growth of the last 30 days over the 30 before",
    guide="§4 용량 계획",
)
weekly_growth = RecordingRule(
    "job:http_requests_growth:ratio7d",
    f"{weekly_requests.record} / ({weekly_requests.record} offset 7d) - 1",
    description="Growth of the last seven days over the seven before",
    guide="§4 용량 계획",
)


def in_three_months(recorded: str) -> str:
    """The guide's predicted_cpu = current_cpu * (1 + growth_rate) ** months, of the busiest hour of the last day."""
    busiest = f"max_over_time({recorded}[1d])"
    return f"{busiest} * on () group_left () (1 + max({growth.record})) ^ {MONTHS_AHEAD}"


# One busy minute is no load. current_cpu is that of the busiest hour, as more machines are needed for this.
cpu_hour = RecordingRule(
    "instance:node_cpu_busy:avg1h",
    f"avg_over_time({cpu_busy.record}[1h])",
    description="Share of the processors that was busy in the last hour",
    guide="§4 용량 계획",
)
memory_hour = RecordingRule(
    "instance:node_memory_used:avg1h",
    f"avg_over_time({memory_used.record}[1h])",
    description="Share of the memory that was in use in the last hour",
    guide="§4 용량 계획",
)
predicted_cpu = RecordingRule(
    "instance:node_cpu_busy_predicted:ratio90d",
    in_three_months(cpu_hour.record),
    description="Share of the processors that is needed in three months, if traffic grows on as in the last one",
    guide="§4 용량 계획",
)
predicted_memory = RecordingRule(
    "instance:node_memory_used_predicted:ratio90d",
    in_three_months(memory_hour.record),
    description="Share of the memory that is needed in three months, if all of it grows with the traffic",
    guide="§4 용량 계획",
)

# --- By season: the week's peak and the hour, carried on by what was grown since ---

predicted_peak = RecordingRule(
    "job:http_requests_predicted_peak:rate30d",
    f"max_over_time({daily_peak.record}[6d:1h]) * (1 + {growth.record})",
    description="Requests per second at the busiest time of the week, a month from now",
    guide="§4 용량 계획",
)
predicted_hour = RecordingRule(
    "job:http_requests_predicted:rate7d",
    f"avg_over_time({request_rate.record}[1h]) * (1 + {weekly_growth.record})",
    description="Requests per second at this hour, a week from now",
    guide="§4 용량 계획",
)

planned = partial(Alert, level=PLANNED, receiver=capacity_tickets, for_="6h", guide="§4 용량 계획")

# --- 월간 성장률 계산, 리소스 필요량 예측 ---

growing_fast = planned(
    "TrafficGrowsFast",
    service=backend,
    expr=f"{growth.record} > {GROWTH_HIGH}",
    summary="Traffic grew by {{ $value | humanizePercentage }} in a month",
    description=(
        "The backend served {{ $value | humanizePercentage }} more requests in the last 30 days than in the 30 "
        f"before, more than {GROWTH_HIGH:.0%}."
    ),
    runbook="capacity-plan",
)
peak_too_high = planned(
    "RequestPeakForecastHigh",
    service=backend,
    expr=f"{predicted_peak.record} > {CAPACITY}",
    summary="{{ $value | humanize }} requests per second are to be expected in a month",
    description=(
        "If the busiest time of the week grows as the last month did, it brings {{ $value | humanize }} requests per "
        f"second in 30 days, more than the promised {CAPACITY}."
    ),
    runbook="capacity-plan",
)
short_of = [
    planned(
        f"{what}ShortInThreeMonths",
        service=host,
        expr=f"{record} > {limit}",
        summary=f"{{{{ $labels.instance }}}} will need {{{{ $value | humanizePercentage }}}} of its {noun}",
        description=(
            f"If traffic grows on as last month, the busiest hour will in {MONTHS_AHEAD} months take "
            f"{{{{ $value | humanizePercentage }}}} of the {noun} of {{{{ $labels.instance }}}}, more than {limit:.0%}."
        ),
        runbook="capacity-plan",
    )
    for what, noun, record, limit in [
        ("CPU", "processors", predicted_cpu.record, CPU_BUSY),
        ("Memory", "memory", predicted_memory.record, MEMORY_BUSY),
    ]
]
disk_fills = planned(
    "DiskFillsSoon",
    service=host,
    expr=host.query(f"""
        predict_linear(node_filesystem_avail_bytes{{fstype!~"tmpfs|ramfs|overlay|squashfs|iso9660"}}[3d],
            {DISK_DAYS * 86400}) < 0
        and
        node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.5
        and
        node_filesystem_readonly == 0
    """),
    summary=f"{{{{ $labels.mountpoint }}}} on {{{{ $labels.instance }}}} will be full within {DISK_DAYS} days",
    description=(
        "{{ $labels.device }}, mounted at {{ $labels.mountpoint }}, is more than half full. If it goes on filling up "
        f"as in the last three days, nothing is left in {DISK_DAYS} days."
    ),
    runbook="disk-almost-full",
)

measured = RuleGroup(
    "capacity", [cpu_busy, memory_used, io_wait, cache_misses, cpu_hour, memory_hour], guide="§4 용량 계획"
)

# A minute is often enough for what changes by the day, and not so rare that a query at midnight finds nothing.
forecast = RuleGroup(
    "capacity-forecast",
    [
        daily_requests,
        daily_peak,
        weekly_requests,
        monthly_requests,
        growth,
        weekly_growth,
        predicted_cpu,
        predicted_memory,
        predicted_peak,
        predicted_hour,
        growing_fast,
        peak_too_high,
        *short_of,
        disk_fills,
    ],
    interval="1m",
    guide="§4 용량 계획",
)
