"""What 0.25 does not know is a problem that says since when it is known."""

from generator import AlertmanagerSettings, Discord, PagerDuty, Receiver, Route, Secret, Slack, Teams, Telegram, Webhook

settings = AlertmanagerSettings(version="0.25", options={"smtp_tls_config": {"insecure_skip_verify": True}})
too_new = Receiver(
    "too-new",
    Discord(url=Secret("discord")),
    Telegram(1, token=Secret("bot")),
    Teams(url=Secret("teams")),
    Teams(url=Secret("flow"), workflow=True),
    Webhook(url_secret=Secret("hook")),
    Slack("#a", url=Secret("slack"), options={"update_message": True, "http_config": {"no_proxy": "localhost"}}),
    PagerDuty(routing_key=Secret("pd"), details={"who": {"team": "db"}}),
)
root = Route(to=too_new, group_by=["alertname"], routes=[Route(match='a="1"', group_by=[])])
