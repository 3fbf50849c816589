"""Messages against what Alertmanager 0.34 sent for the same alerts, and what is said of messages that say nothing."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from generator.gotemplate.gotime import MILLISECOND, GoTime
from generator.labels import LabelSet
from generator.simulate.alert import fingerprint
from generator.simulate.config import Config, read_config
from generator.simulate.messages.email import visible_text
from generator.simulate.messages.message import SECRET, Message
from generator.simulate.messages.render import render_message
from generator.simulate.messages.telegram import as_read
from generator.simulate.nflog import FirstNotification
from generator.simulate.timeline import Notification, ToldAlert
from tests.conftest import CASES

FOLDER = CASES / "simulate" / "messages"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yml"))
SERVER, SMTP = "127.0.0.1:1", "127.0.0.1:2"
SECRETS = ("routing_key", "service_key")


def load(name: str) -> Mapping[str, Any]:
    """A case's input."""
    case: Mapping[str, Any] = yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))
    return case


def milliseconds(text: str) -> int:
    return GoTime.parse("2006-01-02T15:04:05Z07:00", text).nanoseconds // MILLISECOND


def told(raw: Mapping[str, Any]) -> ToldAlert:
    labels = LabelSet(raw["labels"])
    return ToldAlert(
        labels=labels,
        annotations=raw["annotations"],
        starts_at=milliseconds(raw["starts_at"]),
        ends_at=milliseconds(raw["ends_at"]) if "ends_at" in raw else None,
        generator_url=raw["generator_url"],
        fingerprint=fingerprint(labels),
    )


def configuration(case: Mapping[str, Any]) -> Config:
    """A case's configuration, with its template on board."""
    text = case["config"].replace("SERVER", SERVER).replace("SMTP", SMTP)
    config, problems = read_config(text, "alertmanager.yml")
    assert config is not None, problems
    extra = (("case.tmpl", case["template"]),) if "template" in case else ()
    return dataclasses.replace(config, template_texts=extra)


def messages(case: Mapping[str, Any]) -> Iterator[Message]:
    """What each integration of the case's receiver sends."""
    config = configuration(case)
    # The route labels of a case are plain texts already; as templates they say themselves.
    labels = {name: "{{ " + json.dumps(text) + " }}" for name, text in case.get("route_labels", {}).items()}
    for integration in config.receivers[case["receiver"]].integrations:
        notification = Notification(
            time=0,
            latest=0,
            integration=integration,
            route=dataclasses.replace(config.route, labels=labels),
            group_labels=LabelSet(case["group_labels"]),
            group_key=case["group_key"],
            because=FirstNotification(),
            alerts=tuple(told(alert) for alert in case["alerts"]),
        )
        yield render_message(config, notification, case["external_url"])


def recorded(name: str) -> dict[tuple[str, int], list[Mapping[str, Any]]]:
    """What the original sent, by kind and index of the integration."""
    found: dict[tuple[str, int], list[Mapping[str, Any]]] = {}
    for request in json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")):
        found.setdefault((request["kind"], request["index"]), []).append(request)
    return found


def without_secrets(body: Any) -> Any:
    return {key: SECRET if key in SECRETS else value for key, value in body.items()} if isinstance(body, dict) else body


def sent(message: Message) -> list[Any]:
    """The bodies of a message's requests, as the recording has them."""
    if message.integration.kind == "opsgenie":
        return [request["body"] for request in message.payload]
    return [message.payload]


@pytest.mark.parametrize("name", NAMES)
def test_is_what_alertmanager_sends(name: str) -> None:
    theirs = recorded(name)
    ours = {(message.integration.kind, message.integration.index): message for message in messages(load(name))}
    assert set(ours) == set(theirs)
    for place, message in ours.items():
        assert not message.error, message.error
        expected = [without_secrets(request["body"]) for request in theirs[place]]
        if place[0] == "email":
            check_mail(message, expected[0])
        else:
            assert sent(message) == expected, place


def check_mail(message: Message, expected: Mapping[str, Any]) -> None:
    """Headers and text are the same; of HTML, what a reader sees."""
    # Blanks at the ends of headers do not survive the way.
    assert {name: text.strip() for name, text in message.payload["headers"].items()} == expected["headers"]
    assert message.payload.get("text") == expected.get("text")
    assert visible_text(message.payload.get("html", "")) == visible_text(expected.get("html", ""))


@pytest.mark.parametrize("name", NAMES)
def test_requests_go_where_they_went(name: str) -> None:
    for message in messages(load(name)):
        theirs = recorded(name)[message.integration.kind, message.integration.index]
        if message.integration.kind == "opsgenie":
            paths = [(request["method"], f"/opsgenie/{request['path']}") for request in message.payload]
            assert paths == [(request["method"], request["path"]) for request in theirs]
        elif message.integration.kind == "webhook":
            assert message.to == f"http://{SERVER}{theirs[0]['path']}"


FLAWS = yaml.safe_load((CASES / "simulate" / "flaws.yml").read_text(encoding="utf-8"))


def message_of(kind: str, setting: Mapping[str, Any]) -> Message:
    """What an integration with these settings sends for one alert."""
    receiver = {"name": "team", f"{kind}_configs": [setting]}
    config = {"global": {"smtp_smarthost": "h:25", "smtp_from": "a@b"}, "route": {"receiver": "team"}}
    case = {**load("one_alert"), "config": json.dumps({**config, "receivers": [receiver]})}
    (message,) = messages(case)
    return message


@pytest.mark.parametrize("case", FLAWS, ids=lambda case: case["said"])
def test_flaws_are_told(case: Mapping[str, Any]) -> None:
    said: str = case["said"]
    message = message_of(case["kind"], case["settings"])
    assert [problem.message for problem in message.problems if said in problem.message], message.problems
    assert bool(message.error or message.crippled) == ("fails" in said)
    assert not message.error or not message.shown


@pytest.mark.parametrize(
    "kind", ["slack", "email", "webhook", "pagerduty", "opsgenie", "msteams", "telegram", "discord"]
)
def test_default_messages_have_no_flaws(kind: str) -> None:
    found = [message for message in messages(load("defaults")) if message.integration.kind == kind]
    assert found
    assert all(message.text and not message.problems for message in found)


@pytest.mark.parametrize(("kind", "part"), [("slack", "title"), ("email", "subject"), ("pagerduty", "summary")])
def test_parts_are_what_a_reader_sees(kind: str, part: str) -> None:
    (message,) = (one for one in messages(load("one_alert")) if one.integration.kind == kind)
    assert message.part(part).strip() == "[FIRING:1] HighErrors a:1 api critical"
    assert message.part("no such part") == ""


def test_html_that_is_not_done_is_shown_as_far_as_it_goes() -> None:
    """A script in a mail is a limit of this program, and no reason for Alertmanager not to send it."""
    html = '<p>{{ .CommonLabels.alertname }} fires</p><script>let a = "x";</script>'
    message = message_of("email", {"to": "a@b", "html": html})
    assert not message.error
    assert not message.crippled
    assert message.noted
    assert message.part("body") == "HighErrors fires"
    assert all("sends nothing" not in problem.why for problem in message.problems)


@pytest.mark.parametrize(
    ("setting", "subject"), [({"headers": {"Subject": "{{ .Nope }}"}}, ""), ({"text": "{{ .Nope }}"}, "[FIRING:1]")]
)
def test_a_mail_whose_template_fails_is_sent_without_what_follows(setting: Mapping[str, Any], subject: str) -> None:
    message = message_of("email", {"to": "a@b", **setting})
    assert message.part("subject").startswith(subject)
    assert bool(message.part("subject")) == bool(subject)
    assert message.part("body") == ""
    assert message.crippled
    assert not message.noted
    assert "again at every group_interval" in message.problems[-1].why


def test_credentials_are_not_shown() -> None:
    for name in NAMES:
        for message in messages(load(name)):
            assert message.integration.kind != "pagerduty" or SECRET in json.dumps(message.payload)
            assert "token" not in message.text


@pytest.mark.parametrize(
    ("html", "read"),
    [
        ("<b>Down</b>\n<i>web</i> &amp; db", "Down\nweb & db"),
        ('<a href="http://x/?a=1&amp;b=2">runbook</a>.', "runbook <http://x/?a=1&b=2>."),
        ("<pre>a  b</pre> 1 < 2", "a  b 1 < 2"),
    ],
)
def test_telegram_is_read_without_its_tags(html: str, read: str) -> None:
    assert as_read(html) == read
