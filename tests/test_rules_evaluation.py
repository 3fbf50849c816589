"""Rules over whole columns give what rules step by step give."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings

from generator.engine.histogram.value import Histogram
from generator.engine.settings import Settings
from generator.engine.storage import Storage
from generator.rules.evaluation import Grid, Run, Surroundings, run_rules
from generator.rules.graph import Graph, placed
from generator.rules.recorded import series_samples
from generator.testing.loading import fill
from tests.rule_strategies import SETTINGS, STEP, Setting


def evaluated(setting: Setting, *, stepwise: bool) -> Run:
    graph = Graph(placed(setting.groups))
    grid = Grid(0, STEP, setting.steps)
    storage = Storage()
    for series in setting.series:
        fill(storage, series.labels, series.values, 0, STEP, int(grid.times[-1]))
    around = Surroundings(Settings(default_step=STEP))
    return run_rules(graph, range(len(graph.rules)), storage, grid, around, stepwise=stepwise)


def samples(run: Run, steps: int) -> dict[Any, Any]:
    """All samples up to a number of steps, by labels."""
    last = (steps - 1) * STEP
    found = {}
    for series in run.storage:
        kept = [(time, _value(value)) for time, value in series_samples(series) if time <= last]
        if kept:
            found[series.labels] = kept
    return found


def _value(value: float | Histogram | None) -> object:
    return round(value, 9) if isinstance(value, float) and value == value else str(value)


def alerts(run: Run, steps: int) -> list[Any]:
    """All alerts at all steps."""
    return [
        (step, place, sorted(map(_shown, history.at(step))))
        for place, history in sorted(run.histories.items())
        for step in range(steps)
    ]


def _shown(alert: Any) -> tuple[str, ...]:
    return (str(alert.labels), alert.state, str(alert.active_at), str(alert.seen), str(alert.series), str(alert.value))


@settings(max_examples=400, deadline=None)
@given(SETTINGS)
def test_columns_give_what_steps_give(setting: Setting) -> None:
    columns, steps = evaluated(setting, stepwise=False), evaluated(setting, stepwise=True)
    assert sorted({f.step for f in columns.failures}) == sorted({f.step for f in steps.failures})
    # What lies at the failing step or after it says nothing: promtool stops there, too.
    common = setting.steps if not steps.failures else steps.failures[0].step
    assert samples(columns, common) == samples(steps, common)
    assert alerts(columns, common) == alerts(steps, common)
