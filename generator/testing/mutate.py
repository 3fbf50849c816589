"""Mutation testing of rules: change each a little, and see whether any test notices."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from generator.diagnostics import Origin, Problem, error, in_order
from generator.rules.evaluation import Run, run_rules
from generator.rules.graph import Graph
from generator.rules.group import Rule
from generator.testing.explained import CHECK, Explanation, read_explanations
from generator.testing.fixture import Case, Fixture, TestGroup
from generator.testing.fixture_run import Prepared, RuleCache, prepare
from generator.testing.mutants import Mutant, mutants
from generator.testing.namesakes import told_apart
from generator.testing.promtool import DEFAULT, RuleSet, TestRun, asserted, read_by
from generator.testing.selection import EVERYTHING, Selection
from generator.testing.shared import in_processes

Fate = Literal["killed", "survived", "untested", "explained"]
"""What became of a mutant: a test fails with it, or none does, or no test looks at the rule, or that is explained."""

# Below this many mutants a second process costs more than it saves.
_WORTH_SHARING: Final = 150


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one mutant. `rule` tells the rule from its namesakes; `reason` is that of an explanation."""

    rule: str
    origin: Origin
    change: str
    fate: Fate
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Mutation:
    """Every mutant with its fate, in the order of the rules, and explanations that are stale or cannot be read."""

    reports: tuple[Report, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether an unexplained mutant lives, or an explanation is wrong."""
        return bool(self.problems) or any(report.fate in ("survived", "untested") for report in self.reports)


Key = tuple[str, Origin]
"""Name and place of a rule: several fixtures may share a rule file."""


@dataclass(slots=True)
class _Trial:
    """A mutant and what has become of it so far."""

    rule: Rule
    mutant: Mutant
    fate: Fate = "untested"


Trials = dict[Key, list[_Trial]]


def mutate(
    files: Sequence[Path], selection: Selection = EVERYTHING, processes: int = 0, *, lenient: bool = False
) -> Mutation:
    """The fate of each mutant of each rule of the fixtures' rule files. Only files that pass tell anything.

    `processes` of 0 takes as many as there are cores where that pays. `lenient` reads rule files as `Options` says.
    """
    prepared = _prepared(files, selection, lenient)
    trials = _trials(prepared)
    count = processes or _processes(trials)
    if count < 2:
        _try_all(prepared, trials)
    else:
        jobs = [_Job(tuple(files), selection, lenient, place, count) for place in range(count)]
        fates = {key: each for part in in_processes(_Job.run, jobs) for key, each in part.items()}
        for key, listed in trials.items():
            for trial, fate in zip(listed, fates[key], strict=True):
                trial.fate = fate
    return _explained(trials, *read_explanations([file for file in files if file.exists()]))


def _processes(trials: Trials) -> int:
    return (os.cpu_count() or 1) if sum(map(len, trials.values())) >= _WORTH_SHARING else 1


@dataclass(frozen=True, slots=True)
class _Job:
    """Every `count`-th rule from `place` on: neighbours are alike, so this spreads the work evenly."""

    files: tuple[Path, ...]
    selection: Selection
    lenient: bool
    place: int
    count: int

    def run(self) -> dict[Key, list[Fate]]:
        """The fates of the mutants of these rules."""
        prepared = _prepared(self.files, self.selection, self.lenient)
        trials = _trials(prepared)
        mine = {key: trials[key] for key in list(trials)[self.place :: self.count]}
        _try_all(prepared, mine)
        return {key: [trial.fate for trial in listed] for key, listed in mine.items()}


def _prepared(files: Iterable[Path], selection: Selection, lenient: bool) -> list[Prepared]:
    cache = RuleCache(lenient)
    found = [ready for file in files if isinstance(ready := prepare(file, cache), Prepared)]
    return [replace(ready, fixture=_selected(ready, selection)) for ready in found]


def _selected(ready: Prepared, selection: Selection) -> Fixture:
    tests = (selection.of(test, ready.fixture.path) for test in ready.fixture.tests)
    return replace(ready.fixture, tests=tuple(test for test in tests if test is not None))


def _trials(prepared: Sequence[Prepared]) -> Trials:
    found: Trials = {}
    for ready in prepared:
        for placed in ready.rules.graph.rules:
            key = (placed.rule.name, placed.rule.origin)
            if key not in found:
                found[key] = [_Trial(placed.rule, mutant) for mutant in mutants(placed.rule)]
    return found


def _try_all(prepared: Sequence[Prepared], trials: Trials) -> None:
    tests = [(test, ready) for ready in prepared for test in ready.fixture.tests if test.cases]
    # Cheap tests first: they kill most mutants for least.
    for test, ready in sorted(tests, key=lambda pair: _cost(*pair)):
        _try(test, ready, trials)


def _cost(test: TestGroup, ready: Prepared) -> int:
    return (test.last // ready.fixture.evaluation_interval + 100) * (len(test.series) + 1)


def _try(test: TestGroup, ready: Prepared, trials: Trials) -> None:
    """Run a test as it is, and again for each mutant that lives and that it reaches."""
    graph = ready.rules.graph
    waiting = {
        place: alive
        for place in sorted(asserted(test, ready.rules))
        if (alive := [t for t in trials.get(_key(graph, place), ()) if t.fate != "killed"])
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


def _cases_reaching(place: int, test: TestGroup, rules: RuleSet) -> list[TestGroup]:
    """Those assertions that look at a rule, directly or not, each as a test of its own."""

    def reaches(case: Case) -> bool:
        return place in rules.graph.reachable(read_by(case, rules))

    alerts = [replace(test, alerts=(case,), exprs=()) for case in test.alerts if reaches(case)]
    return [*alerts, *(replace(test, alerts=(), exprs=(case,)) for case in test.exprs if reaches(case))]


def _notices(base: TestRun, cases: Sequence[TestGroup], place: int, mutant: Mutant) -> bool:
    """Whether one of the assertions fails with the mutant, or rules fail.

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
    rules = replace(base.rules, graph=graph)
    return any(_fails(TestRun(case, rules, base.fixture, base.options), run) for case in cases)


def _fails(trial: TestRun, run: Run) -> bool:
    trial.run = run
    return any(verdict.failed for verdict in trial.judge())


def _explained(trials: Trials, explanations: Sequence[Explanation], problems: Sequence[Problem]) -> Mutation:
    """The fates once the fixtures' explanations are heard."""
    names = told_apart([listed[0].rule for listed in trials.values() if listed])
    reports: list[Report] = []
    used: set[Origin] = set()
    for key, listed in trials.items():
        for trial in listed:
            fate, reason = trial.fate, ""
            if fate != "killed":
                fitting = [each for each in explanations if each.fits(trial.rule, trial.mutant.change)]
                used.update(each.origin for each in fitting)
                if fitting:
                    fate, reason = "explained", fitting[0].reason
            reports.append(Report(names[key], trial.rule.origin, trial.mutant.change, fate, reason))
    stale = [_stale(each) for each in explanations if each.origin not in used]
    return Mutation(tuple(reports), tuple(in_order([*problems, *stale])))


def _stale(explanation: Explanation) -> Problem:
    return error(CHECK, explanation.origin, f"stale explanation: no surviving mutant is {explanation.text}")
