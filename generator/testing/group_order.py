"""The order in which rule groups are evaluated.

promtool sorts by the place in `group_eval_order`, where groups that are not listed count as the first; what ties is
left to chance. Ties are broken here so that a group comes after those it reads, and else by file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from generator.rules.graph import Graph, placed
from generator.rules.group import RuleGroup


def in_order(groups: Iterable[RuleGroup], order: Sequence[str]) -> list[RuleGroup]:
    """The groups in their order of evaluation; of several with the same file and name only the last."""
    unique = list({(group.file, group.name): group for group in groups}.values())
    rank = {name: place for place, name in enumerate(order)}
    by_rank: dict[int, list[RuleGroup]] = {}
    for group in unique:
        by_rank.setdefault(rank.get(group.name, 0), []).append(group)
    return [group for place in sorted(by_rank) for group in _readers_last(by_rank[place])]


def left_to_chance(groups: Sequence[RuleGroup], order: Sequence[str]) -> Iterator[tuple[RuleGroup, RuleGroup]]:
    """Pairs of a group and one that it reads, whose order promtool leaves to chance."""
    rank = {name: place for place, name in enumerate(order)}
    for reader, writers in _reads(groups).items():
        for writer in sorted(writers):
            first, second = groups[reader], groups[writer]
            if rank.get(first.name, 0) == rank.get(second.name, 0):
                yield first, second


def _reads(groups: Sequence[RuleGroup]) -> dict[int, set[int]]:
    """For each group, by place, the other groups that it reads."""
    rules = placed(groups)
    graph = Graph(rules)
    group_of = [place for place, group in enumerate(groups) for _ in group.rules]
    found: dict[int, set[int]] = {place: set() for place in range(len(groups))}
    for rule in rules:
        reader = group_of[rule.place]
        found[reader] |= {group_of[writer] for writer in graph.reads(rule.place)} - {reader}
    return found


def _readers_last(groups: list[RuleGroup]) -> list[RuleGroup]:
    """The groups with those that are read first; where they read each other, as they were."""
    if len(groups) < 2:
        return groups
    reads = _reads(groups)
    done: dict[int, None] = {}

    def place(group: int, above: frozenset[int]) -> None:
        if group in done or group in above:
            return
        for writer in sorted(reads[group]):
            place(writer, above | {group})
        done[group] = None

    for group in range(len(groups)):
        place(group, frozenset())
    return [groups[group] for group in done]
