"""Programs that run for as long as they are asked, on free ports of the loopback interface."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final

LOOPBACK: Final = "127.0.0.1"
_PATIENCE_SECONDS: Final = 30.0
_POLL_SECONDS: Final = 0.1


class CatalogueError(Exception):
    """A program did not do what it was started for."""


@dataclass(slots=True)
class Workshop:
    """A folder that everybody may write to, and the programs that run in it; leaving it stops them all."""

    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="tocsin-catalogue-")))
    _running: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Workshop:
        self.folder.chmod(0o777)
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._running.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, name: str, command: Sequence[str], port: int, user: str | None = None) -> None:
        """Start a program, and wait until it listens; its output goes to a file. user: only root may ask for one.

        Raises `CatalogueError` when it ends, or does not listen within half a minute.
        """
        log = self.folder / f"{name}.log"
        process = self._running.enter_context(_started(command, log, self.folder, user))
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise CatalogueError(f"{name} does not listen:\n{log.read_text(errors='replace')[-2000:]}")
            time.sleep(_POLL_SECONDS)

    def run(self, *command: str, user: str | None = None, text: str = "") -> str:
        """Run a program to its end; what it printed. Raises `CatalogueError` when it fails."""
        done = subprocess.run(
            command, input=text, capture_output=True, text=True, cwd=self.folder, check=False, user=_if_root(user)
        )
        if done.returncode:
            raise CatalogueError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout


@contextmanager
def _started(command: Sequence[str], log: Path, folder: Path, user: str | None) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd=folder, user=_if_root(user))
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _if_root(user: str | None) -> str | None:
    """PostgreSQL refuses to run as root; anybody else may only run it as himself."""
    return user if os.geteuid() == 0 else None


def free_port() -> int:
    """A port of the loopback interface that nobody listened at a moment ago."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1):
        return True
    return False


def fetch(port: int, path: str = "/metrics") -> str:
    """What a server answers. Raises `CatalogueError` when it does not."""
    try:
        with urllib.request.urlopen(f"http://{LOOPBACK}:{port}{path}", timeout=20) as answer:
            body: bytes = answer.read()
            return body.decode()
    except (urllib.error.URLError, TimeoutError) as reason:
        raise CatalogueError(f"port {port}{path}: {reason}") from reason
