"""The files by which Grafana finds its data sources and dashboards when it starts."""

from __future__ import annotations

from typing import Any, Final

from generator.model.catalog import Catalog
from generator.targets.grafana.datasource import ALERTMANAGER_UID
from generator.targets.grafana.variables import PROMETHEUS_NAME
from generator.yamltext import dump

DASHBOARDS_PATH: Final = "/var/lib/grafana/dashboards"
"""Where the container sees rendered/grafana/dashboards."""


def datasources(catalog: Catalog) -> str:
    """Prometheus and Alertmanager, with uids that dashboards and links may count on."""
    settings = catalog.grafana
    prometheus: dict[str, Any] = {
        "name": PROMETHEUS_NAME,
        "uid": settings.datasource,
        "type": "prometheus",
        "access": "proxy",
        "url": settings.prometheus,
        "isDefault": True,
        "editable": False,
        "jsonData": {
            "alertmanagerUid": ALERTMANAGER_UID,
            "httpMethod": "POST",
            "manageAlerts": True,
            "prometheusType": "Prometheus",
            # $__rate_interval is four times this, so rates always have the samples they need.
            "timeInterval": str(catalog.prometheus.scrape_interval),
        },
    }
    alertmanager: dict[str, Any] = {
        "name": "Alertmanager",
        "uid": ALERTMANAGER_UID,
        "type": "alertmanager",
        "access": "proxy",
        "url": settings.alertmanager,
        "editable": False,
        "jsonData": {"implementation": "prometheus", "handleGrafanaManagedAlerts": False},
    }
    return dump({"apiVersion": 1, "prune": True, "datasources": [prometheus, alertmanager]})


def providers() -> str:
    """One provider: each folder below the path is a folder of Grafana."""
    provider: dict[str, Any] = {
        "name": "tocsin",
        "orgId": 1,
        "type": "file",
        "disableDeletion": False,
        "updateIntervalSeconds": 10,
        "allowUiUpdates": False,
        "options": {"path": DASHBOARDS_PATH, "foldersFromFilesStructure": True},
    }
    return dump({"apiVersion": 1, "providers": [provider]})
