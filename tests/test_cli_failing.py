"""How the command ends where it cannot go on: a folder that cannot be written, and a defect of tocsin's own."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator.cli.defect import DEBUG, DEFECT
from generator.cli.main import main, root
from generator.model.rule import Alert

DEFINITIONS = """\
from generator import P1, Alert, Service, Team

team = Team("core")
ours = Service("ours", team=team)
down = Alert("Down", service=ours, level=P1, expr="up == 0")
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A small project in the current folder; what a command sets for its process is set back."""
    tmp_path.joinpath("alerts").mkdir()
    tmp_path.joinpath("alerts", "ours.py").write_text(DEFINITIONS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    before = gc.get_threshold()
    yield tmp_path
    gc.set_threshold(*before)
    gc.unfreeze()


def test_files_changed_are_those_rendered_and_no_others() -> None:
    first, second = (CliRunner().invoke(root, ["render"]).stdout for _ in range(2))
    files = first.partition(": ")[2].partition(",")[0]
    assert first == f"rendered: {files}, {files} changed\n"
    assert second == f"rendered: {files}, current\n"


def test_a_folder_that_cannot_be_written_is_one_line_and_wrong_use(project: Path) -> None:
    project.joinpath("file").write_text("", encoding="utf-8")
    ended = CliRunner().invoke(root, ["render", "--out", "file/below"])
    assert ended.exit_code == 2
    assert ended.stderr.endswith("1 warning\nError: cannot write to file/below: Not a directory\n")


def broken(alert: Alert) -> dict[str, str]:
    raise KeyError(alert.summary)


def failed(monkeypatch: pytest.MonkeyPatch) -> int | str | None:
    """The exit code of a command that meets a defect; Python calls the hook with what nothing has caught."""
    monkeypatch.setattr(Alert, "static_labels", property(broken))
    monkeypatch.setattr(sys, "argv", ["tocsin", "validate"])
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    with pytest.raises(KeyError) as raised:
        main()
    with pytest.raises(SystemExit) as ended:
        sys.excepthook(raised.type, raised.value, raised.tb)
    return ended.value.code


def test_a_defect_is_told_in_words_with_the_definition(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(DEBUG, raising=False)
    assert failed(monkeypatch) == DEFECT
    told = capsys.readouterr().err
    assert told.startswith("alerts/ours.py:5: error: tocsin failed while it was at Alert 'Down': KeyError: ''\n")
    assert "Traceback" not in told
    assert f"{DEBUG}=1" in told


def test_the_traceback_of_a_defect_is_there_for_those_who_ask(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(DEBUG, "1")
    assert failed(monkeypatch) == DEFECT
    assert "Traceback" in capsys.readouterr().err
