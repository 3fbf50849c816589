"""Every integration with what Alertmanager 0.25 knows of it, credentials as files."""

from generator import (
    AlertmanagerSettings,
    Email,
    Opsgenie,
    PagerDuty,
    Receiver,
    Route,
    Secret,
    Slack,
    Webhook,
)

settings = AlertmanagerSettings(
    resolve_timeout="10m",
    secrets="/run/secrets/",
    options={
        "slack_api_url_file": Secret("slack"),
        "smtp_smarthost": "mail:25",
        "smtp_from": "a@example.com",
        "http_config": {"proxy_url": "http://proxy:3128", "follow_redirects": False},
    },
)
chat = Receiver(
    "chat",
    Slack("#a"),
    Slack(
        "#b",
        url=Secret("slack_b"),
        color="danger",
        username="watch",
        title_link="https://example.com",
        send_resolved=False,
        options={
            "short_fields": True,
            "fields": [{"title": "Team", "value": "{{ .CommonLabels.team }}", "short": True}],
            "actions": [{"type": "button", "text": "Runbook", "url": "https://example.com/{{ .Status }}"}],
        },
    ),
)
mail = Receiver(
    "mail",
    Email(
        "x@example.com",
        sender="y@example.com",
        smarthost="other:587",
        username="y",
        password=Secret("y_password"),
        subject="[{{ .Status }}]",
        text="{{ .CommonAnnotations.summary }}",
        html="<b>{{ .CommonAnnotations.summary }}</b>",
        require_tls=False,
        options={"headers": {"X-Priority": "1"}, "tls_config": {"insecure_skip_verify": True}},
    ),
)
pagers = Receiver(
    "pagers",
    PagerDuty(
        routing_key=Secret("pd"),
        severity='{{ if eq .CommonLabels.severity "critical" }}critical{{ else }}warning{{ end }}',
        description="{{ .CommonAnnotations.summary }}",
        details={"runbook": "{{ .CommonAnnotations.runbook_url }}"},
        options={"links": [{"href": "https://example.com", "text": "Dashboard"}]},
    ),
    PagerDuty(service_key=Secret("pd_old")),
    Opsgenie(
        api_key=Secret("og"),
        message="{{ .CommonAnnotations.summary }}",
        description="d",
        priority="P1",
        tags="a,b",
        options={"responders": [{"name": "ops", "type": "team"}], "update_alerts": True},
    ),
)
hooks = Receiver(
    "hooks",
    Webhook("http://127.0.0.1:8080/hook", max_alerts=5),
    Webhook("https://example.com/", bearer_token=Secret("hook_token"), send_resolved=False),
    Webhook(
        "https://example.com/",
        options={"http_config": {"basic_auth": {"username": "u", "password_file": Secret("p")}}},
    ),
)
nobody = Receiver("nobody")
root = Route(to=chat, routes=[Route(to=mail, match='a="1"'), Route(to=pagers, match='a="2"')])
