"""An SLO that burns, played to the messages: its alerts and their escalations, through the routes as rendered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generator.engine.storage import Storage
from generator.model.base import as_duration
from generator.model.bundle import Bundle
from generator.model.escalation import LABEL
from generator.model.slo import SLO
from generator.promql.ast import selectors
from generator.rules.evaluation import Grid, own_history
from generator.rules.group import AlertingRule, RuleGroup
from generator.simulate.alerts_sender import Sending, lives
from generator.simulate.config import Config
from generator.simulate.run import Simulation, System, run
from generator.simulate.timeline import Timeline
from generator.testing.burning import Burn, Outcome, alerts_of, outcome, record, window_of
from generator.testing.incident_run import Drawn

_MOST_STEPS = 40_000
_POINTS = 2_000


@dataclass(frozen=True, slots=True)
class Burnt:
    """What a burning led to. step: how often rules were evaluated, in milliseconds."""

    outcomes: Sequence[Outcome]
    timeline: Timeline
    series: Sequence[Drawn]
    step: int


def burn_and_tell(bundle: Bundle, slo: SLO, what: Burn, start: int, watched: int, config: Config) -> Burnt:
    """Let an SLO burn from a moment on. start: milliseconds since 1970; watched: how much longer than the burning.

    Rules are evaluated as often as Prometheus does, less often where that would be very many times.
    """
    settings = bundle.catalog.prometheus
    step = int(as_duration(settings.evaluation_interval))
    while (what.lasts + watched) // step > _MOST_STEPS:
        step *= 2
    rules = tuple(alerts_of(bundle, slo, escalations=True))
    grid = Grid(start, step, (what.lasts + watched) // step + 1)
    storage = Storage()
    for selector in {selector for rule in rules for selector in selectors(rule.expr)}:
        record(storage, selector, what, grid)
    drawn = list(_drawn(storage, grid))
    sending = Sending(external_labels=dict(settings.external_labels))
    system = System(groups=(RuleGroup("burning", rules),), config=config, sending=sending)
    played = run(system, storage, grid)
    return Burnt(_outcomes(rules, played, what, settings.naming.severity_label), played.timeline, drawn, step)


def _outcomes(rules: Sequence[AlertingRule], played: Simulation, what: Burn, severity_label: str) -> list[Outcome]:
    evaluation = played.evaluation
    found = []
    for place, rule in enumerate(rules):
        if LABEL not in rule.labels:
            history = lives(own_history(evaluation.histories[place]), evaluation.steps_of(place))
            found.append(outcome(rule, history, what, evaluation.grid.step, severity_label))
    return found


def _drawn(storage: Storage, grid: Grid) -> Iterator[Drawn]:
    """The error ratios over each window, as the rules see them, from the shortest window to the longest."""
    ratios = {window_of(series.labels.metric): series for series in storage if "ratio" in series.labels.metric}
    for _, series in sorted(ratios.items()):
        kept = [(int(t), float(v)) for t, v in zip(series.times, series.values, strict=True) if t >= grid.start]
        stride = max(1, len(kept) // _POINTS)
        yield Drawn(series.labels.metric, kept[::stride])
