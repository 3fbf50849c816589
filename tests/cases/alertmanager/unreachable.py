"""Routes that no alert can take."""

from generator import Receiver, Route, Webhook, match

a = Receiver("a", Webhook("http://a/"))
root = Route(
    to=a,
    routes=[
        Route(match(severity="critical"), keep_going=True),
        Route(match(severity="critical", team="db")),
        Route(match(severity="critical")),
        Route(match(severity="critical", team="web"), guide="shadowed by the one before"),
        Route(
            'severity=~"warning|info"',
            routes=[
                Route(match(severity="critical"), guide="contradicts the one above it"),
                Route(match(severity="info")),
            ],
        ),
        Route('severity=~"critical|info"', guide="shadowed by two together"),
        Route('severity=~"critical|none"', guide="reached by none"),
        Route('severity=~"crit.*"', guide="not shown to be shadowed: critter"),
        Route(
            'team=~"web|app"',
            keep_going=True,
            routes=[
                Route(match('zone!="a"', disk="ssd")),
                Route('disk!="ssd"'),
                Route('zone!~"a|b"', guide="shadowed by two that say different labels"),
                Route('zone=~".+"', guide="takes the disks of zone a"),
                Route(guide="shadowed by three: zone a is taken, and there is no other"),
            ],
        ),
        Route('team!="db"'),
        Route(match(team="web"), guide="shadowed by a negative matcher"),
        Route(match(team="db")),
        Route(guide="shadowed by the two before, between them"),
        Route(match(x="y"), guide="shadowed by a route without matchers"),
    ],
)
