"""§3 성능 대시보드, 1. Infrastructure Performance."""

from __future__ import annotations

from alerts.capacity import CPU_BUSY
from alerts.scaling import THROTTLED
from alerts.services import containers, host
from alerts.slack import MEMORY_HIGH, high_container_memory
from generator import Panel, Row, query, thresholds

from .panels import areas, lines
from .queries import HERE, REAL_CARD

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
            valueMin=0,
            valueMax=1,
        ),
        lines(
            title="Load",
            description="Processes that run or wait, for each processor; above 1 they queue.",
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
            thresholds=thresholds("green", orange=1),
            valueMin=0,
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
            valueMin=0,
        ),
        lines(
            title="Disk throughput",
            description="Bytes per second read from and written to each disk (Disk I/O).",
            targets=[
                query(
                    f"sum by (device) (rate(node_disk_{way}_bytes_total{{{HERE}}}[$__rate_interval]))",
                    legend=f"{{{{device}}}} {way}",
                    service=host,
                )
                for way in ("read", "written")
            ],
            unit="Bps",
            valueMin=0,
        ),
        lines(
            title="Disk busy",
            description="Share of the time in which a disk had something to do (Disk I/O); at 100 % requests wait.",
            targets=[
                query(
                    f"rate(node_disk_io_time_seconds_total{{{HERE}}}[$__rate_interval])",
                    legend="{{device}}",
                    service=host,
                )
            ],
            unit="percentunit",
            thresholds=thresholds("green", orange=0.8),
            valueMin=0,
            valueMax=1,
        ),
        # 1. Infrastructure Performance: Network Performance
        lines(
            title="Network throughput",
            description="Bits per second in and out (Network Performance).",
            targets=[
                query(
                    f"8 * rate(node_network_{way}_bytes_total{{{REAL_CARD}, {HERE}}}[$__rate_interval])",
                    legend=f"{{{{device}}}} {word}",
                    service=host,
                )
                for way, word in [("receive", "in"), ("transmit", "out")]
            ],
            unit="bps",
            valueMin=0,
        ),
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
            valueMin=0,
        ),
    ],
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
            valueMin=0,
        ),
        Panel(
            lines(
                title="Memory of containers",
                description=f"Share of its limit that each container holds; a warning from {MEMORY_HIGH:.0%}.",
                targets=[
                    query(
                        'max by (name) (container_memory_working_set_bytes{name!=""}'
                        ' / (container_spec_memory_limit_bytes{name!=""} > 0))',
                        legend="{{name}}",
                        service=containers,
                    )
                ],
                unit="percentunit",
                thresholds=thresholds("green", orange=MEMORY_HIGH),
                valueMin=0,
            ),
            explains=high_container_memory,
        ),
        lines(
            title="Throttled containers",
            description="Share of its turns in which a container was held back by its CPU limit.",
            targets=[
                query(
                    'max by (name) (rate(container_cpu_cfs_throttled_periods_total{name!=""}[$__rate_interval])'
                    ' / rate(container_cpu_cfs_periods_total{name!=""}[$__rate_interval]))',
                    legend="{{name}}",
                    service=containers,
                )
            ],
            unit="percentunit",
            thresholds=thresholds("green", orange=THROTTLED),
            valueMin=0,
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
            valueMin=0,
        ),
    ],
    height=7,
)
