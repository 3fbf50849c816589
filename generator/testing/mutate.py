"""Mutation testing of rules: change each a little, and see whether any test notices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from generator.diagnostics import Origin
from generator.rules.evaluation import run_rules
from generator.rules.graph import Graph
from generator.testing.fixture import Case, TestGroup
from generator.testing.fixture_run import Prepared, RuleCache, prepare
from generator.testing.mutants import Mutant, mutants
from generator.testing.promtool import DEFAULT, RuleSet, TestRun, asserted, read_by

Fate = Literal["killed", "survived", "untested"]


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one mutant."""

    name: str
    origin: Origin
    change: str
    fate: Fate


Key = tuple[str, Origin]
"""Name and place of a rule: several fixtures may share a rule file."""


@dataclass(slots=True)
class _Trial:
    """A mutant and what has become of it so far."""

    key: Key
    mutant: Mutant
    fate: Fate = "untested"


def mutate(files: Sequence[Path]) -> list[Report]:
    """The fate of each mutant of each rule of the fixtures' rule files. Only files that pass tell anything."""
    cache = RuleCache()
    prepared = [ready for file in files if isinstance(ready := prepare(file, cache), Prepared)]
    trials = _trials(prepared)
    tests = [(test, ready) for ready in prepared for test in ready.fixture.tests if test.cases]
    # Short tests first: they kill most mutants for least.
    for test, ready in sorted(tests, key=lambda pair: pair[0].last // pair[1].fixture.evaluation_interval):
        _try(test, ready, trials)
    return [Report(*trial.key, trial.mutant.change, trial.fate) for listed in trials.values() for trial in listed]


def _trials(prepared: Sequence[Prepared]) -> dict[Key, list[_Trial]]:
    found: dict[Key, list[_Trial]] = {}
    for ready in prepared:
        for placed in ready.rules.graph.rules:
            key = (placed.rule.name, placed.rule.origin)
            if key not in found:
                found[key] = [_Trial(key, mutant) for mutant in mutants(placed.rule)]
    return found


def _try(test: TestGroup, ready: Prepared, trials: Mapping[Key, list[_Trial]]) -> None:
    """Run a test as it is, and again for each mutant that lives and that it reaches."""
    graph = ready.rules.graph
    waiting = {
        place: alive
        for place in sorted(asserted(test, ready.rules))
        if (alive := [t for t in trials[_key(graph, place)] if t.fate != "killed"])
    }
    if not waiting:
        return
    base = TestRun(test, ready.rules, ready.fixture, replace(DEFAULT, explain=False))
    base.evaluate()
    for place, alive in waiting.items():
        cases = _cases_reaching(place, test, ready.rules)
        for trial in alive:
            trial.fate = "killed" if _notices(base, cases, place, trial.mutant) else "survived"


def _key(graph: Graph, place: int) -> Key:
    rule = graph.rules[place].rule
    return rule.name, rule.origin


def _cases_reaching(place: int, test: TestGroup, rules: RuleSet) -> TestGroup:
    """The test with those assertions only that look at a rule, directly or not."""

    def reaches(case: Case) -> bool:
        return place in rules.graph.reachable(read_by(case, rules))

    alerts = tuple(case for case in test.alerts if reaches(case))
    return replace(test, alerts=alerts, exprs=tuple(case for case in test.exprs if reaches(case)))


def _notices(base: TestRun, test: TestGroup, place: int, mutant: Mutant) -> bool:
    """Whether an assertion of the test fails with the mutant, or rules fail.

    Only the rule and those that it reaches are evaluated again, over what the others gave.
    """
    graph = base.rules.graph.with_rule(place, mutant.rule)
    affected = graph.affected(place, base.chosen) | (graph.reachable([place]) - base.chosen)
    before = base.run
    run = run_rules(
        graph,
        affected,
        before.ledger.without(affected),
        before.grid,
        before.surroundings,
        write_alerts=base.reads_alerts(),
    )
    if run.failures:
        return True
    run.histories = {**{at: each for at, each in before.histories.items() if at not in affected}, **run.histories}
    trial = TestRun(test, replace(base.rules, graph=graph), base.fixture, base.options)
    trial.run = run
    return any(verdict.failed for verdict in trial.judge())


def as_text(reports: Sequence[Report]) -> str:
    """The mutants that no test notices, and the count."""
    lines = [
        f"  {report.origin}: {report.name}: {report.change}  ({report.fate})"
        for report in reports
        if report.fate != "killed"
    ]
    killed = sum(report.fate == "killed" for report in reports)
    return "\n".join([*lines, f"{killed} of {len(reports)} mutants killed"])
