"""§3 alertmanager_config: who is told of what, §6 which alert speaks for others, and §7 when the system may be down."""

from __future__ import annotations

from collections.abc import Iterable

from generator import Alert, InhibitRule, Route, TimeInterval, match

from .backups import DATA_LOSS
from .receivers import PLANNED, capacity_tickets, heartbeat, security_team, slack_and_email
from .services import host, security
from .slack import (
    backend_down,
    backend_unhealthy,
    error_rate_above_limit,
    frontend_down,
    high_error_rate,
    nginx_down,
    services_down,
)
from .watching import heartbeat as sign_of_life

# 2차 대응 (업무시간)
business_hours = TimeInterval(
    "business-hours", weekdays="mon-fri", times="09:00-18:00", timezone="Asia/Seoul", guide="§9 에스컬레이션, §9 연락처"
)
# 매주 (일요일 02:00-04:00)
maintenance = TimeInterval(
    "weekly-maintenance",
    weekdays="sun",
    times="02:00-04:00",
    timezone="Asia/Seoul",
    downtime=True,
    guide="§7 정기 유지보수",
)

root = Route(
    to=slack_and_email,
    # "group_by": ["alertname"], "group_wait": "10s", "group_interval": "10s", "repeat_interval": "1h"
    group_by=["alertname"],
    group_wait="10s",
    group_interval="10s",
    repeat_interval="1h",
    routes=[
        Route(match(alertname=sign_of_life.name), to=heartbeat, group_wait="0s", repeat_interval="1m"),
        # Security and the loss of data are told at any time, maintenance or not: those of P0, and the lesser ones, too.
        # The backups of Sunday run within the maintenance, and it does no harm to them that anybody would plan.
        Route(match(team=security.name), to=security_team, never_muted=True),
        Route(match(**DATA_LOSS), to=slack_and_email, never_muted=True),
        # 용량 계획: once a day is enough of a reminder until the weekly review.
        Route(match(severity=PLANNED.severity), to=capacity_tickets, repeat_interval="1d", mute=maintenance),
        # Docker 이미지 업데이트 restarts every container, so for two hours what runs in them may fail. The machine
        # below is not restarted: a disk that fills up during maintenance is told.
        Route(match(f'service!="{host.name}"'), to=slack_and_email, mute=maintenance),
    ],
    guide="§3 alertmanager_config, §7 정기 유지보수, §5 보안 모니터링",
)


def one_of(alerts: Iterable[Alert]) -> str:
    """The names of alerts as the regular expression of a matcher."""
    return "|".join(alert.name for alert in alerts)


NEVER_HELD_BACK = match(f'team!="{security.name}"', 'risk!="data-loss"')

inhibitions = [
    InhibitRule(
        match(sloth_severity="page"),
        match(sloth_severity="ticket"),
        equal=["sloth_id"],
        description="An SLO that pages needs no ticket",
        guide="§3 alertmanager_config",
    ),
    InhibitRule(
        match(f'alertname=~"{one_of(services_down)}"'),
        match(f'alertname!~"{one_of([*services_down, sign_of_life])}"') | NEVER_HELD_BACK,
        equal=["service"],
        description="A service that is down has no other troubles worth telling",
        guide="§6 장애 감지",
    ),
    InhibitRule(
        match(alertname=nginx_down.name),
        match(f'alertname=~"{one_of([frontend_down, backend_unhealthy])}"'),
        description="Seen from outside, everything behind a dead Nginx is dead",
        guide="§6 장애 감지",
    ),
    InhibitRule(
        match(alertname=backend_down.name),
        match(alertname=backend_unhealthy.name),
        description="A dead backend also fails its health check",
        guide="§6 장애 감지",
    ),
    InhibitRule(
        match(alertname=high_error_rate.name),
        match(alertname=error_rate_above_limit.name),
        equal=["service"],
        description="More than 5 % of requests is also more than 1 %",
        guide="§3 alertmanager_config",
    ),
    # But for the host, whose full disk says nothing about its memory.
    InhibitRule(
        match(f'service!="{host.name}"', severity="critical"),
        match(f'service!="{host.name}"', severity="warning") | NEVER_HELD_BACK,
        equal=["service"],
        description="While a service is in a critical state, its warnings wait",
        guide="§3 alertmanager_config",
    ),
]
