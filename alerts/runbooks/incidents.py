"""§6 일반적인 장애 해결: the guide's three procedures, command by command."""

from __future__ import annotations

from generator import Action, Runbook

from . import COMPOSE, psql

# 서비스 무응답
service_unresponsive = Runbook(
    "service-unresponsive",
    title="A service does not answer (서비스 무응답)",
    text="`[service-name]` is what the first step calls it, such as `nginx`, `backend`, `db` or `redis`.",
    steps=[
        Action("Look at the containers (컨테이너 상태 확인).", f"{COMPOSE} ps"),
        Action("Look at their resources (리소스 확인).", "docker stats --no-stream"),
        Action("Restart the service (서비스 재시작).", f"{COMPOSE} restart [service-name]"),
        Action("The last resort: restart everything (전체 재시작, 마지막 수단).", f"{COMPOSE} down\n{COMPOSE} up -d"),
    ],
    guide="§6 장애 해결",
)

# 데이터베이스 연결 실패
database_connection_failure = Runbook(
    "database-connection-failure",
    title="The database refuses connections (데이터베이스 연결 실패)",
    steps=[
        Action("Look at what PostgreSQL says (PostgreSQL 컨테이너 확인).", f"{COMPOSE} logs db"),
        Action("Try a connection (연결 테스트).", psql("SELECT 1;")),
        Action("Count the connections (연결 수 확인).", psql("SELECT count(*) FROM pg_stat_activity;")),
        Action("Restart the database (데이터베이스 재시작).", f"{COMPOSE} restart db"),
    ],
    guide="§6 장애 해결",
)

# 높은 메모리 사용량
high_memory_usage = Runbook(
    "high-memory-usage",
    title="Memory runs out (높은 메모리 사용량)",
    text="Clearing the cache logs every user out: sessions are kept in Redis, too.",
    steps=[
        Action(
            "Find who uses it (메모리 사용량 분석).",
            r'docker stats --format "table {{.Container}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}"',
        ),
        Action("Clear the cache (캐시 정리).", f"{COMPOSE} exec redis redis-cli FLUSHDB"),
        Action("Restart the application (애플리케이션 재시작).", f"{COMPOSE} restart backend"),
    ],
    guide="§6 장애 해결",
)
