"""What all tests share: the `--update` switch, the case folders, the real inputs, and how to run them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "cases"
SHARED_DATA = Path(os.environ.get("TOCSIN_SHARED_DATA", ROOT.parent / "shared" / "data"))

# How long an example takes says nothing: the first one imports what it needs, and machines are busy.
settings.register_profile("unhurried", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the expected outputs of case files")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether expected outputs are to be rewritten."""
    return bool(request.config.getoption("--update"))


def compare(path: Path, text: str, update: bool) -> None:
    """Hold `text` against the expected file, or rewrite that file."""
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    expected = path.read_text(encoding="utf-8") if path.exists() else ""
    assert text == expected, f"{path.relative_to(ROOT)} differs; look at it, then run pytest --update"


def needs_shared_data(*folder: str) -> Path:
    """The folder of real inputs; skips where there is none, fails where there must be one."""
    path = SHARED_DATA.joinpath(*folder)
    if not path.is_dir():
        reason = f"no real inputs at {path}"
        if os.environ.get("TOCSIN_REQUIRE_DATA") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


def needs_binary(name: str) -> str:
    """The path of a real binary; skips where it is not installed, fails where it must be."""
    path = shutil.which(name)
    if path is None:
        reason = f"{name} is not installed"
        if os.environ.get("TOCSIN_REQUIRE_BINARIES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return path
