"""§5 보안 운영: attacks that the access log shows, Fail2ban, scans, certificates. All of it goes to the security team.

The counters of the access log are made by mtail with the limits of `exporters.py`: how many clients went over a limit
is counted there, so no alert carries a client's address. Who it is, the dashboard shows, and the log itself.
"""

from __future__ import annotations

from functools import partial

from generator import P0, P1, P2, Alert, Schedule

from .exporters import ERRORS_PER_CLIENT, LOGINS_PER_CLIENT, QUIET_MINUTES
from .receivers import security_team
from .scrape import certificate
from .services import access_log, fail2ban, nginx, scans, security

BREACH = {"risk": "breach"}
"""The label of alerts that say that somebody may have got in (데이터 유출 의심, 보안 침해)."""

OFFENDERS_TOGETHER = 10
"""Clients that try too many logins within a quarter of an hour: they belong together."""

SQL_INJECTIONS = 5
"""Attempts in ten minutes: a lone one is a robot that tries every site there is."""

ERROR_SHARE = 0.20
"""Share of all answers that are 40x or 50x: nobody goes astray so often."""

FEWEST_ERRORS = 100
"""Such answers in ten minutes below which a share of them says nothing."""

BANS = 20
"""Addresses that a jail bans in an hour: an attack, not a few robots."""

JAILS = ("nginx-http-auth", "nginx-noscript", "nginx-badbots")
"""The jails of /etc/fail2ban/jail.local."""

CERTIFICATE_LAST_DAYS = 7
"""Days left of a certificate when whoever should have renewed it after the first warning did not."""

# --- 정기 보안 점검: each day, and each week, by its end ---

daily_scan = Schedule(
    "daily-scan",
    at="00:00",
    slack="24h",
    timezone="Asia/Seoul",
    description="python3 scripts/security_scan.py --daily, trivy",
    guide="§5 정기 보안 점검",
)
weekly_scan = Schedule(
    "weekly-scan",
    at="00:00",
    weekday="mon",
    slack="7d",
    timezone="Asia/Seoul",
    description="safety check, npm audit, hadolint",
    guide="§5 정기 보안 점검",
)
SCANS = {
    daily_scan: ("security-scan", "trivy"),
    weekly_scan: ("safety", "npm-audit", "hadolint"),
}
"""What runs when, by the label `scan`."""

SCANNED = "dropshipping_scan_last_success_timestamp_seconds"
FINDINGS = "dropshipping_scan_findings"

seen_in_log = partial(Alert, service=access_log, level=P2, for_="1m", receiver=security_team, guide="§5 보안 모니터링")

# --- 무차별 대입 공격 탐지 ---

brute_force = seen_in_log(
    "BruteForceLogins",
    expr=access_log.query("increase(nginx_security_login_offences_total[10m]) > 0"),
    summary="Somebody tries out passwords",
    description=(
        f"Clients that had tried {LOGINS_PER_CLIENT} logins already, without a pause of {QUIET_MINUTES} minutes, tried "
        "{{ $value | humanize }} more in the last ten minutes."
    ),
    runbook="brute-force",
)
brute_force_together = seen_in_log(
    "BruteForceFromManyClients",
    level=P1,
    expr=access_log.query(f"increase(nginx_security_login_offenders_total[15m]) >= {OFFENDERS_TOGETHER}"),
    summary="Passwords are tried out from many addresses",
    description=(
        "{{ $value | humanize }} clients tried more than "
        f"{LOGINS_PER_CLIENT} logins each in a quarter of an hour: an attack from many addresses, which bans alone do "
        "not end."
    ),
    runbook="brute-force",
)
# An hour long, so that nobody misses it.
breach = seen_in_log(
    "LoginAfterBruteForce",
    level=P0,
    expr=access_log.query("increase(nginx_security_login_breaches_total[1h]) > 0"),
    labels=BREACH,
    summary="Somebody who tried out passwords was let in",
    description=(
        f"In the last hour a client failed to log in more than {LOGINS_PER_CLIENT} times in a row and then succeeded. "
        "Treat the account as taken, and what it can see as known."
    ),
    runbook="suspected-breach",
)

# --- SQL Injection 시도 탐지 ---

sql_injection = seen_in_log(
    "SQLInjectionAttempts",
    expr=access_log.query(f"increase(nginx_security_sql_injections_total[10m]) >= {SQL_INJECTIONS}"),
    summary="Somebody tries SQL injection",
    description="{{ $value | humanize }} requests in the last ten minutes had SQL in their query string.",
    runbook="sql-injection",
)

# --- 의심스러운 IP 활동 모니터링 ---

noisy_client = seen_in_log(
    "SuspiciousClient",
    expr=access_log.query("increase(nginx_security_noisy_clients_total[10m]) > 0"),
    summary="A client collects errors",
    description=(
        f"Clients that went over {ERRORS_PER_CLIENT} answers 40x or 50x without a pause of {QUIET_MINUTES} minutes, "
        "in the last ten minutes: {{ $value | humanize }}. Such clients look for something."
    ),
    runbook="suspicious-client",
)
# Many clients with a few errors each: what the count of each client cannot see.
errors_everywhere = seen_in_log(
    "SuspiciousErrorShare",
    for_="10m",
    expr=access_log.query(f"""
        sum(rate(nginx_security_errors_total[10m])) / sum(rate(nginx_security_lines_total[10m])) > {ERROR_SHARE}
        and
        sum(increase(nginx_security_errors_total[10m])) >= {FEWEST_ERRORS}
    """),
    summary="{{ $value | humanizePercentage }} of all answers are errors",
    description=(
        "{{ $value | humanizePercentage }} of Nginx' answers are 40x or 50x, more than "
        f"{ERROR_SHARE:.0%}: an attack from many addresses, or something is broken."
    ),
    runbook="suspicious-client",
)

# --- Who watches the log? ---

log_unwatched = seen_in_log(
    "SecurityLogExporterDown",
    for_="5m",
    expr=access_log.query("up == 0 or absent(up)"),
    summary="Nobody reads the access log for attacks",
    description="Prometheus gets nothing from mtail. Attacks on logins and by SQL would go unnoticed.",
    runbook="exporter-down",
)
log_silent = seen_in_log(
    "SecurityLogSilent",
    for_="15m",
    expr=f"""
        sum(rate(nginx_security_lines_total{{job="{access_log.job}"}}[10m])) == 0
        and
        sum(rate(nginx_http_requests_total{{job="{nginx.job}"}}[10m])) > 1
    """,
    summary="mtail understands nothing of the access log",
    description=(
        "Nginx answers requests, but mtail reads no line that it understands: the log has moved, cannot be read, or "
        "has another format. Attacks would go unnoticed."
    ),
    runbook="exporter-down",
)

# --- Fail2ban ---

fail2ban_alert = partial(
    Alert, service=fail2ban, level=P2, for_="5m", receiver=security_team, guide="§5 침입 탐지 및 대응"
)

fail2ban_down = fail2ban_alert(
    "Fail2banDown",
    expr=fail2ban.query("f2b_up == 0 or up == 0 or absent(up)"),
    summary="Fail2ban is down",
    description="Fail2ban, or its exporter, does not answer. Nobody is banned.",
    runbook="fail2ban",
)
no_such_jail = " or ".join(f'absent(f2b_jail_banned_current{{jail="{jail}"}})' for jail in JAILS)
jail_missing = fail2ban_alert(
    "Fail2banJailMissing",
    expr=fail2ban.query(f"({no_such_jail}) and on () f2b_up == 1"),
    summary="Jail {{ $labels.jail }} is gone",
    description="Fail2ban runs without jail {{ $labels.jail }}: what that one bans is not banned.",
    runbook="fail2ban",
)
# A total that the exporter calls a gauge, and that begins anew with Fail2ban.
many_bans = fail2ban_alert(
    "Fail2banManyBans",
    expr=fail2ban.query(f"delta(f2b_jail_banned_total[1h]) > {BANS}"),
    summary="Jail {{ $labels.jail }} bans many addresses",
    description=(
        "{{ $value | humanize }} addresses were banned in jail {{ $labels.jail }} in an hour, more than "
        f"{BANS}: an attack is under way."
    ),
    runbook="fail2ban",
)

# --- 정기 보안 점검 ---

scan_alert = partial(Alert, service=scans, level=P2, for_="5m", receiver=security_team, guide="§5 정기 보안 점검")


def one_of(schedule: Schedule) -> str:
    """The matcher of the scans that keep a schedule."""
    names = "|".join(SCANS[schedule])
    return f'scan=~"{names}"'


scan_stale = [
    scan_alert(
        f"{name}SecurityScanStale",
        expr=scans.query(f"{SCANNED}{{{one_of(schedule)}}} < {schedule.due}"),
        summary=f"{name} scan {{{{ $labels.scan }}}} is missing",
        description=(
            f"{{{{ $labels.scan }}}} has to run {how}, and was last done {{{{ $value | humanizeTimestamp }}}}."
        ),
        runbook="security-scans",
    )
    for name, how, schedule in [("Daily", "every day", daily_scan), ("Weekly", "every week", weekly_scan)]
]
no_such_scan = " or ".join(f'absent({SCANNED}{{scan="{scan}"}})' for names in SCANS.values() for scan in names)
scan_unknown = scan_alert(
    "SecurityScanUnknown",
    expr=scans.query(no_such_scan),
    for_="1h",
    summary="Nothing is known of scan {{ $labels.scan }}",
    description=(
        "{{ $labels.scan }} has left no line in the text file: it never ran to its end, or nobody collects the file."
    ),
    runbook="security-scans",
)
holes_found = scan_alert(
    "SecurityScanFindings",
    expr=scans.query(f'sum by (scan, severity) ({FINDINGS}{{severity=~"critical|high"}}) > 0'),
    for_="1h",
    summary="{{ $labels.scan }}: open findings of severity {{ $labels.severity }}: {{ $value }}",
    description=(
        "{{ $labels.scan }} found weaknesses of severity {{ $labels.severity }} that are not mended: {{ $value }}."
    ),
    runbook="security-scans",
)

# --- SSL: the first warning, 30 days before the end, is in slack.py ---

certificate_alert = partial(
    Alert,
    service=nginx,
    labels={"team": security.name},
    for_="1h",
    receiver=security_team,
    guide="§7 정기 유지보수, §3 Slack Warning",
)

certificate_ends = certificate_alert(
    "CertificateNotRenewed",
    level=P1,
    expr=f'(probe_ssl_earliest_cert_expiry{{job="{certificate.name}"}} - time()) / 86400 < {CERTIFICATE_LAST_DAYS}',
    summary='The certificate of {{ $labels.instance }} was not renewed: {{ $value | printf "%.1f" }} days are left',
    description=(
        'The TLS certificate that Nginx shows at {{ $labels.instance }} is good for {{ $value | printf "%.1f" }} '
        f"days more, fewer than {CERTIFICATE_LAST_DAYS}, and nobody has renewed it since the first warning."
    ),
    runbook="certificate-expiry",
)
old_tls = certificate_alert(
    "OldTLS",
    level=P2,
    expr=f'probe_tls_version_info{{job="{certificate.name}", version=~"TLS 1.[01]"}} == 1',
    summary="{{ $labels.instance }} speaks {{ $labels.version }}",
    description="Nginx agreed with us on {{ $labels.version }}, which is broken: it offers nothing newer.",
    runbook="old-tls",
)
