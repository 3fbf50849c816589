"""§5 보안 운영 and 보안 사건 대응 절차: attacks, and suspected breaches."""

from __future__ import annotations

from generator import Action, Runbook

ERRORS_BY_CLIENT = Action(
    "See which clients collect errors (의심스러운 IP 활동 모니터링).",
    """tail -n 50000 /var/log/nginx/access.log | grep -E "40[0-9]|50[0-9]" \\
  | awk '{print $1}' | sort | uniq -c | sort -nr""",
)
LOGINS_BY_CLIENT = Action(
    "See who tries (무차별 대입 공격 탐지).",
    """grep "POST /api/v1/auth/login" /var/log/nginx/access.log \\
  | awk '{print $1}' | sort | uniq -c | awk '$1 > 10 {print $2}'""",
)
BAN = Action("Ban an address.", "fail2ban-client set nginx-http-auth banip [address]")

brute_force = Runbook(
    "brute-force",
    title="Passwords are tried out",
    steps=[
        LOGINS_BY_CLIENT,
        BAN,
        "Did one of them get in? Look for an answer 200 after the failures; then it is a breach: see that procedure.",
        "From many addresses at once, bans do not help: limit the rate of logins in Nginx.",
    ],
    guide="§5 보안 모니터링",
)
sql_injection = Runbook(
    "sql-injection",
    title="Somebody tries SQL injection",
    steps=[
        Action(
            "See what was sent (SQL Injection 시도 탐지).",
            r'grep -i "union\|select\|drop\|insert\|update\|delete" /var/log/nginx/access.log | tail -50',
        ),
        "Was any of it answered with 200 or 500? A 500 means that it reached the database: treat it as a breach.",
        BAN,
        "Give the endpoint to the developers.",
    ],
    guide="§5 보안 모니터링",
)
suspicious_client = Runbook(
    "suspicious-client",
    title="A client looks for something",
    steps=[
        ERRORS_BY_CLIENT,
        "Search engines and our own checks err, too. What asks for files that we never had is a scanner.",
        BAN,
    ],
    guide="§5 보안 모니터링",
)
suspected_breach = Runbook(
    "suspected-breach",
    title="Somebody may have got in (보안 사건 대응 절차)",
    text="The security team and management are told at once (데이터 유출 의심: 즉시 보안팀 및 경영진 보고).",
    steps=[
        "**즉시 대응 (0-15분)** Look at what it did; take the service down if need be; keep the logs.",
        Action(
            "Keep the evidence before it is rotated away.",
            "cp -a /var/log/nginx /root/incident-$(date +%Y%m%d-%H%M)",
        ),
        "**초기 분석 (15분-1시간)** What kind of attack, how far did it get? Lock the account, ban the client.",
        "**상세 분석 (1-4시간)** What was weak? What was read or taken? Plan the recovery.",
        "**복구 및 사후 조치 (4시간-)** Restore, mend, and write down what happened.",
    ],
    guide="§5 침입 탐지 및 대응",
)
fail2ban = Runbook(
    "fail2ban",
    title="Fail2ban",
    steps=[
        Action("See whether it runs, and which jails it has.", "fail2ban-client status"),
        Action("See whom a jail has banned.", "fail2ban-client status nginx-badbots"),
        Action("A jail is missing: look for faults in /etc/fail2ban/jail.local.", "fail2ban-client -t"),
        Action("Restart it.", "sudo systemctl restart fail2ban"),
    ],
    guide="§5 침입 탐지 및 대응",
)
security_scans = Runbook(
    "security-scans",
    title="Security scans (정기 보안 점검)",
    steps=[
        Action("The daily scan (매일).", "python3 scripts/security_scan.py --daily"),
        Action(
            "The image (취약점 스캔).",
            "docker run --rm -v /var/run/docker.sock:/var/run/docker.sock \\\n"
            "  aquasec/trivy image dropshipping-backend:latest",
        ),
        Action("The dependencies (매주, 의존성 취약점 점검).", "safety check\nnpm audit"),
        Action(
            "The Dockerfile (설정 파일 보안 점검).",
            'docker run --rm -v "$PWD:/project" hadolint/hadolint:latest hadolint /project/Dockerfile',
        ),
        "Mend what is critical or high at once; put down when the rest will be.",
    ],
    guide="§5 정기 보안 점검",
)
old_tls = Runbook(
    "old-tls",
    title="An old TLS is offered",
    steps=[
        "Set `ssl_protocols TLSv1.2 TLSv1.3;` in Nginx' configuration, and reload it.",
        Action("See that the old ones are refused.", "openssl s_client -connect yourdomain.com:443 -tls1_1 </dev/null"),
    ],
    guide="§7 정기 유지보수",
)
