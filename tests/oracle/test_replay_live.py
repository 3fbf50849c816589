"""Incidents replayed against a real Prometheus and a real Alertmanager, and the same in the simulator: same messages.

Rules, routes, templates and receivers are the rendered ones, on a faster clock (`tests.oracle.compressed`). What is
compared is what people read: every Slack message as JSON, every mail with its headers and bodies; and when it comes.
All incidents are replayed at once, each by servers of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from shutil import copytree
from typing import Any, Final

import pytest
import yaml

from generator.duration import MINUTE
from generator.pipeline import Project, compile_project, render
from generator.simulate.messages.email import visible_text
from generator.simulate.messages.render import render_message
from generator.simulate.timeline import Notification
from generator.targets import TARGETS
from generator.testing.incident import Incident
from generator.testing.read_incidents import read_incidents
from tests.conftest import ROOT, needs_binary
from tests.oracle import stand_ins
from tests.oracle.replay import ALERTMANAGER_URL, Replay, Stage, StalledError

FACTOR: Final = 100
"""Milliseconds of an incident that pass in one: an hour takes 36 seconds, an evaluation comes every 150 ms."""

TOLERANCE: Final = 900
"""Real milliseconds that a message may come later than in the simulation: the machine may be busy."""

EARLY: Final = 100
"""Real milliseconds that it may come earlier."""

NEARLY: Final = 0.05
"""Share by which numbers in a text may differ."""

NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")

ATTEMPTS: Final = 5
"""How often a scene is played in which something differed, or for which the machine was too slow."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Incidents that begin at the same time and concern different services, replayed together.

    incidents: file and the beginning of the name of each. lasts: minutes. told: alert and receiver of messages that
    must be among those that come.
    """

    incidents: tuple[tuple[str, str], ...]
    lasts: int
    told: tuple[tuple[str, str], ...]


SCENES: Final = {
    "working day": Scene(
        (
            ("database", "down by day for 70 minutes"),
            ("backend", "the backend is down: its symptoms"),
            ("backend", "a service that flaps"),
            ("backend", "a fast burn pages"),
        ),
        # Before the database is back: the alert and its "not restored" end in one evaluation, but are sent one after
        # the other, and whether Alertmanager looks at their group in between is a race.
        73,
        (
            ("PostgreSQLDown", "slack-and-email"),
            ("PostgreSQLDown", "second-tier"),
            ("PostgreSQLDown", "third-tier"),
            ("BackendDown", "slack-and-email"),
            ("WebSocketDown", "slack-and-email"),
            ("NginxAvailabilityErrorBudgetBurn", "slack-and-email"),
        ),
    ),
    "end of maintenance": Scene(
        (("maintenance", "the last minutes of maintenance"),),
        22,
        (
            ("NginxDown", "slack-and-email"),
            ("LoginAfterBruteForce", "security"),
            ("LoginAfterBruteForce", "third-tier"),
        ),
    ),
}


def staged(scene: Scene, project: Path) -> Incident:
    """The incidents of a scene as one. project: a folder with the rendered files and what incidents need."""
    folder = project / "tests" / "incidents"
    files = {name: yaml.safe_load((folder / f"{name}.yml").read_text(encoding="utf-8")) for name, _ in scene.incidents}
    tests = [
        next(test for test in files[file]["tests"] if test["name"].startswith(name)) for file, name in scene.incidents
    ]
    (start,) = {test["start_timestamp"] for test in tests}
    series = [each for test in tests for each in test["input_series"]]
    assert len({each["series"] for each in series}) == len(series), "two incidents play the same series"
    (interval,) = {test["interval"] for test in tests}
    test = {"start_timestamp": start, "interval": interval, "until": f"{scene.lasts}m", "input_series": series}
    path = folder / "staged.yml"
    content = {"evaluation_interval": interval, "background": "healthy.yml", "tests": [test]}
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    found, problems = read_incidents(path)
    assert not problems, "\n".join(map(str, problems))
    return found.incidents[0]


@dataclass(frozen=True, slots=True)
class Told:
    """A message that the simulator says is sent."""

    notification: Notification
    to: str
    text: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Receiver, kind, and the address of a mail."""
        return (self.notification.receiver, self.notification.integration.kind, self.to)


def told(replayed: Replay) -> list[Told]:
    """All messages of the simulation."""
    found = []
    for notification in replayed.simulation.timeline.notifications:
        message = render_message(replayed.config, notification, ALERTMANAGER_URL)
        assert not message.error
        mail = notification.integration.kind == "email"
        text = seen(notification.integration.kind, message.payload)
        found.append(Told(notification, message.to if mail else "", text))
    return found


def differences(replayed: Replay, until: int) -> Iterator[str]:
    """What differs between what came and what the simulator says."""
    end = replayed.clock.real_at(until)
    waiting = [Came(each, seen(each.kind, each.body)) for each in replayed.came if each.kind != "webhook"]
    simulated = told(replayed)
    for each in simulated:
        if each.key[1] == "webhook":
            continue
        found = next((came for came in waiting if came.is_it(each)), None)
        if found is not None:
            waiting.remove(found)
        elif each.notification.latest + TOLERANCE <= end:
            yield f"only simulated: {shown(each, replayed)}"
    for came in waiting:
        if came.message.time <= end and not any(came.repeats(each, simulated) for each in simulated):
            at = replayed.clock.at(came.message.time) / MINUTE
            yield f"only real: {at:.2f} min {came.message.receiver} {came.message.kind}: {came.text}"


@dataclass(frozen=True, slots=True)
class Came:
    """A message that came, and what is seen of it."""

    message: stand_ins.Came
    text: str

    def is_it(self, told: Told) -> bool:
        """Whether it is the one that was simulated: to the same, in time, with the same text."""
        message, notification = self.message, told.notification
        if (message.receiver, message.kind, message.to) != told.key:
            return False
        in_time = notification.time - EARLY <= message.time <= notification.latest + TOLERANCE
        return in_time and alike(self.text, told.text)

    def repeats(self, told: Told, others: Iterable[Told]) -> bool:
        """Whether it is the repetition of a message that fell due as there was news of its group.

        The simulator tells the news, with which everything is repeated; the servers may send both, one after the other.
        """
        message, before = self.message, told.notification
        due = before.time + before.route.repeat_interval
        if (message.receiver, message.kind, message.to) != told.key or not alike(self.text, told.text):
            return False
        news = (each.notification for each in others if each.key == told.key)
        times = [each.time for each in news if each.group_key == before.group_key and each.time > before.time]
        return message.time >= due - EARLY and any(abs(time - message.time) <= TOLERANCE for time in times)


def seen(kind: str, body: dict[str, Any]) -> str:
    """The fields of a message; of a mail what its reader sees: the markup of the default mail is tocsin's own."""
    if kind == "email" and "html" in body:
        body = {**body, "html": visible_text(body["html"])}
    return json.dumps(body, indent=1, sort_keys=True, ensure_ascii=False)


def alike(one: str, other: str) -> bool:
    """Whether texts are the same but for numbers that differ a little.

    A scrape may take longer than the moment that is left before an evaluation, which then does not see its samples.
    """
    if one == other:
        return True
    if NUMBER.sub("#", one) != NUMBER.sub("#", other):
        return False
    pairs = zip(NUMBER.findall(one), NUMBER.findall(other), strict=True)
    return all(abs(float(a) - float(b)) <= NEARLY * max(float(a), float(b)) for a, b in pairs)


def shown(each: Told, replayed: Replay) -> str:
    """A simulated message, for a failure."""
    at = replayed.clock.at(each.notification.time) / MINUTE
    return f"{at:.2f} min {' '.join(each.key)} {each.notification.because}: {each.text}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A scene that was replayed, and what differs."""

    incident: Incident
    replayed: Replay
    differences: list[str]


@pytest.fixture(scope="module")
def replays(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """All scenes, replayed at once; those that differ, or for which the machine was too slow, are replayed again."""
    binaries = needs_binary("prometheus"), needs_binary("prometheus-alertmanager")
    project = compile_project([ROOT / "alerts"], base=ROOT)
    secrets = project.catalog.alertmanager.secrets
    done: dict[str, Outcome] = {}
    stalled: list[str] = []
    for attempt in range(1, ATTEMPTS + 1):
        left = [name for name in SCENES if name not in done]
        with ThreadPoolExecutor(len(SCENES)) as pool:
            folders = {name: laid_out(project, tmp_path_factory.mktemp("replay")) for name in left}
            playing = {name: pool.submit(one, SCENES[name], folders[name], secrets, binaries) for name in left}
        for name, future in playing.items():
            try:
                incident, replayed = future.result()
            except StalledError as reason:
                stalled.append(str(reason))
                continue
            found = list(differences(replayed, incident.until))
            # Chance decides which of two things that happen at once comes first, and does so anew every time; where
            # the simulator is wrong it is so in every attempt.
            if attempt == ATTEMPTS or not (found or unheard(SCENES[name], replayed)):
                done[name] = Outcome(incident, replayed, found)
    assert len(done) == len(SCENES), f"the machine is too slow: {stalled}"
    return done


def unheard(scene: Scene, replayed: Replay) -> list[tuple[str, str]]:
    """Alerts and receivers of a scene that came to nothing; on a machine that stalls, time runs out before the last."""
    said = {(each.receiver, str(each.body)) for each in replayed.came}
    return [(alert, to) for alert, to in scene.told if not any(to == one and alert in text for one, text in said)]


def laid_out(project: Project, folder: Path) -> Path:
    """A project rendered into a folder, with its incidents."""
    assert project.bundle is not None, "\n".join(map(str, project.problems))
    wanted = [target for target in TARGETS if target.name in ("prometheus", "alertmanager")]
    for path, text in render(project.bundle, wanted).files.items():
        (folder / "rendered" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "rendered" / path).write_text(text, encoding="utf-8")
    copytree(ROOT / "tests" / "incidents", folder / "tests" / "incidents")
    return folder


def one(scene: Scene, folder: Path, secrets: str, binaries: tuple[str, str]) -> tuple[Incident, Replay]:
    """A scene and its replay. Raises `StalledError`."""
    incident = staged(scene, folder)
    return incident, Stage(incident, FACTOR, folder / "rendered", secrets).play(binaries)


@pytest.mark.parametrize("name", SCENES)
def test_the_same_messages(replays: Mapping[str, Outcome], name: str) -> None:
    """To the same people, the same text, in time."""
    found, replayed = replays[name].differences, replays[name].replayed
    assert not replayed.simulation.failures
    assert not found, "\n".join([*replayed.stalls, *found])
    assert not unheard(SCENES[name], replayed)


@pytest.mark.parametrize("name", SCENES)
def test_the_sign_of_life_goes_on(replays: Mapping[str, Outcome], name: str) -> None:
    """Repeated at every look at its group or at every second one, which is a race: as often as the simulator allows."""
    incident, replayed = replays[name].incident, replays[name].replayed
    end = replayed.clock.real_at(incident.until)
    times = [each.time for each in replayed.came if each.receiver == "heartbeat" and each.time <= end]
    simulated = [each.notification for each in told(replayed) if each.key[0] == "heartbeat"]
    repeat = simulated[0].route.repeat_interval
    assert all(after - before >= repeat - EARLY for before, after in pairwise(times))
    assert len(times) >= len([each for each in simulated if each.latest <= end]) / 2


def test_differences_would_be_seen(replays: Mapping[str, Outcome]) -> None:
    """A message that is missing, late, or says something else."""
    outcome = replays["end of maintenance"]
    replayed, until = outcome.replayed, outcome.incident.until
    place, message = next((place, each) for place, each in enumerate(replayed.came) if "NginxDown" in str(each.body))
    rest = [*replayed.came[:place], *replayed.came[place + 1 :]]
    known = len(outcome.differences)
    for came, count in (
        (rest, 1),
        ([*rest, replace(message, time=message.time + 3 * TOLERANCE)], 2),
        ([*rest, replace(message, receiver="third-tier")], 2),
        ([*rest, replace(message, body={"text": "NginxDown"})], 2),
        ([*replayed.came, replace(message, time=message.time + 1)], 1),
    ):
        assert len(list(differences(replace(replayed, came=came), until))) == known + count
