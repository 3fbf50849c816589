"""§3 Slack 알림: the critical and the warning alerts, in the order of the guide's two lists, then those of the SLIs."""

from __future__ import annotations

from functools import partial

from generator import P0, P1, P2, Alert
from generator.promql import Expr

from .receivers import slack_and_email
from .scrape import backend_health, certificate, database_port
from .services import (
    alertmanager,
    backend,
    containers,
    database,
    frontend,
    grafana,
    host,
    logs,
    nginx,
    prometheus,
    redis,
    task_queue,
    websocket,
)

ERROR_RATE_HIGH = 0.05
"""Share of the backend's requests that fail: 높은 에러율 (>5%)."""

DISK_FULL = 0.90
"""Share of a file system: 디스크 사용량 >90%."""

RESPONSE_TIME_HIGH = 1.5
"""Seconds that 95 % of requests stay below: 95%ile > 1.5초."""

MEMORY_HIGH = 0.85
"""Share of the memory of the host, or of a container's limit: 메모리 사용량 >85%."""

CERTIFICATE_DAYS = 30
"""Days left of a TLS certificate: SSL 인증서 만료 30일 전."""

AVAILABILITY_LOW = 0.995
"""Share of requests that Nginx answers without a server error: 99.5% 미만 시 critical."""

ERROR_RATE_LIMIT = 0.01
"""Share of the backend's requests that fail: > 1% 시 critical."""

FEWEST_FAILURES = 10
"""Failed requests in five minutes below which a share of them says nothing: the small hours."""

# --- Critical 알림: 서비스 다운 ---

# They stay for a minute: what is measured over time comes back two scrapes later than the service, and its absence,
# which they hold back, would be told of just as all is well again.
down = partial(
    Alert,
    for_="1m",
    keep_firing_for="1m",
    runbook="service-unresponsive",
    receiver=slack_and_email,
    guide="§3 Slack Critical",
)

# P0: 전체 서비스 다운
nginx_down = down(
    "NginxDown",
    service=nginx,
    level=P0,
    expr=nginx.query("nginx_up == 0"),
    summary="Nginx is down",
    description="Nginx does not answer its exporter {{ $labels.instance }}. No user can reach anything.",
)
frontend_down = down(
    "FrontendDown",
    service=frontend,
    level=P0,
    expr=frontend.query("probe_success == 0"),
    summary="The shop cannot be opened",
    description="{{ $labels.instance }} does not answer from outside, or not with a good status in 10 seconds.",
)
backend_down = down(
    "BackendDown",
    service=backend,
    level=P0,
    expr=backend.query("up == 0 or absent(up)"),
    summary="The backend is down",
    description="The backend does not answer Prometheus: its process is gone, or hangs.",
)
backend_unhealthy = down(
    "BackendUnhealthy",
    service=backend,
    level=P0,
    expr=f'probe_success{{job="{backend_health.name}"}} == 0',
    summary="The backend fails its health check",
    description="{{ $labels.instance }} does not answer from outside, or not with a good status in 10 seconds.",
)
database_down = down(
    "PostgreSQLDown",
    service=database,
    level=P0,
    expr=f'probe_success{{job="{database_port.name}"}} == 0',
    summary="PostgreSQL is down",
    description="Nobody listens at {{ $labels.instance }}.",
)

# P1: 일부 서비스 불가
websocket_down = down(
    "WebSocketDown",
    service=websocket,
    level=P1,
    expr=websocket.query("up == 0 or absent(up)"),
    summary="The WebSocket server is down",
    description="It does not answer Prometheus. Open browsers get no updates.",
)
redis_down = down(
    "RedisDown",
    service=redis,
    level=P1,
    expr=redis.query("redis_up == 0"),
    summary="Redis is down",
    description="Redis does not answer its exporter {{ $labels.instance }}. Sessions and cache are gone.",
)
# The exporter lives and knows of no worker: one that died is kept at 0 for a while and then forgotten.
task_queue_down = down(
    "TaskQueueDown",
    service=task_queue,
    level=P1,
    expr=task_queue.query("(sum(celery_worker_up) or vector(0)) < 1 and max(up) == 1"),
    for_="5m",
    summary="No worker serves the task queue",
    description="Celery has no living worker. Orders wait.",
)
# As far as it can say so itself: too busy to scrape itself in time. For a dead one see `watching.heartbeat`.
prometheus_down = down(
    "PrometheusDown",
    service=prometheus,
    level=P1,
    expr=prometheus.query("up == 0 or absent(up)"),
    summary="Prometheus cannot scrape itself",
    description="Prometheus does not answer its own scrapes. Trust no silence of other alerts.",
)
# Told to nobody while it lasts, but seen in Prometheus and Grafana; the heartbeat stops as well.
alertmanager_down = down(
    "AlertmanagerDown",
    service=alertmanager,
    level=P1,
    expr=alertmanager.query("up == 0 or absent(up)"),
    summary="Alertmanager is down",
    description="Alertmanager does not answer Prometheus. Nobody is told of anything.",
)

# P2, 우회 방법 존재: without them we see less, but the shop goes on. A service that is down is critical all the same.
grafana_down = down(
    "GrafanaDown",
    service=grafana,
    level=P2,
    severity="critical",
    expr=grafana.query("up == 0 or absent(up)"),
    summary="Grafana is down",
    description="Grafana does not answer Prometheus. Until it is back, http://prometheus:9090 shows the metrics.",
)
logs_down = down(
    "LogAggregationDown",
    service=logs,
    level=P2,
    severity="critical",
    expr=logs.query("up == 0 or absent(up)"),
    summary="Log aggregation is down",
    description="Loki does not answer Prometheus. Until it is back, `docker compose logs` shows the logs.",
)

services_down = [
    nginx_down,
    frontend_down,
    backend_down,
    backend_unhealthy,
    database_down,
    websocket_down,
    redis_down,
    task_queue_down,
    prometheus_down,
    alertmanager_down,
    grafana_down,
    logs_down,
]

# --- Critical 알림: 데이터베이스 연결 실패 ---

database_connection_failure = Alert(
    "DatabaseConnectionFailure",
    service=database,
    level=P0,
    expr=database.query("pg_up == 0"),
    for_="1m",
    summary="PostgreSQL refuses connections",
    description="{{ $labels.instance }} could not connect to PostgreSQL for a minute. The shop cannot read or write.",
    runbook="database-connection-failure",
    receiver=slack_and_email,
    guide="§3 Slack Critical",
)

# --- Critical 알림: 높은 에러율 (>5%) ---


def error_rate_above(limit: float) -> Expr:
    """The backend's error rate as the guide measures it, where it is above a limit and more than a few requests."""
    return backend.query(f"""
        sum(rate(http_requests_total{{status=~"5.."}}[5m])) / sum(rate(http_requests_total[5m])) > {limit}
        and
        sum(increase(http_requests_total{{status=~"5.."}}[5m])) >= {FEWEST_FAILURES}
    """)


high_error_rate = Alert(
    "HighErrorRate",
    service=backend,
    level=P1,
    expr=error_rate_above(ERROR_RATE_HIGH),
    for_="2m",
    summary="{{ $value | humanizePercentage }} of the backend's requests fail",
    description=(
        "In the last five minutes the backend answered {{ $value | humanizePercentage }} of its requests with a "
        f"server error, more than {ERROR_RATE_HIGH:.0%}."
    ),
    runbook="high-error-rate",
    receiver=slack_and_email,
    guide="§3 Slack Critical",
)

# --- Critical 알림: 디스크 사용량 >90% ---

disk_almost_full = Alert(
    "DiskAlmostFull",
    service=host,
    level=P1,
    # What is left for those who are not root; file systems that live in memory or cannot be written do not fill.
    expr=host.query(f"""
        1 - node_filesystem_avail_bytes{{fstype!~"tmpfs|ramfs|overlay|squashfs|iso9660"}} / node_filesystem_size_bytes
        > {DISK_FULL}
        and
        node_filesystem_readonly == 0
    """),
    for_="5m",
    summary="{{ $labels.mountpoint }} on {{ $labels.instance }} is {{ $value | humanizePercentage }} full",
    description=(
        "{{ $labels.device }}, mounted at {{ $labels.mountpoint }}, is {{ $value | humanizePercentage }} full. "
        "When nothing is left, PostgreSQL stops."
    ),
    runbook="disk-almost-full",
    receiver=slack_and_email,
    guide="§3 Slack Critical",
)

# --- Warning 알림: 높은 응답 시간 (95%ile > 1.5초 시 warning) ---

high_response_time = Alert(
    "HighResponseTime",
    service=backend,
    level=P2,
    expr=backend.query(f"""
        histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m]))) > {RESPONSE_TIME_HIGH}
    """),
    # As long as the window: a single slow request at night leaves the window before it could fire.
    for_="5m",
    summary="The backend is slow: 95 % of requests within {{ $value | humanizeDuration }}",
    description=(
        "One request in twenty takes longer than {{ $value | humanizeDuration }}; "
        f"the limit is {RESPONSE_TIME_HIGH} seconds."
    ),
    runbook="high-response-time",
    receiver=slack_and_email,
    guide="§3 응답 시간, §3 Slack Warning",
)

# --- Warning 알림: 메모리 사용량 >85% ---

high_memory = Alert(
    "HighMemoryUsage",
    service=host,
    level=P2,
    expr=host.query(f"1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes > {MEMORY_HIGH}"),
    for_="5m",
    summary="{{ $labels.instance }} uses {{ $value | humanizePercentage }} of its memory",
    description=(
        "Processes on {{ $labels.instance }} hold {{ $value | humanizePercentage }} of its memory. "
        "When it runs out, Linux kills the largest of them, which is most likely PostgreSQL."
    ),
    runbook="high-memory-usage",
    receiver=slack_and_email,
    guide="§3 Slack Warning",
)
# docker stats: only containers that were given a limit have a share of it.
high_container_memory = Alert(
    "ContainerHighMemoryUsage",
    service=containers,
    level=P2,
    expr=containers.query(f"""
        max by (instance, name) (
            container_memory_working_set_bytes{{name!=""}} / (container_spec_memory_limit_bytes{{name!=""}} > 0)
        ) > {MEMORY_HIGH}
    """),
    for_="5m",
    summary="{{ $labels.name }} uses {{ $value | humanizePercentage }} of its memory",
    description=(
        "Container {{ $labels.name }} holds {{ $value | humanizePercentage }} of the memory it may use. "
        "At its limit it is killed."
    ),
    runbook="high-memory-usage",
    receiver=slack_and_email,
    guide="§3 Slack Warning",
)

# --- Warning 알림: SSL 인증서 만료 30일 전 ---

certificate_expires = Alert(
    "CertificateExpiresSoon",
    service=nginx,
    level=P2,
    expr=f'(probe_ssl_earliest_cert_expiry{{job="{certificate.name}"}} - time()) / 86400 < {CERTIFICATE_DAYS}',
    for_="1h",
    summary='The certificate of {{ $labels.instance }} expires in {{ $value | printf "%.1f" }} days',
    description=(
        'The TLS certificate that Nginx shows at {{ $labels.instance }} is good for {{ $value | printf "%.1f" }} '
        f"days more, fewer than {CERTIFICATE_DAYS}. Browsers turn away from an expired one."
    ),
    runbook="certificate-expiry",
    receiver=slack_and_email,
    guide="§3 Slack Warning, §2 체크리스트",
)

# --- 가용성: 99.5% 미만 시 critical ---

low_availability = Alert(
    "LowAvailability",
    service=nginx,
    level=P1,
    expr=f"""
        1 - sum(rate(nginx_http_response_count_total{{status=~"5.."}}[5m]))
            / sum(rate(nginx_http_response_count_total[5m])) < {AVAILABILITY_LOW}
        and
        sum(increase(nginx_http_response_count_total{{status=~"5.."}}[5m])) >= {FEWEST_FAILURES}
    """,
    for_="5m",
    summary="Availability is {{ $value | humanizePercentage }}",
    description=(
        "In the last five minutes users got an answer without a server error to {{ $value | humanizePercentage }} "
        f"of their requests, fewer than {AVAILABILITY_LOW:.1%}."
    ),
    runbook="low-availability",
    receiver=slack_and_email,
    guide="§3 가용성",
)

# --- 에러율: > 1% 시 critical ---

error_rate_above_limit = Alert(
    "ErrorRateAboveLimit",
    service=backend,
    level=P1,
    expr=error_rate_above(ERROR_RATE_LIMIT),
    for_="5m",
    summary="{{ $value | humanizePercentage }} of the backend's requests fail",
    description=(
        "In the last five minutes the backend answered {{ $value | humanizePercentage }} of its requests with a "
        f"server error, more than {ERROR_RATE_LIMIT:.0%}."
    ),
    runbook="high-error-rate",
    receiver=slack_and_email,
    guide="§3 에러율",
)
