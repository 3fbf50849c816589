"""Scenarios on the virtual clock and in a real Alertmanager: the same messages, in the same order, at the same times.

All scenarios of `tests/cases/simulate/live.yml`, and random ones, run at once in one Alertmanager, each on a route of
its own. What is posted is posted by this test, and the virtual clock is given the moments at which it really was.
`TOCSIN_ORACLE_SCENARIOS` says how many random ones there are, `TOCSIN_ORACLE_SEED` which.
"""

from __future__ import annotations

import json
import os
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any, Final

import pytest
import yaml

from generator.labels import LabelSet
from generator.simulate.alert import Posted as Report
from generator.simulate.config import Config, Dialect, LabelMatcher, load_config
from generator.simulate.messages.render import render_message
from generator.simulate.pipeline import Alertmanager
from generator.simulate.silences import Silence
from generator.simulate.timeline import Notification
from tests.conftest import CASES, needs_binary
from tests.oracle.live_scenarios import drawn
from tests.oracle.processes import LOOPBACK, Server, running, wait_for

TOLERANCE: Final = 600
"""Milliseconds that a message may come later than on the virtual clock: the machine may be busy."""

ATTEMPTS: Final = 3
"""How often the scenarios are played in which something differed: where the virtual clock is wrong it always is."""

DRAWN: Final = int(os.environ.get("TOCSIN_ORACLE_SCENARIOS") or 30)
SEED: Final = int(os.environ.get("TOCSIN_ORACLE_SEED") or 34)

EARLY: Final = 50
"""Milliseconds that it may come earlier."""

LEAD: Final = 1.0
"""Seconds from the start of Alertmanager to the start of the scenarios."""

CASE: Final = CASES / "simulate" / "live.yml"


@dataclass(frozen=True, slots=True)
class Came:
    """A message that came: when, in milliseconds since 1970, and its body."""

    time: int
    body: dict[str, Any]


@dataclass(frozen=True)
class Played:
    """What really happened: the configuration, all posts with their times, all messages by path."""

    config: Config
    start: int
    end: int
    silences: list[Silence]
    posts: list[tuple[int, list[Report]]]
    came: Mapping[str, list[Came]]
    url: str

    @cached_property
    def expected(self) -> Mapping[str, list[Notification]]:
        """The same on the virtual clock: notifications by path."""
        alertmanager = Alertmanager(self.config, self.start, self.silences)
        for moment, reports in self.posts:
            alertmanager.post(moment, reports)
        alertmanager.advance(self.end)
        found: dict[str, list[Notification]] = {}
        for notification in alertmanager.timeline.notifications:
            found.setdefault(path(notification.receiver, notification.integration.index), []).append(notification)
        return found


@dataclass(slots=True)
class Listener:
    """A web server that keeps what is posted to it, with the time."""

    port: int
    _came: dict[str, list[Came]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{LOOPBACK}:{self.port}"

    def keep(self, where: str, body: Any) -> None:
        """Remember a message."""
        with self._lock:
            self._came.setdefault(where, []).append(Came(now(), body))

    def came(self, where: str) -> list[Came]:
        """What came at a path, in order."""
        with self._lock:
            return list(self._came.get(where, ()))


class _Server(ThreadingHTTPServer):
    """Many groups go off at once; a connection that finds the queue full would be tried again a second later."""

    request_queue_size = 128


@contextmanager
def listening() -> Iterator[Listener]:
    """A listener on loopback until the end of the block."""
    server = _Server((LOOPBACK, 0), BaseHTTPRequestHandler)
    listener = Listener(server.server_address[1])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            listener.keep(self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
            """The tests' output is no place for access logs."""

    server.RequestHandlerClass = Handler
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@lru_cache(maxsize=1)
def scenarios() -> dict[str, Any]:
    """The case file, with random scenarios beside its own."""
    content: dict[str, Any] = yaml.safe_load(CASE.read_text(encoding="utf-8"))
    return {**content, "scenarios": content["scenarios"] | drawn(SEED, DRAWN)}


def configuration(listener: Listener) -> dict[str, Any]:
    """One Alertmanager configuration for all scenarios."""
    content = scenarios()
    receivers: dict[str, list[dict[str, Any]]] = {"nobody": []}
    routes = []
    for name, scenario in content["scenarios"].items():
        routes.append({**scenario["route"], "receiver": name, "matchers": [f'scenario="{name}"']})
        hooks = scenario.get("webhooks", [{}])
        receivers[name] = [{"url": listener.url + path(name, place), **hook} for place, hook in enumerate(hooks)]
        for child in scenario["route"].get("routes", ()):
            other = child.get("receiver", name)
            receivers.setdefault(other, [{"url": f"{listener.url}/{other}"}])
    return {
        "global": content["global"],
        "route": {"receiver": "nobody", "routes": routes},
        "inhibit_rules": content["inhibit_rules"],
        "time_intervals": content["time_intervals"],
        "receivers": [{"name": name, "webhook_configs": hooks} for name, hooks in receivers.items()],
    }


def path(receiver: str, place: int) -> str:
    """Where the webhook at a place of a receiver posts to."""
    return f"/{receiver}" if place == 0 else f"/{receiver}-{place + 1}"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """All scenarios, played once, or again where something differs: the machine may have stood still meanwhile."""
    binary = needs_binary("prometheus-alertmanager")
    for attempt in range(1, ATTEMPTS + 1):
        with alertmanager(binary, tmp_path_factory.mktemp("live")) as (config, server, listener):
            done = play(config, server, listener)
        if attempt == ATTEMPTS or not any(difference(done, name) for name in scenarios()["scenarios"]):
            return done
    raise AssertionError


@contextmanager
def alertmanager(binary: str, folder: Path) -> Iterator[tuple[Config, Server, Listener]]:
    """A real Alertmanager with the configuration of all scenarios, as it is read and as it runs."""
    with listening() as listener:
        file = folder / "alertmanager.yml"
        file.write_text(yaml.safe_dump(configuration(listener), sort_keys=False), encoding="utf-8")
        config, problems = load_config(file, Dialect((0, 25)))
        assert config is not None, "\n".join(map(str, problems))
        with running(command(binary, file), folder, "alertmanager") as server:
            yield config, server, listener


def command(binary: str, file: Path) -> Any:
    """The command line for a port."""
    return lambda port: [
        binary,
        f"--config.file={file}",
        f"--storage.path={file.parent / 'data'}",
        f"--web.listen-address={LOOPBACK}:{port}",
        f"--web.external-url=http://{LOOPBACK}:{port}",
        "--cluster.listen-address=",
    ]


def now() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def play(config: Config, server: Server, listener: Listener) -> Played:
    """Post everything at its time, and wait until the last scenario is over."""
    start = now() + round(LEAD * 1000)
    silences = [
        silence(name, one, start) for name, each in scenarios()["scenarios"].items() for one in each.get("silences", ())
    ]
    for each in silences:
        post(server, "/api/v2/silences", silence_body(each))
    todo = sorted(
        (
            (moment["at"], [report(name, alert, start) for alert in moment["alerts"]])
            for name, each in scenarios()["scenarios"].items()
            for moment in each["posts"]
        ),
        key=lambda pair: float(pair[0]),
    )
    done: list[tuple[int, list[Report]]] = []
    for at, reports in todo:
        reach(start + round(at * 1000))
        done.append((now(), reports))
        post(server, "/api/v2/alerts", [alert_body(each) for each in reports])
    end = start + 1000 * max(each["until"] for each in scenarios()["scenarios"].values()) + TOLERANCE
    reach(end)
    paths = [path(name, place) for name, each in config.receivers.items() for place in range(len(each.integrations))]
    came = {one: listener.came(one) for one in paths}
    return Played(config, start, end, silences, done, came, server.url)


def reach(moment: int) -> None:
    """Wait until a moment."""
    wait_for(lambda: now() >= moment, 60, "time to pass")


def post(server: Server, place: str, body: Any) -> None:
    """Post JSON to Alertmanager."""
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(server.url + place, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=5) as answer:
        assert answer.status == 200


def report(scenario: str, alert: Mapping[str, Any], start: int) -> Report:
    """An alert of a scenario with real times."""
    moments = {key: None if key not in alert else start + round(alert[key] * 1000) for key in ("starts", "ends")}
    return Report(
        labels=LabelSet({**alert["labels"], "scenario": scenario}),
        annotations=alert.get("annotations", {}),
        starts_at=moments["starts"],
        ends_at=moments["ends"],
        generator_url=alert.get("url", ""),
    )


def alert_body(alert: Report) -> dict[str, Any]:
    """The alert as the API takes it."""
    times = {"startsAt": alert.starts_at, "endsAt": alert.ends_at}
    return {
        "labels": dict(alert.labels),
        "annotations": dict(alert.annotations),
        **{key: stamp(value) for key, value in times.items() if value is not None},
    }


def silence(scenario: str, content: Mapping[str, Any], start: int) -> Silence:
    """A silence of a scenario with real times."""
    matchers = [LabelMatcher(each["name"], each["op"], each["value"]) for each in content["matchers"]]
    return Silence(
        matchers=(*matchers, LabelMatcher("scenario", "=", scenario)),
        starts_at=start + round(content["from"] * 1000),
        ends_at=start + round(content["to"] * 1000),
    )


def silence_body(each: Silence) -> dict[str, Any]:
    """The silence as the API takes it."""
    matchers = [
        {"name": m.name, "value": m.value, "isRegex": "~" in m.op, "isEqual": not m.op.startswith("!")}
        for m in each.matchers
    ]
    times = {"startsAt": stamp(each.starts_at), "endsAt": stamp(each.ends_at)}
    return {"matchers": matchers, **times, "createdBy": "test", "comment": "test"}


def stamp(milliseconds: int) -> str:
    """RFC 3339, to the millisecond."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@pytest.mark.parametrize("name", list(scenarios()["scenarios"]))
def test_scenario(played: Played, name: str) -> None:
    """Every message of a scenario, field by field, and when it came."""
    assert not difference(played, name)


def difference(played: Played, name: str) -> str:
    """What differs in a scenario, or nothing."""
    scenario = scenarios()["scenarios"][name]
    until = played.start + 1000 * scenario["until"]
    for one in own_paths(played, name):
        expected = played.expected.get(one, [])
        told = sorted((each for each in expected if each.time <= until), key=lambda each: (each.time, each.group_key))
        came = [each for each in played.came[one] if each.time <= until + TOLERANCE]
        if scenario.get("race"):
            report = race(told, came)
        else:
            after = [each.group_key for each in expected if until < each.time <= until + TOLERANCE]
            report = compared(told, in_order(without_last(came, after), told), played)
        if report:
            return f"{one}: {report}\n{summary(told, came, played.start)}"
    return ""


def without_last(came: Sequence[Came], group_keys: Sequence[str]) -> list[Came]:
    """What came, but for the last messages of some groups, which are expected when nobody listens any more."""
    found = list(came)
    for key in group_keys:
        place = next((place for place in reversed(range(len(found))) if found[place].body["groupKey"] == key), None)
        if place is not None:
            del found[place]
    return found


def compared(told: Sequence[Notification], came: Sequence[Came], played: Played) -> str:
    """Whether the same came as was told, and when."""
    if [relative(each) for each in came] != [normal(each, played) for each in told]:
        return "not the same messages"
    in_time = (-EARLY <= m.time - n.time <= TOLERANCE for n, m in zip(told, came, strict=True))
    return "" if all(in_time) else "not at the same times"


def in_order(came: Sequence[Came], told: Sequence[Notification]) -> list[Came]:
    """What came, in the order of what is expected: groups that go off at one moment do so in any order."""
    waiting: dict[str, list[Came]] = {}
    for each in came:
        waiting.setdefault(each.body["groupKey"], []).append(each)
    found = [waiting[each.group_key].pop(0) for each in told if waiting.get(each.group_key)]
    return [*found, *(each for rest in waiting.values() for each in rest)]


def own_paths(played: Played, name: str) -> Iterator[str]:
    """The paths at which messages of a scenario may come."""
    pattern = (f"/{name}", *(f"/{name}-{number}" for number in range(2, 10)))
    yield from (one for one in played.came if one in pattern)


def normal(notification: Notification, played: Played) -> dict[str, Any]:
    """The body that is expected. Ends that come of `resolve_timeout` depend on Alertmanager's own clock."""
    return rounded(render_message(played.config, notification, played.url).payload)


def relative(message: Came) -> dict[str, Any]:
    """The body that came, likewise."""
    return rounded(message.body)


def rounded(body: dict[str, Any]) -> dict[str, Any]:
    """Alerts of `resolve-timeout` end and begin when Alertmanager says so: to the second."""
    if body["commonLabels"].get("scenario") != "resolve-timeout":
        return body
    alerts = [{**each, "endsAt": each["endsAt"][:18]} for each in body["alerts"]]
    return {**body, "alerts": alerts}


def race(told: Sequence[Notification], came: Sequence[Came]) -> str:
    """Whether each message lies in its range, and there is one for every range that is over."""
    if not came or len(came) > len(told):
        return "too few or too many messages"
    if not all(n.time - EARLY <= m.time <= n.latest + TOLERANCE for n, m in zip(told, came, strict=False)):
        return "not within the range"
    return "a message is missing" if len(came) < len(told) and told[len(came)].latest < came[-1].time else ""


def summary(told: Sequence[Notification], came: Sequence[Came], start: int) -> str:
    """Both sides, for a failure."""
    lines = [
        f"simulated {each.time - start:>6} ms {each.status:8} {each.because}: {[str(a.labels) for a in each.alerts]}"
        for each in told
    ]
    lines += [
        f"     real {each.time - start:>6} ms {each.body['status']:8} {[a['labels'] for a in each.body['alerts']]}"
        for each in came
    ]
    return "\n".join(lines)


def test_scenarios_say_something(played: Played) -> None:
    """There are enough of them, and each would notice silence."""
    names = list(scenarios()["scenarios"])
    assert len(names) - DRAWN >= 12
    loud = [name for name in names if any(played.came[one] for one in own_paths(played, name))]
    assert len(loud) > 0.9 * len(names)


def test_differences_would_be_seen(played: Played) -> None:
    """A message that is missing, late, or says something else."""
    name = "group-wait"
    first, *rest = played.came[f"/{name}"]
    for came in (
        rest,
        [replace(first, time=first.time + 2 * TOLERANCE), *rest],
        [replace(first, body={**first.body, "status": "resolved"}), *rest],
        [first, first, *rest],
    ):
        assert difference(replace(played, came={**played.came, f"/{name}": came}), name)
