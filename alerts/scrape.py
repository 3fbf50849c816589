"""§1 서비스 구성: what Prometheus collects, and §6 장애 감지: the addresses that are visited from outside."""

from __future__ import annotations

from generator import (
    AlertmanagerSettings,
    BlackboxModule,
    GrafanaSettings,
    PrometheusSettings,
    ScrapeJob,
    Secret,
    Smtp,
)

from .services import (
    access_log,
    alertmanager,
    backend,
    blackbox,
    containers,
    database,
    fail2ban,
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

# Four scrapes a minute: a rule over [5m] sees twenty, and "for one minute" means five misses in a row.
settings = PrometheusSettings(
    scrape_interval="15s",
    scrape_timeout="10s",
    evaluation_interval="15s",
    external_labels={"system": "dropshipping", "environment": "production"},
    url="http://prometheus:9090",
    runbooks="https://yourdomain.com/runbooks",
    guide="§1 서비스 구성",
)

# 이메일 알림
mail = AlertmanagerSettings(
    smtp=Smtp(
        smarthost="smtp.yourdomain.com:587",
        sender="alertmanager@yourdomain.com",
        username="alertmanager@yourdomain.com",
        password=Secret("smtp_password"),
    ),
    url="http://alertmanager:9093",
    guide="§3 alertmanager_config",
)

dashboards = GrafanaSettings(timezone="Asia/Seoul", url="http://grafana:3000", guide="§3 운영 대시보드")

# --- §1: users' side ---

nginx_status = ScrapeJob(nginx.job, ["nginx-exporter:9113"], service=nginx, guide="§1 서비스 구성")

# stub_status knows no status codes; the access log does, also for requests that no backend lived to answer.
nginx_logs = ScrapeJob("nginx-logs", ["nginxlog-exporter:4040"], guide="§1 서비스 구성")

# curl -s "https://yourdomain.com/api/v1/metrics" | grep http_request_duration
# The histogram needs buckets at 1, 1.5 and 2 seconds: §3 asks about just these.
backend_api = ScrapeJob(
    backend.job,
    ["dropshipping_backend:8000"],
    service=backend,
    path="/api/v1/metrics",
    guide="§1 서비스 구성, §3 응답 시간",
)

# The guide gives the WebSocket server a box in the picture but neither container nor port.
websocket_server = ScrapeJob(websocket.job, ["dropshipping_websocket:8001"], service=websocket, guide="§1 서비스 구성")

# --- §1: what they stand on ---

postgres = ScrapeJob(database.job, ["postgres-exporter:9187"], service=database, guide="§1 서비스 구성")
cache = ScrapeJob(redis.job, ["redis-exporter:9121"], service=redis, guide="§1 서비스 구성")
celery = ScrapeJob(task_queue.job, ["celery-exporter:9808"], service=task_queue, guide="§1 서비스 구성")
cadvisor = ScrapeJob(containers.job, ["cadvisor:8080"], service=containers, guide="§1 서비스 구성")
node = ScrapeJob(host.job, ["node-exporter:9100"], service=host, guide="§1 서비스 구성")

# --- §5: what watches over security; how they are set up stands in exporters.py ---

security_log = ScrapeJob(access_log.job, ["mtail:3903"], service=access_log, guide="§5 보안 모니터링")
jails = ScrapeJob(fail2ban.job, ["fail2ban-exporter:9191"], service=fail2ban, guide="§5 침입 탐지 및 대응")

# --- §1: what watches ---

prometheus_itself = ScrapeJob(prometheus.job, ["localhost:9090"], service=prometheus, guide="§1 서비스 구성")
grafana_itself = ScrapeJob(grafana.job, ["grafana:3000"], service=grafana, guide="§1 서비스 구성")
alertmanager_itself = ScrapeJob(alertmanager.job, ["alertmanager:9093"], service=alertmanager, guide="§1 서비스 구성")
blackbox_itself = ScrapeJob(blackbox.job, ["blackbox:9115"], service=blackbox, guide="§6 장애 감지")
loki = ScrapeJob(logs.job, ["loki:3100"], service=logs, guide="§1 서비스 구성")

# --- §6 장애 감지: curl -f -s --max-time 10 "$endpoint" ---

http_ok = BlackboxModule(
    "http_ok",
    prober="http",
    timeout="10s",
    options={"method": "GET", "fail_if_not_ssl": True, "preferred_ip_protocol": "ip4"},
    guide="§6 장애 감지",
)
tcp_connect = BlackboxModule(
    "tcp_connect", prober="tcp", timeout="5s", options={"preferred_ip_protocol": "ip4"}, guide="§6 장애 감지"
)
# Not verified on purpose: an expired certificate would fail the handshake and hide its own date of expiry. The
# health checks verify it.
tls_certificate = BlackboxModule(
    "tls_certificate",
    prober="tcp",
    timeout="5s",
    options={"tls": True, "tls_config": {"insecure_skip_verify": True}, "preferred_ip_protocol": "ip4"},
    guide="§3 Slack Warning",
)

# The exporter gives up half a second before the scrape would, so the scrape waits longer than curl did.
PATIENCE = "11s"

# check_service_health "Frontend" "https://yourdomain.com/health"
frontend_health = ScrapeJob(
    frontend.job,
    ["https://yourdomain.com/health"],
    service=frontend,
    probe=http_ok,
    timeout=PATIENCE,
    guide="§6 장애 감지",
)
# check_service_health "Backend API" "https://yourdomain.com/api/v1/health"
backend_health = ScrapeJob(
    "backend-health", ["https://yourdomain.com/api/v1/health"], probe=http_ok, timeout=PATIENCE, guide="§6 장애 감지"
)
# check_service_health "Database" "http://localhost:5432": PostgreSQL speaks no HTTP, so it is asked for a connection.
database_port = ScrapeJob("postgres-port", ["dropshipping_db:5432"], probe=tcp_connect, guide="§6 장애 감지")
# openssl x509 -in nginx/ssl/fullchain.pem -noout -dates
certificate = ScrapeJob(
    "certificate", ["yourdomain.com:443"], probe=tls_certificate, interval="1m", guide="§2 체크리스트, §3 Slack Warning"
)
