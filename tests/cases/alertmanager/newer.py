"""Integrations and keys that a newer Alertmanager brings; their credentials are files, too."""

from generator import AlertmanagerSettings, Discord, Receiver, Route, Secret, Slack, Teams, Telegram, Webhook

settings = AlertmanagerSettings(
    version="0.34",
    options={"slack_app_token_file": Secret("slack_app"), "telegram_bot_token_file": Secret("bot")},
)
all_new = Receiver(
    "all-new",
    Slack("#a", options={"message_text": "{{ .Status }}", "timeout": "10s"}),
    Webhook(url_secret=Secret("hook_url"), options={"timeout": "5s"}),
    Teams(url=Secret("teams"), title="{{ .Status }}", text="t"),
    Teams(url=Secret("teams_flow"), workflow=True),
    Telegram(-1001234, token=Secret("bot"), message="<b>{{ .Status }}</b>", options={"message_thread_id": 7}),
    Discord(url=Secret("discord"), title="t", message="m", options={"username": "watch"}),
)
root = Route(to=all_new, group_by=["alertname"], routes=[Route(group_by=[], match='a="1"')])
