"""§3 알림 채널 설정: who is told, by what, in which words."""

from __future__ import annotations

from generator import Email, Level, NotificationTemplate, Receiver, Secret, Slack, Webhook

from .services import dev, management, ops, security

# "title": "{{ range .Alerts }}{{ .Annotations.summary }}{{ end }}",
# "text": "{{ range .Alerts }}{{ .Annotations.description }}{{ end }}"
# Of one alert that fires they say just that. Of several the guide's words would run into each other ("PostgreSQL is
# downNot restored within 1h"), and "PostgreSQL is down" would be said once more when it is up again: so they are
# parted, and what is over is marked.
slack_message = NotificationTemplate(
    "slack",
    """\
{{ define "guide.over" }}{{ if eq .Status "resolved" }}Resolved: {{ end }}{{ end -}}
{{ define "guide.title" }}{{ range $place, $alert := .Alerts }}{{ if $place }}; {{ end -}}
  {{ template "guide.over" . }}{{ .Annotations.summary }}{{ end }}{{ end -}}
{{ define "guide.text" }}{{ range $place, $alert := .Alerts }}{{ if $place }}
{{ end }}{{ template "guide.over" . }}{{ .Annotations.description }}{{ end }}{{ end -}}
""",
    guide="§3 alertmanager_config",
)

# Below the guide's words, for whoever reads them on a phone at night: what to do, and what to look at.
BUTTONS = [
    {"type": "button", "text": text, "url": f"{{{{ (index .Alerts 0).Annotations.{link} }}}}"}
    for text, link in [("Runbook", "runbook_url"), ("Dashboard", "dashboard_url")]
]

# "api_url": "${SLACK_WEBHOOK}", "channel": "#alerts"
slack = Slack(
    "#alerts",
    url=Secret("slack_webhook"),
    title='{{ template "guide.title" . }}',
    text='{{ template "guide.text" . }}',
    options={"actions": BUTTONS},
)
# Critical 및 Warning 알림 모두 이메일로 전송
email = Email(ops.contacts[0].email)

# The guide calls it "web.hook".
slack_and_email = Receiver(
    "slack-and-email",
    slack,
    email,
    description="Slack #alerts and mail to operations: everything that is not said otherwise",
    guide="§3 alertmanager_config, §3 Slack Critical, §3 Slack Warning",
)

# 2차 대응 보안팀: security@yourdomain.com
security_team = Receiver(
    "security",
    slack,
    email,
    Email(security.contacts[0].email),
    description="What concerns security also goes to the security team",
    guide="§5 보안 모니터링, §9 연락처",
)

# --- §9 에스컬레이션: three tiers ---

# What an inbox shows of a message must say what it is about.
SUBJECT = "[{{ .Status | toUpper }}] {{ .CommonAnnotations.summary }}"

# 1차 대응 (24/7): 운영팀 ops@yourdomain.com
first_tier = slack_and_email
# 2차 대응 (업무시간): 개발팀 dev@yourdomain.com, 보안팀 security@yourdomain.com
second_tier = Receiver(
    "second-tier",
    [Email(team.contacts[0].email, subject=SUBJECT) for team in (dev, security)],
    description="Development and security: who is called when operations cannot help",
    guide="§9 에스컬레이션, §9 연락처",
)
# 3차 대응 (Critical 장애): CTO cto@yourdomain.com, CEO ceo@yourdomain.com
third_tier = Receiver(
    "third-tier",
    [Email(contact.email, subject=SUBJECT) for contact in management.contacts],
    description="CTO and CEO: who decides when nobody could help, and answers for a breach",
    guide="§9 에스컬레이션, §9 연락처",
)

# 매주 월요일: 용량 계획 검토. What can wait for it must not be read among incidents, so it goes by mail alone.
capacity_tickets = Receiver(
    "capacity-tickets",
    Email(ops.contacts[0].email),
    description="Mail to operations: what the weekly review of capacity has to decide, no incident",
    guide="§4 스케일링 기준",
)
PLANNED = Level(
    "planned",
    "ticket",
    respond="1w",
    restore=0,
    meaning="Not an incident: something to be planned, looked at in the weekly review",
    guide="§4 스케일링 기준",
)

# A dead Prometheus or Alertmanager tells nobody. Somebody outside must expect a sign of life and miss it.
heartbeat = Receiver(
    "heartbeat",
    Webhook(
        "https://heartbeat.yourdomain.com/dropshipping", bearer_token=Secret("heartbeat_token"), send_resolved=False
    ),
    description="A watcher outside the system, which raises the alarm when it hears nothing for five minutes",
    guide="§1 서비스 구성",
)
