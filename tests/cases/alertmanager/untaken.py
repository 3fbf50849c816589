"""Routes that no alert of the definitions can take, by their own labels; and some that one may take."""

from generator import P0, P2, Alert, Receiver, Route, Service, Team, Webhook, match

shop, storage = Team("shop"), Team("storage")
web, db = Service("web", team=shop), Service("db", team=storage, labels={"tier": "data"})
others = [Team("later"), web, db]
a = Receiver("a", Webhook("http://a/", people=True))
down = Alert("Down", service=web, level=P0, expr="up == 0")
slow = Alert("Slow", service=db, level=P2, expr="sum by (instance) (up) == 0", labels={"device": "{{ $labels.d }}"})
root = Route(
    to=a,
    routes=[
        Route(match(severity="critcal"), guide="misspelt"),
        Route(match(alertname="Slow", severity="critical"), guide="it is a warning"),
        Route(
            match(team="shop"),
            routes=[
                Route(match(service="db"), guide="which is of another team", routes=[Route(match(level="P2"))]),
                Route(match(tier="data"), guide="which its series might bring"),
            ],
        ),
        Route(match(team="storage", tier="date"), guide="the tier of all of them is known"),
        Route(match(tier="date"), guide="which the series of Down might bring"),
        Route(match(alertname="Dwn"), guide="told by amlint"),
        Route(match(team="later"), guide="which has no alerts yet"),
        Route(
            'team=~"shop|storage"', keep_going=True, routes=[Route('severity!~"warning|critical"', guide="the rest")]
        ),
        Route(match(device="sda"), guide="a template may give it"),
        Route(match(origin="elsewhere"), guide="no alert here has such a label, so it is for those of others"),
        Route(match(service="db"), keep_going=True),
        Route('severity=~"warning|info"', guide="there are warnings"),
    ],
)
