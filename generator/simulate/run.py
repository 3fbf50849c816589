"""From samples to messages: rules, Prometheus' sending, and Alertmanager, on one virtual clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from generator.engine.settings import DEFAULT, Settings
from generator.engine.storage import Storage
from generator.promql.ast import selectors
from generator.rules.evaluation import Grid, Run, Surroundings, run_rules
from generator.rules.failure import RuleFailure
from generator.rules.graph import ALERTS, ALERTS_FOR_STATE, Graph, placed
from generator.rules.group import AlertingRule, RuleGroup
from generator.simulate.alerts_sender import Prometheus, Sending
from generator.simulate.config.model import Config
from generator.simulate.pipeline import Alertmanager
from generator.simulate.silences import Silence
from generator.simulate.timeline import Timeline

_ORDER = {"pending": 0, "withdrawn": 0, "firing": 1, "resolved": 1, "dropped": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """What is simulated: rules in the order of their evaluation, Prometheus' sending, and Alertmanager."""

    groups: tuple[RuleGroup, ...]
    config: Config
    sending: Sending = field(default_factory=Sending)
    silences: Sequence[Silence] = ()
    settings: Settings = DEFAULT


@dataclass(frozen=True, slots=True)
class Simulation:
    """A timeline, and the evaluation of the rules that it came from."""

    timeline: Timeline
    evaluation: Run

    @property
    def failures(self) -> list[RuleFailure]:
        """Rules that failed; the simulation ends before the first failure."""
        return self.evaluation.failures


def run(system: System, storage: Storage, grid: Grid, graph: Graph | None = None) -> Simulation:
    """Play samples through a system, from the first to the last evaluation.

    storage: the samples; afterwards it also holds what rules wrote. grid: when rules are evaluated; those of groups
    with an `interval` of their own by that, from the same start on. (Prometheus begins each group at a time of its own
    within the interval, by a hash of its name and the path of its file.) graph: of the system's rules, if it is there
    already.
    """
    graph = Graph(placed(system.groups)) if graph is None else graph
    sending = system.sending
    around = Surroundings(system.settings, sending.external_labels, sending.external_url)
    every = range(len(graph.rules))
    evaluation = run_rules(
        graph, every, storage, grid, around, write_alerts=_reads_alerts(graph), grids=own_grids(graph, grid)
    )
    timeline = Timeline(grid.start, grid.at(max(0, evaluation.steps - 1)))
    prometheus = Prometheus(evaluation, sending, timeline)
    alertmanager = Alertmanager(system.config, grid.start, system.silences, timeline)
    for time, reports in prometheus.batches():
        alertmanager.post(time, reports)
    alertmanager.advance(timeline.end)
    timeline.events.sort(key=lambda event: (event.time, _ORDER.get(event.kind, 3)))
    return Simulation(timeline, evaluation)


def own_grids(graph: Graph, grid: Grid) -> dict[int, Grid]:
    """When those rules are evaluated whose groups have another interval than the grid, by their places."""
    found = {}
    for each in graph.rules:
        interval = each.group.interval or grid.step
        if interval != grid.step:
            count = (grid.at(max(0, grid.steps - 1)) - grid.start) // interval + 1
            found[each.place] = Grid(grid.start, interval, count)
    return found


def _reads_alerts(graph: Graph) -> bool:
    """Whether any rule reads `ALERTS`, by name or by a pattern."""
    names = (ALERTS, ALERTS_FOR_STATE, "__name__")
    return any(name in text for text in _texts(graph) for name in names) or any(
        selector.metric is None for each in graph.rules for selector in selectors(each.rule.expr)
    )


def _texts(graph: Graph) -> Iterable[str]:
    for each in graph.rules:
        yield each.rule.text
        if isinstance(each.rule, AlertingRule):
            yield from each.rule.labels.values()
            yield from each.rule.annotations.values()
