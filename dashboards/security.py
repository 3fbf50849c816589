"""§5 보안 운영: what the access log, Fail2ban and the scans tell. For the security team, and for the evening check."""

from __future__ import annotations

from alerts.exporters import CLIENTS_SHOWN, ERRORS_PER_CLIENT, LOGINS_PER_CLIENT
from alerts.scrape import certificate
from alerts.security import (
    BANS,
    ERROR_SHARE,
    FINDINGS,
    OFFENDERS_TOGETHER,
    SCANNED,
    SCANS,
    SQL_INJECTIONS,
    breach,
    brute_force,
    brute_force_together,
    certificate_ends,
    daily_scan,
    errors_everywhere,
    fail2ban_down,
    holes_found,
    jail_missing,
    log_silent,
    log_unwatched,
    many_bans,
    noisy_client,
    old_tls,
    one_of,
    scan_stale,
    scan_unknown,
    sql_injection,
    weekly_scan,
)
from alerts.services import access_log, fail2ban, nginx, scans
from generator import Dashboard, Panel, Row, query, thresholds

from .links import links_from
from .panels import alive, areas, lines, number, ranking
from .schedules import oldest
from .shared import certificate_days

# --- 실시간 보안 모니터링 ---

attacked = Row(
    "Is somebody attacking?",
    [
        Panel(
            number(
                title="Let in after guessing",
                description=f"Logins of the last day that succeeded after more than {LOGINS_PER_CLIENT} failures in a "
                "row. One is a breach until it is proved otherwise.",
                targets=[
                    query("sum(increase(nginx_security_login_breaches_total[1d]))", instant=True, service=access_log)
                ],
                format="short",
                thresholds=thresholds("green", red=0.5),
            ),
            explains=breach,
        ),
        Panel(
            number(
                title="Clients that guess",
                description=f"Clients that went over {LOGINS_PER_CLIENT} logins in the last quarter of an hour; from "
                f"{OFFENDERS_TOGETHER} on they belong together.",
                targets=[
                    query("sum(increase(nginx_security_login_offenders_total[15m]))", instant=True, service=access_log)
                ],
                format="short",
                thresholds=thresholds("green", orange=0.5, red=OFFENDERS_TOGETHER),
            ),
            explains=brute_force_together,
        ),
        Panel(
            number(
                title="SQL injection",
                description=f"Attempts in the last ten minutes; told from {SQL_INJECTIONS} on.",
                targets=[
                    query("sum(increase(nginx_security_sql_injections_total[10m]))", instant=True, service=access_log)
                ],
                format="short",
                thresholds=thresholds("green", orange=SQL_INJECTIONS),
            ),
            explains=sql_injection,
        ),
        Panel(
            number(
                title="Clients that collect errors",
                description=f"Clients that went over {ERRORS_PER_CLIENT} answers 40x or 50x in the last ten minutes.",
                targets=[
                    query("sum(increase(nginx_security_noisy_clients_total[10m]))", instant=True, service=access_log)
                ],
                format="short",
                thresholds=thresholds("green", orange=0.5),
            ),
            explains=noisy_client,
        ),
        number(
            title="Banned now",
            description="Addresses that Fail2ban keeps out, of all jails.",
            targets=[query("sum(f2b_jail_banned_current)", instant=True, service=fail2ban)],
            format="short",
            thresholds=thresholds("blue"),
        ),
        Panel(
            alive(
                title="Fail2ban",
                description="Whether Fail2ban lives, and its exporter.",
                targets=[query("min(f2b_up or up)", instant=True, service=fail2ban)],
            ),
            explains=fail2ban_down,
        ),
    ],
    width=4,
    height=5,
)

course = Row(
    "What do they try, and since when?",
    [
        Panel(
            lines(
                title="Logins",
                description=f"Logins per minute, and those of clients beyond their first {LOGINS_PER_CLIENT} "
                "(무차별 대입 공격).",
                targets=[
                    query(
                        "60 * sum(rate(nginx_security_login_attempts_total[$__rate_interval]))",
                        legend="all",
                        service=access_log,
                    ),
                    query(
                        "60 * sum(rate(nginx_security_login_offences_total[$__rate_interval]))",
                        legend="too many",
                        service=access_log,
                    ),
                ],
                unit="cpm",
            ),
            explains=brute_force,
        ),
        Panel(
            areas(
                title="Errors",
                description=f"Share of answers that are 40x or 50x; told above {ERROR_SHARE:.0%} of both together.",
                targets=[
                    query(
                        "sum by (class) (rate(nginx_security_errors_total[10m]))"
                        " / on () group_left () sum(rate(nginx_security_lines_total[10m]))",
                        legend="{{class}}0x",
                        service=access_log,
                    )
                ],
                unit="percentunit",
                thresholds=thresholds("green", orange=ERROR_SHARE),
            ),
            explains=errors_everywhere,
        ),
        lines(
            title="SQL in query strings",
            description="Requests per minute with SQL in their query string (SQL Injection 시도).",
            targets=[
                query(
                    "60 * sum(rate(nginx_security_sql_injections_total[$__rate_interval]))",
                    legend="attempts",
                    service=access_log,
                )
            ],
            unit="cpm",
        ),
    ],
    width=8,
    height=7,
)

# awk '{print $1}' | sort | uniq -c | sort -nr
who = Row(
    "Who is it?",
    [
        ranking(
            title="Clients with most errors",
            description=f"Answers 40x and 50x of the last hour, of the ten worst of at most {CLIENTS_SHOWN} clients "
            "that mtail remembers (의심스러운 IP). The log has the rest.",
            targets=[
                query(
                    "sort_desc(topk(10, sum by (client) (increase(nginx_security_client_errors_total[1h])) > 0))",
                    legend="{{client}}",
                    instant=True,
                    service=access_log,
                )
            ],
            format="short",
        ),
        Panel(
            areas(
                title="Jails",
                description="Addresses that are banned, by jail (Fail2ban).",
                targets=[query("sum by (jail) (f2b_jail_banned_current)", legend="{{jail}}", service=fail2ban)],
                unit="short",
            ),
            explains=jail_missing,
        ),
        Panel(
            lines(
                title="Bans",
                description=f"Addresses that were banned in the hour before, by jail; told beyond {BANS}.",
                targets=[
                    query("sum by (jail) (delta(f2b_jail_banned_total[1h]) >= 0)", legend="{{jail}}", service=fail2ban)
                ],
                unit="short",
                thresholds=thresholds("green", orange=BANS),
            ),
            explains=many_bans,
        ),
    ],
    width=8,
    height=7,
)

# --- 정기 보안 점검, SSL ---

holes = Row(
    "Are our own holes known and mended?",
    [
        *(
            Panel(
                number(
                    title=f"{how} scans",
                    description=f"How long ago each of them ended: {', '.join(SCANS[schedule])}. Due {schedule}, and "
                    f"done within {schedule.slack} (정기 보안 점검).",
                    targets=[
                        query(
                            f"time() - max by (scan) ({SCANNED}{{{one_of(schedule)}}})",
                            legend="{{scan}}",
                            instant=True,
                            service=scans,
                        )
                    ],
                    format="s",
                    textMode="value_and_name",
                    thresholds=thresholds("green", orange=oldest(schedule)),
                ),
                width=6,
                explains=explained,
            )
            for how, schedule, explained in [
                ("Daily", daily_scan, scan_stale[:1]),
                ("Weekly", weekly_scan, [scan_stale[1], scan_unknown]),
            ]
        ),
        Panel(
            areas(
                title="Findings",
                description="Weaknesses that the scans found and nobody has mended, by severity.",
                targets=[
                    query(f"sum by (severity) ({FINDINGS})", legend="{{severity}}", service=scans),
                ],
                unit="short",
            ),
            width=6,
            explains=holes_found,
        ),
        Panel(
            certificate_days(),
            width=3,
            explains=certificate_ends,
        ),
        Panel(
            number(
                title="TLS",
                description="The version that Nginx agrees on with us; 1.0 and 1.1 are broken.",
                targets=[
                    query(f'probe_tls_version_info{{job="{certificate.name}"}}', legend="{{version}}", instant=True)
                ],
                format="short",
                textMode="name",
                thresholds=thresholds("blue"),
            ),
            width=3,
            explains=old_tls,
        ),
    ],
    height=6,
)

awake = Row(
    "Is the log being read at all?",
    [
        Panel(
            lines(
                title="Requests and lines",
                description="Requests per second that Nginx answered, and lines of its log that mtail understood: they "
                "must be the same.",
                targets=[
                    query("sum(rate(nginx_http_requests_total[$__rate_interval]))", legend="requests", service=nginx),
                    query(
                        "sum(rate(nginx_security_lines_total[$__rate_interval]))", legend="lines", service=access_log
                    ),
                ],
                unit="reqps",
            ),
            width=18,
            explains=log_silent,
        ),
        Panel(
            alive(
                title="mtail",
                description="Whether mtail answers Prometheus.",
                targets=[query("min(up)", instant=True, service=access_log)],
            ),
            width=6,
            explains=log_unwatched,
        ),
    ],
    height=6,
)

security = Dashboard(
    "Security",
    uid="security",
    folder="Operations",
    description="Attacks, bans, scans and certificates (보안 운영)",
    tags=["operations"],
    refresh="1m",
    time_from="now-24h",
    rows=[attacked, course, who, holes, awake],
    links=links_from("security"),
    guide="§5 보안 모니터링, §5 정기 보안 점검, §5 침입 탐지 및 대응",
)
