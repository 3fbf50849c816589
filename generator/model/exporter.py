"""Configuration of exporters that make metrics out of something else, such as a log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from generator.model.base import Definition, described, fault, keep, normalise_tuples


@dataclass(frozen=True, slots=True, eq=False)
class ExporterConfig(Definition):
    """An exporter's configuration file.

    path: where it is rendered, below `rendered/exporters/`. content: the text of the file, or a mapping that becomes
    YAML; in both, comments begin with `#`. product: what reads it, with the version it was written for. command: how
    that is started with it. labels and names of the metrics it makes are declared as `Metric`.
    """

    name: str
    path: str
    content: str | Mapping[str, Any]
    product: str = ""
    command: Sequence[str] = ()

    def __post_init__(self) -> None:
        normalise_tuples(self, "command")
        path = PurePosixPath(self.path)
        if not path.name or path.is_absolute() or ".." in path.parts:
            fault(self, "exporter/path", f"{described(self)}: path must be a file below exporters/, got {self.path!r}")
            keep(self, "path", "invalid")
        if not isinstance(self.content, str | Mapping):
            message = f"{described(self)}: content must be text or a mapping, got {self.content!r}"
            fault(self, "exporter/content", message)
            keep(self, "content", "")
