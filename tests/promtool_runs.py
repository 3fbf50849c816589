"""promtool as an oracle: rules and a test written to a folder, and what promtool says of them."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from generator.duration import format_duration
from generator.model.bundle import Group, RuleFile
from generator.targets.rulefile import rule_file_text
from generator.yamltext import dump
from tests.conftest import needs_binary


def promtool(*arguments: str | Path, folder: Path | None = None) -> tuple[bool, str]:
    """Whether promtool was content, and what it wrote."""
    command = [needs_binary("promtool"), *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    return done.returncode == 0, done.stdout + done.stderr


def judged(
    folder: Path,
    groups: Sequence[Group] | str,
    series: Mapping[str, str],
    expectations: Sequence[tuple[int, str, Mapping[str, float]]],
    *,
    step: int,
    interval: int | None = None,
) -> tuple[bool, str]:
    """Run rules over input series and compare queries, at times, with the samples expected."""
    text = groups if isinstance(groups, str) else rule_file_text(RuleFile("rules", tuple(groups)))
    (folder / "rules.yml").write_text(text, encoding="utf-8")
    content: dict[str, Any] = {
        "rule_files": ["rules.yml"],
        "evaluation_interval": format_duration(step),
        "group_eval_order": [] if isinstance(groups, str) else [group.name for group in groups],
        "tests": [
            {
                "interval": format_duration(interval or step),
                "input_series": [{"series": name, "values": values} for name, values in series.items()],
                "promql_expr_test": [
                    {
                        "expr": query,
                        "eval_time": format_duration(at),
                        "exp_samples": [{"labels": labels, "value": value} for labels, value in samples.items()],
                    }
                    for at, query, samples in expectations
                ],
            }
        ],
    }
    (folder / "rules_test.yml").write_text(dump(content), encoding="utf-8")
    return promtool("test", "rules", "rules_test.yml", folder=folder)
