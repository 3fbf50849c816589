"""The watching itself: the guide trusts it in silence, so its own failures must not be silent."""

from __future__ import annotations

from functools import partial

from generator import P1, P2, Alert, Level, Service

from .receivers import heartbeat as outside_watcher
from .receivers import slack_and_email
from .scrape import nginx_logs
from .services import (
    alertmanager,
    blackbox,
    containers,
    database,
    host,
    nginx,
    prometheus,
    redis,
    task_queue,
)

# --- An exporter that is gone: the service may be well, but nobody would know if it were not ---


def exporter_down(name: str, service: Service, job: str = "") -> Alert:
    """The alert for a job that is not scraped: the service's own, or another one that looks at it."""
    job = job or service.job
    return Alert(
        name,
        service=service,
        level=P2,
        expr=f'up{{job="{job}"}} == 0 or absent(up{{job="{job}"}})',
        for_="5m",
        summary=f"{service.title}: no metrics from job {job}",
        description=f"Prometheus gets nothing from job {job} and knows nothing of {service.title}.",
        runbook="exporter-down",
        receiver=slack_and_email,
        guide="§1 서비스 구성",
    )


exporters_down = [
    exporter_down("NginxExporterDown", nginx),
    exporter_down("NginxLogExporterDown", nginx, nginx_logs.name),
    exporter_down("PostgresExporterDown", database),
    exporter_down("RedisExporterDown", redis),
    exporter_down("TaskQueueExporterDown", task_queue),
    exporter_down("ContainerExporterDown", containers),
    exporter_down("HostExporterDown", host),
    exporter_down("BlackboxExporterDown", blackbox),
]

# --- Prometheus and Alertmanager ---

watching = partial(Alert, receiver=slack_and_email, guide="§3 alertmanager_config")

rules_failing = watching(
    "PrometheusRulesFailing",
    service=prometheus,
    level=P1,
    expr=prometheus.query("sum by (rule_group) (increase(prometheus_rule_evaluation_failures_total[5m])) > 0"),
    for_="5m",
    summary="Rules of {{ $labels.rule_group }} fail",
    description="Prometheus cannot evaluate rules of {{ $labels.rule_group }}: their alerts are dead.",
    runbook="prometheus-rules-failing",
)
notifications_failing = watching(
    "NotificationsFailing",
    service=alertmanager,
    level=P1,
    # One that fails here has failed after all attempts. It goes to all channels, and one of them works, we hope.
    expr=alertmanager.query("sum by (integration) (increase(alertmanager_notifications_failed_total[15m])) > 0"),
    for_="1m",
    summary="Alertmanager cannot send by {{ $labels.integration }}",
    description=(
        "{{ $value | humanize }} messages by {{ $labels.integration }} were lost in a quarter of an hour. "
        "Somebody was not told."
    ),
    runbook="notifications-failing",
)
configuration_refused = [
    watching(
        f"{service.title}ConfigurationRefused",
        service=service,
        level=P2,
        expr=service.query(f"{metric} == 0"),
        for_="5m",
        summary=f"{service.title} refused its new configuration",
        description=f"{service.title} goes on with the old configuration and would not start with the new one.",
        runbook="configuration-refused",
    )
    for service, metric in [
        (prometheus, "prometheus_config_last_reload_successful"),
        (alertmanager, "alertmanager_config_last_reload_successful"),
    ]
]

# --- A dead Prometheus ---

NO_INCIDENT = Level(
    "none", "none", respond=0, restore=0, meaning="Not an incident: it always fires", guide="§1 서비스 구성"
)

heartbeat = Alert(
    "Heartbeat",
    service=prometheus,
    level=NO_INCIDENT,
    expr="vector(1)",
    summary="Prometheus and Alertmanager are alive",
    description="This alert always fires. When it stops arriving, nobody would be told of anything else either.",
    runbook="heartbeat",
    receiver=outside_watcher,
    guide="§1 서비스 구성",
)
