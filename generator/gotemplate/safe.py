"""Strings that html/template takes as already safe in their place."""

from __future__ import annotations

from typing import Final

from generator.gotemplate.values import GoString, GoType, Kind, instance_type


class HTML(GoString):
    """``template.HTML``: a fragment of HTML that is inserted as it is."""

    __slots__ = ()
    go_type = "template.HTML"


class URL(GoString):
    """``template.URL``: a URL whose scheme is not questioned."""

    __slots__ = ()
    go_type = "template.URL"


HTML_TYPE: Final[GoType] = instance_type("template.HTML", HTML, kind=Kind.STRING)
