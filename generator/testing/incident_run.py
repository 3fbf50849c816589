"""Incidents played: from a file to verdicts on its rules and its messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from generator.diagnostics import Problem, error, has_errors, in_order, warning
from generator.duration import SECOND, format_duration
from generator.engine.arrays import Flags, Floats
from generator.engine.storage import Storage
from generator.rules.evaluation import Grid, Run
from generator.rules.failure import RuleFailure
from generator.rules.writers import ALERT_NAME
from generator.simulate.alerts_sender import Sending
from generator.simulate.config import Config
from generator.simulate.prometheus_config import load_sending
from generator.simulate.run import Simulation, System, run
from generator.simulate.timeline import Timeline
from generator.testing.configurations import Configurations
from generator.testing.fixture_run import RuleCache, rule_files
from generator.testing.incident import Incident, IncidentFile
from generator.testing.incident_judge import judge
from generator.testing.incident_messages import message_findings
from generator.testing.loading import fill
from generator.testing.outcome import Outcome
from generator.testing.promtool import DEFAULT, RuleSet, TestRun
from generator.testing.read_fixture import TRAP
from generator.testing.read_incidents import read_incidents
from generator.testing.selection import EVERYTHING, Selection
from generator.testing.verdict import Verdict

FAILED: Final = "test/rule"
"""The name under which rules are reported that fail while an incident is played."""

_WHY: Final = "The incident is played no further. Prometheus would go on with its other rules."
_SMALL: Final = 1e-9
_POINTS: Final = 2000


@dataclass(frozen=True, slots=True)
class Drawn:
    """A series to draw: its name, and times (milliseconds since 1970) with values, None where there is a gap."""

    name: str
    points: Sequence[tuple[int, float | None]]


def rule_verdicts(evaluation: Run, incident: Incident, stage: Stage) -> list[Verdict]:
    """The verdicts on what an incident says of alerts and expressions, and on rules that failed."""
    run = TestRun(incident.test, stage.rules, stage.file.fixture, DEFAULT)
    run.run = evaluation
    return run.judge()


@dataclass(frozen=True, slots=True)
class Played:
    """An incident, what came of it, and what it was played with."""

    incident: Incident
    config: Config
    simulation: Simulation

    @property
    def timeline(self) -> Timeline:
        """What happened, up to the first rule that failed, if one did."""
        return self.simulation.timeline

    @property
    def failure(self) -> RuleFailure | None:
        """The first rule that failed; nothing is played from then on."""
        return _first(self.simulation)

    @property
    def problem(self) -> Problem | None:
        """The same as something to tell."""
        if self.failure is None:
            return None
        after = format_duration(self.failure.time - self.timeline.start)
        message = f"rule {self.failure.rule.name} fails at +{after}: {self.failure.message}"
        return error(FAILED, self.failure.rule.origin, message, _WHY)


@dataclass(frozen=True, slots=True)
class Stage:
    """A file of incidents with all that it needs, ready to be played. configs: by the file they were read from."""

    file: IncidentFile
    rules: RuleSet
    sending: Sending
    configs: Mapping[Path, Config]
    problems: tuple[Problem, ...] = ()

    def play(self, incident: Incident) -> Played:
        """Play one of its incidents."""
        if incident.config is None:
            raise ValueError("an incident without a configuration is not to be played")
        config, test = replace(self.configs[incident.config], external_url=self.file.url), incident.test
        step = self.file.fixture.evaluation_interval
        storage = Storage()
        for series in test.series:
            fill(storage, series.labels, series.values, test.start, test.interval, test.start + incident.until)
        sending = Sending(
            external_labels={**self.sending.external_labels, **test.external_labels},
            external_url=test.external_url,
            relabel=self.sending.relabel,
        )
        system = System(groups=self.rules.groups, config=config, sending=sending, silences=incident.silences)
        # The last evaluation comes at the end or after it, so that what happens between two is played, too.
        grid = Grid(test.start, step, -(-incident.until // step) + 1)
        simulation, end = run(system, storage, grid, self.rules.graph), test.start + incident.until
        if all(failure.time > end for failure in simulation.failures):
            simulation.failures.clear()
        return Played(incident, config, _cut(simulation, end))


def _first(simulation: Simulation) -> RuleFailure | None:
    return min(simulation.failures, key=lambda failure: failure.time, default=None)


def _cut(simulation: Simulation, end: int) -> Simulation:
    """A simulation without what comes after its end, or comes of a rule that failed: it would look like an end."""
    whole, failure = simulation.timeline, _first(simulation)
    last = end if failure is None else min(end, failure.time - 1)
    part = replace(
        whole,
        end=end if failure is None else min(end, failure.time),
        events=[event for event in whole.events if event.time <= last],
        notifications=[each for each in whole.notifications if each.time <= last],
        unsent=[each for each in whole.unsent if each.time <= last],
    )
    return replace(simulation, timeline=part)


def prepare_incidents(path: Path, cache: RuleCache) -> Stage | list[Problem]:
    """A file of incidents with rules and configurations, or everything that is wrong where something is."""
    file, problems = read_incidents(path)
    paths, missing = rule_files(file.fixture)
    problems = [*problems, *missing]
    for each in paths:
        problems += cache.read(each)[1]
    sending = Sending()
    if file.prometheus is not None:
        sending, more = load_sending(file.prometheus)
        problems += more
    configs = Configurations(file.dialect)
    for incident in file.incidents:
        problems += configs.problems(incident)
    if has_errors(problems):
        return in_order(problems)
    rules = cache.rules(paths, file.fixture.group_order)
    problems += _always_hold(file, rules, sending)
    return Stage(file, rules, sending, configs.loaded, tuple(problems))


def _always_hold(file: IncidentFile, rules: RuleSet, sending: Sending) -> Iterator[Problem]:
    """What must not be sent of alerts that there never are: a name misspelt would hold for ever."""
    if any(step.target_label == ALERT_NAME for step in sending.relabel):
        return
    for each in (each for incident in file.incidents for each in incident.forbidden):
        for name in (labels.get(ALERT_NAME, "") for labels in each.alerts):
            if name and name not in rules.by_alert:
                yield warning(TRAP, each.origin, f"no rule is called {name!r}: its absence is always given")


def run_incidents(path: Path, cache: RuleCache, selection: Selection = EVERYTHING) -> Outcome:
    """The outcome of a file of incidents."""
    stage = prepare_incidents(path, cache)
    if not isinstance(stage, Stage):
        return Outcome(str(path), (), tuple(stage))
    verdicts: list[Verdict] = []
    problems = dict.fromkeys(stage.problems)
    for incident in stage.file.incidents:
        if selection.of(incident.test, str(path)) is not None:
            played = stage.play(incident)
            verdicts += rule_verdicts(played.simulation.evaluation, incident, stage)
            verdicts += judge(incident, played.config, played.timeline, played.failure)
            failed, warned = message_findings(incident, played.config, played.timeline)
            verdicts += failed
            problems.update(dict.fromkeys(warned))
    return Outcome(str(path), tuple(verdicts), tuple(problems))


def drawn_series(played: Played, most: int = 12) -> list[Drawn]:
    """The series that a test lays over its background and that change, for a drawing; counters as what they grow by."""
    found = []
    own = [each for each in played.incident.test.series if each.origin.file == played.incident.test.origin.file]
    for series in own:
        values, kinds = series.values.floats, series.values.kinds
        counter = series.labels.metric.endswith(("_total", "_count", "_bucket", "_sum"))
        shown = _growth(values, kinds == 0, played.incident.test.interval) if counter else values
        changed = bool(len(values)) and (kinds.any() or float(np.ptp(shown)) > _SMALL * float(np.abs(shown).max()))
        if changed and not _moves_with_time(values, played.incident.test.interval):
            stride = max(1, len(values) // _POINTS)
            times = range(played.timeline.start, played.timeline.end + 1, played.incident.test.interval * stride)
            cells = zip(shown[::stride].tolist(), kinds[::stride].tolist(), strict=True)
            points = [(time, None if kind else value) for time, (value, kind) in zip(times, cells, strict=False)]
            found.append(Drawn(f"{series.labels}{' per second' if counter else ''}", points))
    return found[:most]


def _growth(values: Floats, present: Flags, interval: int) -> Floats:
    """What a counter grows by per second, from each sample that is there to the next; after a reset from 0."""
    places = np.flatnonzero(present)
    found = np.zeros(len(values))
    if len(places) > 1:
        levels = values[places]
        grown = np.diff(levels)
        rates = np.where(grown < 0, levels[1:], grown) / (np.diff(places) * interval / SECOND)
        found[places[1:]], found[places[0]] = rates, rates[0]
    return found


def _moves_with_time(values: Floats, interval: int) -> bool:
    """Whether a gauge only tells the time: `ago 6h`."""
    return len(values) > 1 and bool((np.diff(values) == interval / SECOND).all())
