"""What is rendered, in a real Prometheus and a real Alertmanager: rules evaluate, and an alert reaches a person.

The files are used as they are rendered but for what would leave this machine or take too long: addresses become
loopback ones, the secrets' folder a temporary one, and waits (intervals, `for`, grouping) a second or none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from generator.model.catalog import Catalog
from generator.pipeline import compile_project, render
from generator.targets import TARGETS
from tests.conftest import CASES, ROOT, needs_binary
from tests.oracle.processes import LOOPBACK, Listener, Server, listening, running, wait_for

WITHIN: Final = 20
"""Seconds that a live test waits at most for one thing."""


@dataclass(frozen=True, slots=True)
class System:
    """A project's Prometheus and Alertmanager at work."""

    catalog: Catalog
    prometheus: Server
    alertmanager: Server
    listener: Listener


@pytest.fixture(scope="session")
def binaries() -> tuple[str, str]:
    """The paths of Prometheus and Alertmanager."""
    return needs_binary("prometheus"), needs_binary("prometheus-alertmanager")


@contextmanager
def system(definitions: Path, folder: Path, binaries: tuple[str, str], secrets: Mapping[str, str]) -> Iterator[System]:
    """A project rendered, brought down to loopback, and started.

    secrets: the content of secret files; `{listener}` in one stands for the listener's address.
    """
    with listening() as listener:
        catalog = lay_out(definitions, folder)
        (folder / "secrets").mkdir()
        for name, text in secrets.items():
            (folder / "secrets" / name).write_text(text.format(listener=listener.url), encoding="utf-8")
        alerts_at = alertmanager_file(folder, catalog, listener)
        with running(alertmanager_command(binaries[1], alerts_at), folder, "alertmanager") as alertmanager:
            rules_at = prometheus_file(folder, alertmanager, listener)
            with running(prometheus_command(binaries[0], rules_at), folder, "prometheus") as prometheus:
                yield System(catalog, prometheus, alertmanager, listener)


def lay_out(definitions: Path, folder: Path) -> Catalog:
    """Render a project into a folder."""
    project = compile_project([definitions], base=definitions.parent)
    assert project.bundle is not None, "\n".join(map(str, project.problems))
    wanted = [target for target in TARGETS if target.name in ("prometheus", "alertmanager")]
    for path, text in render(project.bundle, wanted).files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return project.catalog


def alertmanager_command(binary: str, configuration: Path) -> Any:
    """The command line for a port; without a cluster, so that it opens no other port."""
    return lambda port: [
        binary,
        f"--config.file={configuration}",
        f"--storage.path={configuration.parent / 'data'}",
        f"--web.listen-address={LOOPBACK}:{port}",
        "--cluster.listen-address=",
    ]


def prometheus_command(binary: str, configuration: Path) -> Any:
    """The command line for a port."""
    return lambda port: [
        binary,
        f"--config.file={configuration}",
        f"--storage.tsdb.path={configuration.parent / 'data'}",
        f"--web.listen-address={LOOPBACK}:{port}",
        # Alerts that fire before it has discovered Alertmanager are lost, and would be sent again in a minute only.
        "--rules.alert.resend-delay=1s",
    ]


def alertmanager_file(folder: Path, catalog: Catalog, listener: Listener) -> Path:
    """The rendered configuration, with loopback addresses and short waits."""
    path = folder / "alertmanager" / "alertmanager.yml"
    text = path.read_text(encoding="utf-8").replace(catalog.alertmanager.secrets, str(folder / "secrets"))
    content = yaml.safe_load(text)
    if "smtp_smarthost" in content["global"]:
        content["global"]["smtp_smarthost"] = f"{LOOPBACK}:9"
    for receiver in content["receivers"]:
        for webhook in receiver.get("webhook_configs", ()):
            webhook["url"] = f"{listener.url}/webhook/{receiver['name']}"
    shorten(content["route"], "group_wait", "group_interval")
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return path


def prometheus_file(folder: Path, alertmanager: Server, listener: Listener) -> Path:
    """The rendered configuration and rules, with loopback addresses and short waits."""
    path = folder / "prometheus" / "prometheus.yml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    shorten(content["global"], "scrape_interval", "scrape_timeout", "evaluation_interval")
    content["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"] = [f"{LOOPBACK}:{alertmanager.port}"]
    for job in content.get("scrape_configs", ()):
        shorten(job, "scrape_interval", "scrape_timeout")
        # Whatever is scraped is the listener, also where relabelling would send it to an exporter in between.
        address = {"target_label": "__address__", "replacement": f"{LOOPBACK}:{listener.port}"}
        job["relabel_configs"] = [*job.get("relabel_configs", ()), address]
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    for rules in (folder / "prometheus" / "rules").glob("*.yml"):
        groups = yaml.safe_load(rules.read_text(encoding="utf-8"))
        for group in groups["groups"]:
            shorten(group, "interval")
            for rule in group["rules"]:
                rule.pop("for", None)
        rules.write_text(yaml.safe_dump(groups, sort_keys=False), encoding="utf-8")
    return path


def shorten(content: dict[str, Any], *keys: str) -> None:
    """One second for waits that are given; routes below have the same done to them."""
    for key in keys:
        if key in content:
            content[key] = "1s"
    for child in content.get("routes", ()):
        shorten(child, *keys)


def rules_of(prometheus: Server) -> list[dict[str, Any]]:
    """Every rule that Prometheus has loaded."""
    groups = prometheus.get("/api/v1/rules")["data"]["groups"]
    return [{**rule, "group": group["name"]} for group in groups for rule in group["rules"]]


def evaluated(prometheus: Server) -> list[dict[str, Any]]:
    """All rules, once every one of them has been evaluated; empty before."""
    rules = rules_of(prometheus)
    return rules if all(rule["health"] != "unknown" for rule in rules) else []


def texts(listener: Listener, path: str) -> list[str]:
    """The texts of the Slack messages that came to a path, each with its title before it."""
    attachments = [one.body["attachments"][0] for one in listener.posted(path)]
    return [f"{attachment['title']}: {attachment['text']}" for attachment in attachments]


def test_every_rule_of_the_reference_system_evaluates(binaries: tuple[str, str], tmp_path: Path) -> None:
    """And its sign of life, which always fires, reaches the watcher outside with the secret that it expects."""
    secrets = {"heartbeat_token": "swordfish", "slack_webhook": "{listener}/slack", "smtp_password": "x"}
    with system(ROOT / "alerts", tmp_path, binaries, secrets) as live:
        rules = wait_for(lambda: evaluated(live.prometheus), WITHIN, "all rules to be evaluated", live.prometheus)
        assert [
            f"{rule['group']}: {rule['name']}: {rule['lastError']}" for rule in rules if rule["health"] != "ok"
        ] == []
        assert {rule["name"] for rule in rules if rule["type"] == "alerting"} >= {a.name for a in live.catalog.alerts}
        servers = (live.prometheus, live.alertmanager)
        came = wait_for(lambda: live.listener.posted("/webhook/heartbeat"), WITHIN, "the heartbeat", *servers)
    assert came[0].headers["Authorization"] == "Bearer swordfish"
    assert came[0].body["receiver"] == "heartbeat"
    assert [alert["labels"]["alertname"] for alert in came[0].body["alerts"]] == ["Heartbeat"]


def test_an_alert_reaches_its_receivers_and_ends(binaries: tuple[str, str], tmp_path: Path) -> None:
    """Sample → rule → route with `continue` → inhibition → template → Slack and webhook, and when it is over."""
    secrets = {"slack": "{listener}/slack", "token": "swordfish"}
    with system(CASES / "live" / "definitions.py", tmp_path, binaries, secrets) as live:
        servers = (live.prometheus, live.alertmanager)
        listener = live.listener
        listener.pages["/metrics"] = 'queue_length{queue="orders"} 150\n'
        wait_for(lambda: listener.posted("/webhook/watcher"), WITHIN, "the webhook's message", *servers)
        wait_for(lambda: texts(listener, "/slack"), WITHIN, "the Slack message", *servers)
        listener.pages["/metrics"] = 'queue_length{queue="orders"} 1\n'
        over = wait_for(lambda: resolved(listener.posted("/webhook/watcher")), WITHIN, "the end", *servers)
        wait_for(lambda: texts(listener, "/slack")[1:], WITHIN, "the end on Slack", *servers)
    first = listener.posted("/webhook/watcher")[0].body
    assert first["receiver"] == "watcher"
    assert first["alerts"][0]["labels"] == {
        "alertname": "QueueFull",
        "instance": f"{LOOPBACK}:{listener.port}",
        "job": "queue",
        "level": "P1",
        "queue": "orders",
        "service": "queue",
        "severity": "critical",
        "system": "live",
        "team": "ops",
    }
    assert over["status"] == "resolved"
    # The warning over the same queue never came: the critical alert held it back.
    assert texts(listener, "/slack") == ["firing: 150 wait in orders;", "resolved: 150 wait in orders;"]


def resolved(posted: Sequence[Any]) -> dict[str, Any]:
    """The first message that says that all is over; empty before."""
    return next((one.body for one in posted if one.body["status"] == "resolved"), {})
