"""Somebody else's panel objects as plain JSON: grafanalib's, the Grafana Foundation SDK's, or mappings."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from generator.errors import DefinitionError
from generator.model.dashboard import Target

Object = dict[str, Any]
"""A JSON object."""


@dataclass(slots=True)
class Foreign:
    """A panel as plain JSON, fresh and safe to change.

    typed: it came from grafanalib, whose defaults cannot be told from what its author chose. targets: our own
    queries that stood in it, which know their origin.
    """

    json: Object
    typed: bool = False
    targets: list[Target] = field(default_factory=list)


def read(panel: Any) -> Foreign:
    """The panel as JSON. Raises `DefinitionError` when the object has none or cannot say it."""
    targets: list[Target] = []
    try:
        # Some of grafanalib's panels print advice while they are turned into JSON; ours is a Problem.
        with redirect_stdout(io.StringIO()):
            json = plain(panel, targets)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as reason:
        raise DefinitionError(f"{type(panel).__name__} cannot be turned into JSON: {reason}") from None
    if not isinstance(json, dict):
        raise DefinitionError(f"not a panel: {json!r}")
    return Foreign(json, callable(getattr(panel, "to_json_data", None)), targets)


def plain(value: Any, targets: list[Target]) -> Any:
    """The value as JSON: dictionaries, lists, texts, numbers, truth values and None; all of it new."""
    if isinstance(value, Enum):
        return plain(value.value, targets)
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return _finite(value)
    if isinstance(value, Target):
        targets.append(value)
        return value.to_json_data()
    if isinstance(value, Mapping):
        return {str(key): plain(item, targets) for key, item in value.items()}
    for method in ("to_json_data", "build", "to_json"):
        if callable(getattr(value, method, None)):
            return plain(getattr(value, method)(), targets)
    if isinstance(value, Iterable):
        return [plain(item, targets) for item in value]
    raise DefinitionError(f"an object of type {type(value).__name__} has no JSON")


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise DefinitionError(f"{value!r} has no JSON")
    return value
