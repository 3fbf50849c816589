"""Templates that only print labels and the value: most of those in rules, and not worth a template engine.

`{{ $labels.job }}`, `{{ $externalLabels.site }}`, `{{ $value }}` and `{{ $value | humanize }}` are put in at once.
A property test holds this against the engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from generator.gotemplate import readable
from generator.gotemplate.strconv import format_float

_ACTION: Final = re.compile(
    r"\{\{ *(?:(?P<source>\$labels|\.Labels|\$externalLabels|\.ExternalLabels)\.(?P<label>[a-zA-Z_][a-zA-Z0-9_]*)"
    r"|(?:\$value|\.Value)(?: *\| *(?P<function>humanize(?:1024|Duration|Percentage)?))?) *\}\}"
)
_FUNCTIONS: Final[dict[str | None, Callable[[float], str]]] = {
    None: format_float,
    "humanize": readable.metric,
    "humanize1024": readable.binary,
    "humanizeDuration": readable.duration,
    "humanizePercentage": readable.percentage,
}


@lru_cache(maxsize=16384)
def is_plain(text: str) -> bool:
    """Whether a template is of this kind, and so surely a valid one."""
    # A brace that stands against an action makes it unclear which two are the delimiter.
    return "{{" not in text or ("{{{" not in text and "{{" not in _ACTION.sub("\0", text))


def fill(text: str, labels: Mapping[str, str], external_labels: Mapping[str, str], value: float) -> str:
    """The text of a plain template for one alert; labels that are missing leave nothing."""

    def put(match: re.Match[str]) -> str:
        if match["label"] is None:
            return _FUNCTIONS[match["function"]](value)
        source = labels if match["source"] in ("$labels", ".Labels") else external_labels
        return source.get(match["label"], "")

    return _ACTION.sub(put, text)
