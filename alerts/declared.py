"""Metrics that no catalogue of a running exporter lists, because the program cannot be had here or is the shop's own.

`catalogue/` holds what Debian's exporters were seen to expose. What is declared here was read in the exporters'
documentation and source, or is an agreement: whoever writes scripts/backup.py writes these lines, with these labels.
A text file is written beside its place and moved there, so that node_exporter never reads half of one.
"""

from __future__ import annotations

from functools import partial

from generator import Metric

from .backups import (
    EXIT_CODE,
    RESTORE_EXIT_CODE,
    RESTORE_SECONDS,
    RESTORE_TESTED,
    ROTATED,
    SIZE,
    SUCCEEDED,
    UPLOADED,
)
from .exporters import CLIENTS_SHOWN, ERRORS_PER_CLIENT, LOGINS_PER_CLIENT, QUIET_MINUTES
from .security import FINDINGS, SCANNED

# --- §3 the backend's own: curl -s "https://yourdomain.com/api/v1/metrics" ---

backend_metric = partial(
    Metric, source="the backend, prometheus-fastapi-instrumentator", guide="§3 응답 시간, §3 에러율, §3 운영 대시보드"
)

application = [
    backend_metric(
        "http_requests_total", "counter", ["method", "handler", "status"], "Requests by method, route and status code"
    ),
    backend_metric(
        "http_request_duration_seconds",
        "histogram",
        ["method", "handler"],
        "Seconds until a request was answered; buckets at 0.1, 0.25, 0.5, 1, 1.5, 2, 5 and 10 among others",
    ),
    backend_metric(
        "dropshipping_orders_total",
        "counter",
        ["status"],
        "Orders by what became of them: received, shipped, failed, cancelled",
    ),
    backend_metric("dropshipping_revenue_won_total", "counter", [], "Won of all orders that were paid"),
    backend_metric("dropshipping_active_users", "gauge", [], "Users who did something in the last five minutes"),
    backend_metric(
        "dropshipping_user_actions_total", "counter", ["action"], "What users did: login, search, cart, checkout"
    ),
]

# --- §3 가용성: prometheus-nginxlog-exporter with nginxlog-exporter.yml ---

answers = [
    Metric(
        "nginx_http_response_count_total",
        "counter",
        ["method", "status"],
        "Answers that Nginx wrote into its access log",
        "prometheus-nginxlog-exporter 1.11, nginxlog-exporter.yml",
        guide="§3 가용성",
    ),
]

# --- §5 mtail with nginx_security.mtail and --emit_prog_label=false ---

from_log = partial(Metric, type="counter", source="mtail 3.0.0-rc50, nginx_security.mtail", guide="§5 보안 모니터링")

security_log = [
    from_log("nginx_security_lines_total", help="Lines of the access log that were understood"),
    from_log("nginx_security_errors_total", labels=["class"], help="Answers 40x (class 4) and 50x (class 5)"),
    from_log(
        "nginx_security_noisy_clients_total",
        help=f"Clients that went over {ERRORS_PER_CLIENT} such answers without {QUIET_MINUTES} quiet minutes",
    ),
    from_log(
        "nginx_security_client_errors_total",
        labels=["client"],
        help=f"Such answers of the {CLIENTS_SHOWN} clients that had one last; for the eye, not for alerts",
    ),
    from_log("nginx_security_login_attempts_total", help="POST /api/v1/auth/login"),
    from_log(
        "nginx_security_login_offenders_total",
        help=f"Clients that went over {LOGINS_PER_CLIENT} logins without {QUIET_MINUTES} quiet minutes",
    ),
    from_log("nginx_security_login_offences_total", help="Their logins beyond that number"),
    from_log(
        "nginx_security_login_breaches_total",
        help=f"Logins that succeeded after more than {LOGINS_PER_CLIENT} failures in a row",
    ),
    from_log("nginx_security_sql_injections_total", help="Requests with SQL in their query string"),
]

# --- §5 fail2ban-prometheus-exporter ---

fail2ban_metric = partial(
    Metric, type="gauge", source="fail2ban-prometheus-exporter 0.10", guide="§5 침입 탐지 및 대응"
)

jails = [
    fail2ban_metric("f2b_up", help="1 while the exporter reaches Fail2ban"),
    fail2ban_metric("f2b_jail_banned_current", labels=["jail"], help="Addresses that are banned"),
    fail2ban_metric(
        "f2b_jail_banned_total", labels=["jail"], help="Addresses that were banned since Fail2ban was started"
    ),
    fail2ban_metric("f2b_jail_failed_current", labels=["jail"], help="Addresses that are one step from a ban, or more"),
]

# --- §5 the scans, by scripts/security_scan.py and the wrappers of the other tools ---

scan_metric = partial(
    Metric, type="gauge", source="text file of node_exporter, by the scan when it ends", guide="§5 정기 보안 점검"
)

scan_results = [
    scan_metric(SCANNED, labels=["scan"], help="When a scan last ran to its end, whatever it found; since 1970"),
    scan_metric(
        FINDINGS, labels=["scan", "severity"], help="Weaknesses that it found, by severity: low, medium, high, critical"
    ),
]

# --- §8 scripts/backup.py, backup_verification.sh, logrotate's lastaction ---

backup_metric = partial(
    Metric, type="gauge", source="text file of node_exporter, by scripts/backup.py when it ends", guide="§8 백업"
)
restore_metric = partial(
    Metric,
    type="gauge",
    source="text file of node_exporter, by backup_verification.sh when it ends",
    guide="§8 백업, §8 RTO/RPO",
)

recovery = [
    backup_metric(SUCCEEDED, labels=["type"], help="When the newest good backup was finished; since 1970"),
    backup_metric(EXIT_CODE, labels=["type"], help="How the last attempt ended: 0 is good"),
    backup_metric(SIZE, labels=["type"], help="Bytes of the newest good backup"),
    backup_metric(
        "dropshipping_backup_duration_seconds", labels=["type"], help="Seconds that the newest good backup took"
    ),
    backup_metric(UPLOADED, labels=["type"], help="When a backup of this type last arrived in S3; since 1970"),
    restore_metric(RESTORE_TESTED, help="When a backup was last restored and found whole; since 1970"),
    restore_metric(RESTORE_EXIT_CODE, help="How the last attempt to restore one ended: 0 is good"),
    restore_metric(RESTORE_SECONDS, help="Seconds that the last good restore took, checks of the data among them"),
    Metric(
        ROTATED,
        "gauge",
        help="When the logs were last rotated; since 1970",
        source="text file of node_exporter, by logrotate's lastaction",
        guide="§7 정기 유지보수",
    ),
]

# --- §4 postgres_exporter: Debian's is older than these collectors ---

postgres_metric = partial(Metric, source="postgres_exporter 0.15", guide="§4 성능 최적화 기준")
statements_metric = partial(
    Metric,
    type="counter",
    labels=["user", "datname", "queryid"],
    source="postgres_exporter 0.15 --collector.stat_statements: the 100 statements that took most time",
    guide="§4 성능 최적화 기준",
)
TABLE = ["datname", "schemaname", "relname"]
SESSION = ["datname", "state", "usename", "application_name", "backend_type", "wait_event_type", "wait_event"]

postgres = [
    statements_metric("pg_stat_statements_calls_total", help="Executions"),
    statements_metric("pg_stat_statements_seconds_total", help="Seconds spent in the statement"),
    postgres_metric("pg_stat_activity_count", "gauge", SESSION, "Sessions"),
    postgres_metric("pg_stat_activity_max_tx_duration", "gauge", SESSION, "Seconds since the oldest transaction began"),
    postgres_metric("pg_stat_user_tables_idx_scan", "counter", TABLE, "Reads of the table that used an index"),
    postgres_metric("pg_stat_user_tables_seq_scan", "counter", TABLE, "Reads of the whole table"),
    postgres_metric("pg_stat_user_tables_n_live_tup", "gauge", TABLE, "Rows, as estimated"),
    postgres_metric("pg_stat_user_tables_n_dead_tup", "gauge", TABLE, "Dead rows, as estimated"),
    postgres_metric("pg_replication_lag_seconds", "gauge", [], "Seconds that this server is behind; 0 of a primary"),
    postgres_metric("pg_replication_is_replica", "gauge", [], "1 of a replica, 0 of a primary"),
]

# --- §1 cAdvisor and celery-exporter ---

CONTAINER = ["id", "image", "name"]
container_metric = partial(Metric, source="cAdvisor 0.47", guide="§1 서비스 구성")

docker = [
    container_metric("container_cpu_usage_seconds_total", "counter", [*CONTAINER, "cpu"], "Processor time"),
    container_metric("container_cpu_cfs_periods_total", "counter", CONTAINER, "Turns that the CPU limit is kept in"),
    container_metric(
        "container_cpu_cfs_throttled_periods_total", "counter", CONTAINER, "Turns in which the container was held back"
    ),
    container_metric("container_memory_working_set_bytes", "gauge", CONTAINER, "Memory that cannot be given back"),
    container_metric("container_spec_memory_limit_bytes", "gauge", CONTAINER, "Memory limit, 0 without one"),
    container_metric("container_oom_events_total", "counter", CONTAINER, "Processes killed for want of memory"),
    container_metric("container_network_receive_bytes_total", "counter", [*CONTAINER, "interface"], "Bytes received"),
    container_metric("container_network_transmit_bytes_total", "counter", [*CONTAINER, "interface"], "Bytes sent"),
]

queue = [
    Metric(
        "celery_worker_up",
        "gauge",
        ["hostname"],
        "1 while a worker sends heartbeats",
        "celery-exporter",
        guide="§1 서비스 구성",
    ),
]
