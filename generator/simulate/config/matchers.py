"""Label matchers as Alertmanager has them: regular expressions are RE2, anchored, and `.` stops at a line end."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import re2

from generator.errors import ParseError

OPERATORS: Final = ("=", "!=", "=~", "!~")
"""In the order in which Alertmanager sorts matchers of the same label and value."""

Predicate = Callable[[str], bool]

# Alternatives of characters that mean themselves, which need no regular expression.
_PLAIN: Final = re.compile(r"[A-Za-z0-9_ /:@%,;=<>&~!'\"-]*(?:\|[A-Za-z0-9_ /:@%,;=<>&~!'\"-]*)*")


# Quoted text, sets of characters, escapes and named groups, so that the last two are not looked for in the first.
_PARTS: Final = re.compile(
    r"\\Q.*?(?:\\E|\Z)|\[\^?\]?(?:\\.|\[:\w+:\]|[^\\\]])*\]|\\(?P<escaped>.)|(?P<short>\(\?<(?![=!]))", re.DOTALL
)


class MatcherError(ParseError):
    """Text that is not a matcher, or a regular expression that is not RE2."""


@lru_cache(maxsize=1)
def _options() -> Any:
    options = re2.Options()
    options.log_errors = False
    return options


@lru_cache(maxsize=4096)
def compile_anchored(pattern: str) -> Any:
    """The RE2 expression that matches whole values only, to be searched for. Raises `MatcherError`."""
    if any(found["escaped"] == "C" for found in _PARTS.finditer(pattern)):
        raise MatcherError(f"error parsing regexp: invalid escape sequence: `\\C`: `{pattern}`")  # RE2 in C++ has it
    try:
        return re2.compile(f"^(?:{pattern})$", _options())
    except re2.error as reason:
        text = reason.args[0] if reason.args else ""
        said = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
        raise MatcherError(f"error parsing regexp: {said}: `{pattern}`") from None


def has_short_named_group(pattern: str) -> bool:
    """Whether a regular expression names a group as `(?<name>…)`."""
    return any(found["short"] for found in _PARTS.finditer(pattern))


@lru_cache(maxsize=4096)
def _predicate(op: str, wanted: str) -> Predicate:
    if op == "=":
        return wanted.__eq__
    if op == "!=":
        return wanted.__ne__
    if _PLAIN.fullmatch(wanted):
        held: Predicate = frozenset(wanted.split("|")).__contains__
    else:
        search = compile_anchored(wanted).search

        def held(value: str) -> bool:
            return search(value) is not None

    return held if op == "=~" else lambda value: not held(value)


@dataclass(frozen=True, slots=True)
class LabelMatcher:
    """A condition on one label; a label that is missing has the empty value. op: one of `OPERATORS`."""

    name: str
    op: str
    value: str
    holds: Predicate = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Raises `MatcherError` for a regular expression that is not RE2."""
        object.__setattr__(self, "holds", _predicate(self.op, self.value))

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether the condition holds for these labels."""
        return self.holds(labels.get(self.name, ""))

    def __reduce__(self) -> tuple[Any, ...]:
        return LabelMatcher, (self.name, self.op, self.value)
