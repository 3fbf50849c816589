"""Who reads whom, what can be evaluated by columns, and the order of groups."""

from __future__ import annotations

import pytest

from generator.promql.parse import parse
from generator.rules.graph import Graph, placed, time_travels
from generator.rules.group import AlertingRule, RecordingRule, Rule, RuleGroup
from generator.testing.group_order import in_order, left_to_chance


def record(name: str, text: str) -> Rule:
    return RecordingRule(name, parse(text), text)


def alert(name: str, text: str, **texts: dict[str, str]) -> Rule:
    return AlertingRule(name, parse(text), text, **texts)  # type: ignore[arg-type]


def graph(*rules: Rule, offset: int = 0) -> Graph:
    return Graph(placed([RuleGroup("g", rules, query_offset=offset)]))


CHAIN = (
    record("a", "in"),
    record("b", "a * 2"),
    alert("A", "b > 1"),
    alert("B", 'ALERTS{alertname="A"}', annotations={"x": "{{ query `sum(c)` }}"}),
    record("c", "1"),
    record("all", '{__name__=~"[ab]"}'),
)


def test_reads() -> None:
    found = graph(*CHAIN)
    assert [found.reads(place) for place in range(6)] == [set(), {0}, {1}, {2}, set(), {0, 1}]


def test_reachable_takes_in_what_annotations_ask() -> None:
    assert graph(*CHAIN).reachable([3]) == {0, 1, 2, 3, 4}
    assert graph(*CHAIN).reachable([4]) == {4}


def test_readers_come_after_what_they_read() -> None:
    found = graph(*CHAIN)
    order = [place for component in found.schedule(range(6)) for place in component]
    for place in range(6):
        assert all(order.index(writer) < order.index(place) for writer in found.reads(place))
    assert not any(found.must_step(component) for component in found.schedule(range(6)))


@pytest.mark.parametrize(
    ("rules", "stepped"),
    [
        ((record("a", "a + 1 or in"),), [(0,)]),
        ((record("a", "b"), record("b", "in")), [(0, 1)]),
        ((record("a", "b"), record("b", "c"), record("c", "a")), [(0, 1, 2)]),
        ((record("a", "in offset -1m"),), [(0,)]),
        ((record("a", "in @ 60"),), [(0,)]),
        ((record("a", "in"), record("b", "a"), record("c", "b")), []),
        ((alert("A", "ALERTS"),), [(0,)]),
        ((alert("A", 'ALERTS{alertname="B"}'),), []),
        ((alert("A", "in", labels={"x": "{{ query `in @ 5` }}"}),), [(0,)]),
    ],
)
def test_what_must_be_stepped(rules: tuple[Rule, ...], stepped: list[tuple[int, ...]]) -> None:
    found = graph(*rules)
    assert [each for each in found.schedule(range(len(rules))) if found.must_step(each)] == stepped


def test_a_rule_that_writes_into_the_past_is_stepped_with_its_readers() -> None:
    late = RuleGroup("late", (record("a", "in"),), query_offset=60_000)
    now = RuleGroup("now", (record("b", "a"),))
    found = Graph(placed([late, now]))
    assert found.schedule([0, 1]) == [(0, 1)]
    assert Graph(placed([late, RuleGroup("as late", (record("b", "a"),), query_offset=60_000)])).schedule([0, 1]) == [
        (0,),
        (1,),
    ]


@pytest.mark.parametrize(
    ("text", "travels"),
    [("a", False), ("a offset 1m", False), ("a offset -1m", True), ("a @ end()", True), ("b[5m:1m] @ 3", True),
     ("sum(rate(a[5m] offset -1s))", True), ("start()", True), ("time()", False), ("a smoothed", True),
     ("rate(a[5m] smoothed)", True), ("rate(a[5m] anchored)", False), ("a offset step()", True), ("a[step()]", True),
     ("a[5m:range()]", True), ("a[5m * 2] offset (1m + 1m)", False)],
)  # fmt: skip
def test_time_travel(text: str, travels: bool) -> None:
    assert time_travels(parse(text)) is travels


def test_long_chains_do_not_overflow() -> None:
    rules = [record("r0", "in"), *(record(f"r{place}", f"r{place - 1}") for place in range(1, 3000))]
    found = graph(*rules)
    assert len(found.schedule(range(3000))) == 3000
    assert len(found.reachable([2999])) == 3000


def group(name: str, *rules: Rule, file: str = "f") -> RuleGroup:
    return RuleGroup(name, rules, file=file)


READER, MIDDLE, WRITER = (
    group("reader", alert("A", "b > 1")),
    group("middle", record("b", "a")),
    group("writer", record("a", "in")),
)


def names(groups: list[RuleGroup]) -> list[str]:
    return [each.name for each in groups]


def test_groups_that_are_read_come_first() -> None:
    assert names(in_order([READER, MIDDLE, WRITER], [])) == ["writer", "middle", "reader"]


def test_the_order_given_is_kept() -> None:
    # Groups that are not listed tie with the first that is, as in promtool.
    assert names(in_order([READER, MIDDLE, WRITER], ["reader", "middle", "writer"])) == ["reader", "middle", "writer"]
    assert names(in_order([READER, MIDDLE, WRITER], ["reader", "middle"])) == ["reader", "writer", "middle"]
    assert names(in_order([READER, MIDDLE, WRITER], ["writer", "reader"]))[-1] == "reader"


def test_what_is_left_to_chance() -> None:
    pairs = [(one.name, two.name) for one, two in left_to_chance([READER, MIDDLE, WRITER], [])]
    assert pairs == [("reader", "middle"), ("middle", "writer")]
    assert list(left_to_chance([READER, MIDDLE, WRITER], ["writer", "middle", "reader"])) == []


def test_a_group_counts_once() -> None:
    assert in_order([READER, READER], []) == [READER]
    assert len(in_order([READER, group("reader", file="other")], [])) == 2


def test_groups_that_read_each_other_stay_as_they_are() -> None:
    one, two = group("one", record("a", "b")), group("two", record("b", "a"))
    assert names(in_order([two, one], [])) == ["one", "two"]
    assert names(in_order([one, two], [])) == ["two", "one"]
