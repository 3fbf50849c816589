"""How long rule tests take here and with promtool, on data made up for it and on fixtures found beside the checkout.

Each workload is a folder with fixtures; tocsin and promtool (where it is installed) run the same files in one go.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks import timing

SHARED: Final = Path(os.environ.get("TOCSIN_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
_ALERTS: Final = (
    ("Page", ("5m", "1h", 14.4), ("30m", "6h", 6.0)),
    ("Ticket", ("2h", "1d", 3.0), ("6h", "3d", 1.0)),
)
WINDOWS: Final = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")


@dataclass(frozen=True, slots=True)
class Workload:
    """A named piece of work: `files` writes it into a folder; `target` is the time to reach in seconds.

    `promtool_fails` says that promtool cannot do it, which is then shown instead of a time.
    """

    name: str
    files: Callable[[Path], list[Path]]
    target: float = 0.0
    promtool: bool = True


@dataclass(frozen=True, slots=True)
class Measurement:
    """Seconds on the wall and of processors, and peak megabytes of one run, and whether it passed."""

    seconds: float
    processors: float
    megabytes: float
    passed: bool


def slo_rules(windows: Iterable[str], count: int = 1) -> str:
    """Rules of SLOs as slok/sloth lays them out: one ratio for each window, a page and a ticket."""
    lines = ["groups:"]
    for number in range(count):
        lines += [f"- name: slo-{number}", "  rules:"]
        for window in windows:
            errors = f'sum(rate(http_requests_total{{slo="s{number}",code="500"}}[{window}]))'
            total = f'sum(rate(http_requests_total{{slo="s{number}"}}[{window}]))'
            lines += [
                f"  - record: slo:sli_error:ratio_rate{window}",
                f"    expr: {errors} / {total}",
                f"    labels: {{slo: s{number}}}",
            ]
        for name, first, second in (
            ("Page", ("5m", "1h", 14.4), ("30m", "6h", 6)),
            ("Ticket", ("2h", "1d", 3), ("6h", "3d", 1)),
        ):
            lines += [f"  - alert: {name}{number}", "    expr: |"]
            lines.append("      " + " or ".join(_burns(number, *pair) for pair in (first, second)))
            lines.append(f"    labels: {{severity: {name.lower()}}}")
    return "\n".join(lines) + "\n"


def _burns(number: int, short: str, long: str, factor: float) -> str:
    both = (
        f'(max(slo:sli_error:ratio_rate{window}{{slo="s{number}"}} > {factor} * 0.001) without ())'
        for window in (short, long)
    )
    return "(" + " and ".join(both) + ")"


def slo_test(days: float, count: int = 1) -> str:
    """A test of SLOs over some days at one-minute steps: two series each, one alert asserted at the end."""
    minutes = int(days * 1440)
    lines = ["rule_files: [rules.yml]", "evaluation_interval: 1m", "tests:", "- interval: 1m", "  input_series:"]
    for number in range(count):
        for code, step in (("200", 60), ("500", 3)):
            lines.append(f'  - series: \'http_requests_total{{slo="s{number}",code="{code}"}}\'')
            lines.append(f"    values: 0+{step}x{minutes}")
    lines += ["  alert_rule_test:", f"  - eval_time: {minutes}m", "    alertname: Page0"]
    lines += ["    exp_alerts: [{exp_labels: {severity: page, slo: s0}}]"]
    return "\n".join(lines) + "\n"


def slo_workload(days: float, windows: Iterable[str], count: int = 1) -> Callable[[Path], list[Path]]:
    """Writes the files of an SLO test."""

    def write(folder: Path) -> list[Path]:
        (folder / "rules.yml").write_text(slo_rules(windows, count))
        test = folder / "slo_test.yml"
        test.write_text(slo_test(days, count))
        return [test]

    return write


def many_rules(rules: int, tests: int) -> Callable[[Path], list[Path]]:
    """Writes a file of `rules` alerts and a fixture of `tests` ten-minute tests, each about one of them."""

    def write(folder: Path) -> list[Path]:
        lines = ["groups:", "- name: many", "  rules:"]
        for number in range(rules):
            lines += [
                f"  - alert: HighErrors{number}",
                f"    expr: rate(errors_{number}_total[5m]) / rate(requests_{number}_total[5m]) > 0.05",
                "    for: 2m",
                "    labels: {severity: page}",
                "    annotations:",
                f'      summary: "{{{{ $labels.job }}}} has {{{{ $value | humanizePercentage }}}} errors ({number})"',
            ]
        (folder / "rules.yml").write_text("\n".join(lines) + "\n")
        test = folder / "many_test.yml"
        test.write_text(_many_tests(rules, tests))
        return [test]

    return write


def _many_tests(rules: int, tests: int) -> str:
    lines = ["rule_files: [rules.yml]", "evaluation_interval: 1m", "tests:"]
    for place in range(tests):
        number = place * rules // tests
        lines += [
            f"- name: test {number}",
            "  interval: 1m",
            "  input_series:",
            f"  - {{series: 'errors_{number}_total{{job=\"api\"}}', values: '0+6x10'}}",
            f"  - {{series: 'requests_{number}_total{{job=\"api\"}}', values: '0+60x10'}}",
            "  alert_rule_test:",
            "  - eval_time: 10m",
            f"    alertname: HighErrors{number}",
            "    exp_alerts:",
            "    - exp_labels: {job: api, severity: page}",
            f'      exp_annotations: {{summary: "api has 10% errors ({number})"}}',
        ]
    return "\n".join(lines) + "\n"


def wikimedia(_: Path) -> list[Path]:
    """The Wikimedia fixtures, where they are."""
    folder = SHARED / "promtool" / "wikimedia"
    return sorted(folder.rglob("*_test.yaml"))


WORKLOADS: Final = (
    Workload("Wikimedia fixtures, one run over all", wikimedia, 1.1),
    Workload("500 rules x 100 ten-minute tests", many_rules(500, 100), 0.8),
    Workload("one SLO, 30 days at 1m, without the 30-day rule", slo_workload(30, WINDOWS), 0.6),
    Workload("the same with the 30-day rule", slo_workload(30, (*WINDOWS, "30d")), 0.7, promtool=False),
    Workload("one small fixture, from a cold start", many_rules(1, 1), 0.3),
)


def measure(command: list[str]) -> Measurement:
    """One run of a command: its time and the peak of its memory."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds, processors = time.perf_counter() - start, usage.ru_utime + usage.ru_stime
    return Measurement(seconds, processors, usage.ru_maxrss / 1024, process.returncode == 0)


def measure_tocsin(files: list[Path], *options: str) -> Measurement:
    """`tocsin test` over files, in a process of its own; the best of three runs."""
    command = [*timing.tocsin("test", *options), *map(str, files)]
    return min((measure(command) for _ in range(3)), key=lambda run: run.seconds)


def measure_promtool(files: list[Path]) -> Measurement | None:
    """`promtool test rules` over files; None where it is not installed or not wanted."""
    binary = None if os.environ.get("TOCSIN_BENCH_PROMTOOL") == "0" else shutil.which("promtool")
    return None if binary is None else measure([binary, "test", "rules", *map(str, files)])


def table() -> str:
    """The workloads with both tools' times and their ratio.

    Fixtures that need the closed ranges of Prometheus 2 fail here by right, and so may a run over all.
    """
    lines = ["| work | tocsin | CPU | peak MB | promtool | ratio | to reach |", "|" + " --- |" * 7]
    for work in WORKLOADS:
        with tempfile.TemporaryDirectory() as folder:
            files = work.files(Path(folder))
            if not files:
                lines.append(f"| {work.name} | no data | | | | | |")
                continue
            ours = measure_tocsin(files)
            theirs = measure_promtool(files) if work.promtool else None
        other = "fails" if not work.promtool else "-" if theirs is None else f"{theirs.seconds:.2f} s"
        ratio = "-" if theirs is None else f"{theirs.seconds / ours.seconds:.0f}x"
        mine = f"{ours.seconds:.2f} s | {ours.processors:.2f} s | {ours.megabytes:.0f}"
        lines.append(f"| {work.name} | {mine} | {other} | {ratio} | {work.target} s |")
    return "\n".join(lines)


def growth() -> str:
    """How time and memory grow: with days (one SLO), with SLOs and their rules, with rules (a hundred tests)."""
    lines = ["| work | tocsin | CPU | peak MB |", "|" + " --- |" * 4]
    works = [(f"one SLO, days: {days}", slo_workload(days, WINDOWS), "") for days in (1, 10, 30, 90)]
    works += [(f"one day, SLOs: {count}", slo_workload(1, WINDOWS, count), "") for count in (1, 10, 100)]
    works += [
        (f"6 hours and all 9 rules of each, SLOs: {count}", slo_workload(0.25, WINDOWS, count), "--all-rules")
        for count in (100, 200, 400)
    ]
    works += [(f"100 tests, rules: {rules:,}", many_rules(rules, 100), "") for rules in (1, 10, 100, 1000)]
    for name, files, option in works:
        with tempfile.TemporaryDirectory() as folder:
            ours = measure_tocsin(files(Path(folder)), *filter(None, [option]))
        mine = f"{ours.seconds:.2f} s | {ours.processors:.2f} s | {ours.megabytes:.0f}"
        lines.append(f"| {name} | {mine}{'' if ours.passed else ' (failed)'} |")
    return "\n".join(lines)


def run() -> None:
    """Print both tables. Without `TOCSIN_BENCH_PROMTOOL=0` promtool takes about five minutes."""
    print(table(), "To reach in memory: 500 MB.", growth(), sep="\n\n")


if __name__ == "__main__":
    run()
