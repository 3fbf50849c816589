"""A real Prometheus on a free loopback port, with given series in its storage."""

from __future__ import annotations

import http.client
import json
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import local
from typing import Any
from urllib.parse import urlencode

from generator.labels import METRIC_NAME
from tests.oracle.promql_generator import Samples

_READY = "Server is ready to receive web requests"


@dataclass(frozen=True, slots=True)
class Prometheus:
    """Answers queries over connections that stay open, one per thread."""

    port: int
    _own: local = field(default_factory=local)
    _all: list[http.client.HTTPConnection] = field(default_factory=list)

    def get(self, path: str, **parameters: str) -> dict[str, Any]:
        """The answer of the HTTP API, errors included, as it is."""
        connection = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._own.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            self._all.append(connection)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", f"/api/v1/{path}", urlencode(parameters), headers)
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
        return answer

    def close(self) -> None:
        """Close the connections of all threads."""
        for connection in self._all:
            connection.close()


@contextmanager
def serve(series: Sequence[Samples], folder: Path, promtool: str, prometheus: str) -> Iterator[Prometheus]:
    """Prometheus with these series, until the end of the block."""
    _write_blocks(series, folder, promtool)
    configuration = folder / "prometheus.yml"
    configuration.write_text("global: {evaluation_interval: 1m}\n", encoding="utf-8")
    port = _free_port()
    arguments = [
        prometheus,
        f"--config.file={configuration}",
        f"--storage.tsdb.path={folder / 'data'}",
        "--storage.tsdb.retention.time=100y",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    running = Prometheus(port)
    with subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True, cwd=folder) as process:
        try:
            _wait_until_ready(process)
            yield running
        finally:
            running.close()
            process.kill()


def _wait_until_ready(process: subprocess.Popen[str]) -> None:
    """Reads the log until it says that requests are taken; further lines are read by nobody but fit the pipe."""
    seen: list[str] = []
    for line in process.stderr or ():
        seen.append(line)
        if _READY in line:
            return
    raise RuntimeError("prometheus did not start:\n" + "".join(seen))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _write_blocks(series: Sequence[Samples], folder: Path, promtool: str) -> None:
    source = folder / "samples.om"
    source.write_text("".join(_lines(series)), encoding="utf-8")
    arguments = [promtool, "tsdb", "create-blocks-from", "openmetrics", str(source), str(folder / "data")]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode:
        shutil.rmtree(folder / "data", ignore_errors=True)
        raise RuntimeError(f"promtool could not make blocks:\n{done.stderr}")


def _lines(series: Sequence[Samples]) -> Iterator[str]:
    for one in sorted(series, key=lambda s: s.labels.metric):
        inner = ",".join(f'{name}="{value}"' for name, value in one.labels.pairs if name != METRIC_NAME)
        for time, value in zip(one.times, one.values, strict=True):
            yield f"{one.labels.metric}{{{inner}}} {value!r} {time / 1000:.3f}\n"
    yield "# EOF\n"
