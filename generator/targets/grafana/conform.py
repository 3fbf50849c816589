"""The JSON Schema of Grafana's own types as an allow-list: what it knows stays, what it lacks goes, what breaks it is
said. One walk does both, in the few keywords that schemas made from TypeScript types use (the tests hold the result
against a whole JSON Schema validator).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

Schema = Mapping[str, Any]

_FILE: Final = Path(__file__).parent / "schema" / "grafana.json"
_PREFIX: Final = "#/definitions/"


@dataclass(slots=True)
class Findings:
    """misfits: paths and what is wrong there. unknown: paths of keys that Grafana has no meaning for."""

    misfits: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def take(self, other: Findings) -> None:
        """Add another walk's findings."""
        self.misfits += other.misfits
        self.unknown += other.unknown

    @property
    def weight(self) -> tuple[int, int]:
        """How badly the value fits, for choosing between alternatives."""
        return len(self.misfits), len(self.unknown)


@lru_cache(maxsize=1)
def grafana_schema() -> dict[str, Any]:
    """Definitions of a dashboard and of each core panel's options: scripts/grafana_schema makes the file."""
    loaded: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return loaded


def definition(name: str) -> Schema:
    """A named definition."""
    found: Schema = grafana_schema()["definitions"][name]
    return found


def conform(value: Any, schema: Schema, path: str, findings: Findings) -> Any:
    """The value with only what the schema knows. Nulls go, except where the schema wants them."""
    if not schema:
        return value
    while "$ref" in schema:
        schema = definition(schema["$ref"].removeprefix(_PREFIX))
    if "anyOf" in schema:
        return _best(value, schema["anyOf"], path, findings)
    kinds = _kinds(schema)
    if kinds and not any(_is(value, kind) for kind in kinds):
        findings.misfits.append((path, f"must be {' or '.join(kinds)}, got {_shown(value)}"))
        return value
    if isinstance(value, dict):
        return _object(value, schema, path, findings)
    if isinstance(value, list):
        items = schema.get("items", {})
        return [conform(item, items, f"{path}[{index}]", findings) for index, item in enumerate(value)]
    allowed = [schema["const"]] if "const" in schema else schema.get("enum", ())
    if allowed and value not in allowed:
        findings.misfits.append((path, f"must be one of {', '.join(map(str, allowed))}, got {_shown(value)}"))
    return value


def _object(value: dict[str, Any], schema: Schema, path: str, findings: Findings) -> dict[str, Any]:
    known = schema.get("properties", {})
    others = schema.get("additionalProperties", {})
    kept = {}
    for key, item in value.items():
        at = f"{path}.{key}" if path else key
        if key not in known and others is False:
            findings.unknown.append(at)
            continue
        inner = known.get(key, others)
        if item is not None or not inner or "null" in _kinds(inner):
            kept[key] = conform(item, inner, at, findings)
    missing = [key for key in schema.get("required", ()) if key not in kept]
    findings.misfits += [(f"{path}.{key}" if path else key, "is missing") for key in missing]
    return kept


def _best(value: Any, alternatives: list[Schema], path: str, findings: Findings) -> Any:
    tried = []
    for alternative in alternatives:
        found = Findings()
        tried.append((found, conform(value, alternative, path, found)))
        if found.weight == (0, 0):
            break
    found, result = min(tried, key=lambda pair: pair[0].weight)
    findings.take(found)
    return result


def _kinds(schema: Schema) -> list[str]:
    kinds = schema.get("type", [])
    return [kinds] if isinstance(kinds, str) else kinds


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool) or value is None:
        return kind == ("null" if value is None else "boolean")
    python: dict[str, tuple[type, ...]] = {
        "string": (str,),
        "number": (int, float),
        "integer": (int,),
        "object": (dict,),
        "array": (list,),
    }
    return isinstance(value, python.get(kind, ()))


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."
