"""The exceptions of tocsin; what users do wrong in definitions is a `Problem`, not an exception.

TocsinError
├── DefinitionError      a value in a definition that has no meaning at all
├── ParseError           text that is not of its language
│   ├── DurationError    not a Prometheus duration
│   └── PromQLError      not PromQL
└── Unsupported          PromQL that tocsin does not evaluate, with the reason
"""

from __future__ import annotations


class TocsinError(Exception):
    """Base of everything tocsin raises on purpose."""


class DefinitionError(TocsinError):
    """A value in a definition that cannot be given any meaning."""


class ParseError(TocsinError):
    """Text that is not of the language it was taken for."""


class DurationError(ParseError):
    """Text that is not a Prometheus duration."""


class PromQLError(ParseError):
    """Text that is not PromQL."""


class Unsupported(TocsinError):  # noqa: N818 - the name says what it is
    """An expression or feature that is left out on purpose; the message says what and why."""
