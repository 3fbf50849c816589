"""The patterns of `rule_files`: what Go's `filepath.Glob` gives (asked of promtool 3.14)."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.testing.globs import PatternError, glob

NAMES = ("r1.yml", "r2.yml", "r!.yml", "r[1.yml", ".r.yml", "deep/r1.yml", "deep/er/r1.yml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "[folder]"
    for name in NAMES:
        (found / name).parent.mkdir(parents=True, exist_ok=True)
        (found / name).touch()
    return found


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("r1.yml", ["r1.yml"]),
        ("./deep/../r1.yml", ["r1.yml"]),
        ("r?.yml", ["r!.yml", "r1.yml", "r2.yml"]),
        ("r[0-9].yml", ["r1.yml", "r2.yml"]),
        ("r[^1].yml", ["r!.yml", "r2.yml"]),
        ("r[!1].yml", ["r!.yml", "r1.yml"]),
        ("r[2-1].yml", []),
        (r"r\1.yml", ["r1.yml"]),
        (r"r\[1.yml", ["r[1.yml"]),
        (r"r[\]1].yml", ["r1.yml"]),
        ("*r.yml", [".r.yml"]),
        ("**/r1.yml", ["deep/r1.yml"]),
        ("*/*/r1.yml", ["deep/er/r1.yml"]),
        ("r1.yml/*", []),
        ("missing.yml", []),
        ("", []),
    ],
)
def test_what_matches(folder: Path, pattern: str, names: list[str]) -> None:
    assert [str(Path(path).relative_to(folder)) for path in glob(folder, pattern)] == names


def test_absolute_patterns(folder: Path) -> None:
    parent = str(folder.parent)
    assert glob(Path("elsewhere"), f"{parent}/*/r1.yml") == [str(folder / "r1.yml")]


@pytest.mark.parametrize(
    "pattern", ["[x", "r[12", "r[]1].yml", "r[1-].yml", "missing/[x", "r[a-", "r[]", "r[]-a]", "*/[x", "r\\"]
)
def test_what_go_refuses(folder: Path, pattern: str) -> None:
    with pytest.raises(PatternError, match="syntax error in pattern"):
        glob(folder, pattern)
