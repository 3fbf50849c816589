"""What Prometheus sends to Alertmanager: each alert that fires, again and again, and for a while that it is over.

Source: `AlertingRule.sendAlerts` and the notifier of Prometheus 3.14.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final
from urllib.parse import quote_plus

from generator.duration import MINUTE
from generator.labels import LabelSet
from generator.promql import to_text
from generator.rules.alert_state import AlertHistory
from generator.rules.evaluation import History, Run
from generator.rules.group import AlertingRule
from generator.simulate.alert import Annotations, Posted
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
                for life in lives(self.run.histories[place], self.run.steps):
                    self._tell(rule, life)
                    for step, posted in self._sent(place, rule, life):
                        found.setdefault(self._time(step), []).append(posted)
        return sorted(found.items())

    def _time(self, step: int) -> int:
        return self.run.grid.start + step * self.run.grid.step

    def _tell(self, rule: AlertingRule, life: Life) -> None:
        """Note the turns of an alert's life."""
        start, end = self._time(life.start), self._time(life.end)
        if life.fires != life.start:
            self.timeline.note(start, "pending", life.labels, Waits(rule.hold))
        if life.fires is not None:
            fired = self._time(life.fires)
            self.timeline.note(fired, "firing", life.labels, Lasted(start, rule.hold))
            outcome = self._as_sent(life.labels)
            if isinstance(outcome, Dropped):
                dropped = Relabelled(outcome.place, outcome.step.action)
                self.timeline.note(fired, "dropped", life.labels, dropped)
        if life.end < self.run.steps:
            reason = Ended(end - start)
            self.timeline.note(end, "withdrawn" if life.fires is None else "resolved", life.labels, reason)

    def _as_sent(self, labels: LabelSet) -> LabelSet | Dropped:
        found = self._sent_as.get(labels)
        if found is None:
            missing = {name: text for name, text in self.sending.external_labels.items() if name not in labels}
            found = self._sent_as[labels] = relabel(labels | missing, self.sending.relabel)
        return found

    def _sent(self, place: int, rule: AlertingRule, life: Life) -> Iterator[tuple[int, Posted]]:
        """The steps at which an alert is sent, and as what."""
        labels = self._as_sent(life.labels)
        if life.fires is None or isinstance(labels, Dropped):
            return
        step, grid = life.fires, self.run.grid
        stride = self.sending.resend_delay // grid.step + 1
        valid = 4 * max(grid.step, self.sending.resend_delay)
        started, resolved_at, url = self._time(life.fires), self._time(life.end), self._generator_url(rule)
        # The last step at which an alert that is over is still told of.
        last = min(life.renewed, life.end + RESOLVED_RETENTION // grid.step + 1, self.run.steps)
        while step < last:
            over = step >= life.end
            yield (
                step,
                Posted(
                    labels=labels,
                    annotations=self._annotations(place, rule, life, min(step, life.end - 1)),
                    starts_at=started,
                    ends_at=resolved_at if over else self._time(step) + valid,
                    generator_url=url,
                ),
            )
            step = life.end if not over and step + stride > life.end else step + stride

    def _annotations(self, place: int, rule: AlertingRule, life: Life, step: int) -> Annotations:
        """The annotations as they are after the evaluation at a step."""

        def make() -> dict[str, str]:
            alert = next(each for each in self.run.histories[place].at(step) if each.labels == life.labels)
            expander, time = self.run.annotator(place, alert.seen), self._time(alert.seen)
            return {
                name: expander.expand(text, rule.name, alert.series, alert.value, time)
                for name, text in rule.annotations.items()
            }

        return Annotations(make)

    def _generator_url(self, rule: AlertingRule) -> str:
        found = self._urls.get(rule.text)
        if found is None:
            found = f"{self.sending.external_url}/graph?g0.expr={quote_plus(to_text(rule.expr))}&g0.tab=1"
            self._urls[rule.text] = found
        return found
