"""The exporters: how each is started, where it answers, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from scripts.catalogue import servers
from scripts.catalogue.processes import LOOPBACK, Workshop, fetch, free_port

_BLACKBOX: Final = """
modules:
  http: {prober: http, http: {tls_config: {insecure_skip_verify: true}, preferred_ip_protocol: ip4}}
  tcp: {prober: tcp, tcp: {tls: true, tls_config: {insecure_skip_verify: true}, preferred_ip_protocol: ip4}}
  dns: {prober: dns, timeout: 1s, dns: {query_name: localhost, preferred_ip_protocol: ip4}}
"""

_PROMETHEUS: Final = """
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
alerting: {{alertmanagers: [{{static_configs: [{{targets: ['{host}:{alertmanager}']}}]}}]}}
rule_files: [rules.yml]
scrape_configs: [{{job_name: prometheus, static_configs: [{{targets: ['{host}:{own}']}}]}}]
"""

_RULES: Final = "groups: [{name: one, rules: [{record: one, expr: vector(1)}, {alert: Always, expr: vector(1)}]}]\n"

_ALERTMANAGER: Final = """
route: {receiver: nobody}
receivers: [{name: nobody, webhook_configs: [{url: 'http://127.0.0.1:9/'}]}]
"""


@dataclass(frozen=True, slots=True)
class Exporter:
    """An exporter. scrape: starts it and gives its expositions; several are taken together.

    build: the metric whose label `version` tells its version. package: Debian's name of it.
    """

    name: str
    package: str
    build: str
    scrape: Callable[[Workshop], Iterator[str]]


def node(workshop: Workshop) -> Iterator[str]:
    """node_exporter, with text files; what it tells depends on the machine that it runs on."""
    port = free_port()
    folder = servers.text_files(workshop)
    options = [f"--web.listen-address={LOOPBACK}:{port}", f"--collector.textfile.directory={folder}"]
    workshop.start("node", ["prometheus-node-exporter", *options], port)
    yield fetch(port)


def postgres(workshop: Workshop) -> Iterator[str]:
    """postgres_exporter on a primary that has a replica."""
    port, database = free_port(), servers.postgresql(workshop)
    source = f"DATA_SOURCE_NAME=postgresql://postgres@{LOOPBACK}:{database}/postgres?sslmode=disable"
    command = ["env", source, "prometheus-postgres-exporter", f"--web.listen-address={LOOPBACK}:{port}"]
    workshop.start("postgres_exporter", [*command, "--auto-discover-databases"], port)
    yield fetch(port)


def redis(workshop: Workshop) -> Iterator[str]:
    """redis_exporter."""
    port, database = free_port(), servers.redis(workshop)
    options = [f"-web.listen-address={LOOPBACK}:{port}", f"-redis.addr=redis://{LOOPBACK}:{database}"]
    workshop.start("redis_exporter", ["prometheus-redis-exporter", *options], port)
    yield fetch(port)


def nginx(workshop: Workshop) -> Iterator[str]:
    """nginx-prometheus-exporter on the status page of open-source Nginx."""
    port, web = free_port(), servers.nginx(workshop)
    status = f"http://{LOOPBACK}:{web.http}/stub_status"
    options = [f"-web.listen-address={LOOPBACK}:{port}", f"-nginx.scrape-uri={status}"]
    workshop.start("nginx_exporter", ["prometheus-nginx-exporter", *options], port)
    yield fetch(port)


def blackbox(workshop: Workshop) -> Iterator[str]:
    """blackbox_exporter: what it tells of itself, and of visits by HTTPS and by TLS, and of a name."""
    port = free_port()
    with Workshop() as other:
        web = servers.nginx(other)
        settings = workshop.folder / "blackbox.yml"
        settings.write_text(_BLACKBOX)
        options = [f"--config.file={settings}", f"--web.listen-address={LOOPBACK}:{port}"]
        workshop.start("blackbox", ["prometheus-blackbox-exporter", *options], port)
        yield fetch(port)
        visits = {"http": f"https://{LOOPBACK}:{web.https}/", "tcp": f"{LOOPBACK}:{web.https}", "dns": LOOPBACK}
        for module, target in visits.items():
            yield fetch(port, f"/probe?{urlencode({'module': module, 'target': target})}")


def prometheus(workshop: Workshop) -> Iterator[str]:
    """Prometheus of itself, with a rule, an alert and an Alertmanager."""
    folder, port = workshop.folder, free_port()
    (folder / "rules.yml").write_text(_RULES)
    settings = folder / "prometheus.yml"
    settings.write_text(_PROMETHEUS.format(host=LOOPBACK, own=port, alertmanager=_alertmanager(workshop)))
    options = [
        f"--config.file={settings}", f"--storage.tsdb.path={folder / 'tsdb'}", f"--web.listen-address={LOOPBACK}:{port}"
    ]  # fmt: skip
    workshop.start("prometheus", ["prometheus", *options], port)
    yield fetch(port)


def alertmanager(workshop: Workshop) -> Iterator[str]:
    """Alertmanager of itself."""
    yield fetch(_alertmanager(workshop))


def _alertmanager(workshop: Workshop) -> int:
    folder, port = workshop.folder, free_port()
    settings = folder / "alertmanager.yml"
    settings.write_text(_ALERTMANAGER)
    options = [
        f"--config.file={settings}", f"--storage.path={folder / 'data'}", f"--web.listen-address={LOOPBACK}:{port}",
        "--cluster.listen-address=",
    ]  # fmt: skip
    workshop.start("alertmanager", ["prometheus-alertmanager", *options], port)
    return port


EXPORTERS: Final = (
    Exporter("node_exporter", "prometheus-node-exporter", "node_exporter_build_info", node),
    Exporter("postgres_exporter", "prometheus-postgres-exporter", "postgres_exporter_build_info", postgres),
    Exporter("redis_exporter", "prometheus-redis-exporter", "redis_exporter_build_info", redis),
    Exporter("nginx-prometheus-exporter", "prometheus-nginx-exporter", "nginxexporter_build_info", nginx),
    Exporter("blackbox_exporter", "prometheus-blackbox-exporter", "blackbox_exporter_build_info", blackbox),
    Exporter("prometheus", "prometheus", "prometheus_build_info", prometheus),
    Exporter("alertmanager", "prometheus-alertmanager", "alertmanager_build_info", alertmanager),
)
"""Everything that is asked, each in a file of its name."""
