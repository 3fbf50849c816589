"""Rules over a time grid: whole columns in dependency order, step by step where that cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from generator.engine.arrays import Times
from generator.engine.evaluate import evaluate
from generator.engine.histogram.value import Histogram
from generator.engine.settings import DEFAULT, Settings
from generator.engine.storage import Storage
from generator.engine.vector import Vector
from generator.errors import TocsinError
from generator.labels import LabelSet
from generator.rules.alert_state import ActiveAlert, alert_history
from generator.rules.failure import Entangled, RuleFailure, StepError
from generator.rules.graph import Graph, PlacedRule
from generator.rules.group import RecordingRule
from generator.rules.recorded import Ledger, alert_columns, as_vector, recorded_columns
from generator.rules.templates import Expander
from generator.rules.writers import known_labels, written_names


class History(Protocol):
    """What an alerting rule did."""

    def at(self, step: int) -> list[ActiveAlert]:
        """The alerts that are pending or firing just after the evaluation at a step."""
        ...


@dataclass(frozen=True, slots=True)
class Grid:
    """When rules are evaluated: `count` times from `start` on, `step` apart, in milliseconds.

    missed: of these times the ones, counted from 0, at which nothing is evaluated, as when Prometheus is too slow. They
    are no steps: step 1 comes after step 0 even if the second time was missed.
    """

    start: int
    step: int
    count: int
    missed: frozenset[int] = frozenset()

    @property
    def steps(self) -> int:
        """How many evaluations there are."""
        return self.count - len(self.missed)

    @property
    def times(self) -> Times:
        """All times of evaluation."""
        every = self.start + self.step * np.arange(self.count, dtype=np.int64)
        return np.delete(every, sorted(self.missed)) if self.missed else every

    def at(self, step: int) -> int:
        """The time of a step; behind the last one they go on regularly."""
        if not self.missed:
            return self.start + step * self.step
        times = self.times
        return int(times[step]) if step < len(times) else self.start + (self.count + step - len(times)) * self.step

    def before(self, time: int) -> int:
        """How many steps come before a time."""
        if not self.missed:
            return min(self.count, max(0, -(-(time - self.start) // self.step)))
        return int(np.searchsorted(self.times, time))


@dataclass(frozen=True, slots=True)
class OwnHistory:
    """What a rule did that is evaluated at times of its own. `at` takes steps of the common grid, `own` has its own."""

    own: History
    grid: Grid
    common: Grid

    def at(self, step: int) -> list[ActiveAlert]:
        """The alerts that are pending or firing just after a step of the common grid."""
        place = self.grid.before(self.common.at(step) + 1) - 1
        if place < 0:
            return []
        return [replace(alert, seen=self.common.before(self.grid.at(alert.seen))) for alert in self.own.at(place)]


def own_history(history: History) -> History:
    """The history by the steps of the rule itself, whatever grid it has."""
    return history.own if isinstance(history, OwnHistory) else history


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What rules see beside the data: the engine's settings, and what templates may print."""

    settings: Settings = DEFAULT
    external_labels: Mapping[str, str] = field(default_factory=dict)
    external_url: str = ""


@dataclass(slots=True)
class Run:
    """One evaluation of rules. The storage holds the input at first, and in the end what rules wrote, too.

    After a failure `steps` is the step at which it happened: what lies there or later is not to be relied on. grids:
    the times of rules that are not evaluated at those of `grid`, by their places.
    """

    graph: Graph
    ledger: Ledger
    grid: Grid
    surroundings: Surroundings
    grids: Mapping[int, Grid] = field(default_factory=dict)
    histories: dict[int, History] = field(default_factory=dict)
    failures: list[RuleFailure] = field(default_factory=list)
    steps: int = 0

    @property
    def storage(self) -> Storage:
        """The input and what rules wrote."""
        return self.ledger.storage

    def expander(self) -> Expander:
        """Expands templates of rules against the storage as it is now."""
        return self._expander(self.storage)

    def annotator(self, place: int, step: int) -> Expander:
        """Expands the annotations of a rule against the storage as the rule saw it at a step."""
        return self.annotator_at(place, self.grid.at(step))

    def annotator_at(self, place: int, time: int) -> Expander:
        """The same for a time of evaluation, in milliseconds since 1970."""
        if not self.graph.asks(place):
            return self.expander()

        def written_until(writer: int) -> int:
            now = time if writer < place else time - 1
            return now - self.graph.rules[writer].group.query_offset

        return self._expander(self.ledger.seen(time, written_until))

    def _expander(self, storage: Storage) -> Expander:
        around = self.surroundings
        return Expander(storage, around.settings, around.external_labels, around.external_url)

    def grid_of(self, place: int) -> Grid:
        """When a rule is evaluated."""
        return self.grids.get(place, self.grid)

    def steps_of(self, place: int) -> int:
        """How many of a rule's steps are to be evaluated, given the failures so far."""
        own = self.grids.get(place)
        return self.steps if own is None else own.before(self.grid.at(self.steps))

    def keep(self, place: int, history: History) -> None:
        """Keep what an alerting rule did."""
        own = self.grids.get(place)
        self.histories[place] = history if own is None else OwnHistory(history, own, self.grid)

    def fail(self, rule: PlacedRule, step: int, message: str) -> None:
        """Note a failure at one of the rule's steps; those later than the first step that failed do not count."""
        time = self.grid_of(rule.place).at(step)
        step = self.grid.before(time + 1) - 1
        if self.failures and step > self.failures[0].step:
            return
        if self.failures and step < self.failures[0].step:
            self.failures.clear()
        self.failures.append(RuleFailure(rule.rule, step, time, message))
        self.steps = min(self.steps, step + 1)


def run_rules(
    graph: Graph,
    chosen: Iterable[int],
    storage: Storage,
    grid: Grid,
    surroundings: Surroundings,
    *,
    write_alerts: bool = True,
    stepwise: bool = False,
    grids: Mapping[int, Grid] | None = None,
) -> Run:
    """Evaluate the rules chosen at every time of the grid. `grids` has other times for some, by their places.

    `write_alerts` says whether anybody reads `ALERTS`, which is not written otherwise. `stepwise` evaluates all
    rules step by step, as Prometheus does, and gives the same.
    """
    places = tuple(sorted(chosen))
    own = {} if grids is None else grids
    run = Run(graph, Ledger(storage), grid, surroundings, own, steps=grid.steps)
    try:
        for component in () if stepwise else graph.schedule(places):
            if graph.must_step(component):
                _step(run, component, replay=_needs_replay(run, component))
            else:
                _evaluate_columns(run, graph.rules[component[0]], write_alerts=write_alerts)
    except Entangled:
        stepwise = True
    if stepwise:
        run = Run(graph, Ledger(run.ledger.inputs()), grid, surroundings, own, steps=grid.steps)
        _step(run, places, replay=True)
    return run


def _step(run: Run, places: tuple[int, ...], *, replay: bool) -> None:
    from generator.rules.stepping import step_rules

    step_rules(run, places, replay=replay)


def _needs_replay(run: Run, component: tuple[int, ...]) -> bool:
    """Whether rules must not see all of the storage: they look ahead, or write series that are there already."""
    if any(run.graph.travels(place) for place in component):
        return True
    rules = [run.graph.rules[place].rule for place in component]
    written = [(name, known_labels(rule)) for rule in rules for name in written_names(rule)]
    return any(_may_be(series.labels, name, known) for series in run.storage for name, known in written)


def _may_be(labels: LabelSet, name: str, known: Mapping[str, str]) -> bool:
    """Whether a series may be one of those with a name that have the known labels."""
    return labels.metric == name and all(labels.get(label, "") == value for label, value in known.items())


def _evaluate_columns(run: Run, placed: PlacedRule, *, write_alerts: bool) -> None:
    """One rule over all steps; after a failure again over the steps before it."""
    steps = run.steps_of(placed.place)
    while steps > 0:
        try:
            _columns(run, placed, steps, write_alerts=write_alerts)
        except StepError as reason:
            run.fail(placed, reason.step, str(reason))
            steps = reason.step
        else:
            return


def _columns(run: Run, placed: PlacedRule, steps: int, *, write_alerts: bool) -> None:
    rule, group = placed.rule, placed.group
    times = run.grid_of(placed.place).times[:steps]
    moments = times - group.query_offset
    late = group.query_offset != 0
    vector = _result(run, placed, moments)
    if isinstance(rule, RecordingRule):
        for labels, present, values, histograms in list(recorded_columns(rule, vector, group.limit)):
            run.ledger.write(
                labels, moments, present, values, histograms, place=placed.place, late=group.query_offset != 0
            )
        return
    expander = run.expander()

    def expand(text: str, series: LabelSet, value: float | Histogram, step: int) -> str:
        return expander.expand(text, rule.name, series, value, int(times[step]))

    history = alert_history(rule, vector, times, expand, group.limit)
    if write_alerts:
        for labels, present, values in alert_columns(history):
            run.ledger.write(labels, moments, present, values, place=placed.place, late=late)
    run.keep(placed.place, history)


def _result(run: Run, placed: PlacedRule, moments: Times) -> Vector:
    """The result of the rule's expression. Raises `StepError` with the first step that fails."""
    settings = run.surroundings.settings
    expr = placed.rule.expr
    try:
        return as_vector(evaluate(expr, run.storage, moments, settings).value)
    except StepError:
        raise
    except TocsinError:
        step = _first_failing(run, placed, moments)
        try:
            evaluate(expr, run.storage, moments[: step + 1], settings)
        except TocsinError as first:
            reason = first
        raise StepError(step, str(reason)) from None


def _first_failing(run: Run, placed: PlacedRule, moments: Times) -> int:
    """The first step at which the expression cannot be evaluated, found by halving."""
    good, bad = 0, len(moments)
    while bad - good > 1:
        middle = (good + bad) // 2
        try:
            evaluate(placed.rule.expr, run.storage, moments[:middle], run.surroundings.settings)
        except TocsinError:
            bad = middle
        else:
            good = middle
    return bad - 1
