"""Rewrites the expectations of fixtures in place, from what the rules give; comments elsewhere stay.

Only assertions that fail are touched. Where the same alerts or samples are expected and got, and only values differ,
just those values are replaced; else the list of expectations is written anew. Partial expectations are left alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

from generator.engine.histogram.value import Histogram
from generator.gotemplate.strconv import format_float
from generator.labels import LabelSet
from generator.rules.nodes import compose
from generator.rules.writers import ALERT_NAME
from generator.testing.fixture import AlertCase, ExprCase
from generator.testing.fixture_run import Prepared, RuleCache, prepare
from generator.testing.promtool import DEFAULT, FiringAlert, TestRun
from generator.testing.text import labels_text, sample_value
from generator.yamltext import scalar


@dataclass(frozen=True, slots=True)
class Edit:
    """Characters `start` to `end` (exclusive) of a file are to become `text`."""

    start: int
    end: int
    text: str


def update(path: Path, *, lenient: bool = False) -> int:
    """Rewrite the failing expectations of a fixture; how many there were. Nothing is done to a broken file.

    `lenient` reads rule files as `Options` says.
    """
    ready = prepare(path, RuleCache(lenient))
    if not isinstance(ready, Prepared):
        return 0
    text = path.read_text(encoding="utf-8")
    nodes = _tests(compose(text))
    edits = [list(edits) for edits in _edits(text, ready, nodes)]
    changed = apply(text, [edit for group in edits for edit in group])
    if changed != text:
        path.write_text(changed, encoding="utf-8")
    return sum(1 for group in edits if group)


def apply(text: str, edits: Sequence[Edit]) -> str:
    """The text with all edits carried out; they must not overlap."""
    for edit in sorted(edits, key=lambda each: each.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _tests(roots: Sequence[Node]) -> list[Node]:
    tests = _value(roots[0], "tests") if roots else None
    return [] if tests is None else list(tests.value)


def _value(node: Node, key: str) -> Node | None:
    return next((value for name, value in _pairs(node) if name.value == key), None)


def _pairs(node: Node) -> list[tuple[Node, Node]]:
    return list(node.value) if isinstance(node, MappingNode) else []


def _edits(text: str, ready: Prepared, nodes: Sequence[Node]) -> Iterator[list[Edit]]:
    """For each assertion that fails the edits that make it hold."""
    for test, node in zip(ready.fixture.tests, nodes, strict=True):
        run = TestRun(test, ready.rules, ready.fixture, DEFAULT)
        failing = {verdict.origin for verdict in run.verdicts() if verdict.failed}
        if run.run.failures:
            continue
        pairs: list[tuple[str, Sequence[AlertCase | ExprCase]]] = [
            ("alert_rule_test", test.alerts),
            ("promql_expr_test", test.exprs),
        ]
        for key, cases in pairs:
            listed = _value(node, key)
            for case, place in zip(cases, [] if listed is None else listed.value, strict=False):
                if case.origin in failing:
                    yield list(_case_edits(text, case, place, run))


def _case_edits(text: str, case: AlertCase | ExprCase, node: Node, run: TestRun) -> Iterator[Edit]:
    if isinstance(case, AlertCase):
        if any(alert.partial_labels or alert.partial_annotations for alert in case.expected):
            return
        got = sorted(run.firing(case), key=lambda alert: (alert[0].pairs, sorted(alert[1].items())))
        yield from _list_edits(text, node, "exp_alerts", [_alert_lines(alert) for alert in got])
    elif case.expr is not None:
        yield from _sample_edits(text, case, node, sorted(run.samples(case), key=lambda pair: pair[0].pairs))


def _sample_edits(
    text: str, case: ExprCase, node: Node, got: Sequence[tuple[LabelSet, float | Histogram]]
) -> Iterator[Edit]:
    listed = _value(node, "exp_samples")
    by_labels = dict(got)
    values = [] if listed is None else [_value(item, "value") for item in listed.value]
    same = len(got) == len(case.expected) and all(sample.labels in by_labels for sample in case.expected)
    plain = not any(isinstance(value, Histogram) for value in by_labels.values())
    if same and plain and all(isinstance(value, ScalarNode) for value in values):
        for sample, value in zip(case.expected, values, strict=True):
            new = by_labels[LabelSet(sample.labels)]
            if value is not None and isinstance(new, float) and new != sample.value:
                yield Edit(value.start_mark.index, value.end_mark.index, _number(new))
        return
    yield from _list_edits(text, node, "exp_samples", [_sample_lines(*pair) for pair in got])


def _list_edits(text: str, node: Node, key: str, items: Sequence[Sequence[str]]) -> Iterator[Edit]:
    """Write the list under `key` of a case anew, or add it at the end of the case."""
    name, value = next(((n, v) for n, v in _pairs(node) if n.value == key), (None, None))
    if isinstance(node, MappingNode) and node.flow_style:
        yield _flow_edit(node, key, value, items)
        return
    if name is None or value is None:
        indent = " " * node.start_mark.column
        at = _end(node)
        yield Edit(at, at, f"\n{indent}{key}:" + _block(items, indent))
        return
    indent = " " * name.start_mark.column
    start = text.index(":", name.end_mark.index) + 1
    yield Edit(start, max(start, _end(value)), _block(items, indent))


def _flow_edit(node: MappingNode, key: str, value: Node | None, items: Sequence[Sequence[str]]) -> Edit:
    """The same for a case written as `{…}`, where no block may stand."""
    read = [yaml.load("\n".join(item), yaml.CSafeLoader) for item in items]
    text = _on_one_line(read)
    if value is not None:
        return Edit(value.start_mark.index, value.end_mark.index, text)
    at = node.end_mark.index - 1
    return Edit(at, at, f"{', ' if node.value else ''}{key}: {text}")


def _on_one_line(value: object) -> str:
    """JSON, which is YAML too, unless it holds a NaN or an infinity, which JSON cannot."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:
        return str(yaml.dump(value, Dumper=yaml.CSafeDumper, default_flow_style=True, width=10**9)).strip()


def _block(items: Sequence[Sequence[str]], indent: str) -> str:
    if not items:
        return " []"
    lines = []
    for item in items:
        for place, line in enumerate(item):
            lines.append(f"{indent}  {'- ' if place == 0 else '  '}{line}")
    return "\n" + "\n".join(lines)


def _end(node: Node) -> int:
    """Where the last character of a node is; libyaml's mark of a block lies behind comments that follow it."""
    if not isinstance(node, CollectionNode) or not node.value or node.flow_style:
        end: int = node.end_mark.index
        return end
    parts = [part for pair in node.value for part in pair] if isinstance(node, MappingNode) else node.value
    return max(_end(part) for part in parts)


def _alert_lines(alert: FiringAlert) -> list[str]:
    labels = {name: value for name, value in alert[0].items() if name != ALERT_NAME}
    lines = [*_mapping("exp_labels", labels), *_mapping("exp_annotations", alert[1])]
    return lines or ["{}"]


def _mapping(key: str, values: Mapping[str, str]) -> list[str]:
    if not values:
        return []
    return [f"{key}:", *(f"  {scalar(name)}: {_one_line(value)}" for name, value in sorted(values.items()))]


def _one_line(value: str) -> str:
    written = scalar(value)
    return json.dumps(value, ensure_ascii=False) if "\n" in written else written


def _sample_lines(labels: LabelSet, value: float | Histogram) -> list[str]:
    named = f"{labels.metric}{labels_text(labels.without(['__name__']))}"
    lines = [f"labels: {_one_line(named)}"] if labels else []
    if isinstance(value, Histogram):
        return [*lines, f"histogram: {_one_line(sample_value(value))}"]
    return [*lines, f"value: {_number(value)}"]


def _number(value: float) -> str:
    """A float as YAML writes it."""
    text = format_float(value)
    return {"NaN": ".nan", "+Inf": ".inf", "-Inf": "-.inf"}.get(text, text)
