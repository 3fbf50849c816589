"""§8 백업 및 재해복구: could we come back, with how much lost, and how soon? For the morning check."""

from __future__ import annotations

from alerts.backups import (
    EXIT_CODE,
    HOUR,
    KINDS,
    LARGEST,
    RESTORE_EXIT_CODE,
    RESTORE_TESTED,
    ROTATED,
    RPO,
    RTO,
    SIZE,
    SMALLEST,
    SUCCEEDED,
    UPLOADED,
    WARNING_BEFORE,
    archiver_unknown,
    archiving_fails,
    exposure,
    failed,
    late,
    log_rotation,
    never_archived,
    not_rotated,
    not_uploaded,
    odd_size,
    recovery_point,
    recovery_point_ages,
    recovery_point_too_old,
    recovery_time,
    restore_failed,
    restore_slow,
    restore_test,
    restore_untested,
    unknown,
)
from alerts.services import backups, database
from generator import Dashboard, Panel, Row, query, thresholds
from generator.duration import SECOND
from generator.model.base import as_duration

from .links import links_from
from .panels import lines, number
from .schedules import oldest

DONE_OR_FAILED = [
    {"type": "value", "options": {"0": {"text": "DONE", "color": "green"}}},
    {"type": "range", "options": {"from": 1, "to": 255, "result": {"text": "FAILED", "color": "red"}}},
]

# --- RPO: 1시간 ---

lost = Row(
    "How much would be lost now?",
    [
        Panel(
            number(
                title="Work at risk",
                description=f"Age of the newest point that could be recovered: a warning from "
                f"{WARNING_BEFORE / 60:g} minutes, an alarm beyond {RPO // HOUR} h (RPO). 0 when nothing is written.",
                targets=[query(f"max({exposure.record})", instant=True)],
                format="s",
                thresholds=thresholds("green", orange=WARNING_BEFORE, red=RPO),
            ),
            width=5,
            explains=[recovery_point_too_old, recovery_point],
        ),
        Panel(
            lines(
                title="Work at risk over time",
                description=f"The same, as it was; {RPO // HOUR} h are promised (RPO).",
                targets=[query(exposure.record, legend="{{instance}}")],
                unit="s",
                thresholds=thresholds("green", orange=WARNING_BEFORE, red=RPO),
            ),
            width=11,
            explains=recovery_point_ages,
        ),
        Panel(
            lines(
                title="Archive of the WAL",
                description="Segments per hour that were archived, and attempts that failed (wal-push).",
                targets=[
                    query(
                        f"{HOUR} * rate(pg_stat_archiver_archived_count[15m])",
                        legend="{{instance}} archived",
                        service=database,
                    ),
                    query(
                        f"{HOUR} * rate(pg_stat_archiver_failed_count[15m])",
                        legend="{{instance}} failed",
                        service=database,
                    ),
                ],
                unit="suffix: /h",
            ),
            width=8,
            explains=[archiving_fails, never_archived, archiver_unknown],
        ),
    ],
    height=7,
)

# --- 백업 상태 확인 ---

each_kind = Row(
    "Is there a backup of each kind?",
    [
        *(
            Panel(
                number(
                    title=f"{kind.name.capitalize()} backup",
                    description=f"How old the newest is. One is due {kind}, with {kind.slack} for its work.",
                    targets=[query(f'time() - max({SUCCEEDED}{{type="{kind.name}"}})', instant=True, service=backups)],
                    format="s",
                    thresholds=thresholds("green", red=oldest(kind)),
                ),
                width=4,
                explains=alert,
            )
            for kind, alert in zip(KINDS, late, strict=True)
        ),
        Panel(
            number(
                title="Last attempt",
                description="How backup.py ended, for each kind.",
                targets=[query(f"max by (type) ({EXIT_CODE})", legend="{{type}}", instant=True, service=backups)],
                format="short",
                mappings=DONE_OR_FAILED,
                textMode="value_and_name",
                thresholds=thresholds("green", red=1),
            ),
            width=8,
            explains=[failed, unknown],
        ),
    ],
    height=5,
)

# --- 자동 S3 업로드, 백업 무결성 검증 ---

whole = Row(
    "Are they whole, and away from here?",
    [
        Panel(
            lines(
                title="Size",
                description=f"Bytes of the newest backup of each kind; told below {SMALLEST:.0%} and above "
                f"{LARGEST:.0%} of what is usual.",
                targets=[query(f"max by (type) ({SIZE})", legend="{{type}}", service=backups)],
                unit="bytes",
            ),
            explains=odd_size,
        ),
        lines(
            title="Duration",
            description="How long the newest backup of each kind took.",
            targets=[query("max by (type) (dropshipping_backup_duration_seconds)", legend="{{type}}", service=backups)],
            unit="s",
        ),
        Panel(
            lines(
                title="Way to S3",
                description="For how long the newest backup of each kind has waited for its upload; told after an "
                "hour. 0 when it is there.",
                targets=[
                    query(
                        f"(time() - max by (type) ({SUCCEEDED}))"
                        f" * (max by (type) ({UPLOADED}) < bool max by (type) ({SUCCEEDED}))"
                        f" or time() - max by (type) ({SUCCEEDED} unless {UPLOADED})",
                        legend="{{type}}",
                        service=backups,
                    )
                ],
                unit="s",
                thresholds=thresholds("green", red=as_duration(not_uploaded.for_) / SECOND),
            ),
            explains=not_uploaded,
        ),
    ],
    width=8,
    height=7,
)

# --- 백업 검증, RTO: 4시간 ---

back = Row(
    "Could we come back, and how soon?",
    [
        Panel(
            number(
                title="Time to recover",
                description=f"The restore as it was last measured, and all other steps as the guide plans them; "
                f"{RTO // HOUR} h are promised (RTO).",
                targets=[query(f"max({recovery_time.record})", instant=True)],
                format="s",
                thresholds=thresholds("green", red=RTO),
            ),
            width=6,
            explains=restore_slow,
        ),
        Panel(
            number(
                title="Last restore test",
                description=f"How long ago a backup was restored and found whole. Due {restore_test}, within "
                f"{restore_test.slack}.",
                targets=[query(f"time() - max({RESTORE_TESTED})", instant=True, service=backups)],
                format="s",
                thresholds=thresholds("green", red=oldest(restore_test)),
            ),
            width=6,
            explains=restore_untested,
        ),
        Panel(
            number(
                title="Last attempt to restore",
                description="How backup_verification.sh ended.",
                targets=[query(f"max({RESTORE_EXIT_CODE})", instant=True, service=backups)],
                format="short",
                mappings=DONE_OR_FAILED,
                thresholds=thresholds("green", red=1),
            ),
            width=6,
            explains=restore_failed,
        ),
        Panel(
            number(
                title="Last log rotation",
                description=f"How long ago. Due {log_rotation}.",
                targets=[query(f"time() - max({ROTATED})", instant=True, service=backups)],
                format="s",
                thresholds=thresholds("green", orange=oldest(log_rotation)),
            ),
            width=6,
            explains=not_rotated,
        ),
        Panel(
            lines(
                title="Time to recover, over the months",
                description=f"How it develops; {RTO // HOUR} h are promised (RTO).",
                targets=[query(recovery_time.record, legend="{{instance}}")],
                unit="s",
                thresholds=thresholds("green", red=RTO),
            ),
            width=24,
        ),
    ],
    height=6,
)

backup = Dashboard(
    "Backup",
    uid="backup",
    folder="Operations",
    description="Could we come back, with how much lost, and how soon? (백업 및 재해복구)",
    tags=["operations"],
    refresh="5m",
    time_from="now-30d",
    rows=[lost, each_kind, whole, back],
    links=links_from("backup"),
    guide="§8 백업, §8 RTO/RPO",
)
