"""§4 용량 계획: how much is left, how fast it goes, and when to add more. Made for the weekly review."""

from __future__ import annotations

from grafanalib.core import Text

from alerts.capacity import (
    CPU_BUSY,
    DISK_DAYS,
    GROWTH_HIGH,
    MEMORY_BUSY,
    MONTHS_AHEAD,
    cache_misses,
    cpu_busy,
    cpu_hour,
    daily_peak,
    daily_requests,
    disk_fills,
    growing_fast,
    growth,
    io_wait,
    memory_hour,
    memory_used,
    peak_too_high,
    predicted_cpu,
    predicted_hour,
    predicted_memory,
    predicted_peak,
    short_of,
    weekly_growth,
)
from alerts.scaling import (
    HEADROOM_LOW,
    INCREASE,
    IO_WAIT_HIGH,
    LIMIT_REACHED,
    MISSES_HIGH,
    RESPONSE_TIME_BUSY,
    THROTTLED,
    headroom_low,
    scale_out_cpu,
    scale_out_memory,
    scale_out_response_time,
    scale_up_cache,
    scale_up_cpu,
    scale_up_disk,
    scale_up_killed,
    scale_up_memory,
)
from alerts.services import backend, host
from alerts.throughput import CAPACITY, headroom, request_rate
from generator import Alert, Dashboard, Panel, Row, query, thresholds
from generator.duration import MINUTE
from generator.model.base import as_duration

from .links import links_from
from .panels import lines, number, shares, trend
from .queries import HERE, MACHINES, REAL_DISK, quantile
from .shared import held_back, of_memory_limit

# SLO: 1000 RPS 처리 가능
left = Row(
    "How much is left?",
    [
        Panel(
            number(
                title="Free request rate",
                description=f"Share of the promised {CAPACITY} requests per second that is free; told below "
                f"{HEADROOM_LOW:.0%}.",
                targets=[query(headroom.record, instant=True)],
                format="percentunit",
                thresholds=thresholds("red", orange=0, green=HEADROOM_LOW),
            ),
            explains=headroom_low,
        ),
        trend(
            title="Peak of the day",
            description=f"The busiest five minutes of the last 24 hours, of {CAPACITY} requests per second.",
            targets=[query(daily_peak.record)],
            format="reqps",
            thresholds=thresholds("green", orange=(1 - HEADROOM_LOW) * CAPACITY, red=CAPACITY),
        ),
        number(
            title="Busiest processors",
            description=f"Share that is busy now, of the busiest machine; more machines from {CPU_BUSY:.0%} on.",
            targets=[query(f"max({cpu_busy.record}{{{HERE}}})", instant=True)],
            format="percentunit",
            thresholds=thresholds("green", orange=CPU_BUSY),
        ),
        number(
            title="Fullest memory",
            description=f"Share that is in use now, of the fullest machine; more machines from {MEMORY_BUSY:.0%} on.",
            targets=[query(f"max({memory_used.record}{{{HERE}}})", instant=True)],
            format="percentunit",
            thresholds=thresholds("green", orange=MEMORY_BUSY),
        ),
    ],
    width=6,
    height=5,
)

# def calculate_growth_rate()
growing = Row(
    "How fast does it grow?",
    [
        Panel(
            number(
                title="Growth of the month",
                description="Requests of the last 30 days, more than in the 30 before (월간 성장률); told from "
                f"{GROWTH_HIGH:.0%} on.",
                targets=[query(growth.record, instant=True)],
                format="percentunit",
                thresholds=thresholds("green", orange=GROWTH_HIGH),
            ),
            width=4,
            explains=growing_fast,
        ),
        Panel(
            number(
                title="Growth of the week",
                description="Requests of the last seven days, more than in the seven before.",
                targets=[query(weekly_growth.record, instant=True)],
                format="percentunit",
                thresholds=thresholds("blue"),
            ),
            width=4,
        ),
        Panel(
            lines(
                title="Requests of a day",
                description="Requests of the 24 hours before each moment, and of those a week earlier.",
                targets=[
                    query(daily_requests.record, legend="now"),
                    query(f"{daily_requests.record} offset 1w", legend="a week earlier"),
                ],
                unit="short",
            ),
            width=16,
        ),
    ],
    height=7,
)

# def predict_resource_needs(growth_rate, months=3)
forecast = Row(
    "When will it be too little?",
    [
        Panel(
            lines(
                title=f"Processors in {MONTHS_AHEAD} months",
                description=(
                    "What the busiest hour of the day takes, now and if traffic grows on as it did in the last month; "
                    f"told from {CPU_BUSY:.0%} on."
                ),
                targets=[
                    query(f"max_over_time({cpu_hour.record}{{{HERE}}}[1d])", legend="{{instance}} now"),
                    query(f"{predicted_cpu.record}{{{HERE}}}", legend="{{instance}} then"),
                ],
                unit="percentunit",
                thresholds=thresholds("green", orange=CPU_BUSY),
            ),
            explains=short_of[0],
        ),
        Panel(
            lines(
                title=f"Memory in {MONTHS_AHEAD} months",
                description=(
                    "The same of the memory, as if all of it grew with the traffic, which errs on the safe side; told "
                    f"from {MEMORY_BUSY:.0%} on."
                ),
                targets=[
                    query(f"max_over_time({memory_hour.record}{{{HERE}}}[1d])", legend="{{instance}} now"),
                    query(f"{predicted_memory.record}{{{HERE}}}", legend="{{instance}} then"),
                ],
                unit="percentunit",
                thresholds=thresholds("green", orange=MEMORY_BUSY),
            ),
            explains=short_of[1],
        ),
        Panel(
            lines(
                title="Disks",
                description=(
                    f"Bytes free now, and in {DISK_DAYS} days if they go on as in the last three (a straight line); "
                    "below 0 a disk is full before."
                ),
                targets=[
                    query(
                        f"node_filesystem_avail_bytes{{{REAL_DISK}, {HERE}}}",
                        legend="{{instance}} {{mountpoint}} now",
                        service=host,
                    ),
                    query(
                        f"predict_linear(node_filesystem_avail_bytes{{{REAL_DISK}, {HERE}}}[3d], {DISK_DAYS * 86400})",
                        legend="{{instance}} {{mountpoint}} then",
                        service=host,
                    ),
                ],
                unit="bytes",
                thresholds=thresholds("red", green=0),
                valueMin=None,
            ),
            explains=disk_fills,
        ),
        Panel(
            lines(
                title="The week's peak in a month",
                description=f"If it grows on as the last month did; {CAPACITY} requests per second were promised.",
                targets=[
                    query(f"max_over_time({daily_peak.record}[7d])", legend="now"),
                    query(predicted_peak.record, legend="in a month"),
                ],
                unit="reqps",
                thresholds=thresholds("green", red=CAPACITY),
            ),
            explains=peak_too_high,
        ),
        Panel(
            lines(
                title="Was last week's forecast right?",
                description=(
                    "Requests per second, and what was forecast for this hour a week ago: the same hour of that week, "
                    "times how much busier it was than the week before."
                ),
                targets=[
                    query(request_rate.record, legend="came"),
                    query(f"{predicted_hour.record} offset 1w", legend="was forecast"),
                ],
                unit="reqps",
            ),
        ),
        Panel(
            Text(
                title="How far to trust these",
                content=(
                    "**A straight line** is right for what only grows, such as a disk. It learns of a change of pace "
                    "slowly, over three days.\n\n"
                    "**The same hour of earlier weeks** is right for what breathes with day and week, such as "
                    "requests. It knows of no holidays and campaigns, and needs two weeks of history; growth of the "
                    "month needs two months, and is empty until then."
                ),
            ),
        ),
    ],
    width=8,
    height=8,
)


def lasting(alert: Alert) -> str:
    """How long an alert waits, in the guide's words: `지속 10분`."""
    return f"지속 {as_duration(alert.for_) // MINUTE}분"


# 수평 확장 (Scale Out) 기준
out = Row(
    "Is it time for one machine more?",
    [
        Panel(
            shares(
                title="Scale out: processors",
                description=f"CPU 사용률 > {CPU_BUSY:.0%} ({lasting(scale_out_cpu)}).",
                targets=[query(f"{cpu_busy.record}{{{HERE}}}", legend="{{instance}}")],
                thresholds=thresholds("green", orange=CPU_BUSY),
            ),
            explains=scale_out_cpu,
        ),
        Panel(
            shares(
                title="Scale out: memory",
                description=f"Memory 사용률 > {MEMORY_BUSY:.0%} ({lasting(scale_out_memory)}).",
                targets=[query(f"{memory_used.record}{{{HERE}}}", legend="{{instance}}")],
                thresholds=thresholds("green", orange=MEMORY_BUSY),
            ),
            explains=scale_out_memory,
        ),
        Panel(
            lines(
                title="Scale out: response time",
                description=(f"응답 시간 > {RESPONSE_TIME_BUSY:g}초 (95%ile, {lasting(scale_out_response_time)})."),
                targets=[query(quantile(0.95), legend="95 %", service=backend)],
                unit="s",
                thresholds=thresholds("green", orange=RESPONSE_TIME_BUSY),
            ),
            explains=scale_out_response_time,
        ),
    ],
    width=8,
    height=7,
)

# 수직 확장 (Scale Up) 기준
up = Row(
    "Is it time for a bigger share?",
    [
        Panel(
            lines(
                title="Scale up: memory limits",
                description=f"Share of its memory limit that each container holds; at its limit from "
                f"{LIMIT_REACHED:.0%} on (컨테이너 리소스 제한 도달).",
                targets=[of_memory_limit()],
                unit="percentunit",
                thresholds=thresholds("green", orange=LIMIT_REACHED),
            ),
            explains=[scale_up_memory, scale_up_killed],
        ),
        Panel(
            lines(
                title="Scale up: CPU limits",
                description=f"Share of its turns in which each container was held back; at its limit from "
                f"{THROTTLED:.0%} on (컨테이너 리소스 제한 도달).",
                targets=[held_back()],
                unit="percentunit",
                thresholds=thresholds("green", orange=THROTTLED),
            ),
            explains=scale_up_cpu,
        ),
        Panel(
            lines(
                title="Scale up: waiting for disks",
                description=f"Share of the processors' time now and a week ago; told above {IO_WAIT_HIGH:.0%} when it "
                f"is {INCREASE:g} times as much (I/O 대기 시간 증가).",
                targets=[
                    query(f"{io_wait.record}{{{HERE}}}", legend="{{instance}}"),
                    query(f"{io_wait.record}{{{HERE}}} offset 1w", legend="{{instance}} a week ago"),
                ],
                unit="percentunit",
                thresholds=thresholds("green", orange=IO_WAIT_HIGH),
            ),
            explains=scale_up_disk,
        ),
        Panel(
            shares(
                title="Scale up: cache misses",
                description=f"Share of lookups that Redis cannot answer now and a week ago; told above "
                f"{MISSES_HIGH:.0%} when it is {INCREASE:g} times as much (캐시 미스율 증가).",
                targets=[
                    query(cache_misses.record, legend="{{instance}}"),
                    query(f"{cache_misses.record} offset 1w", legend="{{instance}} a week ago"),
                ],
                thresholds=thresholds("green", orange=MISSES_HIGH),
            ),
            explains=scale_up_cache,
        ),
    ],
    width=6,
    height=7,
)

capacity = Dashboard(
    "Capacity",
    uid="capacity",
    folder="Operations",
    description="How much is left, how fast it goes, and when to add more (용량 계획)",
    tags=["operations"],
    refresh="5m",
    time_from="now-30d",
    rows=[left, growing, forecast, out, up],
    variables=[MACHINES],
    links=links_from("capacity"),
    guide="§4 용량 계획, §4 스케일링 기준",
)
