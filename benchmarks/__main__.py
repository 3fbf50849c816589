"""`make bench`: run all benchmarks, or those named as arguments, and print their figures."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Final

BENCHMARKS: Final = (
    ("start", "benchmarks.start", "starting the command"),
    ("catalog", "benchmarks.catalog", "rendering many SLOs"),
    ("rule_tests", "benchmarks.rule_tests", "running rule tests"),
    # After those that fork: a child begins with the peak of its parent.
    ("engine", "benchmarks.engine", "evaluating queries"),
    ("simulate", "benchmarks.simulate", "simulating incidents"),
)


def main(names: list[str]) -> None:
    """Run the benchmarks, each in this process one after another."""
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}"
    )
    for name, module, title in BENCHMARKS:
        if not names or name in names:
            print(f"\n## {title}\n", flush=True)
            run: Callable[[], None] = import_module(module).run
            run()


if __name__ == "__main__":
    main(sys.argv[1:])
