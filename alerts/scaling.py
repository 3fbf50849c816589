"""§4 용량 계획, 스케일링 기준: when one machine more is needed, and when a bigger share of this one.

These are tickets, not incidents: HighMemoryUsage, HighResponseTime and their like wake people, each at its own limit.
"""

from __future__ import annotations

from functools import partial

from generator import Alert

from .capacity import CPU_BUSY, MEMORY_BUSY, cache_misses, cpu_busy, io_wait, memory_used
from .receivers import PLANNED, capacity_tickets
from .services import backend, containers, host, redis
from .throughput import CAPACITY, headroom

RESPONSE_TIME_BUSY = 2.0
"""Seconds that 95 % of requests stay below: 수평 확장 기준, 응답 시간 > 2초 (95%ile)."""

LIMIT_REACHED = 0.95
"""Share of a container's memory limit: 컨테이너 리소스 제한 도달."""

THROTTLED = 0.25
"""Share of its turns in which a container had to wait although it wanted the processor: its CPU limit is reached."""

IO_WAIT_HIGH = 0.10
"""Share of the processors' time that is spent waiting for disks, below which an increase does not matter."""

MISSES_HIGH = 0.10
"""Share of lookups that Redis cannot answer, below which an increase does not matter."""

INCREASE = 1.5
"""How many times the value of the same time last week counts as an increase: I/O 대기 시간 증가, 캐시 미스율 증가."""

HEADROOM_LOW = 0.20
"""Share of the promised 1000 requests per second that must stay free."""

planned = partial(Alert, level=PLANNED, receiver=capacity_tickets, guide="§4 스케일링 기준")

# --- 수평 확장 (Scale Out) 기준 ---

scale_out_cpu = planned(
    "ScaleOutCPU",
    service=host,
    expr=f"{cpu_busy.record} > {CPU_BUSY}",
    for_="10m",
    summary="Scale out: {{ $value | humanizePercentage }} of the processors are busy",
    description=(
        "For ten minutes more than "
        f"{CPU_BUSY:.0%} of the processors of {{{{ $labels.instance }}}} have been busy, now "
        "{{ $value | humanizePercentage }}. The guide says: one machine more."
    ),
    runbook="scale-out",
)
scale_out_memory = planned(
    "ScaleOutMemory",
    service=host,
    expr=f"{memory_used.record} > {MEMORY_BUSY}",
    for_="5m",
    summary="Scale out: {{ $value | humanizePercentage }} of the memory is in use",
    description=(
        "For five minutes more than "
        f"{MEMORY_BUSY:.0%} of the memory of {{{{ $labels.instance }}}} have been in use, now "
        "{{ $value | humanizePercentage }}. The guide says: one machine more."
    ),
    runbook="scale-out",
)
scale_out_response_time = planned(
    "ScaleOutResponseTime",
    service=backend,
    expr=backend.query(f"""
        histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m]))) > {RESPONSE_TIME_BUSY:g}
    """),
    for_="5m",
    summary="Scale out: 95 % of requests within {{ $value | humanizeDuration }}",
    description=(
        "For five minutes one request in twenty has taken longer than "
        f"{RESPONSE_TIME_BUSY:g} s, now {{{{ $value | humanizeDuration }}}}. If the machine is busy, the guide says: "
        "one machine more."
    ),
    runbook="scale-out",
)

# --- 수직 확장 (Scale Up) 기준: 컨테이너 리소스 제한 도달 ---

scale_up_memory = planned(
    "ScaleUpContainerMemory",
    service=containers,
    expr=containers.query(f"""
        max by (instance, name) (
            container_memory_working_set_bytes{{name!=""}} / (container_spec_memory_limit_bytes{{name!=""}} > 0)
        ) > {LIMIT_REACHED}
    """),
    for_="5m",
    summary="Scale up: {{ $labels.name }} is at its memory limit",
    description=(
        "Container {{ $labels.name }} holds {{ $value | humanizePercentage }} of the memory it may use. It is about "
        "to be killed, and needs a higher limit."
    ),
    runbook="scale-up",
)
scale_up_killed = planned(
    "ScaleUpContainerKilled",
    service=containers,
    expr=containers.query('sum by (instance, name) (increase(container_oom_events_total{name!=""}[1h])) > 0'),
    for_="1m",
    summary="Scale up: {{ $labels.name }} ran out of memory",
    description=(
        "Linux killed a process of container {{ $labels.name }} in the last hour because it was at its memory limit."
    ),
    runbook="scale-up",
)
scale_up_cpu = planned(
    "ScaleUpContainerCPU",
    service=containers,
    expr=containers.query(f"""
        sum by (instance, name) (rate(container_cpu_cfs_throttled_periods_total{{name!=""}}[5m]))
        / sum by (instance, name) (rate(container_cpu_cfs_periods_total{{name!=""}}[5m])) > {THROTTLED}
    """),
    for_="15m",
    summary="Scale up: {{ $labels.name }} is at its CPU limit",
    description=(
        "Container {{ $labels.name }} was held back in {{ $value | humanizePercentage }} of its turns because it had "
        f"used up its CPU limit, more than {THROTTLED:.0%}."
    ),
    runbook="scale-up",
)


# --- 수직 확장 (Scale Up) 기준: I/O 대기 시간 증가, 캐시 미스율 증가 ---


def increased(record: str, floor: float) -> str:
    """A recorded value that matters and is well above that of the same time last week."""
    return f"{record} > {floor} and {record} > {INCREASE} * ({record} offset 1w)"


scale_up_disk = planned(
    "ScaleUpDisk",
    service=host,
    expr=increased(io_wait.record, IO_WAIT_HIGH),
    for_="30m",
    summary="Scale up: {{ $labels.instance }} waits more for its disks",
    description=(
        "The processors of {{ $labels.instance }} wait for disks for {{ $value | humanizePercentage }} of their time, "
        f"more than {INCREASE:g} times as much as at this time last week."
    ),
    runbook="scale-up",
)
scale_up_cache = planned(
    "ScaleUpCache",
    service=redis,
    expr=increased(cache_misses.record, MISSES_HIGH),
    for_="30m",
    summary="Scale up: Redis misses {{ $value | humanizePercentage }} of lookups",
    description=(
        "{{ $labels.instance }} cannot answer {{ $value | humanizePercentage }} of lookups, more than "
        f"{INCREASE:g} times as many as at this time last week: the cache has become too small for what is asked."
    ),
    runbook="scale-up",
)

# --- SLO: 1000 RPS 처리 가능 ---

headroom_low = planned(
    "RequestHeadroomLow",
    service=backend,
    expr=f"{headroom.record} < {HEADROOM_LOW}",
    for_="10m",
    summary="Only {{ $value | humanizePercentage }} of the promised request rate are free",
    description=(
        f"The backend is within {HEADROOM_LOW:.0%} of the {CAPACITY} requests per second that it was built for; "
        "{{ $value | humanizePercentage }} are free."
    ),
    runbook="capacity-plan",
)
