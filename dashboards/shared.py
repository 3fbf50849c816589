"""Panels that stand on more than one dashboard, with one meaning, one unit and one set of limits."""

from __future__ import annotations

from grafanalib.core import Stat

from alerts.scrape import certificate
from alerts.security import CERTIFICATE_LAST_DAYS
from alerts.services import containers, host
from alerts.slack import CERTIFICATE_DAYS
from generator import query, thresholds
from generator.model.dashboard import Target

from .panels import number
from .queries import HERE, REAL_CARD


def certificate_days() -> Stat:
    """§2 오전 체크, 5. SSL 인증서 만료일 확인."""
    return number(
        title="Certificate",
        description=(
            f"Days until the TLS certificate expires (SSL 인증서 만료): a warning below {CERTIFICATE_DAYS}, critical "
            f"below {CERTIFICATE_LAST_DAYS}."
        ),
        targets=[
            query(
                f'min(probe_ssl_earliest_cert_expiry{{job="{certificate.name}"}} - time()) / 86400',
                legend="left",
                instant=True,
            )
        ],
        format="d",
        decimals=1,
        thresholds=thresholds("red", orange=CERTIFICATE_LAST_DAYS, green=CERTIFICATE_DAYS),
    )


def of_memory_limit() -> Target:
    """The share of its memory limit that each container holds; those without a limit have none."""
    return query(
        'max by (name) (container_memory_working_set_bytes{name!=""}'
        ' / (container_spec_memory_limit_bytes{name!=""} > 0))',
        legend="{{name}}",
        service=containers,
    )


def held_back() -> Target:
    """The share of its turns in which each container was held back by its CPU limit."""
    return query(
        'sum by (name) (rate(container_cpu_cfs_throttled_periods_total{name!=""}[$__rate_interval]))'
        ' / sum by (name) (rate(container_cpu_cfs_periods_total{name!=""}[$__rate_interval]))',
        legend="{{name}}",
        service=containers,
    )


def of_network_cards() -> list[Target]:
    """Bits per second in and out of each network card of the machines chosen."""
    return [
        query(
            f"8 * rate(node_network_{way}_bytes_total{{{REAL_CARD}, {HERE}}}[$__rate_interval])",
            legend=f"{{{{instance}}}} {{{{device}}}} {word}",
            service=host,
        )
        for way, word in [("receive", "in"), ("transmit", "out")]
    ]
