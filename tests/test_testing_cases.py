"""`tocsin test` on folders of fixtures: what it prints, and the exit code."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from generator.cli.test import command
from tests.conftest import CASES, compare

FOLDERS = sorted(path for path in (CASES / "testing").iterdir() if path.is_dir())
OPTIONS = {"traps": ["--strict"], "passing": ["--coverage"], "mutants": ["--mutate"]}


def run(folder: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    monkeypatch.chdir(folder)
    return CliRunner().invoke(command, [*arguments, "."], catch_exceptions=False)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_what_is_printed(folder: Path, monkeypatch: pytest.MonkeyPatch, update: bool) -> None:
    done = run(folder, monkeypatch, *OPTIONS.get(folder.name, ()))
    compare(folder / "expected.txt", f"{done.output}exit {done.exit_code}\n", update)


def test_warnings_fail_when_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(CASES / "testing" / "traps", monkeypatch).exit_code == 0
    assert run(CASES / "testing" / "traps", monkeypatch, "--strict").exit_code == 1


def test_json_has_every_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    (file,) = json.loads(run(CASES / "testing" / "failing", monkeypatch, "--format", "json").output)
    assert (file["failed"], len(file["verdicts"])) == (8, 8)
    first = file["verdicts"][0]
    assert (first["line"], first["test"], first["status"]) == (11, "differs in several ways", "failed")
    assert file["problems"][0]["check"] == "test/trap"


def test_json_has_every_mutant(monkeypatch: pytest.MonkeyPatch) -> None:
    done = run(CASES / "testing" / "mutants", monkeypatch, "--mutate", "--format", "json")
    found = json.loads(done.output)
    assert found["files"][0]["passed"] == 3
    fates = {(each["rule"], each["change"]): each for each in found["mutation"]["mutants"]}
    limit = fates['MemoryHigh{escalation=""}', "threshold: 0 → -1"]
    assert (limit["fate"], limit["reason"]) == ("explained", "a limit of zero is never exported")
    assert (limit["file"], limit["line"]) == ("rules.yml", 4)
    assert [problem["line"] for problem in found["mutation"]["problems"]] == [6, 7, 8]
    assert done.exit_code == 1


def test_github_shows_mutants_on_their_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = run(CASES / "testing" / "mutants", monkeypatch, "--mutate", "--format", "github").output.splitlines()
    assert lines[1].startswith("::error file=rules.yml,line=4::no test notices these changes of MemoryHigh")
    assert lines[-1].startswith("::error file=memory_test.yml,line=8::not a rule")


def test_nothing_is_said_of_mutants_while_tests_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    done = run(CASES / "testing" / "failing", monkeypatch, "--mutate", "--format", "json")
    assert json.loads(done.output)["mutation"] == {"mutants": [], "problems": []}
    assert "mutants" not in run(CASES / "testing" / "failing", monkeypatch, "--mutate").output


def test_keywords_reach_other_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "passed 1 " in run(CASES / "testing" / "mutants", monkeypatch, "-k", "avg10m", "--jobs", "2").output


def test_github_marks_the_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = run(CASES / "testing" / "failing", monkeypatch, "--format", "github").output.splitlines()
    assert lines[1].startswith("::error file=errors_test.yml,line=11::HighErrors at 10m%0Aexpected no alerts firing")
    assert len(lines) == 9


def test_junit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    run(CASES / "testing" / "failing", monkeypatch, "--junit", str(report))
    (suite,) = ElementTree.parse(report).getroot()
    assert suite.attrib == {
        "name": "errors_test.yml", "tests": "8", "failures": "8", "errors": "0", "skipped": "0"
    }  # fmt: skip
    assert [case.attrib["line"] for case in suite] == ["11", "12", "18", "23", "24", "25", "26", "27"]
    assert "label severity" in (suite[1][0].text or "")


@pytest.mark.parametrize(
    ("arguments", "passed"),
    [
        (("--run", "2024"), 1),
        (("--run", "^ticket", "--run", "since"), 6),
        (("-k", "higherrors"), 3),
        (("-k", "not higherrors and (count or ratio)"), 2),
    ],
)
def test_selection(arguments: tuple[str, ...], passed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    done = run(CASES / "testing" / "passing", monkeypatch, *arguments)
    assert f"1 file  passed {passed}  failed 0" in done.output


@pytest.mark.parametrize("arguments", [("-k", "a and"), ("-k", "(a"), ("-k", "a b"), ("--run", "(")])
def test_wrong_selection_is_wrong_use(arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(CASES / "testing" / "passing", monkeypatch, *arguments).exit_code == 2


def test_coverage_can_be_demanded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(CASES / "testing" / "passing", monkeypatch, "--fail-under", "100").exit_code == 0
    assert run(CASES / "testing" / "loops", monkeypatch, "--fail-under", "100").exit_code == 1
    assert run(CASES / "testing" / "loops", monkeypatch, "--fail-under", "50").exit_code == 0


def test_two_processes_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES)
    one, two = (CliRunner().invoke(command, ["testing", "--jobs", jobs], catch_exceptions=False) for jobs in ("1", "2"))
    assert one.output == two.output
    assert one.exit_code == two.exit_code == 2


def test_nothing_to_test_is_wrong_use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(command, []).exit_code == 2
    assert CliRunner().invoke(command, ["missing.yml"]).exit_code == 2
    (tmp_path / "tests" / "rules").mkdir(parents=True)
    for arguments in ([], ["."], [str(CASES / "testing" / "passing"), "tests"]):
        done = CliRunner().invoke(command, arguments)
        assert (done.exit_code, "nothing to test in" in done.output) == (2, True)


@pytest.mark.parametrize("arguments", [("--run", "nomatch"), ("-k", "nomatch"), ("-k", "nomatch", "--format", "json")])
def test_choosing_nothing_is_wrong_use(arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    done = run(CASES / "testing" / "traps", monkeypatch, *arguments)
    assert done.exit_code == 2
    assert "--run and -k choose no assertion: the tests are called 'nothing asserted', " in done.output


@pytest.mark.parametrize("arguments", [("--fail-under", "101"), ("--jobs", "0"), ("--jobs", "-3")])
def test_numbers_out_of_range_are_wrong_use(arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(CASES / "testing" / "passing", monkeypatch, *arguments).exit_code == 2


def test_what_strict_fails_on_is_said_everywhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    report, traps = tmp_path / "report.xml", CASES / "testing" / "traps"
    done = run(traps, monkeypatch, "--strict", "--junit", str(report))
    count = done.output.count(": warning: ")
    assert f"{count} warnings fail the run (--strict)" in done.output
    assert ElementTree.parse(report).getroot()[0].attrib["errors"] == str(count)
    marked = run(traps, monkeypatch, "--strict", "--format", "github").output.splitlines()
    assert [line.startswith("::error ") for line in marked] == [True] * count
    assert run(traps, monkeypatch, "--format", "github").output.count("::warning ") == count


def test_coverage_is_in_every_format(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = (CASES / "testing" / "loops", monkeypatch, "--fail-under", "100")
    found = json.loads(run(*arguments, "--format", "json").stdout)
    gap = found["coverage"]["gaps"][0]
    assert found["coverage"]["percent"] < 100
    assert (gap["file"], gap["kind"], gap["missing"]) == ("rules.yml", "alert", ["quiet"])
    lines = run(*arguments, "--format", "github").stdout.splitlines()
    assert any(line.startswith(f"::error file=rules.yml,line={gap['line']}::alert ") for line in lines)
    assert lines[-1].startswith("::error::coverage ")


def test_what_looks_like_a_test_is_not_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    texts = {
        "quoted.yml": b'"tests": [{nmae: x}]',
        "bom.yml": "\ufefftests: [{nmae: x}]".encode(),
        "mistyped.yml": b"test:\n- alert_rule_test: []",
        "typo_test.yml": b"rule_files: [r.yml]\ntest: [{interval: 1m}]",
        "wide_test.yml": "tests: []".encode("utf-16"),
        "prometheus.yml": b"global: {}\nrule_files: []",
    }
    for name, text in texts.items():
        (tmp_path / name).write_bytes(text)
    done = run(tmp_path, monkeypatch)
    assert [name for name in texts if f"{name}  passed" not in done.output] == ["prometheus.yml"]
    assert done.exit_code == 2


DEEP = {
    "sums": "+".join(["1"] * 3000),
    "alternatives": " or ".join(f"m_{place} > 0" for place in range(700)),
    "parentheses": "(" * 3000 + "1" + ")" * 3000,
    "calls": "abs(" * 500 + "m_1" + ")" * 500,
}


@pytest.mark.parametrize("kind", DEEP)
def test_deep_expressions(kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rules = f"groups: [{{name: g, rules: [{{record: deep, expr: '{DEEP[kind]} > bool 0'}}]}}]\n"
    tests = (
        "rule_files: [rules.yml]\ntests:\n- input_series: [{series: m_1, values: 1}]\n"
        "  promql_expr_test: [{expr: count(deep), eval_time: 0m, exp_samples: [{value: 1}]}]\n"
    )
    tmp_path.joinpath("rules.yml").write_text(rules, encoding="utf-8")
    tmp_path.joinpath("deep_test.yml").write_text(tests, encoding="utf-8")
    done = run(tmp_path, monkeypatch)
    assert "passed 1  failed 0" in done.output, done.output[-300:]


@pytest.mark.parametrize("text", ["+".join(["1"] * 9000), "(" * 100_000, "-" * 9000 + "1", "x[1m:1m]" * 9000])
def test_what_is_too_deep_is_told(text: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rules = f"groups:\n- name: g\n  rules:\n  - record: deep\n    expr: '{text}'\n"
    tmp_path.joinpath("rules.yml").write_text(rules, encoding="utf-8")
    tmp_path.joinpath("a_test.yml").write_text("rule_files: [rules.yml]\ntests: []\n", encoding="utf-8")
    tmp_path.joinpath("b_test.yml").write_text("tests: []\n", encoding="utf-8")
    done = run(tmp_path, monkeypatch)
    assert done.exit_code == 2
    assert "rules.yml:5: error: expr: nested " in done.output
    assert "b_test.yml  passed 0" in done.output


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + level)}: &{chr(98 + level)} [{', '.join([f'*{chr(97 + level)}'] * 10)}]\n" for level in range(8)
)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (BOMB + "tests: *i\n", "unknown key"),
        ("tests:\n- &t {input_series: [" + "{series: a, values: 1}, " * 2000 + "]}\n" + "- *t\n" * 2000, "aliases"),
        ("[" * 100_000, "deeper"),
        ("tests: " + "[" * 100_000 + "]" * 100_000, "deeper"),
        ("- " * 100_000, "deeper"),
        ("tests:\n- input_series:\n  - {series: a, values: 0x99999999999}\n", ""),
        ("tests:\n- promql_expr_test:\n  - {expr: a, eval_time: 10000y}\n", "too long"),
    ],
)
def test_hostile_files_are_refused(text: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x_test.yml").write_text(text, encoding="utf-8")
    done = run(tmp_path, monkeypatch)
    assert done.exit_code == (2 if why else 0)
    assert why in done.output


FIXTURE_WITH_METADATA = """\
rule_files: [rules.yml]
tests:
- input_series: [{series: up, values: 0x5}]
  alert_rule_test: [{eval_time: 1m, alertname: Down, exp_alerts: [{exp_labels: {}}]}]
"""


def test_unknown_fields_of_rule_files_can_be_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rules = "groups: [{name: g, owner: shop, rules: [{alert: Down, expr: up == 0, team: shop}]}]\n"
    tmp_path.joinpath("rules.yml").write_text(rules, encoding="utf-8")
    tmp_path.joinpath("up_test.yml").write_text(FIXTURE_WITH_METADATA, encoding="utf-8")
    refused = run(tmp_path, monkeypatch)
    assert refused.exit_code == 2
    assert "unknown key 'owner'" in refused.output
    assert "unknown key 'team'" in refused.output
    assert run(tmp_path, monkeypatch, "--ignore-unknown-fields").exit_code == 0
    assert "3 of 3 mutants killed" in run(tmp_path, monkeypatch, "--ignore-unknown-fields", "--mutate").output
    # Those of the fixture itself stay wrong, as in promtool.
    tmp_path.joinpath("up_test.yml").write_text("owner: shop\n" + FIXTURE_WITH_METADATA, encoding="utf-8")
    assert run(tmp_path, monkeypatch, "--ignore-unknown-fields").exit_code == 2
