"""§3 성능 대시보드, 1. Infrastructure Performance."""

from __future__ import annotations

from alerts.capacity import CPU_BUSY
from alerts.scaling import THROTTLED
from alerts.services import containers, host
from alerts.slack import MEMORY_HIGH, high_container_memory
from generator import Panel, Row, query, thresholds

from .panels import areas, lines, shares
from .queries import HERE
from .shared import held_back, of_memory_limit, of_network_cards

QUEUES = 1
"""Processes for each processor from which on some wait. No alert: a queue alone harms nobody."""

DISK_BUSY = 0.8
"""Share of the time in which a disk works from which on requests wait for each other. No alert, for the same reason."""

# 1. Infrastructure Performance: CPU, Memory, Disk I/O
machine = Row(
    "Is the machine the bottleneck?",
    [
        areas(
            title="CPU",
            description="What the processors do, and what they wait for (CPU). `iowait` is waiting for disks.",
            targets=[
                query(
                    f'avg by (mode) (rate(node_cpu_seconds_total{{mode!="idle", {HERE}}}[$__rate_interval]))',
                    legend="{{mode}}",
                    service=host,
                )
            ],
            unit="percentunit",
            thresholds=thresholds("green", orange=CPU_BUSY),
            valueMax=1,
        ),
        lines(
            title="Load",
            description=f"Processes that run or wait, for each processor; above {QUEUES} they queue.",
            targets=[
                query(
                    f"node_load{minutes}{{{HERE}}} / on (instance)"
                    f' count by (instance) (node_cpu_seconds_total{{mode="idle", {HERE}}})',
                    legend=f"{{{{instance}}}} {minutes} min",
                    service=host,
                )
                for minutes in (1, 15)
            ],
            unit="short",
            thresholds=thresholds("green", orange=QUEUES),
        ),
        areas(
            title="Memory",
            description="What the memory holds (Memory). Cache is given back when programs need it.",
            targets=[
                query(f"sum({expr})", legend=legend, service=host)
                for legend, expr in [
                    ("programs", f"node_memory_MemTotal_bytes{{{HERE}}} - node_memory_MemAvailable_bytes{{{HERE}}}"),
                    ("cache", f"node_memory_MemAvailable_bytes{{{HERE}}} - node_memory_MemFree_bytes{{{HERE}}}"),
                    ("free", f"node_memory_MemFree_bytes{{{HERE}}}"),
                ]
            ],
            unit="bytes",
        ),
        lines(
            title="Disk throughput",
            description="Bytes per second read from and written to each disk (Disk I/O).",
            targets=[
                query(
                    f"rate(node_disk_{way}_bytes_total{{{HERE}}}[$__rate_interval])",
                    legend=f"{{{{instance}}}} {{{{device}}}} {way}",
                    service=host,
                )
                for way in ("read", "written")
            ],
            unit="Bps",
        ),
        Panel(
            shares(
                title="Disk busy",
                description=(
                    "Share of the time in which a disk had something to do (Disk I/O); from "
                    f"{DISK_BUSY:.0%} on requests begin to wait, and at 100 % all do."
                ),
                targets=[
                    query(
                        f"rate(node_disk_io_time_seconds_total{{{HERE}}}[$__rate_interval])",
                        legend="{{instance}} {{device}}",
                        service=host,
                    )
                ],
                thresholds=thresholds("green", orange=DISK_BUSY),
            ),
            width=8,
        ),
        # 1. Infrastructure Performance: Network Performance
        Panel(
            lines(
                title="Network throughput",
                description="Bits per second in and out (Network Performance).",
                targets=of_network_cards(),
                unit="bps",
            ),
            width=8,
        ),
        Panel(
            lines(
                title="Network faults",
                description="Packets per second that were broken, dropped or sent again (Network Performance).",
                targets=[
                    query(f"sum(rate({metric}{{{HERE}}}[$__rate_interval]))", legend=legend, service=host)
                    for legend, metric in [
                        ("broken in", "node_network_receive_errs_total"),
                        ("broken out", "node_network_transmit_errs_total"),
                        ("dropped in", "node_network_receive_drop_total"),
                        ("sent again", "node_netstat_Tcp_RetransSegs"),
                    ]
                ],
                unit="pps",
            ),
            width=8,
        ),
    ],
    width=6,
    height=7,
)

# 1. Infrastructure Performance: Container Resource Usage
container_use = Row(
    "Which container uses it up?",
    [
        lines(
            title="CPU of containers",
            description="How many processors each container keeps busy (Container Resource Usage).",
            targets=[
                query(
                    'sum by (name) (rate(container_cpu_usage_seconds_total{name!=""}[$__rate_interval]))',
                    legend="{{name}}",
                    service=containers,
                )
            ],
            unit="short",
        ),
        Panel(
            lines(
                title="Memory of containers",
                description=f"Share of its limit that each container holds; a warning from {MEMORY_HIGH:.0%}.",
                targets=[of_memory_limit()],
                unit="percentunit",
                thresholds=thresholds("green", orange=MEMORY_HIGH),
            ),
            explains=high_container_memory,
        ),
        lines(
            title="Throttled containers",
            description=(
                f"Share of its turns in which a container was held back by its CPU limit: told from {THROTTLED:.0%} on."
            ),
            targets=[held_back()],
            unit="percentunit",
            thresholds=thresholds("green", orange=THROTTLED),
        ),
        lines(
            title="Network of containers",
            description="Bits per second that each container receives and sends.",
            targets=[
                query(
                    f'8 * sum by (name) (rate(container_network_{way}_bytes_total{{name!=""}}[$__rate_interval]))',
                    legend=f"{{{{name}}}} {word}",
                    service=containers,
                )
                for way, word in [("receive", "in"), ("transmit", "out")]
            ],
            unit="bps",
        ),
    ],
    width=6,
    height=7,
)
