"""Who is told of alerts that fire together: routes, inhibition among them, and time intervals at a moment."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import yaml

from generator.errors import ParseError
from generator.labels import LabelSet
from generator.rules.nodes import UnreadableError, compose
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

    A line is `a=b c="d e"` or `{a="b", c="d e"}`; what follows `#` at its beginning is a comment.
    """
    try:
        # Composing bounds depth and shows broken YAML before anything is built.
        compose(text)
        data = yaml.load(text, Loader=yaml.CSafeLoader)
    except (UnreadableError, yaml.YAMLError):
        data = None
    if isinstance(data, Mapping) and isinstance(data.get("alerts"), list):
        data = data["alerts"]
    if isinstance(data, list):
        return [_mapping(number, item) for number, item in enumerate(data, 1)]
    return [_line(number, line, mode) for number, line in enumerate(text.splitlines(), 1) if _says_something(line)]


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _mapping(number: int, item: Any) -> LabelSet:
    labels = item.get("labels", item) if isinstance(item, Mapping) else None
    if not isinstance(labels, Mapping) or any(isinstance(value, (Mapping, list)) for value in labels.values()):
        raise LabelsError(f"item {number} is not a set of labels")
    return LabelSet({str(name): "" if value is None else str(value) for name, value in labels.items()})


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
