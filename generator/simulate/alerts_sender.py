"""What Prometheus sends to Alertmanager: each alert that fires, again and again, and for a while that it is over.

Source: `AlertingRule.sendAlerts` and the notifier of Prometheus 3.14.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from generator.duration import MINUTE
from generator.labels import LabelSet
from generator.rules.alert_state import AlertHistory
from generator.rules.evaluation import Grid, History, Run, own_history
from generator.rules.group import AlertingRule
from generator.simulate.alert import Annotations, Posted
from generator.simulate.generator_url import generator_url
from generator.simulate.relabel import Dropped, Step, relabel
from generator.simulate.timeline import Ended, Lasted, Relabelled, Timeline, Waits

RESOLVED_RETENTION: Final = 15 * MINUTE
"""How long Prometheus goes on telling that an alert is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """How Prometheus sends. resend_delay: `--rules.alert.resend-delay` in milliseconds.

    external_labels are put on alerts that lack them, then `relabel` (`alert_relabel_configs`) is done.
    """

    resend_delay: int = MINUTE
    external_labels: Mapping[str, str] = field(default_factory=dict)
    external_url: str = ""
    relabel: Sequence[Step] = ()


@dataclass(frozen=True, slots=True)
class Life:
    """One life of an alert, in steps: active from `start`, firing from `fires` (None: never), gone at `end`.

    `end` is the number of steps for an alert that is still there. `renewed` is where the next life of the same alert
    begins, or the number of steps.
    """

    labels: LabelSet
    start: int
    fires: int | None
    end: int
    renewed: int


def lives(history: History, steps: int) -> list[Life]:
    """All lives of the alerts of a rule."""
    found: dict[LabelSet, list[tuple[int, int | None, int]]] = {}
    if isinstance(history, AlertHistory):
        for column in history.columns:
            spans = [(e.start, e.fires, min(e.end, steps)) for e in column.episodes if e.start < steps]
            found.setdefault(column.labels, []).extend(spans)
    else:
        _walk(history, steps, found)
    return [life for labels, spans in found.items() for life in _renewed(labels, sorted(spans), steps)]


def _walk(history: History, steps: int, found: dict[LabelSet, list[tuple[int, int | None, int]]]) -> None:
    """Lives out of snapshots; a life ends where the alert is missing or has begun anew."""
    current: dict[LabelSet, tuple[int, int, int | None]] = {}
    for step in range(steps + 1):
        alerts = {alert.labels: alert for alert in history.at(step)} if step < steps else {}
        for labels, (active_at, start, fires) in list(current.items()):
            alert = alerts.get(labels)
            if alert is None or alert.active_at != active_at:
                found.setdefault(labels, []).append((start, fires, step))
                del current[labels]
        for labels, alert in alerts.items():
            active_at, start, fires = current.get(labels, (alert.active_at, step, None))
            if fires is None and alert.state == "firing":
                fires = step
            current[labels] = (active_at, start, fires)


def _renewed(labels: LabelSet, spans: list[tuple[int, int | None, int]], steps: int) -> Iterator[Life]:
    for (start, fires, end), following in pairwise([*spans, (steps, None, steps)]):
        yield Life(labels, start, fires, end, following[0])


@dataclass(frozen=True, slots=True)
class _Rule:
    """An alerting rule, what it did, and when it was evaluated."""

    place: int
    rule: AlertingRule
    history: History
    grid: Grid


@dataclass(slots=True)
class Prometheus:
    """Turns what rules did into what is sent. Events of its own go to `timeline`."""

    run: Run
    sending: Sending
    timeline: Timeline
    _sent_as: dict[LabelSet, LabelSet | Dropped] = field(default_factory=dict)
    _urls: dict[str, str] = field(default_factory=dict)

    def batches(self) -> list[tuple[int, list[Posted]]]:
        """Time in milliseconds and the alerts sent then, in the order of time."""
        found: dict[int, list[Posted]] = {}
        for place in sorted(self.run.histories):
            rule = self.run.graph.rules[place].rule
            if isinstance(rule, AlertingRule):
                one = _Rule(place, rule, own_history(self.run.histories[place]), self.run.grid_of(place))
                steps = self.run.steps_of(place)
                for life in lives(one.history, steps):
                    self._tell(one, life, steps)
                    for time, posted in self._sent(one, life, steps):
                        found.setdefault(time, []).append(posted)
        return sorted(found.items())

    def _tell(self, one: _Rule, life: Life, steps: int) -> None:
        """Note the turns of an alert's life."""
        rule = one.rule
        start, end = one.grid.at(life.start), one.grid.at(life.end)
        if life.fires != life.start:
            self.timeline.note(start, "pending", life.labels, Waits(rule.hold))
        if life.fires is not None:
            fired = one.grid.at(life.fires)
            self.timeline.note(fired, "firing", life.labels, Lasted(start, rule.hold))
            outcome = self._as_sent(life.labels)
            if isinstance(outcome, Dropped):
                dropped = Relabelled(outcome.place, outcome.step.action)
                self.timeline.note(fired, "dropped", life.labels, dropped)
        if life.end < steps:
            over = one.grid.at(self._condition_over(one, life))
            reason = Ended(over - start, end - over)
            self.timeline.note(end, "withdrawn" if life.fires is None else "resolved", life.labels, reason)

    def _condition_over(self, one: _Rule, life: Life) -> int:
        """The step from which on the expression does not give the alert; before its end if it is kept firing."""
        if not one.rule.keep_firing_for or life.fires is None:
            return life.end
        alert = next(alert for alert in one.history.at(life.end - 1) if alert.labels == life.labels)
        return alert.seen + 1

    def _as_sent(self, labels: LabelSet) -> LabelSet | Dropped:
        found = self._sent_as.get(labels)
        if found is None:
            missing = {name: text for name, text in self.sending.external_labels.items() if name not in labels}
            found = self._sent_as[labels] = relabel(labels | missing, self.sending.relabel)
        return found

    def _sent(self, one: _Rule, life: Life, steps: int) -> Iterator[tuple[int, Posted]]:
        """The times at which an alert is sent, and as what."""
        labels = self._as_sent(life.labels)
        if life.fires is None or isinstance(labels, Dropped):
            return
        step, grid, delay = life.fires, one.grid, self.sending.resend_delay
        valid = 4 * max(grid.step, delay)
        started, resolved_at, url = grid.at(life.fires), grid.at(life.end), self._generator_url(one.rule)
        # Behind the last step at which an alert that is over is still told of.
        last = min(life.renewed, grid.before(resolved_at + RESOLVED_RETENTION + 1), steps)
        while step < last:
            over, now = step >= life.end, grid.at(step)
            yield (
                now,
                Posted(
                    labels=labels,
                    annotations=self._annotations(one, life, min(step, life.end - 1)),
                    starts_at=started,
                    ends_at=resolved_at if over else now + valid,
                    generator_url=url,
                ),
            )
            following = grid.before(now + delay + 1)
            step = life.end if not over and following > life.end else following

    def _annotations(self, one: _Rule, life: Life, step: int) -> Annotations:
        """The annotations as they are after the evaluation at a step."""

        def make() -> dict[str, str]:
            alert = next(each for each in one.history.at(step) if each.labels == life.labels)
            time = one.grid.at(alert.seen)
            expander = self.run.annotator_at(one.place, time)
            return {
                name: expander.expand(text, one.rule.name, alert.series, alert.value, time)
                for name, text in one.rule.annotations.items()
            }

        return Annotations(make)

    def _generator_url(self, rule: AlertingRule) -> str:
        found = self._urls.get(rule.text)
        if found is None:
            found = self._urls[rule.text] = generator_url(self.sending.external_url, rule.expr)
        return found
