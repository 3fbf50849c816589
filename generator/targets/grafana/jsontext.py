"""JSON that a reviewer can read: sorted keys, two spaces, one newline at the end.

The same bytes as Python's `json.dumps(…, indent=2, sort_keys=True, ensure_ascii=False)`, whose encoder is several
times slower as soon as it indents.
"""

from __future__ import annotations

import json
from json.encoder import encode_basestring as quoted
from typing import Any, Final

_HEAVY: Final = frozenset({"fieldConfig", "options", "targets", "transformations"})
"""Parts of a panel that dashboards made from the same row share."""


class Printer:
    """Prints values; parts of panels that are the same objects are written once."""

    def __init__(self) -> None:
        # The object is kept with its text: as long as it lives, nothing else has its id.
        self._written: dict[tuple[int, str], tuple[Any, str]] = {}

    def text(self, value: Any) -> str:
        """The whole text of a file."""
        return self._text(value, "\n") + "\n"

    def _text(self, value: Any, margin: str) -> str:
        """margin: the line break and indentation of the line that the value begins on."""
        if isinstance(value, str):
            return quoted(value)
        if isinstance(value, dict) and value:
            return self._object(value, margin)
        if isinstance(value, list) and value:
            inner = margin + "  "
            return f"[{inner}{f',{inner}'.join([self._text(item, inner) for item in value])}{margin}]"
        return json.dumps(value)

    def _object(self, value: dict[str, Any], margin: str) -> str:
        inner = margin + "  "
        pieces = [
            f"{quoted(key)}: {self._shared(value[key], inner) if key in _HEAVY else self._text(value[key], inner)}"
            for key in sorted(value)
        ]
        return f"{{{inner}{f',{inner}'.join(pieces)}{margin}}}"

    def _shared(self, value: Any, margin: str) -> str:
        key = (id(value), margin)
        if key not in self._written:
            self._written[key] = (value, self._text(value, margin))
        return self._written[key][1]
