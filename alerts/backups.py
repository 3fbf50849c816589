"""§8 백업 및 재해복구: is there a backup of each kind, is it whole, is it away from here, and can it be restored?

scripts/backup.py and backup_verification.sh write what they did into text files of node_exporter when they end, well
or badly; see `declared.py`. The archive of the WAL is told by postgres_exporter from `pg_stat_archiver`.

A schedule is late at a known time: the moment it names, plus what the work may take. "Older than 24 hours and a bit"
would be too early after a quick night and too late after a slow one.

What has to do with the loss of data is labelled `risk="data-loss"`: no other alert holds it back, and maintenance does
not mute it. It is P0 (데이터 손실 위험) where work that users do now would be lost with the machine: WAL is not
archived, or RPO is broken. It is P1 or P2 where one safeguard of several is missing, as when a backup is late while
WAL is archived and yesterday's backup is there: nothing is at risk yet, and nobody calls the CTO for it.
"""

from __future__ import annotations

from functools import partial

from generator import P0, P1, P2, SLO, Alert, Page, RecordingRule, Schedule, Ticket, TimeSlices

from .receivers import slack_and_email
from .services import backups, database

HOUR = 3600

RPO = 1 * HOUR
"""Seconds of work that may be lost: RPO 1시간."""

RTO = 4 * HOUR
"""Seconds within which everything must be back: RTO 4시간."""

OTHER_STEPS = 3 * HOUR
"""Seconds that the guide gives to infrastructure (1단계), services (3단계) and checks (4단계), an hour each."""

WARNING_BEFORE = RPO / 2
"""Seconds of work at risk from which somebody looks, while there is still time to keep within RPO."""

SMALLEST = 0.5
"""Share of the usual size below which a backup cannot be whole."""

LARGEST = 2.0
"""Times the usual size above which something has gone into a backup that does not belong there."""

DATA_LOSS = {"risk": "data-loss"}
"""The label of alerts that say that data, or a safeguard against its loss, may be lost; `routing.py` goes by it."""

SUCCEEDED = "dropshipping_backup_last_success_timestamp_seconds"
EXIT_CODE = "dropshipping_backup_last_exit_code"
SIZE = "dropshipping_backup_size_bytes"
UPLOADED = "dropshipping_backup_upload_last_success_timestamp_seconds"
RESTORE_TESTED = "dropshipping_restore_test_last_success_timestamp_seconds"
RESTORE_EXIT_CODE = "dropshipping_restore_test_last_exit_code"
RESTORE_SECONDS = "dropshipping_restore_test_duration_seconds"
ROTATED = "dropshipping_log_rotation_last_success_timestamp_seconds"

# --- crontab ---

seoul = partial(Schedule, timezone="Asia/Seoul", guide="§8 백업")

# 0 2 * * * /opt/dropshipping-system/scripts/backup.py backup --type daily
daily = seoul("daily", at="02:00", slack="1h", description="The database, by backup.py --type daily")
# 0 3 * * 0 /opt/dropshipping-system/scripts/backup.py backup --type weekly
weekly = seoul("weekly", at="03:00", weekday="sun", slack="2h", description="The database, by backup.py --type weekly")
# 0 4 1 * * /opt/dropshipping-system/scripts/backup.py backup --type monthly
monthly = seoul("monthly", at="04:00", day=1, slack="2h", description="The database, by backup.py --type monthly")
# §7 매월 (첫째 주 일요일): 전체 시스템 백업, within the maintenance window 02:00-04:00
system = seoul(
    "system",
    at="02:00",
    weekday="sun",
    first=True,
    slack="3h",
    description="Settings, certificates and scripts, as system_backup_YYYYMMDD.tar.gz",
)
# §2 매월 첫째 주: DR(재해복구) 테스트. §8 월간 백업 복원 테스트
restore_test = seoul("restore-test", day=1, slack="7d", description="backup_verification.sh, in a month's first week")
# §7 매일: 로그 로테이션
log_rotation = seoul("log-rotation", at="00:00", slack="2h", description="Logs of Nginx and of all containers")

KINDS = (daily, weekly, monthly, system)
"""The backups, by the label `type` of what backup.py tells."""

USUAL = {
    daily: "[7d] offset 1d",
    weekly: "[4w] offset 1w",
    # Made 28 to 35 days apart: 35 days ago there was an earlier one.
    monthly: "[1d] offset 35d",
    system: "[1d] offset 35d",
}
"""Which backups' sizes are usual: those before the newest, as far back as 37 days of retention go."""

told = partial(Alert, service=backups, for_="5m", receiver=slack_and_email, guide="§8 백업")
at_risk = partial(told, level=P1, labels=DATA_LOSS)


def made_by(kind: Schedule) -> str:
    """The matcher of a kind of backup."""
    return f'type="{kind.name}"'


# --- 백업 상태 확인: is there one of each kind? ---

# Without a daily one, restoring takes longer and longer (more WAL) and hangs on an older one; the others can wait.
late = [
    told(
        f"{kind.name.capitalize()}BackupLate",
        level=level,
        labels=labels,
        expr=backups.query(f"{SUCCEEDED}{{{made_by(kind)}}} < {kind.due}"),
        summary=f"The {kind.name} backup is late",
        description=(
            f"A {kind.name} backup is due {kind}, with {kind.slack} for its work. The newest is from "
            "{{ $value | humanizeTimestamp }}."
        ),
        runbook="backup-late",
    )
    for kind, level, labels in [
        (daily, P1, DATA_LOSS),
        (weekly, P2, DATA_LOSS),
        (monthly, P2, DATA_LOSS),
        (system, P2, DATA_LOSS),
    ]
]
unknown = at_risk(
    "BackupUnknown",
    expr=backups.query(" or ".join(f"absent({SUCCEEDED}{{{made_by(kind)}}})" for kind in KINDS)),
    for_="15m",
    summary="Nothing is known of the {{ $labels.type }} backup",
    description=(
        "backup.py has left no line on the {{ $labels.type }} backup in the text file: it never succeeded, or nobody "
        "collects the file."
    ),
    runbook="backup-late",
)

# --- Did it fail, and is it whole? ---

failed = at_risk(
    "BackupFailed",
    expr=backups.query(f"{EXIT_CODE} != 0"),
    summary="The {{ $labels.type }} backup failed",
    description="backup.py ended the {{ $labels.type }} backup with exit code {{ $value }}.",
    runbook="backup-failed",
)
odd_size = [
    at_risk(
        f"{kind.name.capitalize()}BackupSizeOdd",
        expr=backups.query(f"""
            {SIZE}{{{made_by(kind)}}} / quantile_over_time(0.5, {SIZE}{{{made_by(kind)}}}{usual}) < {SMALLEST}
            or
            {SIZE}{{{made_by(kind)}}} / quantile_over_time(0.5, {SIZE}{{{made_by(kind)}}}{usual}) > {LARGEST:g}
        """),
        summary=f"The {kind.name} backup has {{{{ $value | humanizePercentage }}}} of its usual size",
        description=(
            f"The newest {kind.name} backup has {{{{ $value | humanizePercentage }}}} of the size of those before it. "
            f"Below {SMALLEST:.0%} it cannot be whole; above {LARGEST:.0%} look what has gone into it."
        ),
        runbook="backup-size",
    )
    for kind, usual in USUAL.items()
]

# --- 자동 S3 업로드 ---

not_uploaded = at_risk(
    "BackupNotUploaded",
    expr=backups.query(f"{UPLOADED} < {SUCCEEDED} or {SUCCEEDED} unless {UPLOADED}"),
    for_="1h",
    summary="The {{ $labels.type }} backup is not in S3",
    description=(
        "The {{ $labels.type }} backup was made an hour ago or more and is not in S3. It would be lost with the "
        "machine that it is a backup of."
    ),
    runbook="backup-upload",
)

# --- 실시간 백업: archive_mode = on, archive_command = 'wal-e wal-push %p' ---

# PostgreSQL tries again and again, a minute apart. A success between failures starts the clock anew.
archiving_fails = told(
    "WALArchivingFails",
    level=P0,
    labels=DATA_LOSS,
    expr=database.query(
        "increase(pg_stat_archiver_failed_count[5m]) > 0 unless increase(pg_stat_archiver_archived_count[5m]) > 0"
    ),
    for_="10m",
    summary="WAL is not being archived",
    description=(
        "wal-push has failed for a quarter of an hour. What is written from now on exists only on "
        "{{ $labels.instance }}, and its disk fills with WAL that cannot be removed."
    ),
    runbook="wal-archiving",
)
# With no segment ever archived there is no age (postgres_exporter leaves it out, older ones say NaN).
never_archived = told(
    "WALNeverArchived",
    level=P0,
    labels=DATA_LOSS,
    expr=database.query("pg_stat_archiver_archived_count == 0 unless pg_stat_archiver_last_archive_age >= 0"),
    for_="10m",
    summary="WAL has never been archived",
    description=(
        "PostgreSQL at {{ $labels.instance }} has not archived a single segment since its statistics began: "
        "archive_mode is off, or archive_command does not work."
    ),
    runbook="wal-archiving",
)
archiver_unknown = at_risk(
    "WALArchiverUnknown",
    expr=database.query("absent(pg_stat_archiver_archived_count) and on () max(pg_up) == 1"),
    for_="15m",
    summary="Nothing is known of the archive of the WAL",
    description=(
        "PostgreSQL answers, but postgres_exporter tells nothing of pg_stat_archiver. How much work is at risk cannot "
        "be said."
    ),
    runbook="wal-archiving",
)

# --- RPO: 1시간 ---

# The archive is the newest point that can be recovered; a backup is newer for minutes only. archive_timeout must be
# well below RPO, or a slow hour looks like a broken one. Where nothing was written for an hour nothing is at risk: if
# something older was not archived, WALArchivingFails has told.
exposure = RecordingRule(
    "instance:data_at_risk:seconds",
    database.query("""
        pg_stat_archiver_last_archive_age
        * on (instance) group_left () (
            sum by (instance) (
                increase(pg_stat_database_tup_inserted[1h])
                + increase(pg_stat_database_tup_updated[1h])
                + increase(pg_stat_database_tup_deleted[1h])
            ) > bool 0
        )
    """),
    description="Age of the newest recoverable point, 0 when nothing was written in the last hour",
    guide="§8 RTO/RPO",
)
recovery_point_ages = told(
    "RecoveryPointAges",
    level=P1,
    labels=DATA_LOSS,
    expr=f"{exposure.record} > {WARNING_BEFORE:g}",
    summary="{{ $value | humanizeDuration }} of work are at risk",
    description=(
        "The newest point that {{ $labels.instance }} could be brought back to is {{ $value | humanizeDuration }} old. "
        f"At {RPO // HOUR} h the promise (RPO) is broken."
    ),
    runbook="recovery-point",
    guide="§8 RTO/RPO",
)
recovery_point_too_old = told(
    "RecoveryPointTooOld",
    level=P0,
    labels=DATA_LOSS,
    expr=f"{exposure.record} > {RPO}",
    for_="1m",
    summary="RPO is broken: {{ $value | humanizeDuration }} of work would be lost",
    description=(
        "The newest point that {{ $labels.instance }} could be brought back to is {{ $value | humanizeDuration }} old, "
        f"more than {RPO // HOUR} h. Losing the machine now loses all that was done since."
    ),
    runbook="recovery-point",
    guide="§8 RTO/RPO",
)
# The alert above tells the first minute; the objective tells whether it happens too often.
recovery_point = SLO(
    "recovery-point",
    service=backups,
    objective=99.9,
    sli=TimeSlices(good=f"max({exposure.record}) <= {RPO}"),
    description=f"Minutes in which no more than {RPO // HOUR} h of work would have been lost",
    labels=DATA_LOSS,
    page=Page(disable=True),
    ticket=Ticket(receiver=slack_and_email, runbook="recovery-point"),
    guide="§8 RTO/RPO",
)

# --- 백업 검증: 월간 백업 복원 테스트; RTO: 4시간 ---

restore_untested = at_risk(
    "RestoreTestLate",
    expr=backups.query(f"{RESTORE_TESTED} < {restore_test.due} or absent({RESTORE_TESTED})"),
    summary="Nobody has tried to restore a backup this month",
    description=(
        "A restore has to be tried in the first week of each month. A backup that was never restored is a hope, not a "
        "backup."
    ),
    runbook="restore-test",
)
restore_failed = at_risk(
    "RestoreTestFailed",
    expr=backups.query(f"{RESTORE_EXIT_CODE} != 0"),
    summary="The newest backup could not be restored",
    description=(
        "backup_verification.sh ended with exit code {{ $value }}: the backup could not be read, or its data is not "
        "whole."
    ),
    runbook="restore-test",
)
recovery_time = RecordingRule(
    "instance:recovery_time:seconds",
    backups.query(f"{OTHER_STEPS} + max by (instance) ({RESTORE_SECONDS})"),
    description="Time until everything is back: the restore as it was measured, all else as the guide plans it",
    guide="§8 RTO/RPO",
)
restore_slow = told(
    "RecoveryTooSlow",
    level=P2,
    expr=f"{recovery_time.record} > {RTO}",
    summary="Recovery would take {{ $value | humanizeDuration }}",
    description=(
        f"The last restore test took so long that, with {OTHER_STEPS // HOUR} h for all other steps, the system "
        f"would be back after {{{{ $value | humanizeDuration }}}}, later than {RTO // HOUR} h (RTO)."
    ),
    runbook="disaster-recovery",
    guide="§8 RTO/RPO",
)

# --- 매일: 로그 로테이션 ---

not_rotated = told(
    "LogRotationLate",
    level=P2,
    expr=backups.query(f"{ROTATED} < {log_rotation.due} or absent({ROTATED})"),
    summary="Logs are not rotated",
    description="The logs were not rotated last night. They grow until the disk is full.",
    runbook="log-rotation",
)
