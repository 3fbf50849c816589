"""The guide's alertmanager_config: one receiver, its grouping and its message texts."""

from generator import AlertmanagerSettings, Email, NotificationTemplate, Receiver, Route, Secret, Slack, Smtp

settings = AlertmanagerSettings(
    smtp=Smtp("smtp.example.com:587", "alerts@example.com", username="alerts", password=Secret("smtp_password"))
)
message = NotificationTemplate(
    "slack",
    """\
{{ define "guide.title" }}{{ range .Alerts }}{{ .Annotations.summary }}{{ end }}{{ end }}
{{ define "guide.text" -}}
{{ range .Alerts -}}
{{ .Annotations.description }}
{{ end }}
{{- end }}
""",
)
everyone = Receiver(
    "web.hook",
    Slack(
        "#alerts",
        url=Secret("slack_webhook"),
        title='{{ template "guide.title" . }}',
        text='{{ template "guide.text" . }}\n{{ if gt (len .Alerts) 1 }}and others{{ end }}',
    ),
    Email("ops@example.com, dev@example.com", subject="{{ .GroupLabels.alertname }}"),
    description="Slack and mail:\neverything goes here",
)
root = Route(to=everyone, group_by=["alertname"], group_wait="10s", group_interval="10s", repeat_interval="1h")
