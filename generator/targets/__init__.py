"""The formats that definitions compile to. A target is a file here and a line in `TARGETS`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from generator.model.bundle import Bundle, Rendering


@dataclass(frozen=True, slots=True)
class Target:
    """A format: `render` turns a bundle into files; `owns` are the folders below `rendered/` it writes to."""

    name: str
    module: str
    owns: tuple[str, ...]

    def render(self, bundle: Bundle) -> Rendering:
        """The target's files and problems. The module is imported here, so that nobody waits for unused ones."""
        function: Callable[[Bundle], Rendering] = import_module(self.module).render
        return function(bundle)


TARGETS: tuple[Target, ...] = (
    Target("prometheus", "generator.targets.prometheus", ("prometheus", "blackbox")),
    Target("tests", "generator.targets.tests", ("tests",)),
    Target("alertmanager", "generator.targets.alertmanager", ("alertmanager",)),
    Target("grafana", "generator.targets.grafana", ("grafana",)),
    Target("runbooks", "generator.targets.runbooks", ("runbooks",)),
    Target("exporters", "generator.targets.exporters", ("exporters",)),
    Target("compose", "generator.targets.compose", ("docker-compose.yml",)),
)
