"""``print``, ``printf`` and ``println`` as Go's ``fmt`` has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from generator.gotemplate.formatting import PLAIN, Spec, bad_verb, format_value
from generator.gotemplate.values import Kind, kind, type_name

_LARGEST: Final = 1_000_000
"""Largest width or precision Go accepts."""
_FLAGS: Final = {"#": "sharp", "0": "zero", "+": "plus", "-": "minus", " ": "space"}


def _is_string(value: object) -> bool:
    return value is not None and kind(value) is Kind.STRING


def sprint(values: Sequence[object]) -> str:
    """``fmt.Sprint``: spaces only between operands of which neither is a string."""
    if len(values) == 1:
        return format_value(values[0])
    parts: list[str] = []
    after_string = True
    for value in values:
        is_string = _is_string(value)
        if not is_string and not after_string:
            parts.append(" ")
        parts.append(format_value(value))
        after_string = is_string
    return "".join(parts)


def sprintln(values: Sequence[object]) -> str:
    """``fmt.Sprintln``: spaces between all operands, and a newline."""
    return " ".join(map(format_value, values)) + "\n"


def sprintf(template: str, values: Sequence[object]) -> str:
    """``fmt.Sprintf``, mistakes included: ``%!d(string=hi)``, ``%!(EXTRA int=1)``, ``%!z(BADINDEX)``."""
    return _Formatter(template, values).run()


def _integer(value: object) -> int | None:
    """A width or precision taken from an argument, if it can be one."""
    if value is None or kind(value) not in (Kind.INT, Kind.UINT) or not isinstance(value, int):
        return None
    return int(value) if abs(value) <= _LARGEST else None


class _Formatter:
    """One pass over a format string; keeps the next argument's index as Go does."""

    def __init__(self, template: str, values: Sequence[object]) -> None:
        self._template = template
        self._values = values
        self._pos = 0
        self._arg = 0
        self._reordered = False
        self._good_index = True
        self._after_index = False
        self._out: list[str] = []

    def run(self) -> str:
        template = self._template
        while self._pos < len(template):
            percent = template.find("%", self._pos)
            if percent < 0:
                self._out.append(template[self._pos :])
                break
            self._out.append(template[self._pos : percent])
            self._pos = percent + 1
            self._directive()
        if not self._reordered and self._arg < len(self._values):
            self._extra()
        return "".join(self._out)

    def _char(self) -> str:
        return self._template[self._pos : self._pos + 1]

    def _directive(self) -> None:
        self._good_index, self._after_index = True, False
        flags: dict[str, bool] = {}
        while (flag := _FLAGS.get(self._char())) is not None:
            flags[flag] = True
            self._pos += 1
        spec = replace(PLAIN, **flags) if flags else PLAIN
        self._index()
        spec = self._width(spec)
        spec = self._precision(spec)
        if not self._after_index:
            self._index()
        if self._pos >= len(self._template):
            self._out.append("%!(NOVERB)")
            return
        verb = self._char()
        self._pos += 1
        self._verb(verb, spec)

    def _verb(self, verb: str, spec: Spec) -> None:
        if verb == "%":
            self._out.append("%")
        elif not self._good_index:
            self._out.append(f"%!{verb}(BADINDEX)")
        elif self._arg >= len(self._values):
            self._out.append(f"%!{verb}(MISSING)")
        else:
            value = self._values[self._arg]
            self._arg += 1
            self._out.append(_under_verb(value, verb, spec))

    def _extra(self) -> None:
        shown = (
            "<nil>" if value is None else f"{type_name(value)}={format_value(value)}"
            for value in self._values[self._arg :]
        )
        self._out.append(f"%!(EXTRA {', '.join(shown)})")

    def _digits(self) -> int | None:
        """A decimal number at the current position; one too large eats the rest of the format."""
        start = self._pos
        number = 0
        while "0" <= self._char() <= "9":
            if number > _LARGEST:
                self._pos = len(self._template)
                return None
            number = number * 10 + int(self._char())
            self._pos += 1
        return number if self._pos > start else None

    def _index(self) -> None:
        """An explicit argument index such as ``[2]``, if one stands here."""
        self._after_index = False
        if self._char() != "[":
            return
        self._reordered = True
        close = self._template.find("]", self._pos)
        if close < 0:
            self._good_index = False
            self._pos += 1
            return
        digits = self._template[self._pos + 1 : close]
        self._pos = close + 1
        well_formed = digits.isascii() and digits.isdigit() and len(digits) < 8
        self._after_index = well_formed
        if well_formed and 0 < int(digits) <= len(self._values):
            self._arg = int(digits) - 1
        else:
            self._good_index = False

    def _star(self) -> int | None:
        """The number that ``*`` takes from the arguments."""
        self._pos += 1
        self._after_index = False
        if self._arg >= len(self._values):
            return None
        self._arg += 1
        return _integer(self._values[self._arg - 1])

    def _width(self, spec: Spec) -> Spec:
        if self._char() == "*":
            width = self._star()
            if width is None:
                self._out.append("%!(BADWIDTH)")
            elif width < 0:
                return replace(spec, width=-width, minus=True, zero=False)
            return replace(spec, width=width)
        width = self._digits()
        if width is None:
            return spec
        if self._after_index:
            self._good_index = False
        return replace(spec, width=width)

    def _precision(self, spec: Spec) -> Spec:
        if self._char() != "." or self._pos + 1 >= len(self._template):
            return spec
        self._pos += 1
        if self._after_index:
            self._good_index = False
        self._index()
        if self._char() != "*":
            return replace(spec, precision=self._digits() or 0)
        precision = self._star()
        if precision is None or precision < 0:
            self._out.append("%!(BADPREC)")
            return spec
        return replace(spec, precision=precision)


def _under_verb(value: object, verb: str, spec: Spec) -> str:
    if verb in "vw" and (spec.sharp or spec.plus):
        spec = replace(spec, sharp=False, plus=False, sharp_v=spec.sharp, plus_v=spec.plus)
    if verb == "w":  # only Errorf knows it
        return bad_verb(value, verb, spec)
    return format_value(value, verb, spec)
