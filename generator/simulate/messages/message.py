"""A message as its reader sees it, and as it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from generator.diagnostics import Problem
from generator.simulate.config.model import Integration

SECRET: Final = "<secret>"  # noqa: S105 - stands for a credential
"""Stands in payloads where a credential is sent."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One part of what the reader sees: `name` says which, such as `title`."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What one integration sends for one notification.

    product: whose message it is, such as `Slack`. to: whom or where to, as far as the configuration says it. shown:
    the parts that the reader sees, in the order in which they are seen; parts without text are left out. payload: what
    is sent, as JSON values (headers and bodies for e-mail); None for products whose payloads are not worked out.
    problems: text that is empty, too long, or cut. error: why nothing can be sent, such as a template that fails; then
    nothing is shown. crippled: the template that fails in a message that is sent all the same, without its texts from
    there on. noted: whether Alertmanager takes it for sent; if not, it does the same again at the next look.
    """

    product: str
    integration: Integration
    to: str = ""
    shown: tuple[Shown, ...] = ()
    payload: Any = None
    problems: tuple[Problem, ...] = ()
    error: str = ""
    crippled: str = ""
    noted: bool = True

    def part(self, name: str) -> str:
        """The text of a part, empty when the message has none."""
        return next((shown.text for shown in self.shown if shown.name == name), "")

    @property
    def warnings(self) -> tuple[str, ...]:
        """What does not keep it from being sent, in words."""
        return () if self.error else tuple(problem.message for problem in self.problems)

    @property
    def text(self) -> str:
        """All that is seen, a part after the other."""
        return "\n".join(shown.text for shown in self.shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a product makes of a notification, before its problems are added."""

    to: str = ""
    shown: tuple[tuple[str, str], ...] = ()
    payload: Any = None
    noted: bool = True
