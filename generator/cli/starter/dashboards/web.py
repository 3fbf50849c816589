"""The shop at a glance."""

from grafanalib.core import Stat, TimeSeries

from alerts.services import web
from generator import Dashboard, Row, query

REQUESTS_BY_CODE = web.query("sum by (code) (rate(http_requests_total[$__rate_interval]))")

shop = Dashboard(
    "Web shop",
    uid="web-shop",
    folder="Shop",
    description="Is the shop up, and are its users served well?",
    rows=[
        Row(
            "Is it up?",
            [
                Stat(
                    title="Instances up",
                    description="Instances that Prometheus can scrape",
                    format="short",
                    targets=[query(web.query("sum(up)"))],
                )
            ],
        ),
        Row(
            "Are users served well?",
            [
                TimeSeries(
                    title="Requests",
                    description="Requests per second by status code",
                    unit="reqps",
                    targets=[
                        query(web.query("sum by (code) (rate(http_requests_total[$__rate_interval]))"), "{{code}}")
                    ],
                )
            ],
        ),
    ],
)
