"""Real servers for live tests: started on a free loopback port, waited for, and stopped; and a webhook to listen with.

Waiting is polling with a deadline. A server that does not come up, or a condition that does not come true, fails the
test with what the server last said.
"""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any, Final, TypeVar

T = TypeVar("T")

LOOPBACK: Final = "127.0.0.1"
_POLL_SECONDS: Final = 0.05
_STOP_SECONDS: Final = 10


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. port: where it listens on loopback; log: the file that holds what it says."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{LOOPBACK}:{self.port}"

    def get(self, path: str) -> Any:
        """The JSON that it answers at a path."""
        with urllib.request.urlopen(self.url + path, timeout=5) as answer:
            return json.load(answer)

    def said(self, lines: int = 30) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def free_port() -> int:
    """A port of the loopback interface that nobody listened at a moment ago."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(
    command: Callable[[int], Sequence[str]], folder: Path, name: str, ready: str = "/-/ready", within: float = 15
) -> Iterator[Server]:
    """A server until the end of the block.

    command: gives the command line for a port. ready: the path that answers 200 once it takes requests, which must
    happen `within` seconds.
    """
    port, log = free_port(), folder / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command(port), stdout=output, stderr=output, cwd=folder)
    server = Server(process, port, log)
    try:
        wait_for(lambda: _answers(server, ready), within, f"{name} to be ready", server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(server: Server, path: str) -> bool:
    if server.process.poll() is not None:
        raise AssertionError(f"{server.process.args!r} ended by itself:\n{server.said()}")
    try:
        with urllib.request.urlopen(server.url + path, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def wait_for(condition: Callable[[], T | None], within: float, what: str, *servers: Server) -> T:
    """What the condition gives as soon as it gives something true; fails after `within` seconds."""
    deadline = time.monotonic() + within
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            logs = "\n".join(f"--- {server.log.name}\n{server.said()}" for server in servers)
            raise AssertionError(f"waited {within} s for {what}\n{logs}")
        time.sleep(_POLL_SECONDS)


@dataclass(frozen=True, slots=True)
class Posted:
    """A request that the listener got."""

    path: str
    headers: Mapping[str, str]
    body: Any


@dataclass(slots=True)
class Listener:
    """A web server that keeps what is posted to it, and answers GET with the text of `pages`."""

    port: int
    pages: dict[str, str] = field(default_factory=dict)
    _posted: list[Posted] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{LOOPBACK}:{self.port}"

    def keep(self, posted: Posted) -> None:
        """Remember a request."""
        with self._lock:
            self._posted.append(posted)

    def posted(self, path: str) -> list[Posted]:
        """What was posted to a path, in order."""
        with self._lock:
            return [one for one in self._posted if one.path == path]


class _Listening(ThreadingHTTPServer):
    """With room for many callers at once: one that is turned away comes again only after a second."""

    request_queue_size = 128


@contextmanager
def listening() -> Iterator[Listener]:
    """A listener on loopback until the end of the block."""
    server = _Listening((LOOPBACK, 0), BaseHTTPRequestHandler)
    listener = Listener(server.server_address[1])
    server.RequestHandlerClass = _handler(listener)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": _POLL_SECONDS}, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(listener: Listener) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            listener.keep(Posted(self.path, dict(self.headers), json.loads(body)))
            self._answer("ok")

        def do_GET(self) -> None:
            self._answer(listener.pages.get(self.path, ""))

        def _answer(self, text: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
            """The tests' output is no place for access logs."""

    return Handler
