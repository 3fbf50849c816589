"""How long a person waits for small things, from a cold start."""

from __future__ import annotations

import tempfile

from benchmarks.timing import median, tocsin


def run() -> None:
    """Print the medians, with the limit each is meant to keep."""
    with tempfile.TemporaryDirectory() as out:
        rows = (
            ("tocsin --help", tocsin("--help"), 0.2),
            ("tocsin render, the reference system", tocsin("render", "--out", out), 1.5),
            ("tocsin render --check, the same", tocsin("render", "--check", "--out", out), 1.5),
        )
        print("| what | median | to reach |\n| --- | --- | --- |")
        for name, command, limit in rows:
            print(f"| {name} | {median(command):.2f} s | {limit} s |", flush=True)
