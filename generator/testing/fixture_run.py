"""A fixture file from its text to its verdicts: rule files found and read once, groups put in order, traps named."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from generator.diagnostics import Problem, error, has_errors, in_order, warning
from generator.promql.ast import selectors
from generator.rules.group import AlertingRule, RuleFile
from generator.rules.read import read_rules
from generator.testing import group_order
from generator.testing.coverage import Point, PointKind, Proof, slo_of
from generator.testing.fixture import Fixture
from generator.testing.globs import PatternError, glob
from generator.testing.outcome import Outcome
from generator.testing.promtool import DEFAULT, Options, RuleSet, run_test
from generator.testing.read_fixture import CHECK, TRAP, read_fixture
from generator.testing.selection import EVERYTHING, Selection
from generator.testing.traps import traps
from generator.testing.verdict import Verdict


@dataclass(slots=True)
class RuleCache:
    """Rule files that were read, and rule sets that were put in order, for all fixtures of a run.

    `lenient` passes over keys of rule files that Prometheus does not know.
    """

    lenient: bool = False
    _files: dict[str, tuple[RuleFile, list[Problem]]] = field(default_factory=dict)
    _sets: dict[tuple[tuple[str, ...], tuple[str, ...]], RuleSet] = field(default_factory=dict)

    def read(self, path: str) -> tuple[RuleFile, list[Problem]]:
        """The groups of a rule file and what is wrong with it."""
        if path not in self._files:
            self._files[path] = read_rules(Path(path), lenient=self.lenient)
        return self._files[path]

    def rules(self, paths: tuple[str, ...], order: tuple[str, ...]) -> RuleSet:
        """The rules of files in their order of evaluation."""
        key = (paths, order)
        if key not in self._sets:
            groups = [group for path in paths for group in self.read(path)[0].groups]
            self._sets[key] = RuleSet.of(group_order.in_order(groups, order))
        return self._sets[key]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A fixture with its rules, ready to be run, and the warnings about it."""

    fixture: Fixture
    rules: RuleSet
    problems: tuple[Problem, ...]


def prepare(path: Path, cache: RuleCache) -> Prepared | list[Problem]:
    """A fixture and its rules, or what is wrong where something cannot be read."""
    fixture, problems = read_fixture(path)
    paths, missing = rule_files(fixture)
    problems = [*problems, *missing]
    for each in paths:
        problems += cache.read(each)[1]
    if has_errors(problems):
        return in_order(problems)
    rules = cache.rules(paths, fixture.group_order)
    return Prepared(fixture, rules, tuple(in_order([*problems, *traps(fixture, rules)])))


def run_fixture(path: Path, cache: RuleCache, options: Options = DEFAULT, selection: Selection = EVERYTHING) -> Outcome:
    """The outcome of a fixture file."""
    ready = prepare(path, cache)
    if not isinstance(ready, Prepared):
        return Outcome(str(path), (), tuple(ready))
    fixture, rules = ready.fixture, ready.rules
    verdicts: list[Verdict] = []
    proved: set[tuple[int, Proof]] = set()
    for test in fixture.tests:
        chosen = selection.of(test, str(path))
        if chosen is not None:
            result = run_test(chosen, rules, fixture, options)
            verdicts += result.verdicts
            proved |= result.proved
    return Outcome(str(path), tuple(verdicts), ready.problems, tuple(_points(rules, proved)))


def _points(rules: RuleSet, proved: set[tuple[int, Proof]]) -> Iterator[Point]:
    """Every rule with what the fixture proves of it."""
    by_place: dict[int, set[Proof]] = {}
    for place, proof in proved:
        by_place.setdefault(place, set()).add(proof)
    for placed in rules.graph.rules:
        rule = placed.rule
        shown = frozenset(by_place.get(placed.place, ()))
        kind: PointKind = "alert" if isinstance(rule, AlertingRule) else "recording rule"
        constant = kind == "alert" and not any(selectors(rule.expr))
        yield Point(kind, rule.name, rule.origin, slo_of(rule), shown, constant)


def rule_files(fixture: Fixture) -> tuple[tuple[str, ...], list[Problem]]:
    """The files that the patterns of a fixture name, each once, and what is wrong with the patterns."""
    found: dict[str, None] = {}
    problems = []
    for pattern, origin in fixture.rule_files:
        # Fixtures in several folders name the same file in several ways.
        try:
            matches = sorted(map(os.path.normpath, glob(Path(fixture.path).parent, pattern)))
        except PatternError as reason:
            problems.append(error(CHECK, origin, f"rule_files: {reason}"))
            continue
        if not matches:
            problems.append(warning(TRAP, origin, f"no file matches {pattern!r}: nothing of it is tested"))
        found.update(dict.fromkeys(matches))
    return tuple(found), problems
