"""Two trees, a root that asks for too much, and settings that Alertmanager would refuse."""

from generator import InhibitRule, Receiver, Route, TimeInterval, Webhook, match

a = Receiver("a", Webhook("http://a/"))
night = TimeInterval("night", times="00:00-06:00")
root = Route(
    match(a="1"),
    mute=night,
    keep_going=True,
    group_by=["alertname", "alertname", "not a label"],
    group_interval="0s",
    routes=[
        Route('a=~"("', to=a, group_by=["...", "b"], repeat_interval="1m", group_interval="5m"),
        Route("no matcher", to=a),
        Route(match(a=1), to="a"),
    ],
)
second = Route(to=a)
rule = InhibitRule(match('a=~"["'), match(b="1"), equal=["not a label"])
