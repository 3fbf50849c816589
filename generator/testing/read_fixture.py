"""Fixture files to values, as strictly as promtool reads them, all faults in one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Final, Literal

from yaml.nodes import Node

from generator.diagnostics import Origin, Problem, error, warning
from generator.duration import MINUTE
from generator.engine.histogram.value import Histogram
from generator.engine.matchers import compile_anchored
from generator.errors import ParseError, PromQLError
from generator.promql.parse import parse
from generator.rules.nodes import Reader, UnreadableError, documents
from generator.testing.fixture import (
    AlertCase,
    ExpectedAlert,
    ExpectedSample,
    ExprCase,
    Fixture,
    InputSeries,
    Partial,
    TestGroup,
)
from generator.testing.series import Series, SeriesError, parse_metric, parse_series

CHECK: Final = "test/read"
"""The name under which faults of fixtures are reported."""

TRAP: Final = "test/trap"
"""The name under which things are reported that promtool accepts and that are hardly meant."""

MAX_STEPS: Final = 5_000_000
"""Evaluations of rules in one test: ten years at one-minute steps."""

_FILE: Final = ("rule_files", "evaluation_interval", "group_eval_order", "tests", "fuzzy_compare")
_TEST: Final = (
    "interval", "input_series", "alert_rule_test", "promql_expr_test", "external_labels", "external_url",
    "name", "start_timestamp",
)  # fmt: skip
_SERIES: Final = ("series", "values")
_ALERT_CASE: Final = ("eval_time", "alertname", "exp_alerts")
_ALERT: Final = (
    "exp_labels", "exp_annotations", "exp_labels_include", "exp_annotations_include", "exp_labels_match",
    "exp_annotations_match",
)  # fmt: skip
_EXPR_CASE: Final = ("expr", "eval_time", "exp_samples")
_SAMPLE: Final = ("labels", "value", "histogram")


def read_fixture(path: Path) -> tuple[Fixture, list[Problem]]:
    """The tests of a file and all that is wrong with it. Files with errors are not to be run."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as reason:
        return Fixture(str(path)), [error(CHECK, Origin(str(path)), f"cannot be read: {reason}")]
    return parse_fixture(text, str(path))


def parse_fixture(text: str, file: str) -> tuple[Fixture, list[Problem]]:
    """The same for the text of a fixture."""
    reader = Reader.of(file, CHECK, text)
    try:
        roots = list(documents(text))
        fixture = FixtureReader(reader).fixture(roots[0]) if roots else Fixture(file)
    except UnreadableError as reason:
        return Fixture(file), [*reader.problems, error(CHECK, Origin(file, reason.line), str(reason))]
    return fixture, reader.problems


@dataclass(slots=True)
class FixtureReader:
    """Reads one file; series that are written twice are read once."""

    reader: Reader
    _series: dict[tuple[str, int], Series] = field(default_factory=dict)

    def fixture(self, root: Node) -> Fixture:
        reader = self.reader
        fields = reader.mapping(root, _FILE, "the test file")
        interval = int(reader.duration(fields.get("evaluation_interval"), "evaluation_interval")) or MINUTE
        patterns = reader.items(fields.get("rule_files"), "rule_files")
        return Fixture(
            reader.file,
            tuple((reader.string(node, "a rule file"), reader.origin(node)) for node in patterns),
            interval,
            self.group_order(fields.get("group_eval_order")),
            reader.boolean(fields.get("fuzzy_compare"), "fuzzy_compare"),
            tuple(
                self._test(node, place, interval)
                for place, node in enumerate(reader.items(fields.get("tests"), "tests"))
            ),
        )

    def group_order(self, node: Node | None) -> tuple[str, ...]:
        """The names of `group_eval_order`, each once."""
        names: list[str] = []
        for item in self.reader.items(node, "group_eval_order"):
            name = self.reader.string(item, "a group name")
            if name in names:
                self.reader.fault(item, f"group {name!r} is named twice in group_eval_order")
            names.append(name)
        return tuple(names)

    def _test(self, node: Node, place: int, evaluation_interval: int) -> TestGroup:
        reader = self.reader
        fields = reader.mapping(node, _TEST, "the test")
        interval = int(reader.duration(fields.get("interval"), "interval")) or evaluation_interval
        alerts = reader.items(fields.get("alert_rule_test"), "alert_rule_test")
        exprs = reader.items(fields.get("promql_expr_test"), "promql_expr_test")
        alert_cases = tuple(self.alert_case(item) for item in alerts)
        expr_cases = tuple(self.expr_case(item) for item in exprs)
        times = [case.eval_time for case in alert_cases] + [case.eval_time for case in expr_cases]
        last = max(times, default=0)
        if last // evaluation_interval >= MAX_STEPS:
            reader.fault(node, f"the test is too long: over {MAX_STEPS} steps of evaluation_interval")
        return TestGroup(
            reader.string(fields.get("name"), "name") or f"unnamed#{place}",
            interval,
            self.start(fields.get("start_timestamp")),
            self._input(fields.get("input_series"), last // interval + 1),
            alert_cases,
            expr_cases,
            reader.strings(fields.get("external_labels"), "external label"),
            reader.string(fields.get("external_url"), "external_url"),
            reader.origin(node),
        )

    def start(self, node: Node | None) -> int:
        """Milliseconds since 1970 of a `start_timestamp`; 0 for an absent one."""
        if node is None:
            return 0
        text = self.reader.string(node, "start_timestamp")
        try:
            return round(float(text) * 1000)
        except ValueError:
            pass
        moment = _moment(text)
        if moment is None or moment.tzinfo is None:
            self.reader.fault(node, f"expected Unix seconds or an RFC 3339 time for start_timestamp, got {text!r}")
            return 0
        return round(moment.timestamp() * 1000)

    def zone(self, node: Node | None) -> tzinfo | None:
        """The offset from UTC with which a `start_timestamp` is written; None for Unix seconds or none."""
        moment = None if node is None else _moment(self.reader.string(node, "start_timestamp"))
        return None if moment is None else moment.tzinfo

    def _input(self, node: Node | None, limit: int) -> tuple[InputSeries, ...]:
        """The series of a test, with no more samples than it can look at."""
        found: dict[object, InputSeries] = {}
        nodes = self.reader.items(node, "input_series")
        for place, item in enumerate(nodes):
            fields = self.reader.mapping(item, _SERIES, "the series")
            name = self.reader.string(fields.get("series"), "series")
            lines = f"  {name} {self.reader.string(fields.get('values'), 'values')}".split("\n")
            ended = False
            for line in lines:
                # promtool pastes all series into one text, where an empty line or a comment ends the list.
                ended = not line.strip() or line.strip().startswith("#")
                if ended:
                    break
                series = self._one(item, line, limit)
                if series is not None:
                    self._twice(item, series, found)
                    found[series.labels] = InputSeries(series.labels, series.values, self.reader.origin(item))
            if ended:
                if place + 1 < len(nodes):
                    self._trap(item, "an empty line or comment in this series makes promtool ignore those after it")
                break
        return tuple(found.values())

    def _twice(self, node: Node, series: Series, found: Mapping[object, InputSeries]) -> None:
        if series.labels in found:
            self._trap(node, f"series {series.labels} is given twice; only the last one counts")

    def _trap(self, node: Node, message: str) -> None:
        self.reader.problems.append(warning(TRAP, self.reader.origin(node), message))

    def _one(self, node: Node, line: str, limit: int) -> Series | None:
        key = (line, limit)
        if key not in self._series:
            try:
                self._series[key] = parse_series(line, limit)
            except ParseError as reason:
                self.reader.fault(node, f"series: {reason}", f"in {line.strip()[:120]!r}")
                return None
        return self._series[key]

    def alert_case(self, node: Node) -> AlertCase:
        """An item of `alert_rule_test`."""
        reader = self.reader
        fields = reader.mapping(node, _ALERT_CASE, "the alert case")
        name = reader.string(fields.get("alertname"), "alertname")
        if not name:
            reader.fault(node, "the alert case has no 'alertname'")
        return AlertCase(
            int(reader.duration(fields.get("eval_time"), "eval_time")),
            name,
            tuple(self._alert(item, name) for item in reader.items(fields.get("exp_alerts"), "exp_alerts")),
            reader.origin(node),
        )

    def _alert(self, node: Node, name: str) -> ExpectedAlert:
        reader = self.reader
        fields = reader.mapping(node, _ALERT, "the expected alert")
        labels, partial_labels = self._expected(fields, "exp_labels")
        annotations, partial_annotations = self._expected(fields, "exp_annotations")
        if labels is not None:
            labels = {**labels, "alertname": name}
        return ExpectedAlert(labels, annotations, partial_labels, partial_annotations, reader.origin(node))

    def _expected(self, fields: dict[str, Node], key: str) -> tuple[dict[str, str] | None, Partial]:
        """What is expected whole under `key`, if it is, and in part, maybe nothing, under the keys that tocsin adds."""
        reader = self.reader
        partial: dict[str, tuple[Literal["is", "matches"], str]] = {}
        for name, value in reader.strings(fields.get(f"{key}_include"), f"{key}_include").items():
            partial[name] = ("is", value)
        for name, value in reader.strings(fields.get(f"{key}_match"), f"{key}_match").items():
            self._check_regex(fields[f"{key}_match"], value)
            partial[name] = ("matches", value)
        if key not in fields and not fields.keys().isdisjoint({f"{key}_include", f"{key}_match"}):
            return None, partial
        return reader.strings(fields.get(key), key), partial

    def _check_regex(self, node: Node, pattern: str) -> None:
        try:
            compile_anchored(pattern)
        except ParseError as reason:
            self.reader.fault(node, str(reason))

    def expr_case(self, node: Node) -> ExprCase:
        """An item of `promql_expr_test`."""
        reader = self.reader
        fields = reader.mapping(node, _EXPR_CASE, "the expression case")
        text, fault = reader.string(fields.get("expr"), "expr"), ""
        expr = None
        try:
            expr = parse(text)
        except PromQLError as reason:
            fault = str(reason)
        return ExprCase(
            int(reader.duration(fields.get("eval_time"), "eval_time")),
            text,
            expr,
            tuple(self._sample(item) for item in reader.items(fields.get("exp_samples"), "exp_samples")),
            reader.origin(node),
            fault,
        )

    def _sample(self, node: Node) -> ExpectedSample:
        reader = self.reader
        fields = reader.mapping(node, _SAMPLE, "the expected sample")
        value = reader.number(fields.get("value"), "value")
        text, histogram = reader.string(fields.get("histogram"), "histogram"), None
        labels: Mapping[str, str] = {}
        try:
            labels = parse_metric(reader.string(fields.get("labels"), "labels"))
        except SeriesError as reason:
            reader.fault(fields["labels"], f"labels: {reason}")
        try:
            histogram = _histogram(text) if text else None
        except ParseError as reason:
            reader.fault(fields["histogram"], f"histogram: {reason}")
        return ExpectedSample(labels, value, histogram, reader.origin(node))


def _histogram(text: str) -> Histogram:
    from generator.engine.histogram.notation import parse_histogram

    return parse_histogram(text)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
