"""§8 백업 및 재해복구: backups that are late, broken or elsewhere, and the way back."""

from __future__ import annotations

from generator import Action, Runbook

from . import COMPOSE, psql

STATE = Action("See what there is (백업 상태 확인).", "ls -la backups/ | tail -5")
BY_HAND = Action(
    "Make one by hand, of the type that the alert names.",
    "/opt/dropshipping-system/scripts/backup.py backup --type [daily|weekly|monthly]",
)
DAILY_BY_HAND = Action("Make one by hand.", "/opt/dropshipping-system/scripts/backup.py backup --type daily")
SYSTEM_BY_HAND = Action(
    "The system backup is made so (중요 파일들 백업).",
    "tar -czf system_backup_$(date +%Y%m%d).tar.gz .env nginx/ssl/ scripts/ docker-compose.prod.yml",
)

backup_late = Runbook(
    "backup-late",
    title="A backup is missing",
    steps=[
        STATE,
        Action("Did cron start it?", "crontab -l; grep CRON /var/log/syslog | grep backup.py | tail -5"),
        "Is it still running? Then it takes longer than its schedule gives it: look at the disk, or give it more.",
        BY_HAND,
        SYSTEM_BY_HAND,
    ],
    guide="§8 백업",
)
backup_failed = Runbook(
    "backup-failed",
    title="A backup failed",
    steps=[
        STATE,
        Action("Is there room for it?", "df -h"),
        BY_HAND,
        SYSTEM_BY_HAND,
        "Read what it says, and mend that.",
    ],
    guide="§8 백업",
)
backup_size = Runbook(
    "backup-size",
    title="A backup has an odd size",
    text="Far too small, it is not whole: the backup before is the newest good one. Do not let that be deleted.",
    steps=[
        STATE,
        "Was something large deleted or added? Then it is right.",
        Action("Restore it beside the real one (백업 검증).", "./scripts/backup_verification.sh"),
        BY_HAND,
        SYSTEM_BY_HAND,
    ],
    guide="§8 백업",
)
backup_upload = Runbook(
    "backup-upload",
    title="A backup is not in S3",
    text="It would be lost with the machine that it is a backup of.",
    steps=[
        Action("See what is there.", "aws s3 ls s3://your-bucket/backups/ | tail -5"),
        "Look at the credentials, and at the network.",
        Action("Send it by hand.", "aws s3 cp backups/[file] s3://your-bucket/backups/"),
    ],
    guide="§8 백업",
)
wal_archiving = Runbook(
    "wal-archiving",
    title="WAL is not archived",
    text="Whatever is written from now on exists on one disk only, and that disk fills up. Do not delete WAL by hand.",
    steps=[
        Action("See since when, and which segment fails.", psql("SELECT * FROM pg_stat_archiver;")),
        Action(
            "See the settings (archive_mode = on, archive_command = 'wal-e wal-push %p').",
            psql("SHOW archive_mode;", "SHOW archive_command;"),
        ),
        "Run the command by hand as PostgreSQL's user: mostly it is the credentials, or the network.",
        "It catches up by itself once the command works.",
    ],
    guide="§8 백업",
)
recovery_point = Runbook(
    "recovery-point",
    title="Too much work is at risk (RPO)",
    text="The newest point that can be brought back is too old. The promise (RPO) is one hour.",
    steps=[
        Action("Does archiving work?", psql("SELECT * FROM pg_stat_archiver;")),
        Action("Archive what there is, now.", psql("SELECT pg_switch_wal();")),
        "If that does not help within minutes, make a backup and send it away.",
        DAILY_BY_HAND,
    ],
    guide="§8 RTO/RPO",
)
restore_test = Runbook(
    "restore-test",
    title="A restore has to be tried (백업 검증)",
    text="A backup that was never restored is a hope. Everything must be back within four hours (RTO).",
    steps=[
        Action("Make a database to try it in.", "createdb test_restore_db"),
        Action("Restore the newest backup.", "psql test_restore_db < latest_backup.sql"),
        Action("Check the data (데이터 무결성 검사).", "python3 scripts/verify_backup.py --database test_restore_db"),
        Action("Clear up.", "dropdb test_restore_db"),
        "If it was too slow, restore in parallel (`pg_restore --jobs`), or from a copy of the disk.",
    ],
    guide="§8 백업, §8 RTO/RPO",
)
# 복구 절차
disaster_recovery = Runbook(
    "disaster-recovery",
    title="Bring everything back (복구 절차)",
    text=(
        "When the machine is lost, everything has to be back within four hours (RTO), an hour for each of these steps. "
        "The second is measured by every restore test; if it takes longer than its hour, restore in parallel "
        "(`pg_restore --jobs`), or from a copy of the disk."
    ),
    steps=[
        Action(
            "**1단계: 인프라 복구 (0-1시간)** Set up a new server (새 서버에서 환경 구성).",
            "git clone https://github.com/your-repo/dropshipping-system.git\n"
            "cd dropshipping-system\ncp .env.backup .env",
        ),
        Action(
            "**2단계: 데이터 복구 (1-2시간)** Restore the newest backup (최신 백업에서 데이터베이스 복원).",
            "python3 scripts/backup.py restore s3://your-bucket/latest-backup.sql",
        ),
        Action("Check the data (데이터 무결성 확인).", "python3 scripts/verify_data_integrity.py"),
        Action("**3단계: 서비스 복구 (2-3시간)** Start the services (서비스 시작).", f"{COMPOSE} up -d"),
        Action("See whether they are well (헬스 체크).", "python3 scripts/health_check.py --comprehensive"),
        Action("**4단계: 검증 및 완료 (3-4시간)** Try them (연기 테스트).", "python3 scripts/smoke_test.py"),
        "Change DNS if need be (DNS 변경), and start the monitoring again (모니터링 재시작).",
    ],
    guide="§8 RTO/RPO",
)
log_rotation = Runbook(
    "log-rotation",
    title="Logs are not rotated (로그 로테이션)",
    steps=[
        Action("See what it says.", "logrotate --debug /etc/logrotate.conf"),
        Action("Do it by hand.", "logrotate --force /etc/logrotate.conf"),
        Action("Remove what is older than 30 days.", 'find ./logs -name "*.log" -mtime +30 -delete'),
    ],
    guide="§7 정기 유지보수",
)
