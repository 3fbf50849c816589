"""Coverage for machines: as JSON, and as annotations for GitHub."""

from __future__ import annotations

from generator.diagnostics import NOWHERE
from generator.testing.coverage import Coverage, gap_text, sum_text
from generator.testing.report import annotation


def as_objects(found: Coverage) -> dict[str, object]:
    """The percentage, and each point of which something is not proved, as JSON has it."""
    gaps = [
        {
            "file": point.origin.file,
            "line": point.origin.line,
            "kind": point.kind,
            "name": point.name,
            "missing": list(point.missing),
        }
        for point in found.gaps()
    ]
    return {"percent": round(found.percent, 3), "points": len(found.points), "gaps": gaps}


def as_github(found: Coverage, *, failed: bool) -> str:
    """A warning on the line of each rule of which something is not proved; an error when the coverage is too low."""
    kind = "error" if failed else "warning"
    lines = [
        annotation(kind, point.origin.file, point.origin.line, gap_text(point))
        for point in found.gaps()
        if point.origin != NOWHERE
    ]
    return "\n".join([*lines, f"::{kind if failed else 'notice'}::{sum_text(found).replace('%', '%25')}"])
