"""Who is told of alerts that fire together: routes, inhibition among them, and time intervals at a moment."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from generator.errors import ParseError
from generator.labels import LabelSet
from generator.rules.nodes import Reader, UnreadableError, compose, is_null
from generator.simulate.alert import Alert, Posted
from generator.simulate.config.dialect import MatcherMode
from generator.simulate.config.matchers import MatcherError
from generator.simulate.config.model import Config, Route
from generator.simulate.config.parse_matchers import Matchers, parse_classic_one, parse_matchers, parse_utf8
from generator.simulate.inhibit import Inhibited, Inhibitor
from generator.simulate.intervals import Quiet, quiet
from generator.simulate.routing import matching

_HOUR: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told of one alert.

    routes: those that take it, each with why it says nothing at the moment asked about, if it does. inhibited: what
    holds it back, so that nobody is told after all.
    """

    labels: LabelSet
    routes: tuple[tuple[Route, Quiet], ...]
    inhibited: Inhibited | None

    @property
    def receivers(self) -> tuple[str, ...]:
        """The receivers in route order, whether or not anything keeps them from being told."""
        return tuple(route.receiver for route, _ in self.routes)


def told(config: Config, alerts: Sequence[Mapping[str, str]], time: int | None = None) -> list[Told]:
    """Who is told when all these alerts fire at once. time: milliseconds since 1970; None: without time intervals."""
    sets = [LabelSet(alert) for alert in alerts]
    inhibitor = Inhibitor.of(config.inhibit_rules)
    for labels in sets:
        inhibitor.see(Alert.received(Posted(labels=labels, starts_at=0, ends_at=_HOUR), 0, _HOUR))
    return [_told(config, labels, inhibitor, time) for labels in sets]


def _told(config: Config, labels: LabelSet, inhibitor: Inhibitor, time: int | None) -> Told:
    routes = matching(config.route, labels)
    silent = (Quiet() if time is None else quiet(config, route, time) for route in routes)
    return Told(labels, tuple(zip(routes, silent, strict=True)), inhibitor.inhibited(labels, 0))


class LabelsError(ParseError):
    """Text that is no set of labels."""


def read_labels(texts: Iterable[str], mode: MatcherMode) -> LabelSet:
    """Labels from `name=value` texts; a value may stand in double quotes. Raises `LabelsError`."""
    found: dict[str, str] = {}
    for text in texts:
        try:
            matchers = _one(text, mode)
        except MatcherError as reason:
            raise LabelsError(f"not a label: {reason} (expected NAME=VALUE)") from None
        if len(matchers) != 1 or matchers[0].op != "=":
            raise LabelsError(f"not a label: {text!r} (expected NAME=VALUE)")
        found[matchers[0].name] = matchers[0].value
    return LabelSet(found)


def _one(text: str, mode: MatcherMode) -> Matchers:
    """A single matcher: unlike in configurations, a comma is part of the value."""
    try:
        return parse_utf8(text) if mode == "utf8" else (parse_classic_one(text),)
    except MatcherError:
        if mode != "fallback":
            raise
        return parse_utf8(text)


def read_label_sets(text: str, mode: MatcherMode) -> list[LabelSet]:
    """Label sets of a file: a YAML or JSON list of mappings, alerts with `labels`, or lines. Raises `LabelsError`.

    In YAML and JSON, values are the text that is written, as Prometheus reads labels: `1.10` and `on` stay as they
    are. A line is `a=b c="d e"` or `{a="b", c="d e"}`; what follows `#` at its beginning is a comment.
    """
    root = _document(text)
    if isinstance(root, MappingNode):
        alerts = next((value for key, value in root.value if _is_named(key, "alerts")), None)
        if isinstance(alerts, SequenceNode):
            root = alerts
        elif any(not is_null(value) for _, value in root.value):
            why = "put '- ' before the first label of each set, or write a line of NAME=VALUE for each"
            raise LabelsError(f"line {_line_of(root)}: expected a list of label sets, got a mapping ({why})")
    if isinstance(root, SequenceNode):
        reader = Reader.of("", "", text)
        return [_mapping(reader, item) for item in root.value]
    return [_line(number, line, mode) for number, line in enumerate(text.splitlines(), 1) if _says_something(line)]


def _document(text: str) -> Node | None:
    """The document of a YAML or JSON text; None where it is none. Raises `LabelsError` where it is broken."""
    try:
        found = compose(text)
    except UnreadableError as reason:
        first = next(filter(_says_something, text.splitlines()), "")
        # No line of NAME=VALUE begins like this.
        if re.match(r"\s*(?:-\s|\[|---)", first):
            raise LabelsError(f"line {reason.line}: {reason}") from None
        return None
    return found[0] if len(found) == 1 else None


def _is_named(node: Node, name: str) -> bool:
    return isinstance(node, ScalarNode) and node.value == name


def _line_of(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _mapping(reader: Reader, item: Node) -> LabelSet:
    line = _line_of(item)
    if not isinstance(item, MappingNode):
        raise LabelsError(f"line {line}: expected a mapping of labels")
    inner = next((value for key, value in item.value if _is_named(key, "labels")), item)
    if not isinstance(inner, MappingNode):
        raise LabelsError(f"line {_line_of(inner)}: expected a mapping of labels in 'labels'")
    labels: dict[str, str] = {}
    for name, key, value in reader.pairs(inner, "the labels"):
        if is_null(key) or not name:
            raise LabelsError(f"line {_line_of(key)}: a label has no name")
        if is_null(value):
            raise LabelsError(f'line {_line_of(value)}: label {name!r} has no value (write "" for an empty one)')
        labels[name] = reader.string(value, f"label {name!r}")
    for problem in reader.problems:
        raise LabelsError(f"line {problem.origin.line}: {problem.message}")
    return LabelSet(labels)


def _line(number: int, line: str, mode: MatcherMode) -> LabelSet:
    try:
        if line.strip().startswith("{"):
            matchers = parse_matchers(line.strip(), mode)
            if any(matcher.op != "=" for matcher in matchers):
                raise LabelsError("only '=' gives a label a value")
            return LabelSet({matcher.name: matcher.value for matcher in matchers})
        return read_labels(shlex.split(line), mode)
    except (MatcherError, LabelsError, ValueError) as reason:
        raise LabelsError(f"line {number}: {reason}") from None
