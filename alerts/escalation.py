"""§9 에스컬레이션 기준: who is called when nobody could help so far; §6 장애 등급: when it takes longer than promised.

"Unresolved" counts from the message to the first tier, which is when an alert fires. The guide means 장애 (incidents)
that are Critical, so P0; what is less than that waits for whoever was told of it.
"""

from __future__ import annotations

from generator import P0, P1, P2, EscalationPolicy, Step, match

from .receivers import first_tier, second_tier, security_team, third_tier
from .routing import business_hours
from .security import BREACH

unresolved = EscalationPolicy(
    "unresolved",
    levels=[P0],
    steps=[
        # 15분 내 미해결: 2차 대응팀 호출. 2차 대응 (업무시간): at other times only 1차 대응 (24/7) is on duty.
        Step(after="15m", to=second_tier, during=business_hours, otherwise=first_tier),
        # 1시간 내 미해결: 3차 대응팀 호출
        Step(after="1h", to=third_tier),
    ],
    guide="§9 에스컬레이션",
)

# 데이터 유출 의심: 즉시 보안팀 및 경영진 보고
suspected_breach = EscalationPolicy(
    "suspected-breach",
    title="Suspected data breach",
    alerts=match(**BREACH),
    steps=[Step(to=[security_team, third_tier])],
    guide="§9 에스컬레이션",
)

# P0: 1시간 이내 복구. P1: 4시간 이내 복구. P2: 24시간 이내 복구. It is told to those who were told of the alert.
restore_target = EscalationPolicy(
    "restore-target", levels=[P0, P1, P2], steps=[Step(after="restore", name="not-restored")], guide="§6 장애 등급"
)
