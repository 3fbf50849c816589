"""From `prometheus.yml` what matters for what is sent: external labels and `alert_relabel_configs`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from yaml.nodes import MappingNode, Node, ScalarNode

from generator.diagnostics import Origin, Problem, error, warning
from generator.engine.matchers import compile_anchored
from generator.errors import PromQLError
from generator.rules.nodes import Reader, UnreadableError, documents
from generator.simulate.alerts_sender import Sending
from generator.simulate.relabel import ACTIONS, Step

CHECK: Final = "prometheus/config"
"""The name under which problems of `prometheus.yml` are reported."""

# As Go's os.Expand reads them; two dollars stand for one.
_VARIABLE: Final = re.compile(r"\$(?:\$|(?P<name>\{[^}]*\}|\w+))", re.ASCII)
_NOT_EXPANDED: Final = (
    "Prometheus 3 puts the variable's value there; 2.x does so only with --enable-feature=expand-external-labels. Here"
    " the text stays as it is; `external_labels` of a test gives it."
)
_DIFFERENT: Final = "It is not known which of them is simulated; what they do for one Alertmanager alone is left out."

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
        labels = _external_labels(reader, _child(root, "global"))
        alerting = _child(root, "alerting")
        steps = (*_steps(reader, alerting), *_own_steps(reader, _child(alerting, "alertmanagers")))
    except UnreadableError as reason:
        return Sending(), [*reader.problems, error(CHECK, Origin(str(path), reason.line), str(reason))]
    return Sending(external_labels=labels, relabel=steps), reader.problems


def _external_labels(reader: Reader, node: Node | None) -> dict[str, str]:
    """External labels as they are written; what they take from Prometheus' environment is not known here."""
    holder = _child(node, "external_labels")
    labels = reader.strings(holder, "external label")
    for name, text in labels.items():
        found = next((found for found in _VARIABLE.finditer(text) if found["name"]), None)
        if found is not None:
            value = _child(holder, name)
            origin = reader.origin(value) if value is not None else Origin(reader.file)
            message = f"external label {name!r}: what {found[0]} stands for depends on Prometheus' environment"
            reader.problems.append(warning(CHECK, origin, message, _NOT_EXPANDED))
    return labels


def _steps(reader: Reader, holder: Node | None) -> tuple[Step, ...]:
    """The `alert_relabel_configs` of a block."""
    configs = reader.items(_child(holder, "alert_relabel_configs"), "alert_relabel_configs")
    return tuple(_step(reader, node) for node in configs)


def _own_steps(reader: Reader, groups: Node | None) -> tuple[Step, ...]:
    """What is done, after the steps for all, for the Alertmanager that is simulated.

    Where several groups of Alertmanagers have steps that differ, it is not known which group that is: none is taken.
    """
    found = [(node, _steps(reader, node)) for node in reader.items(groups, "alertmanagers")]
    first = found[0][1] if found else ()
    for node, steps in found[1:]:
        if steps != first:
            message = "the groups of Alertmanagers have alert_relabel_configs that differ"
            reader.problems.append(warning(CHECK, reader.origin(node), message, _DIFFERENT))
            return ()
    return first


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
