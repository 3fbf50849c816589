"""`python -m scripts.seed_map [--check]`: write `docs/seed-map.md`, or see whether it is current and whole."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from generator.pipeline import compile_project, render
from scripts.seed_map.page import page
from scripts.seed_map.trace import Found, Traced, incidents, panels, trace

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "seed-map.md"


def traced() -> tuple[list[Traced], list[Found]]:
    """The lines of the guide in this project, and its panels. Ends with what is wrong with the definitions, if any."""
    project = compile_project([ROOT / "alerts", ROOT / "dashboards"], base=ROOT)
    if project.bundle is None:
        sys.exit("\n".join(str(problem) for problem in project.problems))
    return trace(project.catalog, render(project.bundle).files, ROOT), list(panels(project.catalog, ROOT))


def main() -> None:
    """Write the page; with `--check`, end with 1 when it is stale or a line lacks something."""
    rows, shown = traced()
    text = page(rows, shown, incidents(ROOT))
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(text, encoding="utf-8")
    lacking = [f"{row.row.number}. {row.row.places[0]}: no {', no '.join(row.lacks)}" for row in rows if row.lacks]
    if lacking:
        sys.exit("\n".join(lacking))
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        sys.exit(f"{PAGE.relative_to(ROOT)} is stale: run 'python -m scripts.seed_map'")


if __name__ == "__main__":
    main()
