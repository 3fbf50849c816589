"""A real Alertmanager 0.25 tells a listener of alerts; what it posts is what is rendered here."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from generator.labels import LabelSet
from generator.simulate.alert import fingerprint
from generator.simulate.config import Config, Dialect, load_config
from generator.simulate.messages.message import SECRET
from generator.simulate.messages.render import render_message
from generator.simulate.moments import read_moment
from generator.simulate.nflog import FirstNotification
from generator.simulate.timeline import Notification, ToldAlert
from generator.targets.alertmanager.versions import OLDEST
from tests.conftest import needs_binary
from tests.oracle.processes import LOOPBACK, listening, running, wait_for

EXTERNAL_URL = "http://alertmanager.example.org/p"
CONFIG = """
global:
  slack_api_url: http://{server}/slack
  opsgenie_api_url: http://{server}/
  opsgenie_api_key: key
  pagerduty_url: http://{server}/pagerduty
  telegram_api_url: http://{server}
route: {{receiver: te.am, group_by: [alertname], group_wait: 0s}}
receivers:
  - name: te.am
    webhook_configs: [{{url: "http://{server}/webhook", max_alerts: 1}}]
    pagerduty_configs:
      - {{routing_key: key, details: {{env: '{{{{ .Status }}}}'}}, links: [{{href: http://l, text: t}}]}}
    opsgenie_configs: [{{tags: 'a,b', responders: [{{name: x, type: team}}]}}]
    slack_configs:
      - channel: '#a'
        fields: [{{title: t, value: '{{{{ .CommonLabels.severity }}}}'}}]
        actions: [{{type: button, text: go, url: http://go}}]
    telegram_configs: [{{chat_id: -5, bot_token: "1:t"}}]
    discord_configs: [{{webhook_url: "http://{server}/discord"}}]
"""
PATHS = {
    "webhook": "/webhook",
    "pagerduty": "/pagerduty",
    "opsgenie": "/v2/alerts",
    "slack": "/slack",
    "telegram": "/bot1:t/sendMessage",
    "discord": "/discord",
}
ALERTS: list[dict[str, Any]] = [
    {
        "labels": {"alertname": "Odd", "severity": "critical", "instance": name, "text": "<b>&\"' 한글"},
        "annotations": {"summary": f"{name} & more"},
        "startsAt": "2026-11-23T02:00:00.25Z",
        "endsAt": "2099-01-01T00:00:00Z",
        "generatorURL": "http://prometheus/graph?g0.expr=up+%3D%3D+0&g0.tab=1",
    }
    for name in ("a:1", "b:1")
]


def notification(config: Config, kind: str) -> Notification:
    """What the dispatcher hands to an integration for these alerts."""
    (integration,) = (one for one in config.receivers["te.am"].integrations if one.kind == kind)
    alerts = tuple(
        ToldAlert(
            labels=LabelSet(raw["labels"]),
            annotations=raw["annotations"],
            starts_at=read_moment(raw["startsAt"]),
            generator_url=raw["generatorURL"],
            fingerprint=fingerprint(LabelSet(raw["labels"])),
        )
        for raw in ALERTS
    )
    return Notification(
        time=0,
        latest=0,
        integration=integration,
        route=config.route,
        group_labels=LabelSet({"alertname": "Odd"}),
        group_key='{}:{alertname="Odd"}',
        because=FirstNotification(),
        alerts=alerts,
    )


def post(url: str) -> None:
    body = json.dumps(ALERTS).encode()
    request = urllib.request.Request(f"{url}/api/v2/alerts", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=5) as answer:
        assert answer.status == 200


def posted(folder: Path) -> tuple[Config, dict[str, Any]]:
    """The configuration, and the first body that each integration posted."""
    program = needs_binary("prometheus-alertmanager")
    path = folder / "alertmanager.yml"
    with listening() as listener:
        path.write_text(CONFIG.format(server=f"{LOOPBACK}:{listener.port}"), encoding="utf-8")
        config, problems = load_config(path, Dialect(OLDEST))
        assert config is not None, problems

        def command(port: int) -> list[str]:
            return [
                program, f"--config.file={path}", f"--storage.path={folder / 'data'}", "--cluster.listen-address=",
                f"--web.listen-address={LOOPBACK}:{port}", f"--web.external-url={EXTERNAL_URL}", "--web.route-prefix=/",
            ]  # fmt: skip

        with running(command, folder, "alertmanager") as server:
            post(server.url)
            for kind, where in PATHS.items():
                wait_for(lambda where=where: listener.posted(where), 20, f"a message by {kind}", server)  # type: ignore[misc]
            return config, {kind: listener.posted(where)[0].body for kind, where in PATHS.items()}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Config, Mapping[str, Any]]:
    """What a real Alertmanager sent, once for all tests."""
    return posted(tmp_path_factory.mktemp("alertmanager"))


@pytest.mark.parametrize("kind", PATHS)
def test_posts_what_is_rendered(kind: str, told: tuple[Config, Mapping[str, Any]]) -> None:
    config, bodies = told
    message = render_message(config, notification(config, kind), EXTERNAL_URL)
    assert not message.error
    ours = message.payload[0]["body"] if kind == "opsgenie" else message.payload
    theirs = dict(bodies[kind])
    if "routing_key" in theirs:
        theirs["routing_key"] = SECRET
    assert ours == theirs
