"""What amlint finds in the rendered configuration, told of the definitions."""

from generator import (
    AlertmanagerSettings,
    InhibitRule,
    NotificationTemplate,
    Opsgenie,
    PagerDuty,
    Receiver,
    Route,
    Secret,
    Slack,
    Telegram,
    Webhook,
    match,
)

settings = AlertmanagerSettings(options={"http_config": {"basic_auth": {"username": "u", "password": "hunter2"}}})
template = NotificationTemplate("own", '{{ define "own" }}{{ .Labels.team }}{{ end }}')
a = Receiver("a", Slack("#a", url=Secret("s"), title='{{ template "own" . }}', text="{{ .Annotations.summary }}"))
pager = Receiver(
    "pager",
    PagerDuty(routing_key=Secret("key"), options={"details": {"who": "{{ .Alert.Labels.team }}"}}),
    Webhook("http://pager/", options={"http_config": {"authorization": {"credentials": "abcdef0123456789"}}}),
    Opsgenie(api_key=None, message="{{ upper .Status }}"),
)
forgotten = Receiver("forgotten", Webhook("http://forgotten/"))
mute = Receiver("mute", Telegram(1, token=None))
deep = Route(match(f="1"), to=pager)
for label in "edcba":
    deep = Route(match(**{label: "1"}), routes=[deep])
root = Route(
    to=a,
    group_wait="30s",
    routes=[
        Route(match(team="slow"), to=mute, group_wait="10m", group_interval="5m"),
        deep,
        Route(match(team="last"), to=pager, keep_going=True),
    ],
)
rules = [InhibitRule(match(team="db", severity="critical"), match(team="db", severity="warning"), equal=["instance"])]
