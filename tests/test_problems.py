"""Wrong definitions: every mistake is told, with file and line, in one run; and the rest still loads."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.diagnostics import Problem, has_errors
from generator.loader import load
from generator.loader.explain import explain
from generator.pipeline import compile_project, render
from tests.conftest import CASES, compare

FOLDERS = sorted(path for path in (CASES / "problems").iterdir() if path.is_dir())


def told(problems: tuple[Problem, ...]) -> str:
    return "".join(f"{problem}\n" for problem in problems)


def problems_of(folder: Path) -> tuple[Problem, ...]:
    """All that `tocsin validate` tells: of the definitions, and if those are right, of what is rendered from them."""
    project = compile_project([Path("alerts")], folder)
    assert project.failed == (project.bundle is None)
    return project.problems if project.bundle is None else (*project.problems, *render(project.bundle).problems)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_mistakes_are_told_all_at_once(folder: Path, update: bool) -> None:
    problems = problems_of(folder)
    assert has_errors(problems)
    assert all(problem.origin.file.startswith("alerts/") and problem.origin.line for problem in problems)
    compare(folder / "expected.txt", told(problems), update)


def test_every_mistake_of_a_file_is_told() -> None:
    source = (CASES / "problems" / "mistakes" / "alerts" / "wrong.py").read_text(encoding="utf-8").splitlines()
    wrong = {number for number, line in enumerate(source, 1) if " = " in line and line[0].islower()}
    wrong -= {number for number, line in enumerate(source, 1) if line.startswith("stray")}
    project = compile_project([Path("alerts")], CASES / "problems" / "mistakes")
    assert {problem.origin.line for problem in project.problems if problem.origin.file == "alerts/wrong.py"} == wrong


def test_what_does_not_depend_on_a_mistake_is_still_there() -> None:
    loaded = load([Path("alerts")], CASES / "problems" / "raising")
    assert {alert.name for alert in loaded.catalog.alerts} == {"FrontendDown"}


def test_definitions_of_one_project_do_not_leak_into_the_next(tmp_path: Path) -> None:
    for name in ("one", "two"):
        alerts = tmp_path / name / "alerts"
        alerts.mkdir(parents=True)
        alerts.joinpath("teams.py").write_text(f'from generator import Team\nteam = Team("{name}")\n')
        alerts.joinpath("users.py").write_text("from alerts.teams import team\n")
        loaded = load([Path("alerts")], tmp_path / name)
        assert not loaded.problems
        assert [(module.name, [item.name for item in module.items]) for module in loaded.catalog.modules] == [  # type: ignore[attr-defined]
            ("alerts.teams", [name]),
            ("alerts.users", []),
        ]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "no such file or folder"),
        ({"alerts/read me.py": ""}, "cannot be imported"),
        ({"alerts/notes.txt": "x"}, "no Python files"),
        ({"alerts/binary.py": b"\xff\xfe\x00"}, "cannot be read as Python"),
        ({"alerts/deep.py": "x = " + "(" * 300 + ")" * 300}, "cannot be read as Python"),
    ],
)
def test_what_is_not_a_definitions_file_is_told(tmp_path: Path, files: dict[str, str | bytes], message: str) -> None:
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    problems = load([Path("alerts")], tmp_path).problems
    assert any(message in problem.message for problem in problems), told(problems)


@pytest.mark.parametrize("guess", ["", ". Did you mean 'team'?"], ids=["until 3.12", "from 3.13"])
def test_an_unknown_field_is_told_alike_by_all_versions_of_python(guess: str) -> None:
    raised = TypeError(f"Service.__init__() got an unexpected keyword argument 'tem'{guess}")
    assert explain(raised) == ("Service has no field 'tem'", "Did you mean 'team'?")


def test_folders_of_one_name_in_two_places_are_not_run_as_one(tmp_path: Path) -> None:
    for project, name in (("one", "a"), ("two", "b"), ("two", "c")):
        alerts = tmp_path / project / "alerts"
        alerts.mkdir(parents=True, exist_ok=True)
        alerts.joinpath(f"{name}.py").write_text(f'from generator import Team\nteam = Team("{name}")\n')
    loaded = load([Path("one/alerts"), Path("two/alerts")], tmp_path)
    assert [(str(problem.origin), problem.check) for problem in loaded.problems] == [("two/alerts/b.py", "load/name")]
    assert [item.name for item in loaded.catalog] == ["a"]  # type: ignore[attr-defined]
    assert not load([Path("two/alerts"), Path("two/alerts/b.py")], tmp_path).problems
