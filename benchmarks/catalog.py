"""A synthetic catalog of event SLOs, from Python definitions to files: how long each step takes, and how it grows."""

from __future__ import annotations

import gc
import json
import resource
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from benchmarks.timing import run as run_process

SIZES = (1_000, 3_000, 10_000)
_PER_FILE = 100


def write_definitions(folder: Path, count: int) -> None:
    """A project with `count` SLOs, a hundred a file, and a route."""
    alerts = folder / "alerts"
    alerts.mkdir(parents=True)
    alerts.joinpath("base.py").write_text(
        "from generator import Email, PrometheusSettings, Receiver, Route, Team\n"
        'team = Team("sre")\n'
        'root = Route(to=Receiver("sre", Email("sre@example.com")))\n'
    )
    for number in range(count // _PER_FILE):
        alerts.joinpath(f"slos_{number:03}.py").write_text(
            "from generator import SLO, Events, Service\n"
            "from .base import team\n"
            f'service = Service("service-{number:03}", team=team)\n'
            "slos = [\n"
            "    SLO(\n"
            '        f"objective-{n:03}", service=service, objective=99.9,\n'
            "        sli=Events(\n"
            "            errors=f'rate(http_requests_total{{job=\"service-" + f"{number:03}" + '",handler="/{n}",'
            'code=~"5.."}}[$window])\',\n'
            "            total=f'rate(http_requests_total{{job=\"service-" + f"{number:03}" + '",handler="/{n}"}}'
            "[$window])',\n"
            "        ),\n"
            "    )\n"
            f"    for n in range({_PER_FILE})\n"
            "]\n"
        )


def measure(folder: Path) -> None:
    """Render the project in this process, as the command does, and print the seconds of each step as JSON."""
    from generator.pipeline import changes, compile_project, for_good, render, write
    from generator.targets import TARGETS

    marks: list[tuple[str, float]] = []
    with for_good():
        project = compile_project([Path("alerts")], folder, lambda step: marks.append((step, time.perf_counter())))
    if project.bundle is None:
        raise SystemExit("\n".join(str(problem) for problem in project.problems[:5]))
    marks.append(("print", time.perf_counter()))
    wanted = tuple(target for target in TARGETS if target.name == "prometheus")
    rendering = render(project.bundle, wanted)
    marks.append(("write", time.perf_counter()))
    write(folder / "rendered", changes(folder / "rendered", rendering.files))
    marks.append(("end", time.perf_counter()))
    steps = {name: later - at for (name, at), (_, later) in pairwise(marks)}
    rules = sum(len(group.rules) for file in project.bundle.rule_files for group in file.groups)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"steps": steps, "rules": rules, "megabytes": peak}))
    gc.freeze()


def run() -> None:
    """Print a row for each size: rules, seconds in all and by step, memory, seconds per thousand SLOs."""
    print("| SLOs | rules | load | validate | expand | print | write | total | per 1,000 | peak |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for size in SIZES:
        with tempfile.TemporaryDirectory() as name:
            write_definitions(Path(name), size)
            found = run_process([sys.executable, "-m", "benchmarks.catalog", name])
            figures = json.loads(found.output)
            steps = " | ".join(f"{seconds:.2f} s" for seconds in figures["steps"].values())
            print(
                f"| {size:,} | {figures['rules']:,} | {steps} | {found.seconds:.1f} s "
                f"| {found.seconds / size * 1000:.2f} s | {figures['megabytes']:.0f} MB |",
                flush=True,
            )
    print("\nTo reach: 10,000 SLOs in 15 s and 1,500 MB, linear from 1,000 on.")


if __name__ == "__main__":
    measure(Path(sys.argv[1]))
