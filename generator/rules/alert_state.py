"""From inactive to pending to firing, over whole columns: what an alerting rule does with its expression's result.

Source of the rules: `AlertingRule.Eval` of Prometheus 3.14.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from generator.engine.arrays import Flags, Integers, Times
from generator.engine.histogram.value import Histogram
from generator.engine.vector import Vector
from generator.labels import METRIC_NAME, LabelSet
from generator.rules.cells import cell
from generator.rules.failure import StepError
from generator.rules.group import AlertingRule
from generator.rules.writers import ALERT_NAME

State = Literal["pending", "firing"]

DUPLICATE_ALERTS: Final = "vector contains metrics with the same labelset after applying alert labels"

LabelExpander = Callable[[str, LabelSet, float | Histogram, int], str]
"""A template, the labels and value of the series, and the step, to the text of an alert's label."""


@dataclass(frozen=True, slots=True)
class Episode:
    """One life of an alert, in steps: active from `start`, firing from `fires` (None: never), gone at `end`."""

    start: int
    fires: int | None
    end: int


@dataclass(frozen=True, slots=True)
class ActiveAlert:
    """An alert at one step.

    `seen` is the last step at which the expression gave it (earlier than now only while `keep_firing_for` holds
    it); `series` and `value` are what the expression gave then. `active_at` is in milliseconds.
    """

    labels: LabelSet
    state: State
    active_at: int
    seen: int
    series: LabelSet
    value: float | Histogram


@dataclass(frozen=True, slots=True)
class AlertColumn:
    """The alerts that share one label set: where the expression gives them, from which series, and their lives."""

    labels: LabelSet
    present: Flags
    source: int | Integers
    episodes: tuple[Episode, ...]


@dataclass(frozen=True, slots=True)
class AlertHistory:
    """What an alerting rule did over the whole grid. `vector` is the result of its expression."""

    rule: AlertingRule
    times: Times
    vector: Vector
    columns: tuple[AlertColumn, ...]

    def at(self, step: int) -> list[ActiveAlert]:
        """The alerts that are pending or firing just after the evaluation at a step."""
        return list(self._at(step))

    def _at(self, step: int) -> Iterator[ActiveAlert]:
        for column in self.columns:
            episode = next((e for e in column.episodes if e.start <= step < e.end), None)
            if episode is not None:
                firing = episode.fires is not None and step >= episode.fires
                seen = int(np.flatnonzero(column.present[: step + 1])[-1])
                source = column.source if isinstance(column.source, int) else int(column.source[seen])
                yield ActiveAlert(
                    column.labels,
                    "firing" if firing else "pending",
                    int(self.times[episode.start]),
                    seen,
                    self.vector.labels[source],
                    cell(self.vector, seen, source),
                )


def alert_history(rule: AlertingRule, vector: Vector, times: Times, expand: LabelExpander, limit: int) -> AlertHistory:
    """The lives of a rule's alerts, given the result of its expression at each step of evaluation.

    Raises `StepError` where two series become the same alert, and where there are more alerts than the limit.
    """
    columns = []
    for labels, present, source in _identified(rule, vector, expand):
        episodes = tuple(_episodes(present, times, rule.hold, rule.keep_firing_for))
        columns.append(AlertColumn(labels, present, source, episodes))
    if limit > 0:
        _check_limit(columns, len(times), limit)
    return AlertHistory(rule, times, vector, tuple(columns))


def alert_labels(rule: AlertingRule, series: LabelSet, expand: Callable[[str], str]) -> LabelSet:
    """The labels of the alert that a series becomes: the rule's labels over the series', without metric name."""
    added = {name: expand(text) if "{{" in text else text for name, text in rule.labels.items()}
    return LabelSet({**series, METRIC_NAME: "", **added, ALERT_NAME: rule.name})


def _identified(
    rule: AlertingRule, vector: Vector, expand: LabelExpander
) -> Iterator[tuple[LabelSet, Flags, int | Integers]]:
    """For each alert its labels, where the expression gives it, and from which columns of the vector."""
    if _depends_on_labels_only(rule):
        found = [
            (_labels_of(rule, vector, column, expand), vector.present[:, column], column)
            for column in range(len(vector.labels))
        ]
        if len({labels for labels, _, _ in found}) == len(found):
            yield from found
            return
    yield from _merged(rule, vector, expand)


def _labels_of(rule: AlertingRule, vector: Vector, column: int, expand: LabelExpander) -> LabelSet:
    series = vector.labels[column]
    step = int(vector.present[:, column].argmax())
    return alert_labels(rule, series, lambda text: expand(text, series, cell(vector, step, column), step))


def _depends_on_labels_only(rule: AlertingRule) -> bool:
    """Whether the label templates give the same at every step."""
    texts = [text for text in rule.labels.values() if "{{" in text]
    changing = ("alue", "query", "now")
    return not any(word in text for text in texts for word in changing)


def _merged(rule: AlertingRule, vector: Vector, expand: LabelExpander) -> Iterator[tuple[LabelSet, Flags, Integers]]:
    steps = len(vector.present)
    found: dict[LabelSet, tuple[Flags, Integers]] = {}
    clash = steps
    for column, series in enumerate(vector.labels):
        for step in np.flatnonzero(vector.present[:, column]).tolist():
            value = cell(vector, step, column)
            labels = _expanded(rule, series, value, step, expand)
            if labels not in found:
                found[labels] = (np.zeros(steps, np.bool_), np.zeros(steps, np.int64))
            present, source = found[labels]
            if present[step]:
                clash = min(clash, step)
            present[step], source[step] = True, column
    if clash < steps:
        raise StepError(clash, DUPLICATE_ALERTS)
    yield from ((labels, present, source) for labels, (present, source) in found.items())


def _expanded(
    rule: AlertingRule, series: LabelSet, value: float | Histogram, step: int, expand: LabelExpander
) -> LabelSet:
    return alert_labels(rule, series, lambda text: expand(text, series, value, step))


def _episodes(present: Flags, times: Times, hold: int, keep: int) -> Iterator[Episode]:
    """The lives of one alert: runs of presence, joined where `keep_firing_for` bridges the gap."""
    current: Episode | None = None
    fires: int | None
    for start, end in _runs(present):
        if current is not None and current.fires is not None and start <= current.end:
            start, fires = current.start, current.fires
        else:
            if current is not None:
                yield current
            since = int(np.searchsorted(times, times[start] + hold))
            fires = since if since < end else None
        current = Episode(start, fires, end if fires is None else _kept_until(times, end, keep))
    if current is not None:
        yield current


def _kept_until(times: Times, end: int, keep: int) -> int:
    """The step at which a firing alert goes that the expression does not give any more at step `end`."""
    if not keep or end >= len(times):
        return end
    return int(np.searchsorted(times, times[end] + keep))


def _runs(present: Flags) -> list[tuple[int, int]]:
    """Start and end (exclusive) of each run of true cells."""
    padded = np.concatenate(([False], present, [False]))
    edges = np.flatnonzero(padded[1:] != padded[:-1]).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def _check_limit(columns: Sequence[AlertColumn], steps: int, limit: int) -> None:
    change = np.zeros(steps + 1, np.int64)
    for column in columns:
        for episode in column.episodes:
            change[episode.start] += 1
            change[episode.end] -= 1
    active = np.cumsum(change)[:steps]
    over = np.flatnonzero(active > limit)
    if len(over):
        step = int(over[0])
        raise StepError(step, f"exceeded limit of {limit} with {int(active[step])} alerts")
