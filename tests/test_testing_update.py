"""`--update` rewrites what fails, keeps comments, and the file passes afterwards."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.cli.test import command
from generator.diagnostics import has_errors
from generator.testing.fixture_run import RuleCache, run_fixture
from generator.testing.update import Updated, update
from generator.testing.update_items import list_edits
from generator.testing.yaml_edits import Edit, apply, overlap
from tests.conftest import CASES, compare

CASE_FILES = sorted(path for path in (CASES / "update").glob("*.yml") if not path.stem.endswith("rules"))

RULES = """\
groups:
- name: g
  rules:
  - alert: Down
    expr: up == 0
    labels: {severity: page}
    annotations:
      summary: '{{ $labels.job }} is "down": 한국'
      long: "two\\nlines"
  - {record: ups, expr: count(up)}
"""

HEAD = """\
# at the top
rule_files: [rules.yml]
tests:
# about the test
- interval: 1m
  input_series:
  - {series: 'up{job="a"}', values: '0 0 0 1'} # trailing 한국
  - {series: 'up{job="b"}', values: '1x5'}
"""


def updated(tmp_path: Path, body: str) -> tuple[str, int]:
    (tmp_path / "rules.yml").write_text(RULES, encoding="utf-8")
    path = tmp_path / "x_test.yml"
    path.write_text(HEAD + body, encoding="utf-8")
    done = update(path)
    assert not done.problems
    holds(path)
    return path.read_text(encoding="utf-8").removeprefix(HEAD), done.count


def holds(path: Path) -> None:
    """The fixture passes, and another update changes nothing."""
    outcome = run_fixture(path, RuleCache())
    assert not outcome.unreadable
    assert not outcome.failed
    before = path.read_bytes()
    assert update(path) == Updated(0)
    assert path.read_bytes() == before


def test_a_value_is_replaced_where_it_stands(tmp_path: Path) -> None:
    body = """\
  promql_expr_test:
  - expr: ups # how many
    eval_time: 1m
    exp_samples:
    # all of them
    - labels: ups
      value: 7 # not so
    # after it
  - {expr: up == 1, eval_time: 5m, exp_samples: [{labels: 'up{job="a"}', value: 5}, {labels: 'up{job="b"}', value: 1}]}
"""
    text, count = updated(tmp_path, body)
    assert count == 2
    assert text == body.replace("value: 7 ", "value: 2 ").replace("value: 5}", "value: 1}")


def test_alerts_are_written_anew(tmp_path: Path) -> None:
    text, count = updated(
        tmp_path,
        """\
  alert_rule_test:
  - eval_time: 1m
    alertname: Down
    exp_alerts: []
  # before the second
  - eval_time: 5m
    alertname: Down
    exp_alerts:
    - exp_labels: {severity: page, job: a}
  # at the end
""",
    )
    assert count == 2
    assert (
        text
        == """\
  alert_rule_test:
  - eval_time: 1m
    alertname: Down
    exp_alerts:
      - exp_labels:
          job: a
          severity: page
        exp_annotations:
          long: "two\\nlines"
          summary: 'a is "down": 한국'
  # before the second
  - eval_time: 5m
    alertname: Down
    exp_alerts: []
  # at the end
"""
    )


def test_expectations_are_added_where_there_are_none(tmp_path: Path) -> None:
    text, count = updated(
        tmp_path,
        """\
  promql_expr_test:
  - expr: sum(up) / 0
    eval_time: 0
  - expr: up{job="b"} * 0.5
    eval_time: 0
    exp_samples: [] # none
""",
    )
    assert count == 2
    assert (
        text
        == """\
  promql_expr_test:
  - expr: sum(up) / 0
    eval_time: 0
    exp_samples:
      - value: .inf
  - expr: up{job="b"} * 0.5
    eval_time: 0
    exp_samples: # none
      - labels: '{job="b"}'
        value: 0.5
"""
    )


def test_partial_expectations_and_broken_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(RULES, encoding="utf-8")
    path = tmp_path / "x_test.yml"
    partial = """\
  alert_rule_test:
  - {eval_time: 1m, alertname: Down, exp_alerts: [{exp_labels_include: {severity: ticket}}]}
"""
    for text in (HEAD + partial, HEAD + "  nothing: known\n"):
        path.write_text(text, encoding="utf-8")
        assert update(path) == Updated(0)
        assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("order", [1, -1])
def test_edits_do_not_move_each_other(order: int) -> None:
    edits = [Edit(0, 1, "xyz"), Edit(2, 2, "-"), Edit(3, 6, "")]
    assert apply("abcdef", edits[::order]) == "xyzb-c"
    assert not overlap(edits[::order])
    assert overlap([*edits[::order], Edit(4, 5, "")])


def test_a_case_in_braces_stays_in_braces(tmp_path: Path) -> None:
    text, count = updated(
        tmp_path,
        """\
  alert_rule_test:
  - {eval_time: 1m, alertname: Down, exp_alerts: []} # down already
  - {eval_time: 5m, alertname: Down, exp_alerts: [{exp_labels: {severity: page}}]}
  promql_expr_test:
  - {expr: ups, eval_time: 1m}
""",
    )
    assert count == 3
    assert "exp_alerts: [{exp_labels: {job: a, severity: page}, exp_annotations: {" in text
    assert "}}]} # down already" in text
    assert "exp_samples: [{labels: ups, value: 2}]}" in text


@pytest.mark.parametrize("case", CASE_FILES, ids=lambda path: path.stem)
def test_cases(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, update: bool) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("rules.yml", "utf8_rules.yml", case.name):
        shutil.copy(case.with_name(name), tmp_path)
    done = CliRunner().invoke(command, ["--update", case.name], catch_exceptions=False)
    text = (tmp_path / case.name).read_text(encoding="utf-8")
    told = "".join(f"{line}\n" for line in done.output.splitlines() if not line.startswith("   "))
    compare(case.with_suffix(".txt"), f"{text}---\n{told}exit {done.exit_code}\n", update)
    CliRunner().invoke(command, ["--update", case.name], catch_exceptions=False)
    assert (tmp_path / case.name).read_text(encoding="utf-8") == text


FAILING = (
    HEAD
    + """\
  promql_expr_test:
  - expr: ups # 한국
    eval_time: 1m
    exp_samples:
    - labels: ups # how
      value: 7
    - {labels: down, value: 0} # gone
  - {expr: ups, eval_time: 1m}
  - expr: ups
    eval_time: 1m"""
)

MENDED = (
    HEAD
    + """\
  promql_expr_test:
  - expr: ups # 한국
    eval_time: 1m
    exp_samples:
    - labels: ups # how
      value: 2
  - {expr: ups, eval_time: 1m, exp_samples: [{labels: ups, value: 2}]}
  - expr: ups
    eval_time: 1m
    exp_samples:
      - labels: ups
        value: 2"""
)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_byte_order_marks_and_line_ends_stay(tmp_path: Path, mark: str, newline: str) -> None:
    (tmp_path / "rules.yml").write_text(RULES, encoding="utf-8")
    path = tmp_path / "x_test.yml"
    path.write_bytes((mark + FAILING.replace("\n", newline)).encode())
    path.chmod(0o640)
    assert update(path) == Updated(3)
    assert path.read_bytes().decode() == mark + MENDED.replace("\n", newline)
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(each.name for each in tmp_path.iterdir()) == ["rules.yml", "x_test.yml"]
    holds(path)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(RULES, encoding="utf-8")
    (tmp_path / "there.yml").write_text(FAILING, encoding="utf-8")
    path = tmp_path / "x_test.yml"
    path.symlink_to("there.yml")
    update(path)
    assert path.is_symlink()
    assert (tmp_path / "there.yml").read_text(encoding="utf-8") == MENDED


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param([Edit(0, 0, "]")], id="no longer YAML"),
        pytest.param([Edit(0, 0, "nothing: known\n")], id="no longer a fixture"),
        pytest.param([Edit(len(HEAD) - 7, len(HEAD) - 6, "6")], id="another series"),
        pytest.param([Edit(5, 8, "x"), Edit(7, 9, "y")], id="edits that overlap"),
    ],
)
def test_what_would_do_harm_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: list[Edit]) -> None:
    (tmp_path / "rules.yml").write_text(RULES, encoding="utf-8")
    path = tmp_path / "x_test.yml"
    path.write_text(FAILING, encoding="utf-8")
    real = list_edits
    monkeypatch.setattr("generator.testing.update.list_edits", lambda *about: [*(real(*about) or []), *wrong])
    done = CliRunner().invoke(command, ["--update", str(path)], catch_exceptions=False)
    assert "x_test.yml:10: error: not updated: its expectations cannot be rewritten without harm" in done.output
    assert done.exit_code == 2
    assert path.read_text(encoding="utf-8") == FAILING


def test_an_expression_that_fails_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(RULES, encoding="utf-8")
    path = tmp_path / "x_test.yml"
    path.write_text(HEAD + "  promql_expr_test:\n  - {expr: up + ignoring (job) up, eval_time: 1m}\n", encoding="utf-8")
    assert run_fixture(path, RuleCache()).failed
    assert update(path) == Updated(0)


COMMENT = st.booleans()
LABELS = st.dictionaries(st.sampled_from(["job", "severity", "team"]), st.sampled_from(["a", "b", "page"]))
NOTES = st.dictionaries(
    st.sampled_from(["long", "summary", "x"]), st.sampled_from(['a is "down": 한국', "two\nlines", "x"])
)


@st.composite
def mappings(draw: st.DrawFn, values: dict[str, str], indent: int, *, flow: bool) -> str:
    """A mapping of texts behind its key."""
    if flow or not values or draw(st.booleans()):
        return " " + json.dumps(values, ensure_ascii=False)
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()]
    return "".join("\n" + " " * indent + line + draw(st.sampled_from(["", " # to"])) for line in lines)


@st.composite
def alerts(draw: st.DrawFn, indent: int, *, flow: bool) -> str:
    """An item of `exp_alerts`."""
    labels, notes = draw(LABELS), draw(NOTES)
    if flow or draw(st.booleans()):
        return json.dumps({"exp_labels": labels, "exp_annotations": notes}, ensure_ascii=False)
    between = "\n" + " " * (indent + 2)
    first = "exp_labels:" + draw(mappings(labels, indent + 4, flow=False))
    return between.join([first, "# of the item", "exp_annotations:" + draw(mappings(notes, indent + 4, flow=False))])


@st.composite
def samples(draw: st.DrawFn, indent: int, *, flow: bool) -> str:
    """An item of `exp_samples`."""
    labels = draw(st.sampled_from(["up", "'up{job=\"a\"}'", "'{job=\"b\"}'", "'up{job=\"b\"}'", "'{}'", "ups"]))
    value = draw(st.sampled_from(["0", "1", "2", "1e3", ".inf"]))
    if flow or draw(st.booleans()):
        return f"{{labels: {labels}, value: {value}}}"
    return f"labels: {labels}\n{' ' * indent}  # of the item\n{' ' * indent}  value: {value}"


@st.composite
def lists(draw: st.DrawFn, key: str, anchors: list[str], *, flow: bool) -> str:
    """What stands behind `exp_alerts:` or `exp_samples:`: a list in some style, or an alias."""
    if draw(st.booleans()) and anchors:
        return " *" + draw(st.sampled_from(anchors))
    item = alerts if key == "exp_alerts" else samples
    head = ""
    if draw(st.booleans()):
        anchors.append(f"{key[4]}{len(anchors)}")
        head = f" &{anchors[-1]}"
    if flow or draw(st.booleans()):
        items = draw(st.lists(item(0, flow=True), max_size=3))
        if flow or draw(st.booleans()):
            return f"{head} [{', '.join(items)}]"
        return f"{head} [\n" + "".join(f"        # in brackets\n        {each}, # to\n" for each in items) + "      ]"
    indent = draw(st.sampled_from([4, 6]))
    items = draw(st.lists(item(indent, flow=False), min_size=1, max_size=3))
    spaces = " " * indent
    return head + " # list" + "".join(f"\n{spaces}# before\n{spaces}- {each}" for each in items)


@st.composite
def cases(draw: st.DrawFn, key: str, anchors: list[str]) -> str:
    """An assertion."""
    time = draw(st.sampled_from(["1m", "3m", "5m"]))
    what = (
        "alertname: Down"
        if key == "exp_alerts"
        else "expr: " + draw(st.sampled_from(["up", "ups", "up == 0", "up > 9"]))
    )
    flow, given = draw(st.booleans()), draw(st.booleans())
    expected = key + ":" + draw(lists(key, anchors, flow=flow)) if given else ""
    if flow:
        return f"  - {{eval_time: {time}, {what}{', ' if given else ''}{expected}}} # case\n"
    parts = [f"eval_time: {time}", what + " # what", *([expected] if given else [])]
    if len(parts) > 2 and draw(st.booleans()):
        parts = [parts[0], parts[2], parts[1]]
    return "  # a case\n  - " + "\n    ".join(parts) + "\n"


@st.composite
def bodies(draw: st.DrawFn) -> str:
    """The assertions of a test."""
    text = ""
    for section, key in (("alert_rule_test", "exp_alerts"), ("promql_expr_test", "exp_samples")):
        anchors: list[str] = []
        written = [draw(cases(key, anchors)) for _ in range(draw(st.integers(1, 3)))]
        text += f"  {section}:\n{''.join(written)}"
    return text


def comments(text: str) -> list[str]:
    """The comments of a text that stand on lines of their own, and those that nothing can take away."""
    return re.findall(r"^ *#.*|# (?:case|what|list)$", text, re.MULTILINE)


@settings(max_examples=40)
@given(bodies(), st.sampled_from(["\n", "\r\n"]))
def test_what_was_updated_passes_and_stays(body: str, newline: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x_test.yml")
        path.with_name("rules.yml").write_text(RULES, encoding="utf-8")
        path.write_bytes((HEAD + body).replace("\n", newline).encode())
        done = update(path)
        before = path.read_bytes()
        assert not has_errors(done.problems)
        outcome = run_fixture(path, RuleCache())
        assert not outcome.unreadable
        assert outcome.failed == bool(done.problems)
        assert update(path) == Updated(0, done.problems)
        assert path.read_bytes() == before
        text = before.decode().replace("\r\n", "\n")
        assert before.count(b"\r\n") == (before.count(b"\n") if newline == "\r\n" else 0)
        if "*" not in body:
            kept = [comment for comment in comments(body) if "of the item" not in comment]
            assert [each for each in comments(text.removeprefix(HEAD)) if "of the item" not in each] == kept
