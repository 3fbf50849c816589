"""Definitions to `alertmanager.yml`, templates and problems: one file of definitions a case.

Beside `<case>.py` stand `<case>.yml` (the configuration, for cases without errors), `<case>.<name>.tmpl` (its
templates) and `<case>.txt` (the problems). `--update` rewrites them.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from generator.diagnostics import Problem, has_errors, in_order
from generator.loader import load
from generator.model.bundle import Bundle, Rendering
from generator.model.catalog import Catalog
from generator.model.validate import validate
from generator.targets.alertmanager import render
from tests.conftest import CASES, compare

FOLDER = CASES / "alertmanager"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))


def load_case(name: str) -> tuple[Catalog, list[Problem]]:
    """A case's definitions, and what is wrong with them before a target looks at them."""
    loaded = load([FOLDER / f"{name}.py"], FOLDER)
    return loaded.catalog, [*loaded.problems, *validate(loaded.catalog)]


def render_case(name: str) -> tuple[Rendering, list[Problem]]:
    """What a case renders to, and all its problems in order."""
    catalog, problems = load_case(name)
    rendering = render(Bundle(catalog))
    return rendering, in_order([*problems, *rendering.problems])


@pytest.mark.parametrize("name", NAMES)
def test_case(name: str, update: bool) -> None:
    rendering, problems = render_case(name)
    told = "".join(f"{problem}\n" for problem in problems)
    if told or (FOLDER / f"{name}.txt").exists():
        compare(FOLDER / f"{name}.txt", told, update)
    files = {} if has_errors(problems) else {path.name: text for path, text in rendering.files.items()}
    expected = {path.name for path in FOLDER.glob(f"{name}.*") if path.suffix in (".yml", ".tmpl")}
    made = {f"{name}.yml" if file == "alertmanager.yml" else f"{name}.{file}": text for file, text in files.items()}
    for file, text in made.items():
        compare(FOLDER / file, text, update)
    assert expected - made.keys() == set(), "expected files that are not rendered any more; remove them"


@pytest.mark.parametrize("name", NAMES)
def test_rendering_is_repeatable_yaml(name: str) -> None:
    first, second = render_case(name)[0], render_case(name)[0]
    assert first.files == second.files
    for path, text in first.files.items():
        assert text.endswith("\n")
        if path.suffix == ".yml":
            assert isinstance(yaml.safe_load(text), dict)


def test_problems_stand_at_the_line_of_the_definition() -> None:
    source = (FOLDER / "unreachable.py").read_text(encoding="utf-8").splitlines()
    _, problems = render_case("unreachable")
    lines = [source[problem.origin.line - 1] for problem in problems if problem.check == "route/unreachable"]
    assert lines
    assert all("Route(" in line for line in lines)


def test_no_credential_is_ever_written() -> None:
    """Whatever is wrong with a definition, its rendering holds no credential that was written out."""
    text = "".join(render_case("wrong_keys")[0].files.values())
    problems = [problem for problem in render_case("wrong_keys")[1] if problem.check == "receiver/secret"]
    assert len(problems) == 6
    assert "hooks.slack.example" not in text
    assert "deadbeef" not in text


def test_cases_lie_in_one_folder() -> None:
    cases = {path.name.partition(".")[0] for path in Path(FOLDER).iterdir() if path.is_file()}
    assert cases == set(NAMES)
