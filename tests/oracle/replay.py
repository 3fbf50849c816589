"""An incident replayed by a real Prometheus and a real Alertmanager on a faster clock, and by the simulator.

The simulator gets the files that the servers get, the samples that Prometheus really took, with its times, and the
time of its first evaluation. So what it says may differ from what the servers send by no more than the servers' delays.
"""

from __future__ import annotations

import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Any, Final

import numpy as np

from generator.duration import MINUTE, SECOND, format_duration
from generator.engine.settings import PROMETHEUS_2
from generator.engine.storage import Storage
from generator.labels import LabelSet
from generator.rules.evaluation import Grid
from generator.rules.graph import ALERTS, ALERTS_FOR_STATE
from generator.rules.group import RuleGroup
from generator.rules.read import read_rules
from generator.simulate.config import Config, Dialect, load_config
from generator.simulate.prometheus_config import load_sending
from generator.simulate.run import Simulation, System, run
from generator.testing.incident import Incident
from tests.oracle.compressed import (
    EVALUATION,
    Clock,
    Places,
    compress_alertmanager,
    compress_prometheus,
    compress_rules,
    replayed,
    set_intervals,
    started,
)
from tests.oracle.player import LEAD, Late, Player
from tests.oracle.processes import LOOPBACK, Server, running, wait_for
from tests.oracle.stand_ins import Came, Inbox, mail, now, web

ALERTMANAGER_VERSION: Final = (0, 25)

READY: Final = 60
"""Seconds in which all servers must know each other; Prometheus takes 5 to look for its targets."""

SETTLE: Final = SECOND
"""Real time that is waited for late messages."""

ALERTMANAGER_URL: Final = "http://alertmanager:9093"
PROMETHEUS_URL: Final = "http://prometheus:9090"

MISSED: Final = 0.02
"""Share of evaluations left out above which the machine counts as busy; the simulator leaves them out, too."""

LONGEST: Final = 10
"""Intervals between two evaluations at most: alerts that are not sent again for longer would count as over."""

_HEARTBEAT: Final = f'{ALERTS}{{alertname="Heartbeat"}}'


class StalledError(Exception):
    """The machine stood still, so that Prometheus left evaluations out or came too late."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of an incident.

    came: what the servers sent; simulation: what the simulator says, with `config`; stalls: signs of a machine that was
    so busy that what came may be another race's outcome.
    """

    clock: Clock
    config: Config
    came: Sequence[Came]
    simulation: Simulation
    stalls: tuple[str, ...]


@dataclass(slots=True)
class Stage:
    """One replay. folder: has the rendered files, which are changed; secrets: the folder that they name for secrets."""

    incident: Incident
    factor: int
    folder: Path
    secrets: str
    inbox: Inbox = field(default_factory=Inbox)
    clock: Clock = field(init=False)

    @property
    def _alertmanager_file(self) -> Path:
        return self.folder / "alertmanager" / "alertmanager.yml"

    @property
    def _prometheus_file(self) -> Path:
        return self.folder / "prometheus" / "prometheus.yml"

    @property
    def _waiting_rules(self) -> Path:
        return self.folder / "rules.yml"

    @property
    def _rules_file(self) -> Path:
        return self.folder / "prometheus" / "rules" / "all.yml"

    def play(self, binaries: tuple[str, str]) -> Replay:
        """Replay the incident with Prometheus and Alertmanager. Raises `StalledError`."""
        late = Late()
        with mail(self.inbox) as post, web(late, self.inbox) as port:
            rendered = self._prepare_alertmanager(port, post)
            with self._alertmanager(binaries[1]) as alertmanager:
                targets = self._prepare_prometheus(port, alertmanager.port)
                with self._prometheus(binaries[0]) as prometheus:
                    wait_for(lambda: _ready(prometheus, 0), READY, "all targets to be scraped", prometheus)
                    self._set_clock(rendered, alertmanager)
                    late.pages = Player(self.incident, self.clock, targets)
                    self._begin(prometheus)
                    return self._watch(prometheus, alertmanager)

    def _prepare_alertmanager(self, port: int, post: int) -> Config:
        """Its file, with intervals that never hold as long as nobody knows when the incident is; and as it was."""
        secrets = self.folder / "secrets"
        secrets.mkdir()
        for name in ("smtp_password", "heartbeat_token"):
            (secrets / name).write_text("swordfish", encoding="utf-8")
        rendered, problems = load_config(self._alertmanager_file, Dialect(ALERTMANAGER_VERSION))
        assert rendered is not None, problems
        compress_alertmanager(self._alertmanager_file, self.secrets, self.factor, Places(port, post, secrets))
        return rendered

    def _set_clock(self, rendered: Config, alertmanager: Server) -> None:
        """Decide when the incident is, and let time intervals hold accordingly."""
        start, until, intervals = self.incident.test.start, self.incident.until, rendered.time_intervals
        self.clock = started(intervals, lambda real: Clock(self.factor, start, real), until, now() + LEAD)
        spans = {name: replayed(each, until, self.clock) for name, each in intervals.items()}
        set_intervals(self._alertmanager_file, spans)
        _reload(alertmanager)

    def _prepare_prometheus(self, port: int, alertmanager: int) -> list[tuple[str, str]]:
        """Everything but the rules, which are put in place once there is something for them to see; the targets."""
        folder = self._rules_file.parent
        compress_rules(folder, self._waiting_rules, self.factor)
        for path in folder.glob("*.yml"):
            path.unlink()
        return compress_prometheus(self._prometheus_file, self.factor, port, alertmanager)

    @contextmanager
    def _alertmanager(self, binary: str) -> Iterator[Server]:
        def command(port: int) -> list[str]:
            return [
                binary,
                f"--config.file={self._alertmanager_file}",
                f"--storage.path={self.folder / 'alertmanager' / 'data'}",
                f"--web.listen-address={LOOPBACK}:{port}",
                f"--web.external-url={ALERTMANAGER_URL}",
                "--cluster.listen-address=",
            ]

        with running(command, self.folder, "alertmanager") as server:
            yield server

    @contextmanager
    def _prometheus(self, binary: str) -> Iterator[Server]:
        def command(port: int) -> list[str]:
            return [
                binary,
                f"--config.file={self._prometheus_file}",
                f"--storage.tsdb.path={self.folder / 'prometheus' / 'data'}",
                f"--web.listen-address={LOOPBACK}:{port}",
                f"--web.external-url={PROMETHEUS_URL}",
                f"--query.lookback-delta={format_duration(self._shorter(PROMETHEUS_2.lookback))}",
                f"--rules.alert.resend-delay={format_duration(self._shorter(MINUTE))}",
                "--web.enable-lifecycle",
            ]

        with running(command, self.folder, "prometheus") as server:
            yield server

    def _shorter(self, milliseconds: int) -> int:
        return milliseconds // self.factor

    def _begin(self, prometheus: Server) -> None:
        """Let rules be evaluated once all targets give their series. Raises `StalledError`."""
        known = now()
        if self.clock.real - known > LEAD:
            wait_for(lambda: now() >= self.clock.real - LEAD, 2 * MINUTE / SECOND, "the minute to be over", prometheus)
        wait_for(lambda: _ready(prometheus, known), READY, "all targets to be scraped again", prometheus)
        self._waiting_rules.rename(self._rules_file)
        _reload(prometheus)
        wait_for(lambda: _samples(prometheus, f"{_HEARTBEAT}[1m]"), READY, "the first evaluation", prometheus)
        if now() > self.clock.real:
            raise StalledError("the servers were not ready when the incident began")

    def _watch(self, prometheus: Server, alertmanager: Server) -> Replay:
        end = self.clock.real_at(self.incident.until)
        servers = (prometheus, alertmanager)
        wait_for(lambda: now() >= end + SETTLE, 2 * (end - now()) / SECOND, "the incident to be over", *servers)
        span = f"[{end - self.clock.real + 2 * MINUTE}ms]"
        taken, evaluated = _samples(prometheus, f'{{job!=""}}{span}'), _samples(prometheus, f"{_HEARTBEAT}{span}")
        return self._replay(taken, self._evaluations(evaluated))

    def _evaluations(self, found: Mapping[LabelSet, list[tuple[int, float]]]) -> Grid:
        """When rules were evaluated. Raises `StalledError` where Prometheus left out too much of it."""
        (times,) = ([time for time, _ in samples] for samples in found.values())
        step = self._shorter(EVALUATION)
        every = range(times[0], times[-1] + 1, step)
        missed = frozenset(place for place, time in enumerate(every) if time not in set(times))
        longest = max(after - before for before, after in pairwise(times))
        if longest > LONGEST * step:
            raise StalledError(f"Prometheus left {len(missed)} of {len(every)} evaluations out, once for {longest} ms")
        return Grid(times[0], step, len(every), missed)

    def _stalls(self, taken: Mapping[LabelSet, list[tuple[int, float]]], grid: Grid) -> Iterator[str]:
        """Scrapes that took too long, of targets that the incident is about, and many evaluations left out."""
        test = self.incident.test
        own = [each for each in test.series if each.origin.file == test.origin.file]
        meant = {_target(each.labels) for each in own if each.labels.metric == "up"}
        jobs = {each.labels["job"] for each in own}
        for labels, samples in taken.items():
            watched = labels.metric == "up" and labels["job"] in jobs and _target(labels) not in meant
            if watched and any(value == 0 for time, value in samples if time >= self.clock.real - LEAD):
                yield f"a scrape took too long: {labels}"
        if len(grid.missed) > MISSED * grid.count:
            yield f"{len(grid.missed)} of {grid.count} evaluations were left out"

    def _replay(self, taken: Mapping[LabelSet, list[tuple[int, float]]], grid: Grid) -> Replay:
        rules, problems = read_rules(self._rules_file)
        config, more = load_config(self._alertmanager_file, Dialect(ALERTMANAGER_VERSION))
        sending, rest = load_sending(self._prometheus_file)
        assert config is not None, [*problems, *more, *rest]
        storage = _storage(taken, rules.groups, int(grid.times[-1]))
        system = System(
            groups=rules.groups,
            config=config,
            sending=replace(sending, resend_delay=self._shorter(MINUTE), external_url=PROMETHEUS_URL),
            settings=replace(PROMETHEUS_2, lookback=self._shorter(PROMETHEUS_2.lookback), default_step=grid.step),
        )
        stalls = tuple(self._stalls(taken, grid))
        return Replay(self.clock, config, self.inbox.all(), run(system, storage, grid), stalls)


def _ready(prometheus: Server, since: int) -> bool:
    """Whether all targets were scraped since a time, and an Alertmanager is known to send to."""
    targets = prometheus.get("/api/v1/targets?state=active")["data"]["activeTargets"]
    known = prometheus.get("/api/v1/alertmanagers")["data"]["activeAlertmanagers"]
    return bool(known and targets) and all(_milliseconds(each["lastScrape"]) > since for each in targets)


def _milliseconds(text: str) -> int:
    """A time of Prometheus' API, which has nanoseconds; 0 for one that is none."""
    if text.startswith("0001-"):
        return 0
    whole, _, rest = text.partition(".")
    digits = "".join(takewhile(str.isdigit, rest))
    zone = rest[len(digits) :] if digits else whole[19:]
    moment = datetime.fromisoformat(whole[:19] + zone.replace("Z", "+00:00"))
    return round(moment.timestamp()) * SECOND + int(digits[:3].ljust(3, "0") or 0)


def _reload(server: Server) -> None:
    urllib.request.urlopen(urllib.request.Request(f"{server.url}/-/reload", method="POST"), timeout=10).close()


def _samples(prometheus: Server, query: str) -> dict[LabelSet, list[tuple[int, float]]]:
    """Times and values of the samples that a range selects, as they are stored."""
    answer = prometheus.get(f"/api/v1/query?{urllib.parse.urlencode({'query': query})}")
    return {LabelSet(each["metric"]): [_sample(*pair) for pair in each["values"]] for each in answer["data"]["result"]}


def _sample(seconds: float, value: str) -> tuple[int, float]:
    return round(seconds * SECOND), float(value)


def _storage(taken: Mapping[LabelSet, list[tuple[int, float]]], groups: Sequence[RuleGroup], until: int) -> Storage:
    """What was scraped, with the stale markers that the API leaves out, without what rules wrote."""
    written = {ALERTS, ALERTS_FOR_STATE, *(rule.name for group in groups for rule in group.rules)}
    scraped = {labels: samples for labels, samples in taken.items() if labels.metric not in written}
    scrapes = {
        _target(labels): [time for time, _ in found] for labels, found in scraped.items() if labels.metric == "up"
    }
    storage = Storage()
    for labels, samples in scraped.items():
        known = dict(samples)
        times = scrapes[_target(labels)]
        stale = {after for before, after in pairwise(times) if before in known and after not in known}
        every = [time for time in sorted({*known, *stale}) if time <= until]
        marks = np.array([time in stale for time in every])
        storage.append(labels, np.array(every), np.array([known.get(time, 0.0) for time in every]), stale=marks)
    return storage


def _target(labels: Mapping[str, Any]) -> tuple[str, str]:
    return labels["job"], labels["instance"]
