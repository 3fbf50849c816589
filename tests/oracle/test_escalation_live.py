"""Escalation in a real Prometheus and Alertmanager: it is told, and one silence stops the alert and all of it."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from generator.model.escalation import LABEL
from generator.promql.ast import Matcher
from generator.targets.alertmanager.document import matcher_values
from tests.conftest import CASES, needs_binary
from tests.oracle.processes import Listener, Server, wait_for
from tests.oracle.test_live import WITHIN, system


@pytest.fixture(scope="session")
def binaries() -> tuple[str, str]:
    """The paths of Prometheus and Alertmanager."""
    return needs_binary("prometheus"), needs_binary("prometheus-alertmanager")


def told_of(listener: Listener, receiver: str, queue: str) -> dict[str, Any]:
    """The first alert of a queue that a receiver was told of; empty before."""
    alerts = [alert for one in listener.posted(f"/webhook/{receiver}") for alert in one.body["alerts"]]
    return next((alert for alert in alerts if alert["labels"]["queue"] == queue), {})


def silence(alertmanager: Server, labels: Mapping[str, str]) -> str:
    """Silence all that has these labels, as Alertmanager's own page does it from an alert; the silence's id."""
    given = matcher_values(Matcher(name, "=", value) for name, value in labels.items())
    command = [needs_binary("amtool"), "silence", "add", f"--alertmanager.url={alertmanager.url}", "--comment=known"]
    done = subprocess.run([*command, "--author=test", *given], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def silences(alertmanager: Server, queue: str) -> dict[str, list[str]]:
    """The silences of the alert of a queue (under an empty name) and of its escalations."""
    alerts = alertmanager.get("/api/v2/alerts")
    ours = [alert for alert in alerts if alert["labels"]["queue"] == queue]
    return {alert["labels"].get(LABEL, ""): alert["status"]["silencedBy"] for alert in ours}


def test_a_silence_on_an_alert_stops_its_escalation(binaries: tuple[str, str], tmp_path: Path) -> None:
    with system(CASES / "live" / "escalation.py", tmp_path, binaries, {}) as live:
        servers, listener = (live.prometheus, live.alertmanager), live.listener
        listener.pages["/metrics"] = 'queue_length{queue="orders"} 150\nqueue_length{queue="mail"} 150\n'
        alert = wait_for(lambda: told_of(listener, "first", "orders"), WITHIN, "the alert", *servers)
        escalated = wait_for(lambda: told_of(listener, "second", "orders"), WITHIN, "the escalation", *servers)
        wait_for(lambda: told_of(listener, "second", "mail"), WITHIN, "the other queue's escalation", *servers)
        known = silence(live.alertmanager, alert["labels"])
        # Alertmanager looks for silences when it is asked, and each time before it sends.
        stopped = wait_for(
            lambda: (found := silences(live.alertmanager, "orders")) and all(found.values()) and found,
            WITHIN,
            "the silence",
            *servers,
        )
        others = silences(live.alertmanager, "mail")
    assert stopped == {"": [known], "unresolved-15m": [known]}
    assert others == {"": [], "unresolved-15m": []}
    assert escalated["labels"] == {**alert["labels"], LABEL: "unresolved-15m"}
    assert escalated["annotations"]["summary"] == "Unresolved for 15m: QueueFull"
    assert "QueueFull (queue, P0) has burned for" in escalated["annotations"]["description"]
    assert escalated["annotations"]["runbook_url"] == "https://runbooks.example/QueueFull.md"
    # Each is told to those it is for, and to nobody else.
    assert {a["labels"].get(LABEL, "") for one in listener.posted("/webhook/first") for a in one.body["alerts"]} == {""}
