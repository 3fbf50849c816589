"""amtool 0.25 on templates: its functions, and what it renders (`cases/gotemplate/alertmanager_0_25.yml`)."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from generator.gotemplate.alertmanager import FUNCTIONS, functions_of
from tests.conftest import needs_binary
from tests.test_gotemplate_alertmanager import OLD, OLDEST, SUITE


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With the data of the cases, and the template file that amtool wants to see."""
    made = tmp_path_factory.mktemp("amtool")
    (made / "none.tmpl").write_text('{{ define "none" }}{{ end }}', encoding="utf-8")
    (made / "data.json").write_text(json.dumps(SUITE["data"]), encoding="utf-8")
    return made


def render(folder: Path, text: str, kind: str = "text") -> dict[str, str]:
    """What amtool makes of a template: its output, or its error in Alertmanager's words."""
    command = [
        needs_binary("amtool"), "template", "render", f"--template.glob={folder}/*.tmpl", f"--template.type={kind}",
        f"--template.data={folder}/data.json", f"--template.text={text}",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return {"output": done.stdout}
    # It hands over the data themselves, Alertmanager a pointer to them.
    said = done.stderr.strip().removeprefix("amtool: error: ")
    return {"error": said.replace("in type template.Data", "in type *template.Data")}


def test_has_the_functions_of_its_version(folder: Path) -> None:
    unknown = {name for name in FUNCTIONS if "not defined" in render(folder, f"{{{{ {name} }}}}").get("error", "")}
    assert unknown == set(FUNCTIONS) - set(functions_of(OLDEST))


def test_renders_as_recorded(folder: Path) -> None:
    for case in OLD["cases"]:
        kind = "html" if "html" in case else "text"
        expected = {key: case[key] for key in ("output", "error") if key in case}
        assert render(folder, case[kind], kind) == expected, case[kind]
