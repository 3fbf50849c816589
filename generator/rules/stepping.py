"""Rules one step after the other, as Prometheus evaluates them: for loops, self-reference and looking ahead.

The state machine here follows Prometheus' code line by line, and not the columns of `alert_state`: a property test
compares the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np

from generator.engine.evaluate import evaluate
from generator.engine.histogram.value import Histogram
from generator.engine.storage import Series, Storage
from generator.engine.vector import Vector
from generator.errors import TocsinError
from generator.labels import LabelSet
from generator.rules.alert_state import DUPLICATE_ALERTS, ActiveAlert, State, alert_labels
from generator.rules.cells import cell
from generator.rules.evaluation import Run
from generator.rules.failure import StepError
from generator.rules.graph import PlacedRule
from generator.rules.group import AlertingRule, RecordingRule
from generator.rules.recorded import (
    DUPLICATE_SERIES,
    Ledger,
    alerts_labels,
    as_vector,
    copy_samples,
    for_state_labels,
    recorded_labels,
    series_samples,
)
from generator.rules.templates import Expander

Sample = tuple[LabelSet, float | Histogram]


@dataclass(slots=True)
class _Alert:
    """The state of one alert, as Prometheus keeps it."""

    labels: LabelSet
    active_at: int
    seen: int
    series: LabelSet
    value: float | Histogram
    state: State = "pending"
    keep_since: int | None = None


@dataclass(slots=True)
class _Stepper:
    """One rule while it is stepped."""

    placed: PlacedRule
    written: dict[LabelSet, None] = field(default_factory=dict)
    active: dict[LabelSet, _Alert] = field(default_factory=dict)
    history: list[list[ActiveAlert]] = field(default_factory=list)

    def at(self, step: int) -> list[ActiveAlert]:
        """The alerts that are pending or firing just after the evaluation at a step."""
        return self.history[step]


class _Replay:
    """A storage that is filled step by step from another one."""

    def __init__(self, source: Storage) -> None:
        self.storage = Storage()
        self._source: Final = [(series, [0]) for series in source]

    def until(self, time: int) -> None:
        """Bring in the samples up to a time."""
        for series, position in self._source:
            end = int(np.searchsorted(series.times, time, side="right"))
            if end > position[0]:
                copy_samples(series, self.storage, position[0], end)
                position[0] = end


def step_rules(run: Run, places: tuple[int, ...], *, replay: bool) -> None:
    """Evaluate rules together, in their order at each step. With `replay` they see nothing later than the step."""
    steppers = [_Stepper(run.graph.rules[place]) for place in places]
    source = _Replay(run.storage) if replay else None
    storage = run.storage if source is None else source.storage
    added = _Writer(storage, run.ledger)
    for time, now in _moments(run, steppers):
        if source is not None:
            source.until(time)
        for step, stepper in now:
            try:
                added.place = stepper.placed.place
                _step(run, stepper, added, step, time)
            except StepError as reason:
                run.fail(stepper.placed, step, str(reason))
        if run.failures and run.failures[0].time <= time:
            break
    if source is not None:
        run.ledger.storage = _with(run.storage, storage, added)
    for stepper in steppers:
        if isinstance(stepper.placed.rule, AlertingRule):
            run.keep(stepper.placed.place, stepper)


def _moments(run: Run, steppers: list[_Stepper]) -> Iterator[tuple[int, list[tuple[int, _Stepper]]]]:
    """The times of evaluation, each with the rules whose turn it is and at which of their steps they are."""
    found: dict[int, list[tuple[int, _Stepper]]] = {}
    for stepper in steppers:
        place = stepper.placed.place
        for step, time in enumerate(run.grid_of(place).times[: run.steps_of(place)].tolist()):
            found.setdefault(time, []).append((step, stepper))
    for time in sorted(found):
        yield time, found[time]


def _with(storage: Storage, replayed: Storage, added: _Writer) -> Storage:
    """The first storage with the series that rules wrote in the second one."""
    merged = Storage()
    for series in storage:
        if series.labels not in added.labels:
            copy_samples(series, merged, 0, len(series))
    for labels in added.labels:
        written = replayed.get(labels)
        if written is not None:
            copy_samples(written, merged, 0, len(written))
            rest = storage.get(labels)
            if rest is not None and len(written):
                start = int(np.searchsorted(rest.times, written.times[-1], side="right"))
                if start < len(rest):
                    copy_samples(rest, merged, start, len(rest))
    return merged


class _Writer:
    """Appends what rules give, as a head block does: a second sample at the same time must be equal."""

    def __init__(self, storage: Storage, ledger: Ledger) -> None:
        self.storage = storage
        self.labels: dict[LabelSet, int] = {}
        self.place = 0
        self._ledger = ledger

    def write(self, labels: LabelSet, time: int, value: float | Histogram | None) -> None:
        """Append one sample, or a stale marker (None). Raises `StepError` where it does not fit."""
        if labels not in self.labels:
            self._ledger.claim(labels, self.place)
            self.labels[labels] = self.place
        series = self.storage.get(labels)
        if series is not None and len(series) and int(series.times[-1]) >= time:
            self._conflict(series, time, value)
            return
        self.storage.append_sample(labels, time, value)

    def _conflict(self, series: Series, time: int, value: float | Histogram | None) -> None:
        if value is None:
            return
        if int(series.times[-1]) > time:
            raise StepError(0, "out of order sample")
        if list(series_samples(series))[-1][1] != value:
            raise StepError(0, "duplicate sample for timestamp")


def _step(run: Run, stepper: _Stepper, writer: _Writer, step: int, time: int) -> None:
    placed = stepper.placed
    moment = time - placed.group.query_offset
    try:
        settings = run.surroundings.settings
        vector = as_vector(evaluate(placed.rule.expr, writer.storage, np.array([moment]), settings).value)
    except StepError:
        raise
    except TocsinError as reason:
        raise StepError(step, str(reason)) from None
    if isinstance(placed.rule, RecordingRule):
        samples = _recorded(placed.rule, vector, placed.group.limit)
    else:
        samples = _alerts(run, stepper, placed.rule, vector, writer.storage, step, time)
    fresh: dict[LabelSet, None] = {}
    for labels, value in samples:
        writer.write(labels, moment, value)
        fresh[labels] = None
    for labels in stepper.written:
        if labels not in fresh:
            writer.write(labels, moment, None)
    stepper.written = fresh


def _cells(vector: Vector) -> list[tuple[LabelSet, float | Histogram]]:
    return [
        (labels, cell(vector, 0, column)) for column, labels in enumerate(vector.labels) if vector.present[0, column]
    ]


def _recorded(rule: RecordingRule, vector: Vector, limit: int) -> list[Sample]:
    samples = [(recorded_labels(rule, labels), value) for labels, value in _cells(vector)]
    if len({labels for labels, _ in samples}) != len(samples):
        raise StepError(0, DUPLICATE_SERIES)
    if 0 < limit < len(samples):
        raise StepError(0, f"exceeded limit of {limit} with {len(samples)} series")
    return samples


def _alerts(
    run: Run, stepper: _Stepper, rule: AlertingRule, vector: Vector, storage: Storage, step: int, time: int
) -> list[Sample]:
    around = run.surroundings
    expander = Expander(storage, around.settings, around.external_labels, around.external_url)
    current: dict[LabelSet, _Alert] = {}
    for series, value in _cells(vector):
        expand = partial(expander.expand, alert=rule.name, series=series, value=value, time=time)
        labels = alert_labels(rule, series, expand)
        if labels in current:
            raise StepError(step, DUPLICATE_ALERTS)
        current[labels] = _Alert(labels, time, step, series, value)
    for labels, alert in current.items():
        known = stepper.active.get(labels)
        if known is None:
            stepper.active[labels] = alert
        else:
            known.seen, known.series, known.value = step, alert.series, alert.value
    samples = list(_advance(stepper, rule, set(current), time))
    limit = stepper.placed.group.limit
    if 0 < limit < len(stepper.active):
        count = len(stepper.active)
        stepper.active.clear()
        raise StepError(step, f"exceeded limit of {limit} with {count} alerts")
    stepper.history.append([_snapshot(alert) for alert in stepper.active.values()])
    return samples


def _advance(stepper: _Stepper, rule: AlertingRule, given: set[LabelSet], time: int) -> Iterator[Sample]:
    """Move every alert on by one step; the samples of those that stay active."""
    for labels, alert in list(stepper.active.items()):
        if labels in given:
            alert.keep_since = None
        elif not _kept(alert, rule, time):
            del stepper.active[labels]
            continue
        if alert.state == "pending" and time - alert.active_at >= rule.hold:
            alert.state = "firing"
        yield alerts_labels(rule, labels, alert.state), 1.0
        yield for_state_labels(rule, labels), float(alert.active_at // 1000)


def _kept(alert: _Alert, rule: AlertingRule, time: int) -> bool:
    """Whether a firing alert whose expression is gone stays for a while."""
    if alert.state != "firing" or rule.keep_firing_for <= 0:
        return False
    if alert.keep_since is None:
        alert.keep_since = time
    return time - alert.keep_since < rule.keep_firing_for


def _snapshot(alert: _Alert) -> ActiveAlert:
    return ActiveAlert(alert.labels, alert.state, alert.active_at, alert.seen, alert.series, alert.value)
