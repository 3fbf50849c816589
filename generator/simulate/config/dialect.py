"""Whose rules a configuration is read by: the version of Alertmanager, and how it parses matchers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from generator.targets.alertmanager.versions import NEWEST, Version, written

MatcherMode = Literal["classic", "fallback", "utf8"]
"""`classic`: the parser of 0.25 and 0.26, later behind a feature flag. `fallback`: the default since 0.27: UTF-8, and
the classic one where that fails or disagrees. `utf8`: UTF-8 alone, behind a feature flag."""

UTF8_SINCE: Final[Version] = (0, 27)


@dataclass(frozen=True, slots=True)
class Dialect:
    """Version and matcher parser; without a mode, the version's default."""

    version: Version = NEWEST
    mode: MatcherMode | None = None

    @property
    def matchers(self) -> MatcherMode:
        """The matcher parser in use."""
        return self.mode or ("fallback" if self.version >= UTF8_SINCE else "classic")

    @property
    def any_label_name(self) -> bool:
        """Whether label names may hold any character, where the configuration is not bound to old names."""
        return self.matchers != "classic"

    def __str__(self) -> str:
        return f"Alertmanager {written(self.version)}"


DEFAULT_DIALECT: Final = Dialect()
"""The newest Alertmanager, with its default matcher parser."""
