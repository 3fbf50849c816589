"""Files on disk: whole or not at all, and only our own are ever removed."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from generator.model.bundle import Files
from generator.pipeline import changes, write

RULES = PurePosixPath("prometheus/rules/a.yml")
ROUTES = PurePosixPath("alertmanager/alertmanager.yml")


def put(out: Path, files: Files, owned: list[str] | None = None) -> list[str]:
    pending = changes(out, files, owned)
    write(out, pending)
    return [f"{change.kind} {change.path}" for change in pending]


def test_the_second_time_nothing_changes(tmp_path: Path) -> None:
    assert put(tmp_path, {RULES: "one\n"}) == ["added .tocsin-files", f"added {RULES}"]
    assert put(tmp_path, {RULES: "one\n"}) == []
    assert put(tmp_path, {RULES: "two\n"}) == [f"changed {RULES}"]
    assert (tmp_path / RULES).read_text() == "two\n"


def test_files_no_longer_made_go_and_so_do_their_folders(tmp_path: Path) -> None:
    put(tmp_path, {RULES: "", ROUTES: ""})
    put(tmp_path, {ROUTES: ""})
    assert not (tmp_path / "prometheus").exists()
    assert (tmp_path / ROUTES).exists()


def test_files_of_others_stay(tmp_path: Path) -> None:
    other = tmp_path / "prometheus" / "rules" / "mine.yml"
    other.parent.mkdir(parents=True)
    other.write_text("kept\n")
    put(tmp_path, {RULES: ""})
    put(tmp_path, {})
    assert other.read_text() == "kept\n"
    assert not (tmp_path / RULES).exists()


def test_one_target_leaves_the_files_of_the_others_alone(tmp_path: Path) -> None:
    put(tmp_path, {RULES: "", ROUTES: ""})
    assert put(tmp_path, {}, ["alertmanager"]) == ["changed .tocsin-files", f"removed {ROUTES}"]
    assert (tmp_path / RULES).exists()
    assert put(tmp_path, {RULES: ""}) == []


def test_a_list_that_leads_out_of_the_folder_is_not_believed(tmp_path: Path) -> None:
    outside = tmp_path / "precious"
    outside.write_text("kept")
    out = tmp_path / "rendered"
    out.mkdir()
    (out / ".tocsin-files").write_text(f"../precious\n{outside}\n")
    put(out, {})
    assert outside.read_text() == "kept"


def test_a_failure_leaves_the_old_file_and_no_debris(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, {RULES: "old\n"})

    def refuse(self: Path, target: object) -> Path:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="disk full"):
        put(tmp_path, {RULES: "new\n"})
    assert (tmp_path / RULES).read_text() == "old\n"
    assert [path.name for path in (tmp_path / RULES).parent.iterdir()] == ["a.yml"]


def test_others_may_read_what_was_written(tmp_path: Path) -> None:
    put(tmp_path, {RULES: ""})
    assert (tmp_path / RULES).stat().st_mode & 0o044
