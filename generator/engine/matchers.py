"""Label matchers, with the regular expressions of Prometheus: RE2, anchored, `.` matches line ends too."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from generator.errors import PromQLError
from generator.promql.ast import Matcher

Predicate = Callable[[str], bool]

# Letters, digits and signs that mean themselves in a regular expression, and alternatives of them.
_PLAIN: Final = re.compile(r"[A-Za-z0-9_ /:@%,;=<>&~!'\"-]*(?:\|[A-Za-z0-9_ /:@%,;=<>&~!'\"-]*)*")


@lru_cache(maxsize=4096)
def compile_anchored(pattern: str) -> Any:
    """The RE2 pattern that matches whole strings only. Raises `PromQLError` for what is no RE2."""
    # Most matchers are plain, and need no RE2.
    import re2

    try:
        return re2.compile(f"^(?s:{pattern})$", _options())
    except re2.error as reason:
        raise PromQLError(f"error parsing regexp: {_reason(reason)}: `{pattern}`") from None


@lru_cache(maxsize=1)
def _options() -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    return options


def _reason(error: Exception) -> str:
    text = error.args[0] if error.args else ""
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)


def predicate(matcher: Matcher) -> Predicate:
    """Whether a label value (empty where the label is missing) satisfies the matcher."""
    wanted = matcher.value
    if matcher.op == "=":
        return lambda value: value == wanted
    if matcher.op == "!=":
        return lambda value: value != wanted
    matches = _regular(wanted)
    return matches if matcher.op == "=~" else lambda value: not matches(value)


def _regular(pattern: str) -> Predicate:
    """A test for a pattern; what is plain to see is decided without RE2, whose calls cost microseconds."""
    if _PLAIN.fullmatch(pattern):
        alternatives = frozenset(pattern.split("|"))
        return alternatives.__contains__
    if pattern == ".*":
        return lambda _: True
    if pattern == ".+":
        return lambda value: value != ""
    search = compile_anchored(pattern).search
    return lambda value: search(value) is not None
