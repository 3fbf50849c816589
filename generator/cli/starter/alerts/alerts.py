"""Alerts that are not about an objective."""

from generator import P0, Action, Alert, Runbook

from .routing import on_call
from .services import web

shop_down = Runbook(
    "shop-down",
    title="The shop does not answer",
    steps=[
        Action("Is it running?", "systemctl status web-shop"),
        Action("What does it say?", "journalctl --unit web-shop --since -10m"),
        "Was something deployed? Go back to the version before.",
    ],
)

web_down = Alert(
    "WebDown",
    service=web,
    level=P0,
    expr='up{job="web"} == 0',
    for_="2m",
    summary="{{ $labels.instance }} does not answer",
    description="Prometheus has not been able to scrape {{ $labels.instance }} for two minutes.",
    runbook=shop_down,
    receiver=on_call,
)
