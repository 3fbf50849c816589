"""What a replay has at its ends: an exporter that plays series, and a web and a mail server that keep messages."""

from __future__ import annotations

import json
import socketserver
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BufferedIOBase
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.oracle.processes import LOOPBACK


@dataclass(frozen=True, slots=True)
class Came:
    """A message that came. time: milliseconds since 1970; to: the address of a mail, or empty."""

    time: int
    receiver: str
    kind: str
    to: str
    body: Any


@dataclass(slots=True)
class Inbox:
    """All messages, in the order in which they came."""

    _came: list[Came] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def keep(self, receiver: str, kind: str, to: str, body: Any) -> None:
        """Remember a message."""
        with self._lock:
            self._came.append(Came(now(), receiver, kind, to, body))

    def all(self) -> list[Came]:
        """What came so far."""
        with self._lock:
            return list(self._came)


def now() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class Pages(ABC):
    """What the exporter answers; a replay puts its own in this place."""

    @abstractmethod
    def page(self, job: str, instance: str) -> str | None:
        """The text for a target, None where the scrape is to fail."""


class _Quiet(socketserver.ThreadingTCPServer):
    """With room for many callers at once: one that is turned away comes again only after a second."""

    request_queue_size = 128
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Callers that hang up, as servers do that are stopped, are no news."""


def _length(stream: BufferedIOBase) -> int:
    """The length of a request's body, from its headers."""
    length = 0
    while (line := stream.readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return length


@contextmanager
def web(pages: Pages, inbox: Inbox) -> Iterator[int]:
    """An exporter at `/metrics`, and a place for what is posted to `/KIND/RECEIVER`; its port."""

    class Handler(socketserver.StreamRequestHandler):
        # Hundreds of scrapes a second: the standard library's handler takes several times as long for each.
        wbufsize = -1

        def handle(self) -> None:
            while words := self.rfile.readline().decode().split():
                body = self.rfile.read(_length(self.rfile))
                if words[0] == "GET":
                    asked = parse_qs(urlsplit(words[1]).query)
                    text = pages.page(asked["job"][0], asked["instance"][0])
                    self._answer(503 if text is None else 200, text or "")
                else:
                    _, kind, receiver = words[1].split("/")
                    inbox.keep(receiver, kind, "", json.loads(body))
                    self._answer(200, "ok")

        def _answer(self, status: int, text: str) -> None:
            body = text.encode()
            head = f"HTTP/1.1 {status} .\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {len(body)}"
            self.wfile.write(head.encode() + b"\r\n\r\n" + body)
            self.wfile.flush()

    with _serving(_Quiet((LOOPBACK, 0), Handler)) as port:
        yield port


@contextmanager
def mail(inbox: Inbox) -> Iterator[int]:
    """A mail server that takes everything, from anybody who logs in; its port."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            _Dialogue(self, inbox).hold()

    with _serving(_Quiet((LOOPBACK, 0), Handler)) as port:
        yield port


class _Dialogue:
    """One client of the mail server (RFC 5321, as much of it as Go's client speaks)."""

    def __init__(self, stream: socketserver.StreamRequestHandler, inbox: Inbox) -> None:
        self._stream, self._inbox = stream, inbox
        self._hello, self._to, self._known = "", "", False

    def hold(self) -> None:
        """Talk until the client leaves."""
        self._say("220 stand-in")
        for line in self._lines():
            word, _, rest = line.decode().partition(" ")
            match word.upper():
                case "EHLO":
                    self._hello = rest
                    self._say("250-stand-in", "250 AUTH PLAIN")
                case "AUTH":
                    self._known = True
                    self._say("235 known")
                case "MAIL":
                    self._say("250 yes" if self._known else "530 who are you")
                case "RCPT":
                    self._to = rest.partition("<")[2].partition(">")[0]
                    self._say("250 yes")
                case "DATA":
                    self._say("354 go on")
                    self._take()
                    self._say("250 taken")
                case "QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 yes")

    def _lines(self) -> Iterator[bytes]:
        while line := self._stream.rfile.readline():
            yield line.rstrip(b"\r\n")

    def _take(self) -> None:
        lines = []
        for line in self._lines():
            if line == b".":
                break
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self._inbox.keep(self._hello, "email", self._to, _read(b"\r\n".join(lines)))

    def _say(self, *lines: str) -> None:
        self._stream.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


def _read(content: bytes) -> dict[str, Any]:
    """The headers of a mail but for those that no two mails share, and its bodies."""
    found = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
    own = ("Message-Id", "Date", "Content-Type", "Mime-Version")
    made: dict[str, Any] = {"headers": {name: str(text) for name, text in found.items() if name.title() not in own}}
    for kind, key in (("plain", "text"), ("html", "html")):
        body = found.get_body((kind,))
        if body is not None:
            made[key] = body.get_content().replace("\r\n", "\n")
    return made


@contextmanager
def _serving(server: socketserver.TCPServer) -> Iterator[int]:
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
