"""Python's own errors in a definitions file, said so that the author sees what to do."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from typing import Final

from generator.diagnostics import Origin
from generator.model.base import Definition, Part

# From 3.13 on Python guesses, too; our guess is the same in all versions.
_UNKNOWN_FIELD: Final = re.compile(
    r"(\w+)\.__init__\(\) got an unexpected keyword argument '(\w+)'(?:\. Did you mean '\w+'\?)?"
)
_MISSING_FIELD: Final = re.compile(r"(\w+)\.__init__\(\) missing \d+ required .*argument.*")


def place_of(raised: BaseException, files: frozenset[str]) -> Origin | None:
    """The innermost line of a definitions file on the way to the exception."""
    found, traceback = None, raised.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename in files:
            found = Origin(traceback.tb_frame.f_code.co_filename, traceback.tb_lineno)
        traceback = traceback.tb_next
    return found


def explain(raised: BaseException) -> tuple[str, str]:
    """A message, and what to do about it where that can be told."""
    text = str(raised)
    unknown = _UNKNOWN_FIELD.fullmatch(text)
    if unknown:
        kind, name = unknown.groups()
        return f"{kind} has no field {name!r}", _fields_hint(kind, name)
    missing = _MISSING_FIELD.fullmatch(text)
    if missing:
        needed = re.findall(r"'(\w+)'", text)
        return f"{missing[1]} needs {' and '.join(needed)}", ""
    if isinstance(raised, SystemExit):
        return "the file ends the program (SystemExit); definitions only define", ""
    return f"{type(raised).__name__}: {text}" if text else type(raised).__name__, ""


def _fields_hint(kind: str, name: str) -> str:
    known = _field_names(kind)
    close = get_close_matches(name, known, n=1)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"It has: {', '.join(known)}." if known else ""


def _field_names(kind: str) -> list[str]:
    for base in (Definition, Part):
        for subclass in _subclasses(base):
            if subclass.__name__ == kind and is_dataclass(subclass):
                return [f.name for f in fields(subclass) if f.name not in {"origin", "faults"}]
    return []


def _subclasses(base: type) -> list[type]:
    found: list[type] = list(base.__subclasses__())
    return found + [deeper for one in found for deeper in _subclasses(one)]
