"""§3 모니터링 및 알림: what to do when users are served badly, and when the watching itself fails."""

from __future__ import annotations

from generator import Action, Runbook

from . import COMPOSE

RECENT_ERRORS = Action("Read the recent errors.", f"{COMPOSE} logs --since 10m | grep -i error | tail -20")
CONTAINERS = Action("Look at the containers.", f"{COMPOSE} ps")

error_budget_burn = Runbook(
    "error-budget-burn",
    title="An error budget burns",
    text=(
        "More goes wrong than the objective allows. A page burns so fast that the budget of the month is gone in days; "
        "a ticket so steadily that it is gone before the month is. Which alerts fire beside it says what is wrong. "
        "When the metrics themselves are gone, nobody is watching the objective: begin with what collects them."
    ),
    steps=[
        Action(
            "Nothing is measured? See why Prometheus gets nothing, and whether rules fail.",
            "curl -s http://prometheus:9090/api/v1/targets?state=active\ncurl -s http://prometheus:9090/api/v1/rules",
        ),
        "Look at the dashboard: since when, and is it getting worse?",
        "Look for what was changed at that time: a deployment, a setting, a surge of users.",
        RECENT_ERRORS,
        "Undo the change if there is one. It can be understood afterwards.",
        "When the budget is gone, only what makes the service more reliable is deployed until it is back.",
    ],
    guide="§6 장애 해결",
)
low_availability = Runbook(
    "low-availability",
    title="Users get server errors",
    text="Nginx answers with 5xx: because the backend does, or (502, 504) because it does not answer at all.",
    steps=[
        Action("See which errors, and for what.", "tail -n 2000 /var/log/nginx/access.log | grep -E '\" 50[0-9] '"),
        CONTAINERS,
        RECENT_ERRORS,
        Action("If the backend hangs, restart it.", f"{COMPOSE} restart backend"),
    ],
    guide="§6 장애 해결",
)
high_error_rate = Runbook(
    "high-error-rate",
    title="The backend fails requests",
    steps=[
        "Look which endpoint fails: one (a fault of the program) or all (the database, Redis, the machine)?",
        Action("Read what the backend says.", f"{COMPOSE} logs --since 10m backend | grep -i error | tail -20"),
        "If it began with a deployment, go back to the version before.",
        Action("If all endpoints fail, restart it.", f"{COMPOSE} restart backend"),
    ],
    guide="§6 장애 해결",
)
high_response_time = Runbook(
    "high-response-time",
    title="The backend is slow",
    steps=[
        "Look at the response times by endpoint, and at CPU, memory and disk of the machine.",
        Action(
            "See the times by endpoint as the backend tells them.",
            'curl -s "https://yourdomain.com/api/v1/metrics" | grep http_request_duration',
        ),
        "Look at the database: slow statements, locks, connections.",
        "If all is busy and nothing is wrong, there is too much to do: see the scaling criteria.",
    ],
    guide="§6 장애 해결",
)
throughput_drop = Runbook(
    "throughput-drop",
    title="Fewer requests than usual",
    text="Either users cannot reach the shop, or they have a reason not to come, such as a holiday.",
    steps=[
        Action("Open the shop from outside.", "curl -I https://yourdomain.com/health"),
        "Look at Nginx: does it get fewer requests, or pass fewer on?",
        "Ask whether something was planned: a campaign that ended, a change of DNS.",
    ],
    guide="§6 장애 해결",
)
disk_almost_full = Runbook(
    "disk-almost-full",
    title="A disk fills up",
    steps=[
        Action("See which file system.", "df -h"),
        Action("See what fills it.", "du -xh --max-depth=2 / | sort -h | tail -20"),
        Action("Remove what Docker no longer uses.", "docker system prune -f\ndocker image prune -a -f"),
        Action("Remove logs older than 30 days.", 'find ./logs -name "*.log" -mtime +30 -delete'),
        Action("Remove backups older than 90 days.", 'find ./backups -name "*.sql*" -mtime +90 -delete'),
        "If PostgreSQL's WAL fills it, do not delete it: it is not being archived. See the procedure for that.",
    ],
    guide="§7 정기 유지보수, §6 장애 해결",
)
certificate_expiry = Runbook(
    "certificate-expiry",
    title="The certificate expires (SSL 인증서 만료)",
    steps=[
        Action(
            "See until when it is good (SSL 인증서 만료일 확인).",
            "openssl x509 -in nginx/ssl/fullchain.pem -noout -dates",
        ),
        "Renew it, and find out why that did not happen by itself.",
        Action("Let Nginx read it.", f"{COMPOSE} exec nginx nginx -s reload"),
        Action(
            "See it from outside.",
            "openssl s_client -connect yourdomain.com:443 </dev/null | openssl x509 -noout -dates",
        ),
    ],
    guide="§2 체크리스트, §6 장애 해결",
)

# --- The watching itself ---

exporter_down = Runbook(
    "exporter-down",
    title="An exporter does not answer",
    text="The service may be well, but nobody would know if it were not.",
    steps=[
        Action("See why Prometheus gets nothing.", "curl -s http://prometheus:9090/api/v1/targets?state=active"),
        CONTAINERS,
        Action("Read what the exporter says, and restart it.", f"{COMPOSE} restart [exporter]"),
        "Until it is back, look at the service by hand.",
    ],
    guide="§6 장애 해결",
)
prometheus_rules_failing = Runbook(
    "prometheus-rules-failing",
    title="Rules cannot be evaluated",
    text="The alerts of the group that fails are dead.",
    steps=[
        Action("See which rule fails, and why.", "curl -s http://prometheus:9090/api/v1/rules"),
        "Mostly two series meet where one is expected: an exporter runs twice, or has new labels.",
        "Mend the definition, add the case as a fixture, and run `tocsin render`.",
    ],
    guide="§6 장애 해결",
)
notifications_failing = Runbook(
    "notifications-failing",
    title="Messages do not get through",
    steps=[
        Action("See what it says.", f"{COMPOSE} logs --since 30m alertmanager | grep -i 'notify'"),
        "Look whether the secret (webhook, password) was changed, and whether the other side is up.",
        "Until it works again, look at the alerts in Grafana or at http://alertmanager:9093 yourself.",
    ],
    guide="§6 장애 해결",
)
configuration_refused = Runbook(
    "configuration-refused",
    title="A new configuration is refused",
    text="The old one goes on, but would not survive a restart.",
    steps=[
        Action("See what is wrong.", f"{COMPOSE} logs --since 30m prometheus alertmanager | grep -i 'config'"),
        Action("Is what runs what was rendered?", "tocsin render --check"),
        "Go back to the last good configuration, and reload.",
    ],
    guide="§6 장애 해결",
)
heartbeat = Runbook(
    "heartbeat",
    title="The sign of life",
    text="Nothing has to be done while it fires. The watcher outside calls when it stops: then act.",
    steps=[
        Action("Do Prometheus and Alertmanager live?", f"{COMPOSE} ps prometheus alertmanager"),
        Action("Bring them back.", f"{COMPOSE} up -d prometheus alertmanager"),
        Action("If they do, does the machine reach the world?", "curl -I https://heartbeat.yourdomain.com"),
    ],
    guide="§6 장애 해결",
)
