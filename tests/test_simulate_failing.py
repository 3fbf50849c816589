"""What comes of templates that fail, against what Alertmanager 0.25 and 0.34 sent (``cases/simulate/failing.json``)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generator.duration import SECOND
from generator.labels import LabelSet
from generator.simulate.alert import Posted
from generator.simulate.config import Config, Dialect, read_config
from generator.simulate.config.defaults import default_settings
from generator.simulate.config.templates import library, template_settings
from generator.simulate.messages.data import go_time, template_data
from generator.simulate.messages.message import Message
from generator.simulate.messages.render import may_fail, render_message
from generator.simulate.pipeline import Alertmanager
from generator.simulate.timeline import Timeline, Unsent
from generator.targets.alertmanager.versions import FIRST, read_version
from tests.conftest import CASES

ROWS: list[Mapping[str, Any]] = json.loads((CASES / "simulate" / "failing.json").read_text(encoding="utf-8"))
OVER, END = 7 * SECOND, 15 * SECOND
"""When the alert ends, and how long the recording went on after that; the group is looked at every 2 s."""

BESIDE = {"webhook": {"discord_configs": [{"webhook_url": "http://SERVER/beside"}]}}
BY_WEBHOOK = {"webhook_configs": [{"url": "http://SERVER/beside"}]}


def name(row: Mapping[str, Any]) -> str:
    """As the recording named receivers."""
    return f"{row['kind']}-{row['setting']}-{'fire' if row['fails'] == 'firing' else 'over'}"


def config_of(receiver: Mapping[str, Any], version: str) -> Config:
    """A configuration with one receiver, read by the rules of a version."""
    route = {"receiver": receiver["name"], "group_by": ["..."], "group_wait": "0s", "group_interval": "2s"}
    text = json.dumps({"route": route, "receivers": [receiver]})
    number = read_version(version)
    assert number is not None
    config, problems = read_config(text, "alertmanager.yml", Dialect(number))
    assert config is not None, problems
    return config


def play(config: Config, labels: Mapping[str, str]) -> Timeline:
    """An alert that fires for 7 s, and the 8 s after it."""
    alertmanager = Alertmanager(config, 0)
    alertmanager.post(0, [Posted(labels=LabelSet(labels), starts_at=-SECOND)])
    alertmanager.post(OVER, [Posted(labels=LabelSet(labels), starts_at=-SECOND, ends_at=OVER)])
    alertmanager.advance(END)
    return alertmanager.timeline


def played(row: Mapping[str, Any]) -> tuple[Config, Timeline]:
    """A row's receiver, and what becomes of its alert."""
    receiver = {"name": name(row), f"{row['kind']}_configs": [row["settings"]], **BESIDE.get(row["kind"], BY_WEBHOOK)}
    config = config_of(receiver, row["version"])
    return config, play(config, {"alertname": "A", "case": name(row)})


def often(count: int) -> int | str:
    return count if count < 2 else "again"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['version']}-{name(row)}")
def test_what_comes_of_a_template_that_fails(row: Mapping[str, Any]) -> None:
    config, timeline = played(row)
    firing = [each for each in timeline.notifications if each.time < OVER]
    resolved = [each for each in timeline.notifications if each.time >= OVER]
    counts = [[each.integration.kind for each in phase].count(row["kind"]) for phase in (firing, resolved)]
    assert [often(count) for count in counts] == row["came"]
    # The integration beside it is told of both, once.
    assert [len(firing) - counts[0], len(resolved) - counts[1]] == [1, 1]
    if "body" in row:
        phase = firing if row["fails"] == "firing" else resolved
        (first, *_) = (each for each in phase if each.integration.kind == row["kind"])
        check_body(row, render_message(config, first, "http://alertmanager"))


def stripped(headers: Mapping[str, str]) -> dict[str, str]:
    """Blanks at the ends of headers do not survive the way."""
    return {name: text.strip() for name, text in headers.items()}


def check_body(row: Mapping[str, Any], message: Message) -> None:
    assert message.crippled
    assert any("a template fails" in problem.message for problem in message.problems)
    if row["kind"] == "email":
        assert stripped(message.payload["headers"]) == stripped(row["body"]["headers"])
        assert "text" not in message.payload
        assert "html" not in message.payload
    else:
        assert message.payload == row["body"]


UNSENT = [row for row in ROWS if not row["came"][row["fails"] == "resolved"]]


@pytest.mark.parametrize("row", UNSENT, ids=lambda row: f"{row['version']}-{name(row)}")
def test_what_is_not_sent_is_an_event_with_its_reason(row: Mapping[str, Any]) -> None:
    config, timeline = played(row)
    (event,) = (event for event in timeline.events if event.kind == "unsent")
    (unsent,) = timeline.unsent
    assert isinstance(event.reason, Unsent)
    assert event.reason.why == render_message(config, unsent).error
    assert event.time == (0 if row["fails"] == "firing" else 8 * SECOND)
    assert "(tried again every 2s): the template fails: " in str(event.reason)


def test_alerts_that_are_over_stay_until_everybody_is_told() -> None:
    """The group lives on with its resolved alert; when that fires again, it is told as an alert of the same group."""
    title = '{{ if eq .Status "resolved" }}{{ .Nope }}{{ end }}x'
    discord = {"webhook_url": "http://d", "title": title}
    config = config_of({"name": "a", "discord_configs": [discord], "webhook_configs": [{"url": "http://w"}]}, "0.34")
    alertmanager = Alertmanager(config, 0)
    labels = LabelSet({"alertname": "A"})
    for start, end in ((0, 7), (11, None)):
        alertmanager.post(start * SECOND, [Posted(labels=labels, starts_at=start * SECOND)])
        if end is not None:
            alertmanager.post(end * SECOND, [Posted(labels=labels, starts_at=start * SECOND, ends_at=end * SECOND)])
    alertmanager.advance(20 * SECOND)
    told = [(each.time // SECOND, each.integration.kind, each.status) for each in alertmanager.timeline.notifications]
    assert told == [
        *((0, "webhook", "firing"), (0, "discord", "firing"), (8, "webhook", "resolved")),
        # Not at 11 s, as of a new group.
        (12, "webhook", "firing"),
    ]


def test_a_message_without_templates_of_its_own_need_not_be_made_to_know() -> None:
    receiver = {
        "name": "a",
        "slack_configs": [{"api_url": "http://s"}, {"api_url": "http://s", "title": "{{ .Status }}"}],
        "pagerduty_configs": [{"routing_key": "k"}, {"routing_key": "{{ .CommonLabels.key }}"}],
        "webhook_configs": [{"url": "http://w"}, {"url": "http://w", "payload": {"a": ["{{ .Status }}"]}}],
    }
    config = config_of(receiver, "0.34")
    found = [may_fail(config, each) for each in config.receivers["a"].integrations]
    assert sorted(found) == [False] * 3 + [True] * 3


def test_a_template_file_that_changes_a_default_may_fail() -> None:
    config = config_of({"name": "a", "discord_configs": [{"webhook_url": "http://d"}]}, "0.34")
    (integration,) = config.receivers["a"].integrations
    own = '{{ define "discord.default.title" }}{{ .Nope }}{{ end }}'
    assert not may_fail(config, integration)
    assert may_fail(replace(config, template_texts=(("a.tmpl", own),)), integration)


@pytest.mark.parametrize(
    ("version", "text", "function", "since"),
    [
        ("0.25", "{{ .Status | trimSpace }}", "trimSpace", "0.26"),
        ("0.25", "{{ now }}", "now", "0.33"),
        ("0.33", "{{ routeLabels `a` }}", "routeLabels", "0.34"),
        ("0.34", "{{ nosuch }}", "nosuch", ""),
    ],
)
def test_functions_of_later_versions_are_refused(
    version: str, text: str, function: str, since: str, tmp_path: Path
) -> None:
    """A file with one keeps Alertmanager from starting; a setting with one keeps its messages from being sent."""
    (tmp_path / "own.tmpl").write_text(f'{{{{ define "own" }}}}\n{text}{{{{ end }}}}', encoding="utf-8")
    receiver = {"name": "a", "discord_configs": [{"webhook_url": "http://d", "title": text}]}
    config = json.dumps({"route": {"receiver": "a"}, "receivers": [receiver], "templates": ["*.tmpl"]})
    number = read_version(version)
    assert number is not None
    read, problems = read_config(config, tmp_path / "alertmanager.yml", Dialect(number))
    assert read is None
    own, setting = sorted(problems, key=lambda problem: "own.tmpl" not in problem.message)
    assert own.message == f'template: own.tmpl:2: function "{function}" not defined'
    assert own.origin.line == 2
    assert f'title is not a template: template: :1: function "{function}" not defined' in setting.message
    why = f"Alertmanager {version} does not have it; it comes with {since}." if since else ""
    assert own.why == setting.why == why


def test_functions_of_the_version_are_taken(tmp_path: Path) -> None:
    (tmp_path / "own.tmpl").write_text("{{ now }}", encoding="utf-8")
    config = json.dumps({"route": {"receiver": "a"}, "receivers": [{"name": "a"}], "templates": ["*.tmpl"]})
    assert read_config(config, tmp_path / "alertmanager.yml", Dialect((0, 33)))[1] == []


@pytest.mark.parametrize("minor", range(25, 35))
def test_templates_of_alertmanager_do_not_fail(minor: int) -> None:
    """Which is why messages that have no others need not be made to know whether they can be."""
    version = (0, minor)
    config = config_of({"name": "a", "webhook_configs": [{"url": "http://w"}]}, f"0.{minor}")
    known, keys = library((), version), [key for key, since in FIRST["receiver"].items() if since <= version]
    kinds = [key.removesuffix("_configs") for key in keys if key.endswith("_configs")]
    texts = [text for kind in kinds for _, text in template_settings(default_settings(kind, version))]
    for alert in ({"job": "a"}, {"alertname": "A", "severity": "critical"}):
        for told in play(config, alert).notifications:
            data = template_data(told, told.alerts, "http://a", {}, version, rendered=True)
            for text in texts:
                known.render_text(text, data, now=go_time(told.time))
                known.render_html(text, data, now=go_time(told.time))
