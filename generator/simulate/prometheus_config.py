"""From `prometheus.yml` what matters for what is sent: external labels and `alert_relabel_configs`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from yaml.nodes import MappingNode, Node, ScalarNode

from generator.diagnostics import Origin, Problem, error
from generator.engine.matchers import compile_anchored
from generator.errors import PromQLError
from generator.rules.nodes import Reader, UnreadableError, documents
from generator.simulate.alerts_sender import Sending
from generator.simulate.relabel import ACTIONS, Step

CHECK: Final = "prometheus/config"
"""The name under which problems of `prometheus.yml` are reported."""

_STEP: Final = ("source_labels", "separator", "regex", "modulus", "target_label", "replacement", "action")


def load_sending(path: Path) -> tuple[Sending, list[Problem]]:
    """How the Prometheus of a file sends, and what is wrong with what it says about that."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as reason:
        return Sending(), [error(CHECK, Origin(str(path)), f"cannot be read: {reason}")]
    reader = Reader.of(str(path), CHECK, text)
    try:
        root = next(documents(text), None)
        labels = reader.strings(_child(_child(root, "global"), "external_labels"), "external label")
        configs = reader.items(_child(_child(root, "alerting"), "alert_relabel_configs"), "alert_relabel_configs")
        steps = tuple(_step(reader, node) for node in configs)
    except UnreadableError as reason:
        return Sending(), [*reader.problems, error(CHECK, Origin(str(path), reason.line), str(reason))]
    return Sending(external_labels=labels, relabel=steps), reader.problems


def _child(node: Node | None, key: str) -> Node | None:
    """The value of a key; keys that nobody here asks for may be anything."""
    if not isinstance(node, MappingNode):
        return None
    return next((value for name, value in node.value if isinstance(name, ScalarNode) and name.value == key), None)


def _step(reader: Reader, node: Node) -> Step:
    fields = reader.mapping(node, _STEP, "the relabelling step")
    given = {key: reader.string(fields[key], key) for key in _STEP[1:] if key in fields and key != "modulus"}
    sources = reader.items(fields.get("source_labels"), "source_labels")
    step = Step(
        source_labels=tuple(reader.string(each, "a source label") for each in sources),
        modulus=reader.integer(fields.get("modulus"), "modulus"),
        **{**given, "action": given.get("action", "replace").lower()},
    )
    if step.action not in ACTIONS:
        reader.fault(fields["action"], f"unknown relabel action {step.action!r}", f"There are: {', '.join(ACTIONS)}.")
        return Step()
    try:
        compile_anchored(step.regex)
    except PromQLError as reason:
        reader.fault(fields["regex"], str(reason))
        return Step()
    return step
