"""Rule files to groups: what Prometheus makes of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.diagnostics import Origin
from generator.rules.group import AlertingRule, RecordingRule
from generator.rules.nodes import Reader, UnreadableError, compose
from generator.rules.read import parse_rules, read_rules
from tests.conftest import needs_shared_data

GOOD = """\
groups:
- name: g
  interval: 30s
  query_offset: 1m
  limit: 5
  labels: {team: web, shared: group}
  rules:
  - alert: A
    expr: up == 0
    for: 1h30m
    keep_firing_for: 5m
    labels: &labels {shared: rule, nothing: null, number: 1.50, yes: yes}
    annotations: {<<: *labels, summary: "{{ $value }}"}
  - record: r:r
    expr: |
      sum(up)
"""


def test_all_fields() -> None:
    made, problems = parse_rules(GOOD, "f.yml")
    assert problems == []
    (group,) = made.groups
    assert (group.name, group.interval, group.query_offset, group.limit) == ("g", 30_000, 60_000, 5)
    alert, record = group.rules
    assert isinstance(alert, AlertingRule)
    assert (alert.hold, alert.keep_firing_for) == (5_400_000, 300_000)
    # The group's labels lie under the rule's; what YAML takes for numbers and truth values stays text.
    assert alert.labels == {"team": "web", "shared": "rule", "nothing": "", "number": "1.50", "yes": "yes"}
    assert alert.annotations == {
        "shared": "rule",
        "nothing": "",
        "number": "1.50",
        "yes": "yes",
        "summary": "{{ $value }}",
    }
    assert (alert.origin, alert.expr_origin) == (Origin("f.yml", 8), Origin("f.yml", 9))
    assert isinstance(record, RecordingRule)
    assert (record.name, record.text) == ("r:r", "sum(up)\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        "groups:\n",
        "groups: []\n",
        "groups: [null]\n",
        "groups: [{name: g}]\n",
        "groups: [{name: g, rules: [null]}]\n",
        "---\n---\n",
    ],
)
def test_files_without_rules(text: str) -> None:
    made, problems = parse_rules(text, "f.yml")
    assert problems == []
    assert [rule for group in made.groups for rule in group.rules] == []


def test_a_file_that_is_not_there() -> None:
    _, problems = read_rules(Path("/nothing/here.yml"))
    assert "cannot be read" in problems[0].message


@given(st.text(alphabet="groups:\n -{}[]&*a\"'|>!%@#rulexpcod", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Never raised, no rule is made of what is none, and each problem names the file."""
    for whole in (text, "groups:\n- name: g\n  rules:\n  - " + text):
        made, problems = parse_rules(whole, "f.yml")
        assert not [rule for group in made.groups for rule in group.rules]
        assert all(problem.origin.file == "f.yml" and problem.message for problem in problems)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("1e3", 1000),
        ("-.5", -0.5),
        ("0x10", 16),
        ("1_000", 1000),
        (".inf", float("inf")),
        ("-.Inf", -float("inf")),
    ],
)
def test_numbers_as_go_reads_them(text: str, value: float) -> None:
    reader = Reader.of("f", "c", text)
    assert reader.number(compose(text)[0], "it") == value
    assert reader.problems == []


@pytest.mark.parametrize("text", ["Inf", "NaN", '"1"', "one", "[1]", "true"])
def test_what_go_does_not_take_for_a_number(text: str) -> None:
    reader = Reader.of("f", "c", text)
    reader.number(compose(text)[0], "it")
    assert len(reader.problems) == 1


@pytest.mark.parametrize("depth", [150, 250])
def test_depth_is_bounded(depth: int) -> None:
    text = "[" * depth + "]" * depth
    if depth > 200:
        with pytest.raises(UnreadableError, match="deeper"):
            compose(text)
    else:
        assert compose(text)


def test_braces_in_texts_are_no_depth() -> None:
    rule = "  - {alert: A, expr: up, labels: {x: '[[[[[[[['}}\n"
    text = "groups:\n- name: g\n  rules:\n" + rule * 100
    made, problems = parse_rules(text, "f.yml")
    assert problems == []
    assert len(made.groups[0].rules) == 100


def test_real_rule_files_are_read() -> None:
    for folder in ("mixins", "sloth/_gen"):
        for path in sorted(needs_shared_data(*folder.split("/")).rglob("*.y*ml")):
            _, problems = read_rules(path)
            assert [str(problem) for problem in problems] == [], path
