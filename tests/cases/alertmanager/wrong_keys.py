"""Keys that no version has, credentials written out, secrets in the wrong place, and integrations left unfinished."""

from generator import AlertmanagerSettings, Email, PagerDuty, Receiver, Route, Secret, Slack, Webhook

settings = AlertmanagerSettings(options={"smtp_hallo": "x", "opsgenie_api_key": "deadbeef"})
wrong = Receiver(
    "wrong",
    Slack("#a", options={"chanel": "#b"}),
    Slack("#a", options={"api_url": "https://hooks.slack.example/T/B/x"}),
    Slack("#a", url="https://hooks.slack.example/T/B/x"),
    Slack("#a", url=Secret("s"), options={"fields": ["severity"], "actions": [{"tpye": "button"}]}),
    Email("ops@example.com", options={"auth_secret": "x"}),
    PagerDuty(routing_key=Secret("k"), options={"client": Secret("k")}),
    PagerDuty(),
    Webhook(),
    Webhook("http://a/", url_secret=Secret("b")),
    Webhook("http://a/", options={"http_config": {"authorization": {"credentials": "x"}}}),
)
root = Route(to=wrong)
