"""Rule files to groups: plain ones and PrometheusRule custom resources, checked as Prometheus checks them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from yaml.nodes import MappingNode, Node, ScalarNode

from generator.diagnostics import Origin, Problem, error
from generator.errors import PromQLError
from generator.labels import METRIC_NAME
from generator.promql.ast import Expr, NumberLiteral
from generator.promql.functions import value_type
from generator.promql.parse import parse
from generator.rules.group import AlertingRule, RecordingRule, Rule, RuleFile, RuleGroup
from generator.rules.nodes import Reader, UnreadableError, documents, is_null
from generator.rules.plain_templates import is_plain

CHECK: Final = "rules/read"
"""The name under which the problems of rule files are reported."""

_GROUP: Final = ("name", "interval", "query_offset", "limit", "labels", "rules")
_RESOURCE_GROUP: Final = (*_GROUP, "partial_response_strategy")
_RULE: Final = ("record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations")
_RESOURCE: Final = ("apiVersion", "kind", "metadata", "spec", "status")
_ALERT_ONLY: Final = ("for", "keep_firing_for", "annotations")
_NOTHING: Final = NumberLiteral(0.0)


def read_rules(path: Path, *, lenient: bool = False) -> tuple[RuleFile, list[Problem]]:
    """The groups of a rule file and all that is wrong with it; what is wrong is left out of the groups.

    `lenient` passes over keys that Prometheus does not know, such as a team's own metadata.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as reason:
        return RuleFile(str(path), ()), [error(CHECK, Origin(str(path)), f"cannot be read: {reason}")]
    return parse_rules(text, str(path), lenient=lenient)


def parse_rules(text: str, file: str, *, lenient: bool = False) -> tuple[RuleFile, list[Problem]]:
    """The same for the text of a rule file."""
    reader = Reader.of(file, CHECK, text)
    reader.lenient = lenient
    try:
        groups = tuple(_groups(reader, text))
    except UnreadableError as reason:
        return RuleFile(file, ()), [*reader.problems, error(CHECK, Origin(file, reason.line), str(reason))]
    return RuleFile(file, groups), reader.problems


def _groups(reader: Reader, text: str) -> Iterator[RuleGroup]:
    seen: set[str] = set()
    for root in documents(text):
        known: tuple[str, ...] = _GROUP
        content: Node = root
        if _is_resource(root):
            known = _RESOURCE_GROUP
            spec = reader.mapping(root, _RESOURCE, "the PrometheusRule").get("spec")
            if spec is None:
                reader.fault(root, "the PrometheusRule has no spec")
                continue
            content = spec
        top = reader.mapping(content, ("groups",), "the rule file")
        for node in reader.items(top.get("groups"), "groups"):
            # As promtool does, which passes over rules that are null, too.
            if not is_null(node):
                yield _group(reader, node, known, seen)


def _is_resource(root: Node) -> bool:
    """Whether a document is a PrometheusRule, a custom resource of the Prometheus operator."""
    return isinstance(root, MappingNode) and any(
        isinstance(key, ScalarNode)
        and key.value == "kind"
        and isinstance(value, ScalarNode)
        and value.value == "PrometheusRule"
        for key, value in root.value
    )


def _group(reader: Reader, node: Node, known: tuple[str, ...], seen: set[str]) -> RuleGroup:
    fields = reader.mapping(node, known, "the rule group")
    name = reader.string(fields.get("name"), "the name of the group")
    if not name:
        reader.fault(node, "the rule group has no name")
    elif name in seen:
        reader.fault(fields["name"], f"group name {name!r} is used twice in this file")
    seen.add(name)
    labels = _labels(reader, fields.get("labels"), "label")
    interval = reader.duration(fields.get("interval"), "interval") if "interval" in fields else None
    rules = [_rule(reader, item, labels) for item in reader.items(fields.get("rules"), "rules")]
    return RuleGroup(
        name,
        tuple(rule for rule in rules if rule is not None),
        interval,
        reader.duration(fields.get("query_offset"), "query_offset"),
        reader.integer(fields.get("limit"), "limit"),
        reader.file,
        reader.origin(node),
        labels,
    )


def _rule(reader: Reader, node: Node, group_labels: dict[str, str]) -> Rule | None:
    fields = reader.mapping(node, _RULE, "the rule")
    if not fields:
        if isinstance(node, MappingNode):
            reader.fault(node, "the rule needs 'record' or 'alert'")
        return None
    before = len(reader.problems)
    record = reader.string(fields.get("record"), "record")
    alert = reader.string(fields.get("alert"), "alert")
    if bool(record) == bool(alert):
        reader.fault(node, "the rule needs 'record' or 'alert', and only one of them")
    text, expr = _expr(reader, fields.get("expr"), node)
    labels = {**group_labels, **_labels(reader, fields.get("labels"), "label")}
    made = _recording(reader, fields, record) if record else _alerting(reader, fields, labels, alert)
    if len(reader.problems) > before:
        return None
    return made(expr, text, labels, reader.origin(node), reader.origin(fields["expr"]))


_Maker = Callable[[Expr, str, dict[str, str], Origin, Origin], Rule]


def _recording(reader: Reader, fields: dict[str, Node], name: str) -> _Maker:
    if "{" in name or "}" in name:
        reader.fault(fields["record"], f"braces in the name {name!r}; do they belong to expr?")
    for key in _ALERT_ONLY:
        if key in fields:
            reader.fault(fields[key], f"'{key}' has no meaning in a recording rule")

    def make(expr: Expr, text: str, labels: dict[str, str], origin: Origin, at: Origin) -> Rule:
        return RecordingRule(name, expr, text, labels, origin, at)

    return make


def _alerting(reader: Reader, fields: dict[str, Node], labels: dict[str, str], name: str) -> _Maker:
    hold = reader.duration(fields.get("for"), "for")
    keep = reader.duration(fields.get("keep_firing_for"), "keep_firing_for")
    annotations = _labels(reader, fields.get("annotations"), "annotation")
    for kind, texts in (("labels", labels), ("annotations", annotations)):
        for key, text in texts.items():
            for fault in _template_faults(text, name):
                reader.fault(fields.get(kind, fields["alert"]), f"template of {kind[:-1]} {key!r}: {fault}")

    def make(expr: Expr, text: str, labels: dict[str, str], origin: Origin, at: Origin) -> Rule:
        return AlertingRule(name, expr, text, hold, keep, labels, annotations, origin, at)

    return make


def _template_faults(text: str, alert: str) -> Iterable[str]:
    """What is wrong with a template of an alert."""
    if is_plain(text):
        return ()
    # The engine is imported for templates that need it: most rules have none.
    from generator.gotemplate.prometheus import alert_template_name, validate

    return validate(text, name=alert_template_name(alert))


def _expr(reader: Reader, node: Node | None, rule: Node) -> tuple[str, Expr]:
    text = reader.string(node, "expr")
    if node is None or not text.strip():
        reader.fault(node or rule, "the rule has no 'expr'")
        return text, _NOTHING
    try:
        expr = parse(text)
    except PromQLError as reason:
        reader.fault(node, f"expr: {reason}")
        return text, _NOTHING
    if value_type(expr) in ("matrix", "string"):
        reader.fault(node, f"expr gives a {value_type(expr)}; a rule needs a vector or a scalar")
    return text, expr


def _labels(reader: Reader, node: Node | None, what: str) -> dict[str, str]:
    labels = reader.strings(node, what)
    if node is not None and (METRIC_NAME in labels or "" in labels) and what == "label":
        reader.fault(node, f"{METRIC_NAME if METRIC_NAME in labels else 'an empty name'} cannot be set as label")
    return labels
