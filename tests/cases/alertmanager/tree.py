"""A tree with everything a route can have: inheritance, continue, mute and active times, all kinds of matchers."""

from generator import Receiver, Route, TimeInterval, Webhook, match

a, b, c, d = (Receiver(name, Webhook(f"http://{name}/")) for name in "abcd")
receivers = [a, b, c, d]
nights = TimeInterval("nights", times="00:00-06:00, 22:00-24:00")
weekends = TimeInterval("weekends", weekdays="sat, sun")
root = Route(
    to=a,
    group_by=["alertname", "cluster"],
    group_wait="30s",
    group_interval="1m30s",
    repeat_interval="1d12h",
    routes=[
        Route(match(team="db"), to=b, mute=[nights, weekends], keep_going=True),
        Route(match(team="db"), to=c, active=nights, group_by=["..."]),
        Route(
            match('severity=~"critical|page"', 'env!~"dev|test"', "zone!=eu"),
            group_wait="0s",
            routes=[Route(match(team=""), to=d), Route('instance=~"db-[0-9]+\\.example:9.*"', to=c)],
        ),
        Route('summary="say \\"hi\\" \\\\ and\\nbye 한글"', to=d, repeat_interval="4w"),
    ],
)
