"""The command, as people meet it: what it prints, what it leaves on disk, how it ends."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from generator.cli.main import COMMANDS, root
from tests.conftest import CASES, ROOT


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the reference system's definitions, with the current folder in it."""
    for folder in ("alerts", "dashboards"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def tocsin(*arguments: str) -> Result:
    return CliRunner().invoke(root, arguments, prog_name="tocsin")


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()}


def changed_lines(before: dict[str, str], after: dict[str, str]) -> dict[str, list[str]]:
    """The lines that only one side has, file by file."""
    return {
        name: sorted(set(before[name].splitlines()) ^ set(after[name].splitlines()))
        for name in before
        if before[name] != after[name]
    }


def test_rendering_twice_changes_nothing(project: Path) -> None:
    assert tocsin("render").exit_code == 0
    first = contents(project / "rendered")
    again = tocsin("render")
    assert again.exit_code == 0
    assert "current" in again.output
    assert contents(project / "rendered") == first
    assert tocsin("render", "--check").exit_code == 0


def test_a_stale_file_is_told_with_a_difference_and_left_alone(project: Path) -> None:
    tocsin("render")
    rules = project / "rendered" / "prometheus" / "rules" / "slack.yml"
    stale = rules.read_text("utf-8").replace("NginxDown", "NginxGone")
    rules.write_text(stale, encoding="utf-8")
    result = tocsin("render", "--check")
    assert result.exit_code == 1
    assert "-      - alert: NginxGone" in result.output
    assert "+      - alert: NginxDown" in result.output
    assert "stale" in result.output
    assert rules.read_text("utf-8") == stale


def test_one_objective_changes_only_the_lines_of_its_slo(project: Path) -> None:
    tocsin("render")
    before = contents(project / "rendered")
    slos = project / "alerts" / "slos.py"
    text = slos.read_text("utf-8")
    slos.write_text(text.replace("ERROR_RATE_OBJECTIVE = 99.9", "ERROR_RATE_OBJECTIVE = 99.8"), encoding="utf-8")
    assert tocsin("render").exit_code == 0
    after = contents(project / "rendered")
    assert before.keys() == after.keys()
    rules = "prometheus/rules/slos.yml"
    assert rules in changed_lines(before, after)
    assert groups_that_differ(before[rules], after[rules]) == {"backend-error-rate"}
    changes = changed_lines(before, after)
    # The texts of its alerts name the objective, and so do those of their escalations.
    escalations = changes.pop("prometheus/rules/escalation.yml", [])
    assert all("BackendErrorRate" in line for line in escalations)
    allowed = {rules, "grafana/dashboards/SLOs/slo-backend.json"}
    assert {name for name in changes if not name.startswith(("tests/", "runbooks/BackendErrorRate"))} <= allowed


def groups_that_differ(before: str, after: str) -> set[str]:
    """The ids of the SLOs whose groups are not the same."""

    def groups(text: str) -> dict[str, str]:
        pieces = re.split(r"^  - name: ", text, flags=re.MULTILINE)[1:]
        return {piece.splitlines()[0]: piece for piece in pieces}

    old, new = groups(before), groups(after)
    names = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    return {re.sub(r"^sloth-slo-(sli-recordings|meta-recordings|alerts)-", "", name) for name in names}


def test_mistakes_leave_what_was_rendered_untouched(project: Path) -> None:
    tocsin("render")
    before = contents(project / "rendered")
    shutil.copy(CASES / "problems" / "mistakes" / "alerts" / "wrong.py", project / "alerts" / "wrong.py")
    shutil.copy(CASES / "problems" / "mistakes" / "alerts" / "services.py", project / "alerts" / "others.py")
    text = (project / "alerts" / "wrong.py").read_text("utf-8").replace(".services", ".others")
    (project / "alerts" / "wrong.py").write_text(text, encoding="utf-8")
    result = tocsin("render")
    assert result.exit_code == 1
    assert len(re.findall(r"^alerts/wrong\.py:\d+: error: ", result.output, re.MULTILINE)) >= 10
    assert contents(project / "rendered") == before


def test_only_the_targets_asked_for_are_written(project: Path) -> None:
    assert tocsin("render", "--target", "alertmanager", "--out", "out").exit_code == 0
    assert {name.partition("/")[0] for name in contents(project / "out")} == {".tocsin-files", "alertmanager"}


def test_validate_finds_nothing_wrong_with_the_reference_system(project: Path) -> None:
    result = tocsin("validate")
    assert (result.exit_code, "no problems" in result.output) == (0, True), result.output


def test_validate_speaks_json(project: Path) -> None:
    (project / "alerts" / "wrong.py").write_text("from generator import Team\nTeam()\n")
    result = tocsin("validate", "--format", "json")
    assert result.exit_code == 1
    problems = json.loads(result.stdout)
    assert [(p["file"], p["line"], p["severity"]) for p in problems] == [("alerts/wrong.py", 2, "error")]


@pytest.mark.parametrize("what", ["services", "slos", "alerts", "routes"])
def test_lists_as_tables_and_json(project: Path, what: str) -> None:
    table = tocsin("list", what)
    rows = json.loads(tocsin("list", what, "--format", "json").stdout)
    assert table.exit_code == 0
    assert len(table.stdout.splitlines()) == len(rows) + 1 > 4
    assert "\x1b" not in table.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("render", "nowhere"),
        ("render", "--target", "nagios"),
        ("render", "--frobnicate"),
        ("list", "teapots"),
        ("list",),
        ("frobnicate",),
        ("init",),
    ],
)
def test_wrong_use_ends_with_2(project: Path, arguments: tuple[str, ...]) -> None:
    result = tocsin(*arguments)
    assert result.exit_code == 2
    assert "Error" in result.output
    assert not (project / "rendered").exists()


def test_outside_of_a_project_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = tocsin("render")
    assert result.exit_code == 2
    assert "tocsin init" in result.output


def test_a_first_project_renders_and_tests_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert tocsin("init", "mine").exit_code == 0
    monkeypatch.chdir(tmp_path / "mine")
    assert tocsin("render", "--check").exit_code == 0
    tested = tocsin("test")
    assert tested.exit_code == 0, tested.output
    again = tocsin("init", ".")
    assert again.exit_code == 2
    assert "already" in again.output


@pytest.mark.parametrize("name", [name for name, _, _ in COMMANDS])
def test_every_command_has_help(name: str) -> None:
    result = tocsin(name, "--help")
    assert result.exit_code == 0
    assert result.output.startswith(f"Usage: tocsin {name}")


def test_help_imports_nothing_heavy() -> None:
    heavy = {"numpy", "grafanalib", "promql_parser", "jsonschema", "generator.model", "yaml", "rich"}
    code = (
        f"import sys; sys.argv = ['tocsin', '--help']\nfrom generator.cli.main import main\n"
        f"try: main()\nexcept SystemExit: print(sorted({heavy!r} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stderr.strip() == "[]"


def test_no_colour_and_no_progress_where_nobody_looks(project: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "generator", "render"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
