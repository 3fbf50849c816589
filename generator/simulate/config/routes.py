"""The routing tree: what each node says, what it inherits, and what Alertmanager's loader refuses in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from yaml.nodes import Node

from generator.diagnostics import error
from generator.gotemplate.alertmanager import Library
from generator.labels import is_label_name
from generator.rules.nodes import is_null
from generator.simulate.config.blocks import Block, BlockReader
from generator.simulate.config.matchers import LabelMatcher, MatcherError, has_short_named_group
from generator.simulate.config.model import InhibitRule, Route
from generator.simulate.config.parse_matchers import in_order, parse_matchers, written
from generator.simulate.config.templates import CHECK as TEMPLATES

ALL_LABELS: Final = "..."
"""The item of group_by that stands for every label."""

_EMPTY_REPLACES: Final = (0, 31)
"""Since this version `group_by: []` undoes the list of the route above (alertmanager#4825)."""

_EQUAL_AS_TEXT: Final = (0, 28)
"""Before this version the items of `equal` are label names of their own type, which null leaves empty."""

_NAMED_GROUPS_SINCE: Final = (0, 28)
"""The first version whose releases are built with Go 1.22, which knows `(?<name>…)`."""

DEFAULTS: Final = Route(receiver="")
"""What the root has where it says nothing."""

_NOT_ZERO: Final = ("group_interval", "repeat_interval")
_ROOT_ONLY: Final = (
    (("match", "match_re", "matchers"), "matchers", "It takes what no other route takes."),
    (("mute_time_intervals",), "mute time intervals", "Put them on routes below it."),
    (("active_time_intervals",), "active time intervals", "Put them on routes below it."),
)


@dataclass(slots=True)
class RouteReader:
    """Turns the blocks of routes into routes. receivers, intervals: the names that are defined; None: not known."""

    blocks: BlockReader
    receivers: frozenset[str] | None
    intervals: frozenset[str] | None
    _index: int = field(default=0)

    def root(self, block: Block) -> Route:
        """The tree below and with the root."""
        if block.lacks("receiver"):
            self.blocks.fault(block.node, "root route must specify a default receiver")
        for keys, what, why in _ROOT_ONLY:
            if any(block.get(key) for key in keys):
                self.blocks.fault(block.at(*keys), f"root route must not have any {what}", why)
        if block.get("continue"):
            self.blocks.fault(block.at("continue"), "cannot have continue in root route")
        return self._route(block, None, 0)

    def _route(self, block: Block, parent: Route | None, place: int) -> Route:
        above = parent or DEFAULTS
        matchers = in_order(route_matchers(self.blocks, block))
        own = written(matchers)
        node = replace(
            above,
            receiver=self._receiver(block) or above.receiver,
            matchers=matchers,
            continues=bool(block.get("continue")),
            mute=self._interval_names(block, "mute_time_intervals"),
            active=self._interval_names(block, "active_time_intervals"),
            labels={**above.labels, **self._labels(block)},
            key=own if parent is None else f"{parent.key}/{own}",
            id=own if parent is None else f"{parent.id}/{own}/{place}",
            origin=self.blocks.reader.origin(block.node),
            routes=(),
        )
        node = self._grouped(block, self._timed(block, node))
        children = tuple(self._children(block, node))
        # Alertmanager numbers a route after those below it.
        number, self._index = self._index, self._index + 1
        return replace(node, routes=children, index=number)

    def _children(self, block: Block, node: Route) -> Iterator[Route]:
        for place, child in enumerate(block.get("routes", ())):
            if isinstance(child, Block):
                yield self._route(child, node, place)
            else:
                self.blocks.fault(block.at("routes"), f"route {place + 1} of 'routes' is empty")

    def _receiver(self, block: Block) -> str:
        name: str = block.get("receiver", "")
        if name and self.receivers is not None and name not in self.receivers:
            why = _listed("receiver", self.receivers)
            self.blocks.fault(block.at("receiver"), f"undefined receiver {name!r} used in route", why)
        return name

    def _interval_names(self, block: Block, key: str) -> tuple[str, ...]:
        names = tuple(block.get(key, ()))
        for place, name in enumerate(names):
            if self.intervals is not None and name not in self.intervals:
                why = _listed("time interval", self.intervals)
                self.blocks.fault(block.item(key, place), f"undefined time interval {name!r} used in route", why)
        return names

    def _labels(self, block: Block) -> Mapping[str, str]:
        labels: Mapping[str, str] = block.get("labels", {})
        _check_names(self.blocks, labels, block.at("labels"), " in route labels")
        origin = self.blocks.reader.origin(block.at("labels"))
        for name, text in labels.items():
            # Not refused by the loader: such a label costs the message when it is rendered.
            for wrong in Library().validate(text) if "{{" in text else ():
                message = f"route label {name!r} is not a template: {wrong}"
                self.blocks.reader.problems.append(error(TEMPLATES, origin, message))
        return labels

    def _timed(self, block: Block, node: Route) -> Route:
        for key in _NOT_ZERO:
            if block.get(key) == 0:
                self.blocks.fault(block.at(key), f"{key} cannot be zero")
        return replace(
            node,
            group_wait=block.get("group_wait", node.group_wait),
            group_interval=block.get("group_interval", node.group_interval),
            repeat_interval=block.get("repeat_interval", node.repeat_interval),
        )

    def _grouped(self, block: Block, node: Route) -> Route:
        """With the labels it groups by; a list of its own replaces the one from above, an empty one since 0.31."""
        names: list[str] | None = block.get("group_by")
        if names is None or not (names or self.blocks.dialect.version >= _EMPTY_REPLACES):
            return node
        at = block.at("group_by")
        labels = [name for name in names if name != ALL_LABELS]
        _check_names(self.blocks, labels, at, " in group_by list")
        if labels and len(labels) < len(names):
            self.blocks.fault(at, "cannot have wildcard group_by (`...`) and other labels at the same time")
        for name in sorted({name for name in labels if labels.count(name) > 1}):
            self.blocks.fault(at, f"duplicated label {name!r} in group_by")
        if names and not labels:
            # `...` alone leaves the labels of the route above, which then have no meaning.
            return replace(node, group_by_all=True)
        return replace(node, group_by=tuple(sorted(labels)), group_by_all=False)


def inhibit_rule(blocks: BlockReader, block: Block) -> InhibitRule:
    """An inhibition rule."""
    equal = tuple(block.get("equal", ()))
    _check_equal(blocks, block, equal)
    return InhibitRule(
        sources=in_order(route_matchers(blocks, block, "source_")),
        targets=in_order(route_matchers(blocks, block, "target_")),
        equal=tuple(sorted(set(equal))),
        name=block.get("name", ""),
        origin=blocks.reader.origin(block.node),
    )


def _check_equal(blocks: BlockReader, block: Block, names: tuple[str, ...]) -> None:
    if blocks.dialect.version >= _EQUAL_AS_TEXT:
        _check_names(blocks, names, block.at("equal"), " in equal list")
        return
    for place, name in enumerate(names):
        node = block.item("equal", place)
        if not is_label_name(name) and not is_null(node):
            blocks.fault(node, f"invalid label name {name!r} in equal list")


def route_matchers(blocks: BlockReader, block: Block, prefix: str = "") -> list[LabelMatcher]:
    """The matchers of the three keys that may hold them, old and new."""
    found = list(_equalities(blocks, block, f"{prefix}match", "="))
    found += _equalities(blocks, block, f"{prefix}match_re", "=~")
    key = f"{prefix}matchers"
    for place, text in enumerate(block.get(key, ())):
        try:
            matchers = parse_matchers(text, blocks.dialect.matchers)
            _check_expressions(blocks, matchers)
            found += matchers
        except MatcherError as reason:
            blocks.fault(block.item(key, place), str(reason), _hint(text))
    return found


def _check_expressions(blocks: BlockReader, matchers: Iterable[LabelMatcher]) -> None:
    """Raises `MatcherError` for `(?<name>…)` where Alertmanager is built with a Go that knows only `(?P<name>…)`."""
    if blocks.dialect.version >= _NAMED_GROUPS_SINCE:
        return
    for matcher in matchers:
        if matcher.op in ("=~", "!~") and has_short_named_group(matcher.value):
            raise MatcherError(f"error parsing regexp: invalid or unsupported Perl syntax: `(?<`: `{matcher.value}`")


def _hint(text: str) -> str:
    return 'Write it as: name="value"' if not re.search(r"=|!~", text) else ""


def _equalities(blocks: BlockReader, block: Block, key: str, op: str) -> Iterator[LabelMatcher]:
    node = block.nodes.get(key)
    if node is None:
        return
    empty = _nulls(blocks, node) if op == "=~" else frozenset[str]()
    for name, value in block.get(key, {}).items():
        if not is_label_name(name):
            blocks.fault(node, f"invalid label name {name!r} in {key}")
        elif name in empty:
            blocks.fault(node, f"invalid regexp value for {name!r}")
        else:
            try:
                written = LabelMatcher(name, op, value)  # faults are told of what was written
                _check_expressions(blocks, (written,))
                # Alertmanager keeps the anchors that it adds here, and they show in group keys.
                yield LabelMatcher(name, op, f"^(?:{value})$") if op == "=~" else written
            except MatcherError as reason:
                blocks.fault(node, str(reason))


def _nulls(blocks: BlockReader, node: Node) -> frozenset[str]:
    return frozenset(name for name, _, value in blocks.reader.pairs(node, "") if is_null(value))


def _check_names(blocks: BlockReader, names: Iterable[str], node: Node, where: str) -> None:
    for name in names:
        if not name or (not blocks.dialect.any_label_name and not is_label_name(name)):
            blocks.fault(node, f"invalid label name {name!r}{where}")


def _listed(what: str, names: frozenset[str]) -> str:
    named = ", ".join(filter(None, sorted(names)))
    return f"{what.capitalize()}s are: {named}." if named else f"No {what} is defined."
