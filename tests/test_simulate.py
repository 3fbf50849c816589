"""The virtual Alertmanager: what must hold for whatever is posted to it, and whenever one looks."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.duration import DAY, HOUR, MINUTE, SECOND
from generator.engine.storage import Storage
from generator.labels import LabelSet
from generator.promql import parse
from generator.rules.evaluation import Grid
from generator.rules.read import parse_rules
from generator.simulate.alert import Posted
from generator.simulate.alerts_sender import Sending
from generator.simulate.config import Config, LabelMatcher, read_config
from generator.simulate.dispatch import Group
from generator.simulate.generator_url import expression
from generator.simulate.pipeline import Alertmanager
from generator.simulate.relabel import Step
from generator.simulate.run import Simulation, System, run
from generator.simulate.silences import Silence
from generator.simulate.timeline import Relabelled, Sent, Timeline

START = 1_795_000_000_000 // DAY * DAY
LONG = 3 * HOUR

CONFIG = """
global: {resolve_timeout: 7m}
route:
  receiver: one
  group_by: [alertname]
  group_wait: 30s
  group_interval: 2m
  repeat_interval: 20m
  routes:
    - {matchers: [team="db"], receiver: two, group_by: ['...'], group_wait: 0s, continue: true}
    - {matchers: [team="db"], mute_time_intervals: [evening], repeat_interval: 31m}
    - {matchers: [team="web"], active_time_intervals: [evening], group_by: []}
inhibit_rules:
  - {source_matchers: [severity="critical"], target_matchers: [severity=~"warning|critical"], equal: [team]}
time_intervals:
  - {name: evening, time_intervals: [{times: [{start_time: '00:40', end_time: '01:20'}]}]}
receivers:
  - {name: one, webhook_configs: [{url: 'http://x/'}, {url: 'http://y/', send_resolved: false}]}
  - {name: two, webhook_configs: [{url: 'http://z/'}]}
"""


def config(text: str = CONFIG) -> Config:
    """The configuration of a text."""
    found, problems = read_config(text, "alertmanager.yml")
    assert found is not None, problems
    return found


SILENCE = Silence(
    matchers=(LabelMatcher("alertname", "=", "A"),), starts_at=START + 25 * MINUTE, ends_at=START + 50 * MINUTE
)

labels = st.builds(
    lambda name, team, severity: LabelSet({"alertname": name, "team": team, "severity": severity}),
    st.sampled_from(["A", "B"]),
    st.sampled_from(["db", "web", ""]),
    st.sampled_from(["critical", "warning"]),
)
posts = st.lists(
    st.tuples(st.integers(0, LONG // SECOND), labels, st.integers(-60, 5), st.one_of(st.none(), st.integers(-20, 90))),
    max_size=25,
).map(lambda found: sorted(found, key=lambda post: post[0]))


def play(found: list[tuple[int, LabelSet, int, int | None]], cuts: list[int], kind: type[Alertmanager]) -> Alertmanager:
    """An Alertmanager that all was posted to, that was looked at and copied at each cut."""
    alertmanager = kind(config(), START, (SILENCE,))
    moments = [(START + 1000 * at, each, starts, ends) for at, each, starts, ends in found]
    for cut in [*sorted(START + 1000 * cut for cut in cuts), START + LONG]:
        while moments and moments[0][0] <= cut:
            now, each, starts, ends = moments.pop(0)
            report = Posted(
                labels=each,
                starts_at=now + starts * MINUTE,
                ends_at=None if ends is None else max(now + starts * MINUTE, now + ends * MINUTE),
            )
            alertmanager.post(now, [report])
        alertmanager.advance(cut - 1 if moments and moments[0][0] == cut else cut)
        alertmanager = deepcopy(alertmanager)
    return alertmanager


class Thorough(Alertmanager):
    """Looks at every group at every tick."""

    __slots__ = ()

    def _change(self, group: Group, now: int) -> int:
        return now


@settings(max_examples=150, deadline=None)
@given(posts, st.lists(st.integers(0, LONG // SECOND), max_size=4))
def test_a_run_that_is_cut_is_the_same_run(found: list[tuple[int, LabelSet, int, int | None]], cuts: list[int]) -> None:
    """Looking at it, or going on with a copy, changes nothing."""
    whole, cut = play(found, [], Alertmanager), play(found, cuts, Alertmanager)
    assert whole.timeline == cut.timeline


@settings(max_examples=150, deadline=None)
@given(posts)
def test_ticks_that_are_left_out_would_have_done_nothing(found: list[tuple[int, LabelSet, int, int | None]]) -> None:
    """Groups sleep as long as nothing can change; one that never sleeps tells the same."""
    assert play(found, [], Alertmanager).timeline == play(found, [], Thorough).timeline


@settings(max_examples=100, deadline=None)
@given(posts)
def test_every_message_has_its_event_and_tells_of_something(
    found: list[tuple[int, LabelSet, int, int | None]],
) -> None:
    """And nobody is told that an alert is over who does not want to hear it."""
    timeline = play(found, [], Alertmanager).timeline
    sent = [event.reason for event in timeline.events if isinstance(event.reason, Sent)]
    assert len(sent) == len(timeline.notifications)
    for notification in timeline.notifications:
        assert notification.alerts
        assert notification.time <= notification.latest
        if not notification.integration.send_resolved:
            assert {alert.status for alert in notification.alerts} == {"firing"}


RULES = """
groups:
  - name: one
    rules:
      - {alert: Low, expr: level < 5, for: 2m, annotations: {summary: 'at {{ $value }}'}, labels: {severity: critical}}
      - {alert: Gone, expr: absent(level), keep_firing_for: 3m}
      - {alert: Late, expr: 'time() - ALERTS_FOR_STATE{alertname="Low"}', for: 5m}
"""


def simulation(values: Sequence[float | None], minutes: int, sending: Sending | None = None) -> Timeline:
    """Rules over one series, one sample a minute where there is one."""
    file, problems = parse_rules(RULES, "rules.yml")
    assert not problems
    storage = Storage()
    if values:
        places = [place for place, value in enumerate(values) if value is not None]
        level = np.array([value for value in values if value is not None])
        storage.append(LabelSet({"__name__": "level"}), START + MINUTE * np.array(places), level)
    system = System(groups=file.groups, config=config(), sending=sending or Sending())
    return run(system, storage, Grid(START, MINUTE, minutes + 1)).timeline


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([1.0, 9.0]), max_size=60), st.integers(1, 60))
def test_a_short_simulation_is_the_beginning_of_a_long_one(values: list[float], minutes: int) -> None:
    """Nothing that happens later changes what happened before."""
    short, long = simulation(values, minutes), simulation(values, 90)
    end = START + minutes * MINUTE
    assert short.notifications == [each for each in long.notifications if each.time <= end]
    assert short.events == [each for each in long.events if each.time <= end]


def test_prometheus_sends_again_and_tells_the_end() -> None:
    """An alert of five minutes: pending for two, told once, over at the next tick of its group."""
    timeline = simulation([9, 1, 1, 1, 1, 1, 9, 9, 9, 9, 9, 9, 9, 9], 13)
    low = [each for each in timeline.notifications if each.alerts[0].labels["alertname"] == "Low"]
    assert [(each.time - START, each.status, each.integration.index) for each in low] == [
        (3 * MINUTE + 30 * SECOND, "firing", 0),
        (3 * MINUTE + 30 * SECOND, "firing", 1),
        (7 * MINUTE + 30 * SECOND, "resolved", 0),
    ]
    assert low[0].alerts[0].annotations == {"summary": "at 1"}
    assert low[0].alerts[0].starts_at == START + 3 * MINUTE
    assert low[2].alerts[0].ends_at == START + 6 * MINUTE


def test_an_end_that_keep_firing_for_puts_off_says_so() -> None:
    """The level is gone five minutes after its last sample at 2m, and is back at 12m."""
    timeline = simulation([9.0, 9.0, 9.0, *[None] * 9, *[9.0] * 7], 18)
    (end,) = (each for each in timeline.events if each.kind == "resolved" and each.labels["alertname"] == "Gone")
    assert (end.time - START, str(end.reason)) == (15 * MINUTE, "the condition held for 5m, kept firing for 3m more")


def test_relabelling_changes_and_drops() -> None:
    """External labels come first, and a dropped alert reaches nobody, with the step that dropped it."""
    steps = (
        Step(source_labels=("region",), regex="(..)-.*", target_label="land", replacement="$1"),
        Step(source_labels=("alertname",), regex="Gone", action="drop"),
    )
    sending = Sending(external_labels={"region": "eu-1", "severity": "none"}, relabel=steps)
    timeline = simulation([1.0] * 10, 25, sending)
    told = {each.alerts[0].labels for each in timeline.notifications}
    low = LabelSet({"alertname": "Low", "severity": "critical", "region": "eu-1", "land": "eu"})
    assert low in told
    assert not any(alert["alertname"] == "Gone" for alert in told)
    assert Relabelled(1, "drop") in [event.reason for event in timeline.events]


GROUPS = """
groups:
  - name: often
    rules: [{alert: Read, expr: slow > 0}]
  - name: seldom
    interval: 4m
    rules:
      - {record: slow, expr: level}
      - {alert: Seldom, expr: level < 5, for: 1m, labels: {team: web}}
"""


def groups(values: list[float], grid: Grid) -> Simulation:
    """Two groups, one with an interval of its own, over one series, one sample a minute."""
    file, problems = parse_rules(GROUPS, "rules.yml")
    assert not problems
    storage = Storage()
    storage.append(LabelSet({"__name__": "level"}), START + MINUTE * np.arange(len(values)), np.array(values))
    return run(System(groups=file.groups, config=config()), storage, grid)


def turns(simulation: Simulation, name: str) -> list[tuple[str, int]]:
    """What happens to an alert in Prometheus, and in which minute."""
    kinds = ("pending", "firing", "resolved", "withdrawn")
    events = (each for each in simulation.timeline.events if each.labels.get("alertname") == name)
    return [(each.kind, (each.time - START) // MINUTE) for each in events if each.kind in kinds]


def test_groups_are_evaluated_by_their_own_interval() -> None:
    """As Prometheus does it, and unlike promtool: what happens in between is not seen, and `for` goes by the times."""
    found = groups([9, 1, 1, 9, 9, 1, 1, 1, 1, 1, 1, 1, 1, 9, 9, 9, 9, 9], Grid(START, MINUTE, 18))
    assert turns(found, "Seldom") == [("pending", 8), ("firing", 12), ("resolved", 16)]
    slow = found.evaluation.storage.get(LabelSet({"__name__": "slow"}))
    assert slow is not None
    assert [(time - START) // MINUTE for time in slow.times] == [0, 4, 8, 12, 16]
    # The group that reads it is evaluated first, so that it sees what was written a minute ago.
    assert turns(found, "Read") == [("firing", 1)]


def test_evaluations_that_were_missed_are_no_steps() -> None:
    """An alert that would have begun and ended in between was never there."""
    values = [9, 1, 1, 1, 1, 9, 9, 9]
    whole, holed = (played(values, frozenset(missed)) for missed in ((), (3, 4)))
    assert whole == [("pending", 1), ("firing", 3), ("resolved", 5)]
    assert holed == [("pending", 1), ("withdrawn", 5)]
    assert played(values, frozenset({4})) == [("pending", 1), ("firing", 3), ("resolved", 5)]
    assert played([9, 1, 1, 1, 1, 1, 9, 9], frozenset({3})) == [("pending", 1), ("firing", 4), ("resolved", 6)]


def played(values: Sequence[float], missed: frozenset[int]) -> list[tuple[str, int]]:
    """The turns of an alert with `for: 2m` when evaluations are missing."""
    file, _ = parse_rules(RULES, "rules.yml")
    storage = Storage()
    storage.append(LabelSet({"__name__": "level"}), START + MINUTE * np.arange(len(values)), np.array(values))
    grid = Grid(START, MINUTE, len(values), missed)
    return turns(run(System(groups=file.groups, config=config()), storage, grid), "Low")


LINKS = {
    'up{job="a", alertname="b", instance!~"x, y"} == 0': 'up{alertname="b",instance!~"x, y",job="a"} == 0',
    "sum by (le) (rate(a[5m] offset 1m)) > 3": "sum by (le) (rate(a[5m] offset 1m)) > 3",
    '{job="a", __name__=~"b.*"}[5m]': '{__name__=~"b.*",job="a"}[5m]',
    'max_over_time((a{c="1", b="2"} > 1)[1h:5m])': 'max_over_time((a{b="2",c="1"} > 1)[1h:5m])',
}


@pytest.mark.parametrize("text", LINKS)
def test_links_have_the_expression_as_prometheus_prints_it(text: str) -> None:
    """Found by replaying incidents: Prometheus sorts the matchers, and puts no space between them."""
    assert expression(parse(text)) == LINKS[text]
