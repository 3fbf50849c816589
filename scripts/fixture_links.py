"""`python -m scripts.fixture_links`: write the links of alerts into `tests/rules`, and leave everything else as it is.

Each alert that a fixture expects says where it leads (`runbook_url`, `dashboard_url`). A dashboard that is changed
moves those links; `tocsin test --update` would mend them, too, but sets the whole expectation anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from generator.model.bundle import AlertingRule, Bundle
from generator.pipeline import compile_project

ROOT: Final = Path(__file__).parents[1]
LINKS: Final = ("runbook_url", "dashboard_url")

Edit = tuple[int, int, str]
"""Characters from, to (exclusive), and what is to stand there."""


def main() -> None:
    """Mend all fixtures, and tell which."""
    project = compile_project([ROOT / "alerts", ROOT / "dashboards"], base=ROOT)
    if project.bundle is None:
        raise SystemExit("\n".join(str(problem) for problem in project.problems))
    rules = list(rules_of(project.bundle))
    for path in sorted((ROOT / "tests" / "rules").glob("*_test.yml")):
        before = path.read_text(encoding="utf-8")
        after = mended(before, rules)
        if after != before:
            path.write_text(after, encoding="utf-8")
            print(f"{path.relative_to(ROOT)}: mended")


def rules_of(bundle: Bundle) -> Iterator[AlertingRule]:
    """Every alerting rule."""
    for file in bundle.rule_files:
        for group in file.groups:
            yield from (rule for rule in group.rules if isinstance(rule, AlertingRule))


def mended(text: str, rules: Iterable[AlertingRule]) -> str:
    """A fixture with the links that the rules give."""
    by_name: dict[str, list[AlertingRule]] = {}
    for rule in rules:
        by_name.setdefault(rule.alert, []).append(rule)
    edits = [
        edit for name, alert in _expected(yaml.compose(text)) for edit in _edits(text, alert, by_name.get(name, ()))
    ]
    for start, end, new in sorted(edits, key=lambda edit: (edit[0], edit[1]), reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _expected(root: Node | None) -> Iterator[tuple[str, Node]]:
    """Every alert that is expected, with its name."""
    for test in _items(_get(root, "tests")):
        for case in _items(_get(test, "alert_rule_test")):
            name = _get(case, "alertname")
            for alert in _items(_get(case, "exp_alerts")):
                yield (name.value if isinstance(name, ScalarNode) else ""), alert


def _edits(text: str, alert: Node, rules: Iterable[AlertingRule]) -> Iterator[Edit]:
    annotations = _get(alert, "exp_annotations")
    rule = _rule(_scalars(_get(alert, "exp_labels")), rules)
    if rule is None or not isinstance(annotations, MappingNode) or not annotations.value:
        return
    present = {key.value: value for key, value in annotations.value}
    first_key, last = annotations.value[0][0], annotations.value[-1][1]
    for link in LINKS:
        wanted = rule.annotations.get(link, "")
        if not wanted or "{{" in wanted:
            continue
        if link not in present:
            end = _end_of_text(text, last.end_mark.index)
            flow = ", " if annotations.flow_style else f"\n{' ' * first_key.start_mark.column}"
            yield end, end, f"{flow}{link}: {wanted}"
        elif present[link].value != wanted:
            yield present[link].start_mark.index, present[link].end_mark.index, wanted


def _rule(labels: Mapping[str, str], rules: Iterable[AlertingRule]) -> AlertingRule | None:
    """The rule that gives these labels: of those whose labels are all among them the one that has most."""
    fitting = [
        rule
        for rule in rules
        if all(labels.get(name) == value for name, value in rule.labels.items() if "{{" not in value)
    ]
    return max(fitting, key=lambda rule: len(rule.labels), default=None)


def _end_of_text(text: str, index: int) -> int:
    """A block scalar's mark is behind its line breaks."""
    while text[index - 1] in "\n ":
        index -= 1
    return index


def _get(node: Node | None, key: str) -> Node | None:
    pairs = node.value if isinstance(node, MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)


def _items(node: Node | None) -> list[Node]:
    return list(node.value) if isinstance(node, SequenceNode) else []


def _scalars(node: Node | None) -> dict[str, str]:
    """The scalars of a mapping, and of those that it merges (`<<`)."""
    found: dict[str, str] = {}
    for key, value in node.value if isinstance(node, MappingNode) else []:
        if key.value == "<<":
            found = {**_scalars(value), **found}
        elif isinstance(value, ScalarNode):
            found[key.value] = value.value
    return found


if __name__ == "__main__":
    main()
