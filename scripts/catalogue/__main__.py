"""`make catalogue`: start real servers and exporters on loopback, ask them, write down their metrics, stop them."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, Final

from scripts.catalogue.exporters import EXPORTERS, Exporter
from scripts.catalogue.exposition import Family, label_values, parse
from scripts.catalogue.packages import install, missing
from scripts.catalogue.processes import CatalogueError, Workshop

FOLDER: Final = Path(__file__).parents[2] / "alerts" / "catalogue"

_OURS: Final = "tocsin_catalogue_"
"""Metrics that only the catalogue's own text file has."""


def main() -> None:
    """Write a file for each exporter; ends with 1 when one cannot be asked, and then leaves its file as it was."""
    needed = missing()
    if needed and os.geteuid() != 0:
        sys.exit(f"needed and not installed: {' '.join(needed)}. Install them, or run this as root on Debian.")
    if needed:
        print(f"installing {' '.join(needed)}")
        install(needed)
    FOLDER.mkdir(exist_ok=True)
    failed = [exporter.name for exporter in EXPORTERS if not _write(exporter)]
    if failed:
        sys.exit(f"not asked: {', '.join(failed)}")


def _write(exporter: Exporter) -> bool:
    try:
        with Workshop() as workshop:
            texts = list(exporter.scrape(workshop))
    except (CatalogueError, OSError) as reason:
        print(f"{exporter.name}: {reason}", file=sys.stderr)
        return False
    content = catalogue(exporter, texts)
    (FOLDER / f"{exporter.name}.json").write_text(as_text(content), encoding="utf-8")
    print(f"{exporter.name} {content['version']}: {len(content['metrics'])} metrics")
    return True


def as_text(content: dict[str, Any]) -> str:
    """JSON with each metric on a line of its own, so that a difference can be read."""
    facts = [f'  "{key}": {json.dumps(value)},' for key, value in content.items() if key != "metrics"]
    metrics = ",\n".join(f"    {json.dumps(metric, ensure_ascii=False)}" for metric in content["metrics"])
    return "\n".join(["{", *facts, '  "metrics": [', metrics, "  ]", "}", ""])


def catalogue(exporter: Exporter, texts: list[str]) -> dict[str, Any]:
    """The file of an exporter: all its expositions taken together, by name."""
    families: dict[str, Family] = {}
    for text in texts:
        for name, family in parse(text).items():
            if not name.startswith(_OURS):
                families.setdefault(name, family).labels.update(family.labels)
    versions = [version for text in texts for version in label_values(text, exporter.build, "version")]
    return {
        "exporter": exporter.name,
        "version": versions[0] if versions else "",
        "package": exporter.package,
        "metrics": [
            {"name": family.name, "type": family.type, "labels": sorted(family.labels), "help": family.help}
            for _, family in sorted(families.items())
        ],
    }


if __name__ == "__main__":
    main()
