"""Files on disk: each written at once or not at all, and only our own ever removed.

A list of what was written lies beside the files (`.tocsin-files`). It is how tocsin knows its own.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from generator.model.bundle import Files

MANIFEST: Final = PurePosixPath(".tocsin-files")
_HEADER: Final = "# Written by tocsin: the files below are its own, and it removes those that are no longer made.\n"


@dataclass(frozen=True, slots=True)
class Change:
    """What rendering would do to one file. before, after: its text; None where there is no file."""

    path: PurePosixPath
    before: str | None
    after: str | None

    @property
    def kind(self) -> str:
        """`added`, `removed` or `changed`."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


def changes(out: Path, files: Files, owned: Iterable[str] | None = None) -> list[Change]:
    """What would have to change below `out` for it to hold just `files`.

    owned: the folders (or single files) that were rendered; files of ours elsewhere are left as they are. None
    means all of them.
    """
    folders = None if owned is None else tuple(owned)
    wanted = {**files, MANIFEST: _manifest(out, files, folders)}
    found = []
    for path, text in sorted(wanted.items()):
        before = _read(out / path)
        if before != text:
            found.append(Change(path, before, text))
    gone = (path for path in sorted(_ours(out) - wanted.keys()) if _lies_in(path, folders) and (out / path).is_file())
    return found + [Change(path, _read(out / path), None) for path in gone]


def write(out: Path, pending: Iterable[Change]) -> None:
    """Carry out the changes."""
    for change in pending:
        path = out / change.path
        if change.after is None:
            path.unlink(missing_ok=True)
            _remove_empty_folders(path.parent, out)
        else:
            _write_atomically(path, change.after)


def _write_atomically(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        # mkstemp makes files that only their owner may read; servers run as somebody else.
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _remove_empty_folders(folder: Path, out: Path) -> None:
    while folder != out and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _read(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None


def _ours(out: Path) -> set[PurePosixPath]:
    """The files that the list names; a name that leads out of the folder is not believed."""
    lines = (_read(out / MANIFEST) or "").splitlines()
    paths = (PurePosixPath(line) for line in lines if line and not line.startswith("#"))
    return {path for path in paths if not path.is_absolute() and ".." not in path.parts}


def _manifest(out: Path, files: Files, folders: tuple[str, ...] | None) -> str:
    kept = set() if folders is None else {path for path in _ours(out) if not _lies_in(path, folders)}
    return _HEADER + "".join(f"{path}\n" for path in sorted(kept | files.keys()))


def _lies_in(path: PurePosixPath, folders: tuple[str, ...] | None) -> bool:
    return folders is None or any(path.is_relative_to(folder) for folder in folders)
