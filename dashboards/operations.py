"""§3 대시보드 구성, 운영 대시보드 (24/7 모니터링): what the people on duty look at."""

from __future__ import annotations

from grafanalib.core import AlertList

from alerts.cache import HIT_RATE_LOW
from alerts.capacity import CPU_BUSY
from alerts.scaling import HEADROOM_LOW
from alerts.services import backend, database, host, redis
from alerts.slack import (
    AVAILABILITY_LOW,
    DISK_FULL,
    ERROR_RATE_HIGH,
    ERROR_RATE_LIMIT,
    MEMORY_HIGH,
    RESPONSE_TIME_HIGH,
    certificate_expires,
    high_response_time,
)
from alerts.slos import AVAILABILITY_OBJECTIVE, LATENCY_P95, LATENCY_P99
from alerts.throughput import CAPACITY, normal_rate, request_rate
from generator import Dashboard, Panel, Row, query, thresholds

from .links import links_from
from .metrics import ACTIVE_USERS, ORDERS, REVENUE, USER_ACTIONS
from .panels import alive, lines, number, ranking, shares, trend
from .queries import ENDPOINTS, HERE, MACHINES, REAL_DISK, THESE, quantile, share_of
from .shared import certificate_days, of_network_cards
from .watching import watching

BAD_SHARE = thresholds("green", red=ERROR_RATE_LIMIT, dark_red=ERROR_RATE_HIGH)
"""Both limits of the guide are critical: > 1 %, and > 5 % (높은 에러율)."""

FAILED = 'status=~"5.."'
"""Answers that are the backend's fault."""


def by_endpoint(*matchers: str) -> str:
    """Requests per second of each endpoint."""
    return f"sum by (handler) (rate(http_requests_total{{{', '.join(matchers)}}}[$__rate_interval]))"


# 1. System Overview: 전체 서비스 상태
everything_up = Row(
    "Is everything up?",
    [
        # An exporter that answers is not yet a service that lives, so what the exporter says of it goes first.
        Panel(
            alive(
                title="Services",
                description="What each exporter says of its service, or whether the job answers (전체 서비스 상태).",
                targets=[
                    query(
                        "min by (job) (nginx_up or pg_up or redis_up or probe_success or up)",
                        legend="{{job}}",
                        instant=True,
                    )
                ],
                textMode="value_and_name",
            ),
            width=18,
            height=8,
        ),
        Panel(
            AlertList(
                title="Alerts",
                description="What is firing or about to, the worst first.",
                onlyAlertsOnDashboard=False,
                sortOrder=3,
                stateFilter=["alerting", "pending"],
            ),
            width=6,
            height=8,
        ),
        Panel(certificate_days(), width=6, height=6, explains=certificate_expires),
        Panel(
            shares(
                title="Availability",
                description=(
                    f"Share of requests that Nginx answers without a server error (가용성): {AVAILABILITY_OBJECTIVE} % "
                    f"are promised; critical below {AVAILABILITY_LOW:.1%}."
                ),
                targets=[
                    query(
                        # Nginx that never answered badly has no such series, which is no lack of data.
                        '1 - (sum(rate(nginx_http_response_count_total{status=~"5.."}[$__rate_interval])) or vector(0))'
                        " / sum(rate(nginx_http_response_count_total[$__rate_interval]))",
                        legend="answered well",
                    )
                ],
                thresholds=thresholds("red", orange=AVAILABILITY_LOW, green=AVAILABILITY_OBJECTIVE / 100),
                valueMin=None,
            ),
            width=18,
            height=6,
        ),
    ],
)

# 1. System Overview: 리소스 사용량 (CPU, Memory, Disk), 네트워크 트래픽
resources = Row(
    "Is the machine coping?",
    [
        shares(
            title="CPU",
            description=f"Share of the processors that is busy (CPU 사용률); more machines from {CPU_BUSY:.0%}.",
            targets=[
                query(
                    f'1 - avg by (instance) (rate(node_cpu_seconds_total{{mode="idle", {HERE}}}[$__rate_interval]))',
                    legend="{{instance}}",
                    service=host,
                )
            ],
            thresholds=thresholds("green", orange=CPU_BUSY),
        ),
        shares(
            title="Memory",
            description=f"Share of the memory that is in use (메모리 사용률); a warning from {MEMORY_HIGH:.0%}.",
            targets=[
                query(
                    f"1 - node_memory_MemAvailable_bytes{{{HERE}}} / node_memory_MemTotal_bytes",
                    legend="{{instance}}",
                    service=host,
                )
            ],
            thresholds=thresholds("green", orange=MEMORY_HIGH),
        ),
        shares(
            title="Disk",
            description=f"How full each file system is (디스크 사용량); critical from {DISK_FULL:.0%}.",
            targets=[
                query(
                    f"1 - node_filesystem_avail_bytes{{{REAL_DISK}, {HERE}}} / node_filesystem_size_bytes",
                    legend="{{instance}} {{mountpoint}}",
                    service=host,
                )
            ],
            thresholds=thresholds("green", red=DISK_FULL),
        ),
        lines(
            title="Network traffic",
            description="Bits per second in and out of each network card (네트워크 트래픽).",
            targets=of_network_cards(),
            unit="bps",
        ),
    ],
    width=6,
    height=7,
)

# 2. Application Metrics: Request Rate & Response Time, Error Rate by Endpoint
served_well = Row(
    "Are users served well?",
    [
        lines(
            title="Request rate",
            description=(
                f"Requests per second now and as usual (처리량); {CAPACITY} must be possible, and "
                f"{HEADROOM_LOW:.0%} of them free."
            ),
            targets=[
                query(request_rate.record, legend="now"),
                query(normal_rate.record, legend="as usual at this time of the week"),
            ],
            unit="reqps",
            thresholds=thresholds("green", orange=(1 - HEADROOM_LOW) * CAPACITY, red=CAPACITY),
        ),
        Panel(
            lines(
                title="Response time",
                description=(
                    f"Within what time 50, 95 and 99 % of requests are answered (응답 시간): the objective is "
                    f"{LATENCY_P95:g} s for 95 % and {LATENCY_P99:g} s for 99 %; a warning when 95 % take more than "
                    f"{RESPONSE_TIME_HIGH:g} s."
                ),
                targets=[
                    query(quantile(share / 100, of=THESE), legend=f"{share} %", service=backend)
                    for share in (50, 95, 99)
                ],
                unit="s",
                thresholds=thresholds("green", orange=RESPONSE_TIME_HIGH, red=LATENCY_P99),
            ),
            explains=high_response_time,
        ),
        lines(
            title="Error rate by endpoint",
            description=(
                f"Share of requests that fail, of the ten worst endpoints (에러율): critical above "
                f"{ERROR_RATE_LIMIT:.0%} over all of them, and again above {ERROR_RATE_HIGH:.0%}."
            ),
            targets=[
                query(
                    f"topk(10, ({by_endpoint(FAILED, THESE)} or 0 * {by_endpoint(THESE)}) / {by_endpoint(THESE)})",
                    legend="{{handler}}",
                    service=backend,
                )
            ],
            unit="percentunit",
            thresholds=BAD_SHARE,
        ),
        # 2. Application Metrics: Database Connections, Cache Hit Rate
        lines(
            title="Database connections",
            description="Connections to PostgreSQL by state, and how many it takes (Database Connections).",
            targets=[
                query("sum by (state) (pg_stat_activity_count)", legend="{{state}}", service=database),
                query("sum(pg_stat_activity_count)", legend="all", service=database),
                query("max(pg_settings_max_connections)", legend="allowed", service=database),
            ],
            unit="short",
        ),
        shares(
            title="Cache hit rate",
            description=(
                "Share of lookups that Redis answers; the rest goes to PostgreSQL (Cache Hit Rate). A warning below "
                f"{HIT_RATE_LOW:.0%}."
            ),
            targets=[
                query(
                    share_of("redis_keyspace_hits_total", "redis_keyspace_misses_total"), legend="hits", service=redis
                )
            ],
            thresholds=thresholds("orange", green=HIT_RATE_LOW),
        ),
    ],
    height=7,
)

# 3. Business Metrics
business = Row(
    "How is business?",
    [
        trend(
            title="Orders today",
            description="Orders received in the last 24 hours (주문 처리량).",
            targets=[query(f'sum(increase({ORDERS}{{status="received"}}[1d]))', service=backend)],
            format="short",
        ),
        trend(
            title="Revenue today",
            description="Won of the orders paid in the last 24 hours (매출 현황).",
            targets=[query(f"sum(increase({REVENUE}[1d]))", service=backend)],
            format="currencyKRW",
        ),
        trend(
            title="Active users",
            description="Users who did something in the last five minutes (사용자 활동).",
            targets=[query(f"sum({ACTIVE_USERS})", service=backend)],
            format="short",
        ),
        number(
            title="Failed orders",
            description="Share of the last hour's orders that failed (주문 처리량).",
            targets=[
                query(
                    f'(sum(increase({ORDERS}{{status="failed"}}[1h])) or vector(0))'
                    f' / sum(increase({ORDERS}{{status="received"}}[1h]))',
                    instant=True,
                    service=backend,
                )
            ],
            format="percentunit",
            thresholds=BAD_SHARE,
        ),
        lines(
            title="Orders",
            description="Orders per hour by what became of them (주문 처리량).",
            targets=[
                query(
                    f"3600 * sum by (status) (rate({ORDERS}[$__rate_interval]))", legend="{{status}}", service=backend
                )
            ],
            unit="suffix: /h",
        ),
        lines(
            title="Revenue",
            description="Won per hour now, and a week ago (매출 현황).",
            targets=[
                query(f"3600 * sum(rate({REVENUE}[1h]))", legend="now", service=backend),
                query(f"3600 * sum(rate({REVENUE}[1h] offset 1w))", legend="a week ago", service=backend),
            ],
            unit="currencyKRW",
        ),
        lines(
            title="User activity",
            description="What users do, per minute (사용자 활동).",
            targets=[
                query(
                    f"60 * sum by (action) (rate({USER_ACTIONS}[$__rate_interval]))",
                    legend="{{action}}",
                    service=backend,
                )
            ],
            unit="cpm",
        ),
        ranking(
            title="API usage",
            description="Requests in the last hour of the ten endpoints that are used most (API 사용량).",
            targets=[
                query(
                    f"sort_desc(topk(10, sum by (handler) (increase(http_requests_total{{{THESE}}}[1h]))))",
                    legend="{{handler}}",
                    instant=True,
                    service=backend,
                )
            ],
            format="short",
        ),
    ],
)

operations = Dashboard(
    "Operations",
    uid="operations",
    folder="Operations",
    description="The whole system for the people on duty, around the clock (운영 대시보드)",
    tags=["operations"],
    refresh="30s",
    rows=[everything_up, resources, served_well, business, watching],
    variables=[MACHINES, ENDPOINTS],
    links=links_from("operations"),
    guide="§3 운영 대시보드",
)
