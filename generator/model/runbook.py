"""Procedures: what to do about an alert. Each alert has a page of its own, which shows the procedure it names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from generator.model.base import Definition, Part, described, expect, fault, keep, normalise_tuples

_NAME: Final = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")
_ODD: Final = re.compile(r"[^A-Za-z0-9_.-]+")


@dataclass(frozen=True, slots=True)
class Action(Part):
    """One step of a procedure. text: what to do or to look for (Markdown); command: what to type, in `language`."""

    text: str
    command: str = ""
    language: str = "bash"


@dataclass(frozen=True, slots=True, eq=False)
class Runbook(Definition):
    """A procedure that alerts refer to, by the object or by its name.

    name: letters, digits, and - _ . between them. text: what to know first (Markdown). steps: what to do, in order;
    a text is a step without a command.
    """

    name: str
    title: str = ""
    text: str = ""
    steps: Sequence[Action | str] = ()

    def __post_init__(self) -> None:
        normalise_tuples(self, "steps")
        steps = tuple(Action(step, origin=self.origin) if isinstance(step, str) else step for step in self.steps)
        keep(self, "steps", steps)
        expect(self, "steps", Action)
        if not _NAME.fullmatch(self.name):
            why = "Use letters, digits, and - _ . between them."
            fault(self, "name/form", f"{described(self)}: not a usable name", why)
            keep(self, "name", "invalid")

    @property
    def actions(self) -> tuple[Action, ...]:
        """The steps."""
        return tuple(step for step in self.steps if isinstance(step, Action))


def is_page_address(runbook: object) -> bool:
    """Whether what an alert names is a page of somebody else's: a whole URL."""
    return isinstance(runbook, str) and "://" in runbook


def page_name(alert: str) -> str:
    """The file of an alert's page: `NginxDown.md`. Names that no file may have are marked with a hash of themselves."""
    if not _ODD.search(alert) and not alert.startswith("."):
        return f"{alert}.md"
    mark = blake2b(alert.encode(), digest_size=4).hexdigest()
    return f"{_ODD.sub('-', alert).strip('-.')}-{mark}.md"
