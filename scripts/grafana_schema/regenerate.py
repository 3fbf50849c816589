"""Make generator/targets/grafana/schema/grafana.json from the types that Grafana publishes on npm.

    python scripts/grafana_schema/regenerate.py

Needs node and npm. The result holds structure only: no prose, the defaults of required panel options, unit ids.
supplement.json adds what npm lacks: Prometheus queries, the alert list, and the `auto*` keys of interval variables.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote

HERE = Path(__file__).parent
UNITS_PACKAGE = "@grafana/data@12.4.10"
OUTPUT = HERE.parents[1] / "generator/targets/grafana/schema/grafana.json"

PANELS = {
    "annotationslist": "annolist",
    "barchart": "barchart",
    "bargauge": "bargauge",
    "candlestick": "candlestick",
    "canvas": "canvas",
    "dashboardlist": "dashlist",
    "gauge": "gauge",
    "heatmap": "heatmap",
    "histogram": "histogram",
    "logs": "logs",
    "news": "news",
    "nodegraph": "nodeGraph",
    "piechart": "piechart",
    "stat": "stat",
    "statetimeline": "state-timeline",
    "statushistory": "status-history",
    "table": "table",
    "text": "text",
    "timeseries": "timeseries",
    "trend": "trend",
    "xychart": "xychart",
}
"""Folders of the npm package, and the type of panel each is about."""

PROSE = {"description", "title", "$comment", "examples", "markdownDescription", "deprecated"}
_REFERENCE = re.compile(r'"\$ref":\s*"#/definitions/([^"]*)"')
_PUNCTUATION = re.compile(r"[<>,]+")

Schema = dict[str, Any]


def main() -> int:
    """Install, extract, merge, write; 0 when done."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        print("node and npm are needed to read Grafana's types", file=sys.stderr)
        return 2
    merged = merge(extract(), json.loads((HERE / "supplement.json").read_text()))
    merged["units"] = units()
    OUTPUT.write_text(json.dumps(merged, separators=(",", ":"), sort_keys=True) + "\n")
    print(f"{OUTPUT}: {OUTPUT.stat().st_size} bytes, @grafana/schema {merged['version']}")
    return 0


def extract() -> Schema:
    """What extract.mjs prints, in a temporary folder with the packages of package.json."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "extract.mjs"):
            shutil.copy(HERE / name, folder)
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True)
        done = subprocess.run(["node", "extract.mjs"], cwd=folder, check=True, stdout=subprocess.PIPE)
    raw: Schema = json.loads(done.stdout)
    return raw


def units() -> list[str]:
    """The ids of Grafana's units, out of one file of a package that is too large to install for it."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", UNITS_PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        [packed] = Path(folder).glob("*.tgz")
        with tarfile.open(packed) as archive:
            source = archive.extractfile("package/dist/esm/valueFormats/categories.mjs")
            text = source.read().decode() if source else ""
    return sorted(set(re.findall(r'\bid: "([^"]+)"', text)))


def merge(raw: Schema, supplement: Schema) -> Schema:
    """One set of definitions for all panels; names that mean different things get their panel's name before them."""
    sources = {"": [raw["dashboard"]]}
    for folder, panel in PANELS.items():
        sources[panel] = [
            raw["panels"][folder][kind] for kind in ("Options", "FieldConfig") if kind in raw["panels"][folder]
        ]
    ambiguous = ambiguous_names(sources)
    definitions: Schema = {}
    for panel, schemas in sources.items():
        for schema in schemas:
            definitions.update(renamed(schema["definitions"], panel, ambiguous))
    definitions.update(supplement["definitions"])
    for name, properties in supplement["dashboard"].items():
        definitions[name]["properties"].update(properties)
    panels = {panel: panel_entry(raw["panels"][folder], panel, definitions) for folder, panel in PANELS.items()}
    return {"version": raw["version"], "definitions": definitions, "panels": {**panels, **supplement["panels"]}}


def ambiguous_names(sources: dict[str, list[Schema]]) -> set[str]:
    """Names that several sources define differently, directly or through what they refer to."""
    texts: dict[str, set[str]] = {}
    for schemas in sources.values():
        for schema in schemas:
            for name, body in schema["definitions"].items():
                texts.setdefault(name, set()).add(json.dumps(without_prose(body), sort_keys=True))
    found = {name for name, bodies in texts.items() if len(bodies) > 1} | {"Options", "FieldConfig"}
    while True:
        more = {name for name, bodies in texts.items() if any(found & set(_REFERENCE.findall(text)) for text in bodies)}
        if more <= found:
            return found
        found |= more


def renamed(definitions: Schema, panel: str, ambiguous: set[str]) -> Schema:
    """The definitions without prose, ambiguous names and references to them prefixed with the panel."""

    def name_of(name: str) -> str:
        plain = _PUNCTUATION.sub("_", unquote(name))
        return f"{panel}.{plain}" if panel and name in ambiguous else plain

    text = json.dumps({name_of(name): without_prose(body) for name, body in definitions.items()})
    made: Schema = json.loads(_REFERENCE.sub(lambda m: f'"$ref": "#/definitions/{name_of(m[1])}"', text))
    return made


def without_prose(value: Any, *, names: bool = False) -> Any:
    """The schema without keywords that only people read; names: the keys are property names, so all stay."""
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if names or key not in PROSE}
        return {key: without_prose(item, names=key == "properties" and not names) for key, item in kept.items()}
    return [without_prose(item) for item in value] if isinstance(value, list) else value


def panel_entry(raw: Schema, panel: str, definitions: Schema) -> Schema:
    """Where a panel's options and custom field config are defined, and defaults of what they require."""
    entry: Schema = {}
    if "Options" in raw:
        required = definitions[f"{panel}.Options"].get("required", [])
        known = raw.get("defaultOptions") or {}
        entry["options"] = {"$ref": f"#/definitions/{panel}.Options"}
        entry["defaults"] = {key: known[key] for key in required if key in known and key != "content"}
    if "FieldConfig" in raw:
        entry["custom"] = {"$ref": f"#/definitions/{panel}.FieldConfig"}
    return entry


if __name__ == "__main__":
    sys.exit(main())
