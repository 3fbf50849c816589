"""Measuring whole processes: wall time, and the most memory they held."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """One finished process. seconds: wall time; megabytes: peak resident size; output: what it printed."""

    seconds: float
    megabytes: float
    output: str


def run(command: Sequence[str], cwd: str | None = None) -> Run:
    """Run a command to its end. Raises CalledProcessError when it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout is not None
    output = process.stdout.read().decode("utf-8", "replace")
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, output)
    return Run(seconds, usage.ru_maxrss / 1024, output)


def median(command: Sequence[str], runs: int = 5, cwd: str | None = None) -> float:
    """The median wall time of a command in seconds, after one run that does not count."""
    run(command, cwd)
    return statistics.median(run(command, cwd).seconds for _ in range(runs))


def tocsin(*arguments: str) -> list[str]:
    """The command line of tocsin in this interpreter."""
    return [sys.executable, "-m", "generator", *arguments]
