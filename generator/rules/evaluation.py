"""Rules over a time grid: whole columns in dependency order, step by step where that cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
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
from generator.rules.writers import written_names


class History(Protocol):
    """What an alerting rule did."""

    def at(self, step: int) -> list[ActiveAlert]:
        """The alerts that are pending or firing just after the evaluation at a step."""
        ...


@dataclass(frozen=True, slots=True)
class Grid:
    """When rules are evaluated: `count` times from `start` on, `step` apart, in milliseconds."""

    start: int
    step: int
    count: int

    @property
    def times(self) -> Times:
        """All times."""
        return self.start + self.step * np.arange(self.count, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What rules see beside the data: the engine's settings, and what templates may print."""

    settings: Settings = DEFAULT
    external_labels: Mapping[str, str] = field(default_factory=dict)
    external_url: str = ""


@dataclass(slots=True)
class Run:
    """One evaluation of rules. The storage holds the input at first, and in the end what rules wrote, too.

    After a failure `steps` is the step at which it happened: what lies there or later is not to be relied on.
    """

    graph: Graph
    ledger: Ledger
    grid: Grid
    surroundings: Surroundings
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
        if not self.graph.asks(place):
            return self.expander()
        time = self.grid.start + step * self.grid.step

        def written_until(writer: int) -> int:
            now = time if writer < place else time - self.grid.step
            return now - self.graph.rules[writer].group.query_offset

        return self._expander(self.ledger.seen(time, written_until))

    def _expander(self, storage: Storage) -> Expander:
        around = self.surroundings
        return Expander(storage, around.settings, around.external_labels, around.external_url)

    def fail(self, rule: PlacedRule, step: int, message: str) -> None:
        """Note a failure; those later than the first step that failed do not count."""
        if self.failures and step > self.failures[0].step:
            return
        if self.failures and step < self.failures[0].step:
            self.failures.clear()
        time = self.grid.start + step * self.grid.step
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
) -> Run:
    """Evaluate the rules chosen at every time of the grid.

    `write_alerts` says whether anybody reads `ALERTS`, which is not written otherwise. `stepwise` evaluates all
    rules step by step, as Prometheus does, and gives the same.
    """
    from generator.rules.stepping import step_rules

    places = tuple(sorted(chosen))
    run = Run(graph, Ledger(storage), grid, surroundings, steps=grid.count)
    try:
        for component in () if stepwise else graph.schedule(places):
            if graph.must_step(component):
                step_rules(run, component, replay=_needs_replay(run, component))
            else:
                _evaluate_columns(run, graph.rules[component[0]], write_alerts=write_alerts)
    except Entangled:
        stepwise = True
    if stepwise:
        run = Run(graph, Ledger(run.ledger.inputs()), grid, surroundings, steps=grid.count)
        step_rules(run, places, replay=True)
    return run


def _needs_replay(run: Run, component: tuple[int, ...]) -> bool:
    """Whether rules must not see all of the storage: they look ahead, or write series that are there already."""
    if any(run.graph.travels(place) for place in component):
        return True
    written = {name for place in component for name in written_names(run.graph.rules[place].rule)}
    return any(series.labels.metric in written for series in run.storage)


def _evaluate_columns(run: Run, placed: PlacedRule, *, write_alerts: bool) -> None:
    """One rule over all steps; after a failure again over the steps before it."""
    steps = run.steps
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
    times = run.grid.times[:steps]
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
    run.histories[placed.place] = history


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
