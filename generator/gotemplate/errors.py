"""What can go wrong in a template, one class per kind; the text is worded as Go words it."""

from __future__ import annotations

from generator.errors import TocsinError


class TemplateError(TocsinError):
    """Anything wrong with a template. ``str()`` gives the message Go's packages would give."""


class ParseError(TemplateError):
    """The text is not a template: ``template: name:line: what``."""


class ExecError(TemplateError):
    """Execution stopped: ``template: name:line:column: executing "name" at <node>: what``."""


class EscapeError(TemplateError):
    """html/template cannot work out where in the HTML an action stands: ``html/template:…``."""


class FunctionError(TemplateError):
    """A template function failed; the executor wraps it as ``error calling f: what``."""


class UnsupportedFeature(FunctionError):  # noqa: N818 - the name says what it is
    """Go prints something here that has no reproducible value, such as a memory address."""


class UnsupportedContext(TemplateError):  # noqa: N818 - the name says what it is
    """A value is inserted into JavaScript or CSS, for which no escaping is implemented."""
