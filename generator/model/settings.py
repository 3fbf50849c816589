"""What Prometheus scrapes, and how the three products are set up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from generator.labels import EMPTY
from generator.model.base import (
    Definition,
    DurationLike,
    Labels,
    Part,
    expect,
    normalise_durations,
    normalise_labels,
    normalise_tuples,
)
from generator.model.naming import SLOTH, Naming
from generator.model.receiver import Secret
from generator.model.service import Service


@dataclass(frozen=True, slots=True, eq=False)
class BlackboxModule(Definition):
    """A way of probing: prober is http, tcp, dns, icmp or grpc; options are that prober's own keys."""

    name: str
    prober: str = "http"
    timeout: DurationLike = "10s"
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        normalise_durations(self, "timeout")


@dataclass(frozen=True, slots=True)
class Relabel(Part):
    """One relabelling step, as Prometheus names its fields."""

    source: Sequence[str] = ()
    regex: str = ""
    target: str = ""
    replacement: str = ""
    action: str = "replace"
    separator: str = ""

    def __post_init__(self) -> None:
        normalise_tuples(self, "source")


@dataclass(frozen=True, slots=True, eq=False)
class ScrapeJob(Definition):
    """Targets that Prometheus scrapes under one `job`.

    name: the `job` label. service: the service whose job this is, checked to have the same `job`. targets:
    `host:port`, or for a probe what is probed. probe: probe the targets with this blackbox module instead of
    scraping them. options: further keys of a scrape configuration.
    """

    name: str
    targets: Sequence[str] = ()
    service: Service | None = None
    path: str = "/metrics"
    scheme: str = "http"
    interval: DurationLike | None = None
    timeout: DurationLike | None = None
    labels: Labels = field(default=EMPTY)
    probe: BlackboxModule | None = None
    relabel: Sequence[Relabel] = ()
    metric_relabel: Sequence[Relabel] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        normalise_tuples(self, "targets", "relabel", "metric_relabel")
        normalise_durations(self, "interval", "timeout")
        normalise_labels(self, "labels")
        expect(self, "service", Service, optional=True)
        expect(self, "probe", BlackboxModule, optional=True)
        expect(self, "relabel", Relabel)
        expect(self, "metric_relabel", Relabel)


@dataclass(frozen=True, slots=True, eq=False)
class PrometheusSettings(Definition):
    """Prometheus' global settings.

    version: the oldest Prometheus that must load the files. naming: the style of recorded SLO series.
    alertmanagers, blackbox: `host:port` as Prometheus sees them. url: where people reach it. runbooks: the URL at
    which `rendered/runbooks/` is published; alerts link to their pages below it.
    """

    version: str = "2.42"
    scrape_interval: DurationLike = "30s"
    scrape_timeout: DurationLike = "10s"
    evaluation_interval: DurationLike = "30s"
    external_labels: Labels = field(default=EMPTY)
    alertmanagers: Sequence[str] = ("alertmanager:9093",)
    blackbox: str = "blackbox:9115"
    url: str = "http://localhost:9090"
    naming: Naming = SLOTH
    runbooks: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        normalise_durations(self, "scrape_interval", "scrape_timeout", "evaluation_interval")
        normalise_labels(self, "external_labels")
        normalise_tuples(self, "alertmanagers")
        expect(self, "naming", Naming)


@dataclass(frozen=True, slots=True)
class Smtp(Part):
    """The mail server that messages leave by."""

    smarthost: str
    sender: str
    username: str = ""
    password: Secret | None = None
    require_tls: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class AlertmanagerSettings(Definition):
    """Alertmanager's global settings.

    version: the oldest Alertmanager that must load the file. secrets: the folder it finds secrets in.
    """

    version: str = "0.25"
    resolve_timeout: DurationLike = "5m"
    smtp: Smtp | None = None
    secrets: str = "/etc/alertmanager/secrets"
    url: str = "http://localhost:9093"
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        normalise_durations(self, "resolve_timeout")
        expect(self, "smtp", Smtp, optional=True)


@dataclass(frozen=True, slots=True, eq=False)
class GrafanaSettings(Definition):
    """Grafana and its data sources.

    version: the Grafana the dashboards are made for. datasource: uid of the Prometheus data source.
    prometheus, alertmanager: URLs as Grafana's server sees them. url: where people reach Grafana.
    """

    version: str = "12.0"
    datasource: str = "prometheus"
    prometheus: str = "http://prometheus:9090"
    alertmanager: str = "http://alertmanager:9093"
    url: str = "http://localhost:3000"
    timezone: str = "browser"
    slo_folder: str = "SLOs"
