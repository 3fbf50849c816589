"""What is found wrong on the way, and where to point."""

from __future__ import annotations

from dataclasses import dataclass, field

from generator.diagnostics import Origin, Problem, error, warning


@dataclass(slots=True)
class Notes:
    """Problems of one dashboard or panel. subject: how messages begin; origin: where its author wrote it."""

    subject: str
    origin: Origin
    problems: list[Problem] = field(default_factory=list)

    def error(self, check: str, message: str, why: str = "", origin: Origin | None = None) -> None:
        """Something that would not work, or would not be what was meant."""
        self.problems.append(error(f"grafana/{check}", origin or self.origin, f"{self.subject}: {message}", why))

    def warning(self, check: str, message: str, why: str = "", origin: Origin | None = None) -> None:
        """Something worth a look."""
        self.problems.append(warning(f"grafana/{check}", origin or self.origin, f"{self.subject}: {message}", why))
