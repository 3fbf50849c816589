"""The lines of the operations guide that monitoring can serve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Row:
    """A line. places: section and heading, as definitions name them in `guide=`; later: why it is not done yet."""

    number: int
    places: tuple[str, ...]
    asks: str
    later: str = ""


ROWS: Final = (
    Row(
        1,
        ("§1 서비스 구성", "§6 장애 감지"),
        "Nginx, frontend, backend, WebSocket, PostgreSQL, Redis, task queue, Prometheus, Grafana, containers and host: "
        "known, scraped or visited, and missed when they are gone",
    ),
    Row(2, ("§3 가용성",), "Availability of 99.9 % or more; critical below 99.5 %"),
    Row(3, ("§3 응답 시간",), "95 % within 1 s, 99 % within 2 s; a warning when 95 % take more than 1.5 s"),
    Row(4, ("§3 처리량",), "1000 requests per second can be served; a warning at 50 % below normal"),
    Row(5, ("§3 에러율",), "Fewer than 0.1 % of requests fail; critical above 1 %"),
    Row(
        6,
        ("§3 Slack Critical",),
        "Service down, database connection failure, error rate above 5 %, disk above 90 %: Slack and mail",
    ),
    Row(
        7,
        ("§3 Slack Warning",),
        "Slow responses, memory above 85 %, certificate expires within 30 days: Slack and mail",
    ),
    Row(
        8,
        ("§3 alertmanager_config",),
        "Grouping by alertname, 10 s, 10 s, 1 h; Slack #alerts with title and text; the webhook is a secret",
    ),
    Row(9, ("§3 운영 대시보드",), "Operations dashboard: system overview, application, business"),
    Row(10, ("§3 성능 대시보드",), "Performance dashboard: infrastructure, application, database"),
    Row(11, ("§4 성능 최적화 기준",), "Slow statements, index use; Redis latency, memory, slow log"),
    Row(12, ("§4 용량 계획",), "Growth from month to month; CPU and memory that will be needed"),
    Row(
        13,
        ("§4 스케일링 기준",),
        "Scale out: CPU above 70 % for 10 m, memory above 80 % for 5 m, 95 % above 2 s for 5 m. "
        "Scale up: container limits, I/O wait, cache misses",
    ),
    Row(
        14,
        ("§5 보안 모니터링", "§5 정기 보안 점검", "§5 침입 탐지 및 대응"),
        "Suspicious clients, SQL injection, more than 10 logins, Fail2ban, daily and weekly scans: to security",
    ),
    Row(
        15,
        ("§6 장애 등급",),
        "P0, P1, P2: begun within 15 m, 30 m, 2 h, and restored within 1 h, 4 h, 24 h",
    ),
    Row(
        16,
        ("§9 에스컬레이션",),
        "Unresolved for 15 m: second tier, in business hours; for 1 h: third tier; suspected breach: security and "
        "management at once",
    ),
    Row(17, ("§9 연락처",), "Operations around the clock; development and security in business hours; CTO and CEO"),
    Row(
        18,
        ("§7 정기 유지보수",),
        "Sunday 02:00 to 04:00 in Seoul is for maintenance; security and loss of data are told all the same",
    ),
    Row(
        19,
        ("§8 백업",),
        "Backups daily at 02:00, weekly, monthly; WAL archive; S3; a restore tried each month; rotation of logs",
    ),
    Row(20, ("§8 RTO/RPO",), "Everything back within 4 h, no more than 1 h of work lost"),
    Row(
        21,
        ("§2 체크리스트",),
        "Morning and evening checks, weekly report",
        later="The report reads Prometheus over HTTP, which tocsin does not do yet; what of it is an alert is here.",
    ),
    Row(
        22,
        ("§6 상세 분석",),
        "Analysis of an incident over a span of time",
        later="It reads Prometheus over HTTP, which tocsin does not do yet.",
    ),
    Row(
        23,
        ("§6 장애 해결",),
        "What to do when a service does not answer, the database refuses connections, memory runs out: on the page of "
        "each alert",
    ),
)
"""All lines, in the guide's order."""


def row_of(place: str) -> Row | None:
    """The line that a place of the guide belongs to."""
    return next((row for row in ROWS if place in row.places), None)
