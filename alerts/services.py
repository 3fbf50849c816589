"""§1 시스템 아키텍처: the parts of the system, and §9 연락처: the people who answer for them."""

from __future__ import annotations

from generator import Contact, Service, Team, Tier

# --- §9 운영팀 연락처 ---

# 1차 대응 (24/7): 운영팀 ops@yourdomain.com, 긴급 전화 +82-10-1234-5678
ops = Team(
    "ops",
    title="Operations, first response (운영팀)",
    contacts=[Contact("Operations", email="ops@yourdomain.com", phone="+82-10-1234-5678", hours="24/7")],
    guide="§9 연락처",
)

# 2차 대응 (업무시간): 개발팀 dev@yourdomain.com, 보안팀 security@yourdomain.com
dev = Team(
    "dev",
    title="Development, second response (개발팀)",
    contacts=[Contact("Development", email="dev@yourdomain.com", hours="business")],
    guide="§9 연락처",
)
security = Team(
    "security",
    title="Security, second response (보안팀)",
    contacts=[Contact("Security", email="security@yourdomain.com", hours="business")],
    guide="§9 연락처",
)

# 3차 대응 (Critical 장애): CTO cto@yourdomain.com, CEO ceo@yourdomain.com
management = Team(
    "management",
    title="Management, third response (경영진)",
    contacts=[Contact("CTO", email="cto@yourdomain.com"), Contact("CEO", email="ceo@yourdomain.com")],
    guide="§9 연락처",
)

# --- §1 인프라 구성, 서비스 구성: what users are served by ---

# Nginx | dropshipping_nginx | 80, 443 | 리버스 프록시, SSL 종단
nginx = Service(
    "nginx",
    team=ops,
    tier=Tier.CRITICAL,
    title="Load balancer (Nginx)",
    exporter="nginx-prometheus-exporter, and prometheus-nginxlog-exporter for what it answered",
    description="Reverse proxy and end of TLS: every request of a user comes in here",
    guide="§1 서비스 구성",
)

# Frontend | dropshipping_frontend | 3000 | React SPA
frontend = Service(
    "frontend",
    team=dev,
    tier=Tier.CRITICAL,
    title="Frontend (React)",
    exporter="blackbox_exporter: it has no metrics of its own, so it is visited from outside",
    description="The single-page application",
    guide="§1 서비스 구성",
)

# Backend | dropshipping_backend | 8000 | FastAPI 애플리케이션
backend = Service(
    "backend",
    team=dev,
    tier=Tier.CRITICAL,
    title="Backend API (FastAPI)",
    exporter="its own /api/v1/metrics",
    description="The API behind everything the shop does",
    guide="§1 서비스 구성",
)

websocket = Service(
    "websocket",
    team=dev,
    title="WebSocket",
    exporter="its own /metrics",
    description="Live updates to open browsers",
    guide="§1 서비스 구성",
)

# --- §1: what they stand on ---

# PostgreSQL | dropshipping_db | 5432 | 주 데이터베이스
database = Service(
    "postgresql",
    job="postgres",
    team=ops,
    tier=Tier.CRITICAL,
    title="PostgreSQL",
    exporter="postgres_exporter",
    description="The main database",
    guide="§1 서비스 구성",
)

# Redis | dropshipping_redis | 6379 | 캐시, 세션 저장소
redis = Service(
    "redis",
    team=ops,
    title="Redis",
    exporter="redis_exporter",
    description="Cache and session store",
    guide="§1 서비스 구성",
)

# The guide says only "Task Queue". Beside FastAPI and Redis that is Celery, watched through celery-exporter.
task_queue = Service(
    "task-queue",
    job="celery",
    team=dev,
    title="Task queue (Celery)",
    exporter="celery-exporter",
    description="Orders and deliveries that are worked off in the background",
    guide="§1 서비스 구성",
)

# Docker Containers (Ubuntu Server)
containers = Service(
    "containers",
    job="cadvisor",
    team=ops,
    title="Docker containers",
    exporter="cAdvisor",
    description="Everything above and below runs in them",
    guide="§1 서비스 구성",
)
host = Service(
    "host",
    job="node",
    team=ops,
    tier=Tier.CRITICAL,
    title="Ubuntu server",
    exporter="node_exporter",
    description="The machine under the containers",
    guide="§1 서비스 구성",
)

# --- §1: what watches ---

# Prometheus | dropshipping_prometheus | 9090 | 메트릭 수집
prometheus = Service(
    "prometheus",
    team=ops,
    title="Prometheus",
    exporter="its own /metrics",
    description="Collects metrics and evaluates the rules",
    guide="§1 서비스 구성",
)
# Grafana | dropshipping_grafana | 3000 | 대시보드
grafana = Service(
    "grafana",
    team=ops,
    title="Grafana",
    exporter="its own /metrics",
    description="Dashboards",
    guide="§1 서비스 구성",
)
alertmanager = Service(
    "alertmanager",
    team=ops,
    title="Alertmanager",
    exporter="its own /metrics",
    description="Carries alerts to people (the guide's alertmanager_config)",
    guide="§3 alertmanager_config",
)
blackbox = Service(
    "blackbox",
    team=ops,
    title="Blackbox exporter",
    exporter="its own /metrics",
    description="Visits the system from outside, as the guide's check_service_health does",
    guide="§6 장애 감지",
)
# Log Aggreg: the guide names no product. Beside Prometheus and Grafana that is Loki.
logs = Service(
    "logs",
    job="loki",
    team=ops,
    title="Log aggregation (Loki)",
    exporter="its own /metrics",
    description="Keeps the logs of all containers",
    guide="§1 서비스 구성",
)

# --- §5 보안 운영: what watches over security, for the security team ---

# tail -f /var/log/nginx/access.log | grep …: the same, all day long
access_log = Service(
    "access-log",
    job="nginx-security",
    team=security,
    title="Access log of Nginx",
    exporter="mtail with nginx_security.mtail",
    description="Who asks for what, and how often: attacks are seen here first",
    guide="§5 보안 모니터링",
)
fail2ban = Service(
    "fail2ban",
    team=security,
    title="Fail2ban",
    exporter="fail2ban-prometheus-exporter",
    description="Bans addresses that misbehave",
    guide="§5 침입 탐지 및 대응",
)
# python3 scripts/security_scan.py --daily, trivy, safety, npm audit, hadolint: each leaves a line in a text file.
scans = Service(
    "security-scans",
    job=host.job,
    team=security,
    title="Security scans",
    exporter="node_exporter's textfile collector",
    description="Daily and weekly looks for known holes",
    guide="§5 정기 보안 점검",
)

# --- §8 백업 및 재해복구 ---

# scripts/backup.py and backup_verification.sh leave what they did in a text file, too.
backups = Service(
    "backups",
    job=host.job,
    team=ops,
    tier=Tier.CRITICAL,
    title="Backups",
    exporter="node_exporter's textfile collector, and postgres_exporter for the archive of the WAL",
    description="What the shop can be brought back from",
    guide="§8 백업",
)
