"""Static routing: the answers for known trees, and what must hold for all trees."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import Receiver, Route, TimeInterval, Webhook, match
from generator.labels import LabelSet
from generator.model.bundle import AlertingRule
from generator.model.route import Hours
from generator.model.routing import paths_for, receivers_for, tells_somebody, told
from generator.model.routing.calendar import always_silent
from generator.model.routing.dispatch import all_match, tree
from generator.model.routing.shape import shadowed
from generator.pipeline import compile_project
from generator.promql.ast import Matcher
from generator.targets.alertmanager.document import matcher_values
from tests.conftest import ROOT
from tests.routing_trees import LABELS, alerts, equalities, expressions, plain_equalities, trees

A, B, C = (Receiver(name, Webhook(f"http://{name}/")) for name in "abc")

KNOWN = Route(
    to=A,
    group_by=["alertname"],
    group_wait="10s",
    routes=[
        Route(match(team="db"), to=B, keep_going=True, group_by=["instance"]),
        Route('team=~"d."', repeat_interval="1h", routes=[Route(match(severity="critical"), to=C)]),
        Route(match(team=""), to=C),
    ],
)


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        ({}, "c"),
        ({"team": "db"}, "b a"),
        ({"team": "db", "severity": "critical"}, "b c"),
        ({"team": "dx"}, "a"),
        ({"team": "dbx"}, "a"),
        ({"team": "web", "severity": "critical"}, "a"),
    ],
)
def test_known_tree(labels: dict[str, str], names: str) -> None:
    assert " ".join(receiver.name for receiver in receivers_for(KNOWN, labels)) == names


def test_what_a_node_leaves_open_comes_from_above() -> None:
    first, second = paths_for(KNOWN, {"team": "db", "severity": "critical"})
    assert (first.group_by, str(first.group_wait), str(first.repeat_interval)) == (("instance",), "10s", "4h")
    assert (second.group_by, str(second.group_interval), str(second.repeat_interval)) == (("alertname",), "5m", "1h")
    assert [len(first.routes), len(second.routes)] == [2, 3]


def test_a_receiver_without_integrations_tells_nobody() -> None:
    assert tells_somebody(A)
    assert not tells_somebody(Receiver("none"))
    assert not tells_somebody(None)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(trees(st.one_of(equalities, expressions)), alerts)
def test_an_alert_goes_as_deep_as_it_can(root: Route, labels: LabelSet) -> None:
    found = paths_for(root, labels)
    assert found, "the root takes what nobody else does"
    for path in found:
        assert path.routes[0] is root
        assert all(all_match(route.matchers, labels) for route in path.routes)
        assert not any(all_match(child.matchers, labels) for child in path.node.routes)


def reached(root: Route, values: Sequence[str]) -> set[int]:
    """The nodes that some alert passes, found by trying every alert."""
    found: set[int] = set()
    for chosen in product((*values, "none of them"), repeat=len(LABELS)):
        for path in paths_for(root, dict(zip(LABELS, chosen, strict=True))):
            found.update(id(route) for route in path.routes)
    return found


@settings(max_examples=60, derandomize=True, deadline=None)
@given(trees(st.one_of(equalities, expressions)))
def test_what_is_called_unreachable_is_reached_by_no_alert(root: Route) -> None:
    called = {id(route) for route, _ in shadowed(root)}
    assert not called & reached(root, ("", "x", "y", "xy", "X", "z|w"))


@settings(max_examples=150, derandomize=True, deadline=None)
@given(trees(plain_equalities))
def test_among_equalities_every_unreachable_route_is_called_so(root: Route) -> None:
    called = {id(route) for route, _ in shadowed(root)}
    beneath = {id(path.node) for path in tree(root) if any(id(route) in called for route in path.routes)}
    assert beneath == {id(path.node) for path in tree(root)} - reached(root, ("", "x", "y"))


MUTED = [
    ([], False),
    ([Hours()], True),
    ([Hours(weekdays="mon-fri"), Hours(weekdays="sat, sun")], True),
    ([Hours(weekdays="mon-fri"), Hours(weekdays="sat")], False),
    ([Hours(times="00:00-12:00"), Hours(times="12:00-24:00")], True),
    ([Hours(times="00:00-12:00"), Hours(times="12:01-24:00")], False),
    ([Hours(days="1--1")], True),
    ([Hours(days="1-28")], False),
    ([Hours(months="1-12")], True),
    ([Hours(years="1970-9999")], True),
    ([Hours(years="2026")], False),
    ([Hours(days="1-15"), Hours(days="16-31")], True),
    ([Hours(weekdays="mon-sat"), Hours(weekdays="sun", days="1-28")], False),
]


@pytest.mark.parametrize(("spans", "silent"), MUTED)
def test_muted_at_all_times(spans: list[Hours], silent: bool) -> None:
    mute = [TimeInterval(f"i{number}", spans=[span]) for number, span in enumerate(spans)]
    assert always_silent(Route(mute=mute)) is silent


@pytest.mark.parametrize(
    ("active", "muted", "silent"),
    [
        (Hours(days="30", months="feb"), Hours(years="1970"), True),
        (Hours(days="29", months="feb"), Hours(years="1970"), False),
        (Hours(weekdays="mon"), Hours(weekdays="mon-tue"), True),
        (Hours(weekdays="mon"), Hours(weekdays="tue"), False),
        (Hours(weekdays="mon", days="1"), Hours(weekdays="mon", days="1"), True),
        (Hours(weekdays="mon", days="1"), Hours(weekdays="mon", days="2"), False),
    ],
)
def test_active_but_muted(active: Hours, muted: Hours, silent: bool) -> None:
    route = Route(active=TimeInterval("on", spans=[active]), mute=TimeInterval("off", spans=[muted]))
    assert always_silent(route) is silent


@pytest.mark.parametrize(
    ("times", "zone", "silent"),
    [
        ("03:00-15:00", "UTC", True),
        ("03:01-15:00", "UTC", False),
        # In winter it is 16:00 in Berlin when it is 15:00 in UTC; in summer there is an hour in which nothing is muted.
        ("04:00-16:00", "Europe/Berlin", False),
        ("04:00-17:00", "Europe/Berlin", True),
    ],
)
def test_two_zones_cover_the_week_only_together(times: str, zone: str, silent: bool) -> None:
    east = TimeInterval("east", times="00:00-12:00", timezone="Asia/Seoul")
    west = TimeInterval("west", times=times, timezone=zone)
    assert always_silent(Route(mute=[east, west])) is silent


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.lists(st.one_of(equalities, expressions), min_size=1, max_size=3))
def test_matchers_read_back_from_what_is_rendered(matchers: list[Matcher]) -> None:
    assert match(*matcher_values(matchers)).matchers == tuple(matchers)


def test_what_is_told_is_what_is_rendered() -> None:
    """The alerts that are routed on paper have the labels of the rules that are printed, and there are as many."""
    project = compile_project([ROOT / "alerts"], base=ROOT)
    assert project.bundle is not None, "\n".join(map(str, project.problems))
    external = project.catalog.prometheus.external_labels
    printed = [
        LabelSet({**external, **rule.labels, "alertname": rule.name})
        for file in project.bundle.rule_files
        for group in file.groups
        for rule in group.rules
        if isinstance(rule, AlertingRule)
    ]
    ours = [LabelSet(alert.labels) for alert in told(project.catalog)]
    assert sorted(map(str, ours)) == sorted(map(str, printed))
