"""Runs fixtures as promtool does: one storage a test, rules over the grid, assertions judged on their times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from generator.duration import format_duration
from generator.engine.evaluate import evaluate
from generator.engine.histogram.value import Histogram
from generator.engine.settings import Settings
from generator.engine.storage import Storage
from generator.engine.vector import Scalar, Vector
from generator.errors import TocsinError
from generator.labels import METRIC_NAME, LabelSet
from generator.promql.ast import selectors
from generator.rules.cells import cell
from generator.rules.evaluation import Grid, Run, Surroundings, run_rules
from generator.rules.failure import RuleFailure
from generator.rules.graph import Graph, placed
from generator.rules.group import AlertingRule, RuleGroup
from generator.rules.writers import ALERTS, ALERTS_FOR_STATE
from generator.testing.coverage import Proof
from generator.testing.fixture import AlertCase, Case, ExprCase, Fixture, TestGroup
from generator.testing.hazards import Hazards
from generator.testing.loading import fill
from generator.testing.matching import alerts_match, samples_match
from generator.testing.proofs import Proofs
from generator.testing.verdict import Verdict

FiringAlert = tuple[LabelSet, Mapping[str, str]]
"""Labels and annotations of an alert that fires."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to run.

    `all_rules` evaluates rules that no assertion reaches, too; `stepwise` goes step by step as Prometheus does.
    Without `left_open` ranges and lookback include their start, as before Prometheus 3. `explain` gives failures a
    diff and the values over time. `lenient` passes over keys of rule files that Prometheus does not know.
    """

    all_rules: bool = False
    stepwise: bool = False
    left_open: bool = True
    explain: bool = True
    lenient: bool = False


DEFAULT = Options()


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of a fixture in their order of evaluation. Built once and used by all its tests."""

    groups: tuple[RuleGroup, ...]
    graph: Graph
    by_alert: Mapping[str, tuple[int, ...]]
    hazards: Hazards

    @classmethod
    def of(cls, groups: Iterable[RuleGroup]) -> RuleSet:
        """The rules of groups that are in order."""
        ordered = tuple(groups)
        graph = Graph(placed(ordered))
        by_alert: dict[str, tuple[int, ...]] = {}
        for rule in graph.rules:
            if isinstance(rule.rule, AlertingRule):
                by_alert[rule.rule.name] = (*by_alert.get(rule.rule.name, ()), rule.place)
        return cls(ordered, graph, by_alert, Hazards(graph))


@dataclass(frozen=True, slots=True)
class TestResult:
    """The verdicts of one test, and which rules it proved: by place, what was asserted of each and held."""

    verdicts: tuple[Verdict, ...]
    proved: frozenset[tuple[int, Proof]]


def run_test(test: TestGroup, rules: RuleSet, fixture: Fixture, options: Options = DEFAULT) -> TestResult:
    """The result of one test; the verdicts are in promtool's order: alerts, then expressions."""
    run = TestRun(test, rules, fixture, options)
    verdicts = run.verdicts()
    return TestResult(tuple(verdicts), frozenset(run.proofs()))


def asserted(test: TestGroup, rules: RuleSet) -> set[int]:
    """The places of the rules that a test's assertions reach."""
    return rules.graph.reachable(place for case in test.cases for place in read_by(case, rules))


def read_by(case: Case, rules: RuleSet) -> Iterable[int]:
    """The places of the rules that an assertion looks at itself."""
    if isinstance(case, AlertCase):
        return rules.by_alert.get(case.alertname, ())
    return () if case.expr is None else rules.graph.writers(case.expr)


@dataclass(slots=True)
class TestRun:
    """One test while it is run and judged."""

    test: TestGroup
    rules: RuleSet
    fixture: Fixture
    options: Options
    run: Run = field(init=False)
    chosen: set[int] = field(default_factory=set)
    held: list[Case] = field(default_factory=list)

    def verdicts(self) -> list[Verdict]:
        """Evaluate the rules and judge every assertion."""
        self.evaluate()
        return self.judge()

    def judge(self) -> list[Verdict]:
        """Judge every assertion on what the rules gave."""
        verdicts = [self._alert_verdict(case) for case in self.test.alerts]
        verdicts += [self._expr_verdict(case) for case in self.test.exprs]
        return [*verdicts, *self._failures()]

    def proofs(self) -> set[tuple[int, Proof]]:
        """What the assertions that held prove, by the place of the rule."""
        made = Proofs(self.run)
        for case in self.held:
            if isinstance(case, AlertCase):
                made.of_alerts(self._places(case), case.eval_time)
            elif case.expr is not None:
                made.of_expr(case, case.expr, has_result=bool(case.expected))
        return made.found

    def evaluate(self) -> None:
        """Evaluate the rules that matter over the time of the test."""
        test, interval = self.test, self.fixture.evaluation_interval
        grid = Grid(test.start, interval, test.last // interval + 1)
        settings = Settings(default_step=interval, left_open=self.options.left_open)
        storage = Storage()
        for series in test.series:
            fill(storage, series.labels, series.values, test.start, test.interval, int(grid.times[-1]))
        around = Surroundings(settings, test.external_labels, test.external_url)
        self.chosen = self._chosen(storage)
        self.run = run_rules(
            self.rules.graph,
            self.chosen,
            storage,
            grid,
            around,
            write_alerts=self.reads_alerts(),
            stepwise=self.options.stepwise,
        )

    def _chosen(self, storage: Storage) -> set[int]:
        """The rules that matter: those asserted, what they read, and those that could fail on this data."""
        graph = self.rules.graph
        if self.options.all_rules or self.options.stepwise:
            return set(range(len(graph.rules)))
        return asserted(self.test, self.rules) | graph.reachable(self.rules.hazards.on(storage))

    def reads_alerts(self) -> bool:
        """Whether anything reads `ALERTS`, by name or by a pattern, or several rules may write the same of it."""
        if any(series.labels.metric in (ALERTS, ALERTS_FOR_STATE) for series in self.test.series):
            return True
        if self.rules.hazards.rival_alerts(self.chosen):
            return True
        texts = [case.text for case in self.test.exprs]
        exprs = [case.expr for case in self.test.exprs if case.expr is not None]
        for place in self.chosen:
            rule = self.rules.graph.rules[place].rule
            texts.append(rule.text)
            exprs.append(rule.expr)
            if isinstance(rule, AlertingRule):
                texts += [*rule.labels.values(), *rule.annotations.values()]
        if any(ALERTS in text or METRIC_NAME in text for text in texts):
            return True
        return any(selector.metric is None for expr in exprs for selector in selectors(expr))

    def _failures(self) -> list[Verdict]:
        return [
            Verdict(
                failure.rule.origin,
                f"rule {failure.rule.name}",
                "failed",
                f"error at {_relative(failure.time - self.test.start)}: {failure.message}",
                group=self.test.name,
            )
            for failure in self.run.failures
        ]

    def _alert_verdict(self, case: AlertCase) -> Verdict:
        step = case.eval_time // self.fixture.evaluation_interval
        title = f"{case.alertname} at {_relative(case.eval_time)}"
        if failed := self._stopped(case, step, title):
            return failed
        got = self.firing(case)
        if alerts_match(case.expected, got):
            self.held.append(case)
            return Verdict(case.origin, title, "passed", group=self.test.name)
        if not self.options.explain:
            return Verdict(case.origin, title, "failed", group=self.test.name)
        from generator.testing.explain import explain_alert

        message, detail = explain_alert(case, got, self.run, self._places(case), step)
        return Verdict(case.origin, title, "failed", message, detail, self.test.name)

    def _places(self, case: AlertCase) -> Sequence[int]:
        return self.rules.by_alert.get(case.alertname, ())

    def _stopped(self, case: Case, step: int, title: str) -> Verdict | None:
        """The verdict on a case that was not reached, because rules failed before."""
        failures: list[RuleFailure] = self.run.failures
        if not failures or step < failures[0].step:
            return None
        reason = f"not reached: rule {failures[0].rule.name} failed: {failures[0].message}"
        return Verdict(case.origin, title, "failed", reason, group=self.test.name)

    def firing(self, case: AlertCase) -> list[FiringAlert]:
        """The alerts that fire at the time of a case, with their annotations expanded."""
        step = case.eval_time // self.fixture.evaluation_interval
        found: list[FiringAlert] = []
        for place in self._places(case):
            rule = self.rules.graph.rules[place].rule
            history = self.run.histories.get(place)
            if history is None or not isinstance(rule, AlertingRule):
                continue
            for alert in history.at(step):
                if alert.state == "firing":
                    expander = self.run.annotator(place, alert.seen)
                    time = self.run.grid.start + alert.seen * self.run.grid.step
                    annotations = {
                        key: expander.expand(text, rule.name, alert.series, alert.value, time)
                        for key, text in rule.annotations.items()
                    }
                    found.append((alert.labels, annotations))
        return found

    def _expr_verdict(self, case: ExprCase) -> Verdict:
        title = f"{' '.join(case.text.split())} at {_relative(case.eval_time)}"
        if failed := self._stopped(case, self.run.grid.count, title):
            return failed
        if case.expr is None:
            return Verdict(case.origin, title, "failed", case.fault, group=self.test.name)
        try:
            got = self.samples(case)
        except TocsinError as reason:
            return Verdict(case.origin, title, "failed", f"error: {reason}", group=self.test.name)
        if samples_match(case.expected, got, fuzzy=self.fixture.fuzzy_compare):
            self.held.append(case)
            return Verdict(case.origin, title, "passed", group=self.test.name)
        if not self.options.explain:
            return Verdict(case.origin, title, "failed", group=self.test.name)
        from generator.testing.explain import explain_samples

        message, detail = explain_samples(case, got, self.run)
        return Verdict(case.origin, title, "failed", message, detail, self.test.name)

    def samples(self, case: ExprCase) -> list[tuple[LabelSet, float | Histogram]]:
        """The samples that the expression of a case gives. Raises what the engine raises."""
        if case.expr is None:
            return []
        moment = np.array([self.test.start + case.eval_time])
        value = evaluate(case.expr, self.run.storage, moment, self.run.surroundings.settings).value
        if isinstance(value, Scalar):
            return [(LabelSet(), float(value.values[0]))]
        if not isinstance(value, Vector):
            raise TocsinError("rule result is not a vector or scalar")
        return [(labels, cell(value, 0, column)) for column, labels in enumerate(value.labels)]


def _relative(milliseconds: int) -> str:
    return format_duration(milliseconds)
