"""§3 모니터링 및 알림: whether the watching itself works, which the guide takes for granted."""

from __future__ import annotations

from alerts.services import alertmanager, prometheus
from alerts.watching import configuration_refused, heartbeat
from generator import Panel, Row, query, thresholds

from .panels import lines, number

LOADED = [
    {"type": "value", "options": {"0": {"text": "REFUSED", "color": "red"}, "1": {"text": "LOADED", "color": "green"}}}
]

watching = Row(
    "Would we be told?",
    [
        Panel(
            number(
                title="Alerts that fire",
                description="How many fire now; the sign of life (Heartbeat) always does, so 0 means that rules rest.",
                targets=[
                    query(
                        'count(ALERTS{alertstate="firing", escalation=""}) or vector(0)', legend="alerts", instant=True
                    )
                ],
                format="short",
                thresholds=thresholds("red", green=1),
            ),
            explains=heartbeat,
        ),
        Panel(
            number(
                title="Configurations",
                description="Whether Prometheus and Alertmanager took their newest configuration.",
                targets=[
                    query(
                        f"{service.name}_config_last_reload_successful",
                        legend=service.title,
                        service=service,
                        instant=True,
                    )
                    for service in (prometheus, alertmanager)
                ],
                mappings=LOADED,
                textMode="value_and_name",
                thresholds=thresholds("red", green=1),
            ),
            explains=configuration_refused,
        ),
        lines(
            title="Rules that fail",
            description="Evaluations per minute that failed, by rule group: the alerts of such a group are dead.",
            targets=[
                query(
                    "60 * sum by (rule_group) (rate(prometheus_rule_evaluation_failures_total[$__rate_interval]))",
                    legend="{{rule_group}}",
                    service=prometheus,
                )
            ],
            unit="cpm",
            thresholds=thresholds("green", red=0.001),
        ),
        lines(
            title="Messages",
            description="Messages per minute that Alertmanager sent, and that it could not send, by integration.",
            targets=[
                query(
                    "60 * sum by (integration) (rate(alertmanager_notifications_total[$__rate_interval]))",
                    legend="{{integration}}",
                    service=alertmanager,
                ),
                query(
                    "60 * sum by (integration) (rate(alertmanager_notifications_failed_total[$__rate_interval])) > 0",
                    legend="{{integration}} failed",
                    service=alertmanager,
                ),
            ],
            unit="cpm",
        ),
    ],
    height=6,
)
