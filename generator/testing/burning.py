"""An SLO that burns: a constant error ratio for a while, after which all is well, and what its alerts make of it.

The recorded error ratios are worked out and not measured: over a window of which a share was bad, the ratio is the
error ratio times that share. Before the burning nothing failed, for as long as the longest window looks back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from generator.duration import DAY, MINUTE, parse
from generator.engine.arrays import Floats, Times
from generator.engine.settings import Settings
from generator.engine.storage import Storage
from generator.errors import ParseError
from generator.labels import METRIC_NAME, LabelSet
from generator.model.bundle import AlertingRule as Defined
from generator.model.bundle import Bundle
from generator.model.escalation import LABEL
from generator.model.slo import SLO
from generator.promql import to_text
from generator.promql.ast import VectorSelector, selectors
from generator.rules.evaluation import Grid, Surroundings, run_rules
from generator.rules.graph import Graph, placed
from generator.rules.group import AlertingRule, RuleGroup
from generator.simulate.alerts_sender import Life, lives

TRAFFIC: Final = 100.0
"""Events a second while it burns and before: enough that no guard against low traffic holds an alert back."""

_WINDOW: Final = re.compile(r"rate(\d+[a-z0-9]+)$")
_PAST: Final = 40 * DAY
_START: Final = 2 * 365 * DAY


@dataclass(frozen=True, slots=True)
class Burn:
    """An error ratio (0 to 1) for so many milliseconds."""

    ratio: float
    lasts: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one alert made of it: milliseconds from the start until it fired, and from the end until it was over.

    severity: `page` or `ticket`.
    """

    severity: str
    labels: LabelSet
    detected: int | None
    reset: int | None


def read_ratio(text: str) -> float:
    """`2%` or `0.02`. Raises `ParseError`."""
    number, percent = text.strip().removesuffix("%").strip(), text.strip().endswith("%")
    try:
        ratio = float(number) / (100 if percent else 1)
    except ValueError:
        raise ParseError(f"not an error ratio: {text!r} (expected for example '2%')") from None
    if not 0 <= ratio <= 1:
        raise ParseError(f"an error ratio is between 0 and 100 %, not {text!r}")
    return ratio


def burn(bundle: Bundle, slo: SLO, what: Burn, watched: int, step: int) -> list[Outcome]:
    """What the alerts of an SLO make of a burning.

    watched: milliseconds after its end that are looked at. step: how often rules are evaluated, in milliseconds.
    """
    rules = tuple(alerts_of(bundle, slo))
    grid = Grid(_START, step, (what.lasts + watched) // step + 1)
    storage = Storage()
    for selector in {selector for rule in rules for selector in selectors(rule.expr)}:
        record(storage, selector, what, grid)
    graph = Graph(placed([RuleGroup("burning", rules)]))
    around = Surroundings(Settings(default_step=step))
    run = run_rules(graph, range(len(rules)), storage, grid, around, write_alerts=False)
    kind = bundle.catalog.prometheus.naming.severity_label
    found = [lives(run.histories[place], run.steps) for place in range(len(rules))]
    return [outcome(rule, each, what, step, kind) for rule, each in zip(rules, found, strict=True)]


def alerts_of(bundle: Bundle, slo: SLO, *, escalations: bool = False) -> Iterator[AlertingRule]:
    """The SLO's own alerts that look at its error ratio, and if they are asked for, what escalates them."""
    for file in bundle.rule_files:
        for group in file.groups:
            for rule in group.rules:
                if not isinstance(rule, Defined) or rule.name != slo.alert_name:
                    continue
                if escalations or LABEL not in rule.labels:
                    text, lengths = to_text(rule.expr), (rule.for_, rule.keep_firing_for)
                    yield AlertingRule(rule.name, rule.expr, text, *lengths, rule.labels, rule.annotations)


def record(storage: Storage, selector: VectorSelector, what: Burn, grid: Grid) -> None:
    """Write the series that a selector asks for, as the SLO's recording rules would."""
    metric = selector.metric or ""
    window = window_of(metric)
    labels = {matcher.label: matcher.value for matcher in selector.all_matchers() if matcher.op == "="}
    if window == 0:
        return
    times = _times(grid)
    since = times - grid.start
    bad = np.clip(np.minimum(since, what.lasts) - np.maximum(0, since - window), 0, None) / window
    values: Floats = what.ratio * bad
    if "ratio" not in metric:
        values = values * TRAFFIC if "error" in metric else np.full(len(times), TRAFFIC)
    if storage.get(LabelSet({**labels, METRIC_NAME: metric})) is None:
        storage.append(LabelSet({**labels, METRIC_NAME: metric}), times, values)


def window_of(metric: str) -> int:
    """The window that a recorded metric looks back over, in milliseconds; 0 for one that is none of an SLO's."""
    found = _WINDOW.search(metric)
    return 0 if found is None else int(parse(found[1]))


def _times(grid: Grid) -> Times:
    """Every minute of a long past, and every step while it is looked at."""
    past = np.arange(grid.start - _PAST, grid.start, MINUTE, dtype=np.int64)
    return np.concatenate((past, grid.times))


def outcome(rule: AlertingRule, found: Sequence[Life], what: Burn, step: int, severity_label: str) -> Outcome:
    """What became of an alert, by its lives in steps of so many milliseconds."""
    fired = [(life.fires, life.end) for life in found if life.fires is not None]
    severity = rule.labels.get(severity_label, "")
    labels = LabelSet({**rule.labels, "alertname": rule.name})
    if not fired:
        return Outcome(severity, labels, None, None)
    return Outcome(severity, labels, fired[0][0] * step, max(0, fired[-1][1] * step - what.lasts))
