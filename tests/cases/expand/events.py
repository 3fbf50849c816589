"""An SLO with nothing but what it must have."""

from generator import SLO, Events, Service, Team

shop = Service("shop", team=Team("ops"))
availability = SLO(
    "availability",
    service=shop,
    objective=99.9,
    sli=Events(
        errors=shop.query('rate(http_requests_total{code=~"5.."}[$window])'),
        total=shop.query("rate(http_requests_total[$window])"),
    ),
)
