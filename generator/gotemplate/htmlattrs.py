"""Which HTML attributes hold URLs, style sheets or scripts, after html/template's table."""

from __future__ import annotations

import enum
from typing import Final


class AttrType(enum.Enum):
    """What the value of an attribute is."""

    PLAIN = "plain"
    URL = "url"
    CSS = "css"
    JS = "js"
    SRCSET = "srcset"
    HTML = "html"
    UNSAFE = "unsafe"


_URLS: Final = (
    "action archive background cite classid codebase data formaction href icon longdesc manifest poster "
    "profile src usemap xmlns"
)
_UNSAFE: Final = (
    "accept-charset async challenge charset content crossorigin defer enctype form formenctype formmethod "
    "formnovalidate http-equiv keytype language method novalidate pattern rel sandbox type value"
)
# Named here because the guesses below would take them for something else.
_PLAIN: Final = "hreflang srclang"
_TYPES: Final = {
    **dict.fromkeys(_URLS.split(), AttrType.URL),
    **dict.fromkeys(_UNSAFE.split(), AttrType.UNSAFE),
    **dict.fromkeys(_PLAIN.split(), AttrType.PLAIN),
    "style": AttrType.CSS,
    "srcset": AttrType.SRCSET,
    "srcdoc": AttrType.HTML,
}


def attr_type(name: str) -> AttrType:
    """The type of an attribute, by its lower-case name; unknown names are guessed at."""
    if name.startswith("data-"):
        name = name[len("data-") :]
    elif ":" in name:
        prefix, _, name = name.partition(":")
        if prefix == "xmlns":
            return AttrType.URL
    known = _TYPES.get(name)
    if known is not None:
        return known
    if name.startswith("on"):
        return AttrType.JS
    return AttrType.URL if any(part in name for part in ("src", "uri", "url")) else AttrType.PLAIN
