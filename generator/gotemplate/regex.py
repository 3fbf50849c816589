"""RE2 as Go's ``regexp`` offers it to templates: ``match`` and ``reReplaceAll``, errors included."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from generator.gotemplate.errors import FunctionError
from generator.gotemplate.strconv import can_backquote, quote

if TYPE_CHECKING:
    from collections.abc import Mapping

# What RE2 says, and what Go's regexp/syntax says for the same mistake.
_REASONS: Final[Mapping[str, str]] = {
    "missing )": "missing closing )",
    "missing ]": "missing closing ]",
    "no argument for repetition operator": "missing argument to repetition operator",
    "bad repetition operator": "invalid nested repetition operator",
    "invalid perl operator": "invalid or unsupported Perl syntax",
    "invalid named capture group": "invalid named capture",
    "invalid repetition size": "invalid repeat count",
    "trailing \\": "trailing backslash at end of expression",
    "pattern too large - compile failed": "expression too large",
}
_REFERENCE: Final = re.compile(r"\$(?:(\$)|\{([A-Za-z0-9_]+)\}|([A-Za-z0-9_]+))")


@lru_cache(maxsize=512)
def compiled(pattern: str) -> Any:
    """The compiled pattern. Raises FunctionError ``error parsing regexp: …`` in Go's words."""
    import re2  # loaded only when a template uses a regular expression

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        raise FunctionError(_reason(str(_text(error.args[0])), pattern)) from None


def _text(message: bytes | str) -> str:
    return message.decode("utf-8", "replace") if isinstance(message, bytes) else message


def _reason(message: str, pattern: str) -> str:
    what, _, where = message.partition(": ")
    if what.startswith("trailing"):
        what, where = "trailing \\", ""
    elif what in ("missing )", "pattern too large - compile failed"):
        where = pattern
    return f"error parsing regexp: {_REASONS.get(what, what)}: `{where}`"


def match(pattern: str, text: str) -> bool:
    """``regexp.MatchString``: whether the pattern matches anywhere. Raises FunctionError."""
    return compiled(pattern).search(text) is not None


def _expanded(found: Any, replacement: str) -> str:
    def value(reference: re.Match[str]) -> str:
        dollar, braced, plain = reference.groups()
        if dollar is not None:
            return "$"
        name = braced or plain
        if name.isdigit():
            number = int(name)
            return (found.group(number) or "") if number <= found.re.groups else ""
        return (found.group(name) or "") if name in found.re.groupindex else ""

    return _REFERENCE.sub(value, replacement)


def replace_all(pattern: str, replacement: str, text: str) -> str:
    """``regexp.MustCompile(pattern).ReplaceAllString(text, replacement)``.

    Raises FunctionError with the text of Go's panic for a bad pattern.
    """
    try:
        expression = compiled(pattern)
    except FunctionError as error:
        raise FunctionError(f"regexp: Compile({_quoted(pattern)}): {error}") from None
    parts: list[str] = []
    last = 0
    for found in expression.finditer(text):
        start, end = found.span()
        if end <= last and start != 0:
            continue  # an empty match right after another match
        parts.append(text[last:start])
        parts.append(_expanded(found, replacement) if "$" in replacement else replacement)
        last = end
    parts.append(text[last:])
    return "".join(parts)


def _quoted(pattern: str) -> str:
    return f"`{pattern}`" if can_backquote(pattern) else quote(pattern)
